// Set-up of Node: its version, and node_modules as package-lock.json has it.
import { existsSync, readFileSync, statSync } from "node:fs";
import { at } from "../lib/paths.mjs";
import { run, Stop } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { isStamped, sha256, stamp } from "../lib/stamps.mjs";

export async function setupNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20)
    throw new Stop(
      `Node 20 or newer is needed and this is ${process.versions.node}: install it from https://nodejs.org.`,
    );
  const lock = sha256(readFileSync(at("package-lock.json")));
  const installed = at("node_modules", ".package-lock.json");
  if (existsSync(installed)) {
    if (isStamped("npm-ci", lock)) return;
    if (statSync(installed).mtimeMs > statSync(at("package-lock.json")).mtimeMs) return;
  }
  await step("set-up: npm ci", () =>
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=dev"], {
      failed: "npm ci failed: the npm registry cannot be reached, or package-lock.json does not fit package.json.",
    }),
  );
  stamp("npm-ci", lock);
}
