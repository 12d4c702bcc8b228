// Set-up of a Chromium for the browser tests.
import { findChromium } from "../lib/chromium.mjs";
import { asRoot, Stop, which } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { aptInstall } from "./rust-debian.mjs";

export async function setupChromium() {
  if (findChromium()) return;
  const root = which("apt-get") && (await asRoot());
  if (root) await step("set-up: apt-get install chromium", () => aptInstall(root, ["chromium"]));
  if (!findChromium())
    throw new Stop(
      "Chromium is missing: install it (apt-get install chromium), or name one in the environment variable CHROMIUM.",
    );
}
