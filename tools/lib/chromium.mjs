// The Chromium that browser tests and benchmarks drive.
import { isExecutable, Stop, which } from "./process.mjs";

/** Arguments for a headless run in a container, with no traffic of the browser's own. */
export const CHROMIUM_ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Where Chromium is, or undefined. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Stop(`CHROMIUM is ${named}, which is no program.`);
  }
  return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    .map((name) => which(name))
    .find(Boolean);
}

/**
 * Starts Chromium under playwright-core.
 * @param {string[]} [args] further ones of the browser's own
 */
export async function launchChromium(args = []) {
  const executablePath = findChromium();
  if (!executablePath) throw new Stop("Chromium is missing. Run npm run setup.");
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS, ...args], timeout: 120_000 });
}
