#!/usr/bin/env node
// Sets up whatever is missing. Idempotent: a part that is in place costs a check. Writes only into the project and the
// package managers' own places, and stops with one sentence where it cannot go on.
//
//   npm run setup [-- PART ...]
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lib/lock.mjs";
import { main, Stop } from "./lib/process.mjs";
import { setupChromium } from "./setup/chromium.mjs";
import { setupNode } from "./setup/node.mjs";
import { setupPyodide } from "./setup/pyodide.mjs";
import { setupPython } from "./setup/python.mjs";
import { setupNativeRust, setupRustLinters, setupWasmRust } from "./setup/rust.mjs";
import { setupWasmTools } from "./setup/wasm-tools.mjs";
import { setupUpstream } from "./upstream/fetch.mjs";

/**
 * The parts in the order in which they are set up, each with the parts it stands on.
 * @type {Record<string, {needs: string[], work: () => Promise<void>}>}
 */
const PARTS = {
  node: { needs: [], work: setupNode },
  rust: { needs: [], work: setupNativeRust },
  linters: { needs: ["rust"], work: setupRustLinters },
  python: { needs: [], work: setupPython },
  wasm: { needs: ["rust"], work: setupWasmRust },
  "wasm-tools": { needs: ["rust"], work: setupWasmTools },
  pyodide: { needs: ["node", "python"], work: setupPyodide },
  upstream: { needs: ["pyodide"], work: setupUpstream },
  chromium: { needs: [], work: setupChromium },
};

/**
 * @param {{for?: string[]}} [options] the parts that the caller is going to use; all unless told
 */
export async function setup({ for: wanted = Object.keys(PARTS) } = {}) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const choose = (/** @type {string} */ name) => {
    if (!PARTS[name]) throw new Stop(`${name} is no part of set-up; the parts are ${Object.keys(PARTS).join(", ")}.`);
    chosen.add(name);
    PARTS[name].needs.forEach(choose);
  };
  wanted.forEach(choose);
  await withLock("set-up", async () => {
    for (const [name, { work }] of Object.entries(PARTS)) if (chosen.has(name)) await work();
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await main(async () => {
    const parts = process.argv.slice(2);
    await setup(parts.length > 0 ? { for: parts } : {});
    console.log("set-up: complete");
  });
