// A server, a browser and pages that remember whatever went wrong on them.
import assert from "node:assert/strict";
import { after } from "node:test";
import { launchChromium } from "../../tools/lib/chromium.mjs";
import { serve } from "../../tools/serve.mjs";

/** The policy that a strict page may have, and under which the npm package still works. */
export const STRICT = { "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'" };

/** How long a page may take to run the demo on a busy machine. */
const PATIENCE = 120_000;

/**
 * @typedef {object} Watched
 * @property {import("playwright-core").Page} page
 * @property {string[]} addresses of all that was asked for, by the page and its workers
 * @property {string[]} violations of the page's policy
 * @property {(allowed?: RegExp) => Promise<void>} close fails for what went wrong, unless it is allowed
 */

/**
 * A browser for one test file.
 * @param {string[]} [args] the browser's own
 */
export async function browserFor(args = []) {
  // Nothing but this machine can be reached.
  const browser = await launchChromium([...args, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]);
  after(() => browser.close());
  return browser;
}

/**
 * The project's site on a free port.
 * @param {Parameters<typeof serve>[0]} [options]
 */
export async function site(options = {}) {
  const { url, close } = await serve({ port: 0, ...options });
  after(close);
  return url;
}

/**
 * A page that is watched: console errors, exceptions, policy violations and requests to elsewhere.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @param {(page: import("playwright-core").Page) => Promise<unknown>} [prepare]
 * @returns {Promise<Watched>}
 */
export async function open(browser, url, options, prepare) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  /** @type {string[]} */
  const wrong = [];
  /** @type {string[]} */
  const addresses = [];
  /** @type {string[]} */
  const violations = [];
  const { origin } = new URL(url);
  context.on("console", (message) => {
    if (message.type() === "error") wrong.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => wrong.push(`exception: ${error.error()}`));
  context.on("request", (request) => {
    addresses.push(request.url());
    if (/^(http|ws)/.test(request.url()) && new URL(request.url()).origin !== origin)
      wrong.push(`request to ${request.url()}`);
  });
  await context.exposeFunction("reportViolation", (/** @type {string} */ what) => {
    violations.push(what);
    wrong.push(`violation: ${what}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      /** @type {any} */ (window).reportViolation(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await prepare?.(page);
  await page.goto(url);
  return {
    page,
    addresses,
    violations,
    close: async (allowed) => {
      await context.close();
      const unexpected = wrong.filter((text) => !allowed?.test(text));
      assert.deepEqual(unexpected, []);
    },
  };
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} selector
 */
export const textOf = async (page, selector) => (await page.textContent(selector)) ?? "";

/**
 * Waits for the demo's or the strict page's end.
 * @param {import("playwright-core").Page} page
 */
export async function ended(page) {
  await page.waitForFunction(() => /^Done|^It stopped/.test(document.querySelector("#status")?.textContent ?? ""));
  return textOf(page, "#status");
}

/**
 * The sentence that a page shows where it stopped.
 * @param {import("playwright-core").Page} page
 */
export async function sentence(page) {
  assert.equal(await ended(page), "It stopped; see below.");
  assert.ok(await page.isVisible("#error"));
  return textOf(page, "#error > p");
}

/**
 * The names and values that a page lists.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<Record<string, string>>}
 */
export async function results(page) {
  const pairs = await page
    .locator("#results")
    .evaluate((list) =>
      [...list.querySelectorAll("dt")].map((term) => [term.textContent, term.nextElementSibling?.textContent]),
    );
  return Object.fromEntries(pairs);
}
