#!/usr/bin/env node
// The benchmarks of benches/kernels.py: ours and a peer, interleaved in one run, in Node's Pyodide, natively or in Chromium.
//
//   npm run bench -- [--only NAME] [--backend wheel|universal|native] [--browser chromium] [--json FILE]
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { at, tool, venvPython } from "./lib/paths.mjs";
import { main, run, Stop } from "./lib/process.mjs";
import { road } from "./lib/rust.mjs";
import { checkBackend, findWheel } from "./lib/wheels.mjs";
import { setup } from "./setup.mjs";

/** @typedef {import("./lib/wheels.mjs").Backend} Backend */
/** @typedef {{environment: Record<string, unknown>, results: {name: string}[]}} Report */

const PACKAGES = ["numpy", "scipy"];
/** The files of the program; the last one is run, and imports the others. */
const FILES = ["patched", "kernels"];
const PROGRAM = at("benches", "kernels.py");

/** Makes modules of sources by their names, and gives the last one. */
const LOADER = `
import sys, types
def load(sources):
    for name, text in sources.to_py().items():
        module = sys.modules[name] = types.ModuleType(name)
        exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module
load`;

const sources = () =>
  Object.fromEntries(FILES.map((name) => [name, readFileSync(at("benches", `${name}.py`), "utf8")]));

function options() {
  try {
    const string = /** @type {const} */ ({ type: "string" });
    const { values } = parseArgs({ options: { only: string, backend: string, browser: string, json: string } });
    const backend = values.backend ?? "wheel";
    checkBackend(backend);
    if (values.browser !== undefined && values.browser !== "chromium")
      throw new Stop(`--browser is ${values.browser}; it may be chromium.`);
    if (values.browser && backend === "native") throw new Stop("--backend native does not run in a browser.");
    return { only: values.only ?? "", backend, browser: values.browser, json: values.json };
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(
      `${/** @type {Error} */ (error).message}. npm run bench -- [--only NAME] [--backend wheel|universal|native] [--browser chromium] [--json FILE]`,
    );
  }
}

/** @param {string} only */
async function natively(only) {
  const file = join(tmpdir(), `ferrodide-bench-${process.pid}.json`);
  await run(venvPython, [PROGRAM, only, file], {
    env: { PYTHONPATH: tool("native"), OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    show: true,
  });
  return { text: readFileSync(file, "utf8"), engine: "CPython" };
}

/**
 * @param {string} only
 * @param {"wheel" | "universal"} backend
 */
async function inNode(only, backend) {
  const { startPyodide } = await import("./pyodide.mjs");
  const pyodide = await startPyodide({ packages: PACKAGES, backend });
  const program = pyodide.runPython(LOADER)(sources());
  return { text: program.run(only), engine: `Node ${process.versions.node}` };
}

/**
 * @param {string} only
 * @param {"wheel" | "universal"} backend
 */
async function inChromium(only, backend) {
  const { serve } = await import("./serve.mjs");
  const { launchChromium } = await import("./lib/chromium.mjs");
  const site = await serve({ port: 0, folders: { "/bench/": at("benches") } });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("console", (message) => console.log(message.text()));
    page.setDefaultTimeout(0);
    await page.goto(`${site.url}/bench/page.html`);
    const wheel = `${site.url}/dist/${basename(findWheel(backend))}`;
    const text = await page.evaluate(benchInPage, {
      loader: LOADER,
      sources: sources(),
      wheel,
      packages: PACKAGES,
      only,
    });
    return { text, engine: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
    await site.close();
  }
}

/**
 * Runs inside the page.
 * @param {{loader: string, sources: Record<string, string>, wheel: string, packages: string[], only: string}} given
 * @returns {Promise<string>}
 */
async function benchInPage({ loader, sources, wheel, packages, only }) {
  const address = "/pyodide/pyodide.mjs";
  const { loadPyodide } = await import(address);
  const pyodide = await loadPyodide({ indexURL: "/pyodide/" });
  const quiet = { messageCallback: () => {} };
  await pyodide.loadPackage(packages, quiet);
  await pyodide.loadPackage(wheel, quiet);
  return pyodide.runPython(loader)(sources).run(only);
}

await main(async () => {
  const { only, backend, browser, json } = options();
  await setup({
    for: ["node", "python", ...(backend === "native" ? [] : ["pyodide"]), ...(browser ? ["chromium"] : [])],
  });
  await build([backend], { quiet: true });
  const work = backend === "native" ? natively(only) : browser ? inChromium(only, backend) : inNode(only, backend);
  const { text, engine } = await work;
  /** @type {Report} */
  const report = JSON.parse(text);
  if (report.results.length === 0) throw new Stop(`No benchmark has ${only} in its name.`);
  const pyodide = JSON.parse(readFileSync(at("node_modules", "pyodide", "package.json"), "utf8")).version;
  report.environment = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    engine,
    ...(backend !== "native" && { pyodide, rust: road().rustc }),
    wheel_bytes: statSync(findWheel(backend)).size,
    ...report.environment,
  };
  console.log(JSON.stringify(report.environment));
  if (json) writeFileSync(resolve(json), `${JSON.stringify(report, null, 2)}\n`);
});
