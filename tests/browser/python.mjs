// A bare page with a Python in it that has ferrodide, for tests of what only a page has.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after } from "node:test";
import { findWheel } from "../../tools/lib/wheels.mjs";
import { site } from "./site.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** The headers under which a page may share memory with its workers. */
export const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * The address of a page with nothing on it.
 * @param {Record<string, string>} [headers]
 */
export async function bareSite(headers) {
  const folder = mkdtempSync(join(tmpdir(), "ferrodide-bare-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "index.html"), '<!doctype html><title>bare</title><link rel="icon" href="data:,">');
  const url = await site({ headers, folders: { "/bare/": folder } });
  return `${url}/bare/`;
}

/**
 * Starts Python in a page: `python(code)` runs code there that may await, and gives what its last line is as JSON.
 * @param {Page} page
 * @param {{backend?: "wheel" | "universal", files?: Record<string, string>}} [options] files of the home folder
 * @returns {Promise<(code: string) => Promise<any>>}
 */
export async function startPython(page, { backend = "wheel", files = {} } = {}) {
  const wheel = new URL(`/dist/${basename(findWheel(backend))}`, page.url()).href;
  await page.evaluate(
    async ([wheel, files]) => {
      const { loadPyodide } = await import(new URL("/pyodide/pyodide.mjs", location.href).href);
      const pyodide = await loadPyodide({ indexURL: new URL("/pyodide/", location.href).href });
      await pyodide.loadPackage(["numpy", wheel], { messageCallback: () => {} });
      for (const [name, text] of Object.entries(files)) pyodide.FS.writeFile(`/home/pyodide/${name}`, text);
      Object.assign(globalThis, { pyodide });
    },
    /** @type {const} */ ([wheel, files]),
  );
  return (code) =>
    page.evaluate(async (code) => {
      const { pyodide } = /** @type {any} */ (globalThis);
      const found = await pyodide.runPythonAsync(code);
      return found?.toJs ? found.toJs({ create_pyproxies: false, dict_converter: Object.fromEntries }) : found;
    }, code);
}
