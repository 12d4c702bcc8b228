#!/usr/bin/env node
// The benchmarks of benches/: ours and a peer, interleaved in one run, in Node's Pyodide, natively or in Chromium.
//
//   npm run bench -- [--only PART,...] [--quick] [--backend wheel|universal|native] [--browser chromium] [--json FILE]
//
// A part is what the names of kernels contain, or "patched", "pandas" or "sklearn", alone or with a part of a name or
// family after it ("patched sort f8"). "jit" is the compiled programs, beside native Numba; "jit nbody" some of them.
// --quick runs each case a few times, to see that it runs.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { benchJit, isJit } from "./lib/bench-jit.mjs";
import { runTables } from "./lib/bench-tables.mjs";
import { failedPrograms, jitTables } from "./lib/jit-tables.mjs";
import { at, tool, venvPython } from "./lib/paths.mjs";
import { main, run, Stop } from "./lib/process.mjs";
import { road } from "./lib/rust.mjs";
import { checkBackend, findWheel } from "./lib/wheels.mjs";
import { fetchPackages } from "./setup/pyodide.mjs";
import { setup } from "./setup.mjs";

/** @typedef {import("./lib/wheels.mjs").Backend} Backend */
/** @typedef {import("./lib/bench-tables.mjs").Report} Report */
/** @typedef {import("./lib/bench-jit.mjs").Ask} Ask */
/** @typedef {import("./lib/jit-tables.mjs").JitReport} JitReport */
/** @typedef {{only: string, quick: boolean}} Choice */

const USAGE =
  "npm run bench -- [--only PART,...] [--quick] [--backend wheel|universal|native] [--browser chromium] [--json FILE]";

/** Pyodide's packages, and those that a group of cases needs besides. */
const PACKAGES = ["numpy", "scipy"];
const GROUP_PACKAGES = { pandas: "pandas", sklearn: "scikit-learn" };

/** Puts the files of benches/ into a folder, and gives the module of the program among them. */
const LOADER = `
import pathlib, sys
def load(sources):
    folder = pathlib.Path("/tmp/benches")
    for path, text in sources.to_py().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    sys.path.insert(0, str(folder))
    import bench
    return bench
load`;

/** The Python files of benches/, by their paths in it. */
const sources = () =>
  Object.fromEntries(
    readdirSync(at("benches"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".py"))
      .map((path) => [path, readFileSync(at("benches", path), "utf8")]),
  );

/** @param {string} only */
const packages = (only) => [
  ...PACKAGES,
  ...Object.entries(GROUP_PACKAGES).flatMap(([group, name]) => (new RegExp(`(^|,)${group}`).test(only) ? name : [])),
];

function options() {
  try {
    const string = /** @type {const} */ ({ type: "string" });
    const { values } = parseArgs({
      options: { only: string, quick: { type: "boolean" }, backend: string, browser: string, json: string },
    });
    const backend = values.backend ?? "wheel";
    checkBackend(backend);
    if (values.browser !== undefined && values.browser !== "chromium")
      throw new Stop(`--browser is ${values.browser}; it may be chromium.`);
    if (values.browser && backend === "native") throw new Stop("--backend native does not run in a browser.");
    if (backend === "native" && packages(values.only ?? "").length > PACKAGES.length)
      throw new Stop("pandas and scikit-learn are benchmarked in Pyodide only: leave --backend native out.");
    if (backend === "native" && isJit(values.only ?? ""))
      throw new Stop("The programs of jit are compiled in Pyodide only: leave --backend native out.");
    const choice = { only: values.only ?? "", quick: values.quick ?? false };
    return { choice, backend, browser: values.browser, json: values.json };
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`${/** @type {Error} */ (error).message}. ${USAGE}`);
  }
}

/**
 * The JSON of a run in Pyodide.
 * @param {Ask} ask a function of benches/bench.py
 * @param {Choice} choice
 */
async function answer(ask, choice) {
  if (!isJit(choice.only)) return ask("run", choice.only, choice.quick);
  const known = JSON.parse(await ask("jit", "environment"));
  const report = await benchJit((what, ...given) => ask("jit", what, ...given), choice);
  return JSON.stringify({ ...report, environment: { ...known, ...report.environment } });
}

/** @param {Choice} choice */
async function natively({ only, quick }) {
  const file = join(tmpdir(), `ferrodide-bench-${process.pid}.json`);
  await run(venvPython, [at("benches", "bench.py"), only, quick ? "quick" : "", file], {
    env: { PYTHONPATH: tool("native"), OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    show: true,
  });
  return { text: readFileSync(file, "utf8"), engine: "CPython" };
}

/**
 * @param {Choice} choice
 * @param {"wheel" | "universal"} backend
 */
async function inNode(choice, backend) {
  const { startPyodide } = await import("./pyodide.mjs");
  const pyodide = await startPyodide({ packages: packages(choice.only), backend });
  const program = pyodide.runPython(LOADER)(sources());
  const text = await answer(async (what, ...given) => program[what](...given), choice);
  return { text, engine: `Node ${process.versions.node}` };
}

/**
 * @param {Choice} choice
 * @param {"wheel" | "universal"} backend
 */
async function inChromium(choice, backend) {
  const { serve } = await import("./serve.mjs");
  const { launchChromium } = await import("./lib/chromium.mjs");
  await fetchPackages(packages(choice.only));
  // An isolated page has the fine clock.
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const site = await serve({ port: 0, headers, folders: { "/bench/": at("benches") } });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("console", (message) => console.log(message.text()));
    page.setDefaultTimeout(0);
    await page.goto(`${site.url}/bench/page.html`);
    const wheel = `${site.url}/dist/${basename(findWheel(backend))}`;
    const given = { loader: LOADER, sources: sources(), wheel, packages: packages(choice.only) };
    const program = await page.evaluateHandle(programInPage, given);
    const ask = (/** @type {(string | boolean)[]} */ ...question) =>
      program.evaluate((program, [what, ...given]) => program[`${what}`](...given), question);
    const text = await answer(ask, choice);
    return { text, engine: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
    await site.close();
  }
}

/**
 * Runs inside the page.
 * @param {{loader: string, sources: Record<string, string>, wheel: string, packages: string[]}} given
 * @returns {Promise<any>} the module of benches/bench.py
 */
async function programInPage({ loader, sources, wheel, packages }) {
  const address = "/pyodide/pyodide.mjs";
  const { loadPyodide } = await import(address);
  const pyodide = await loadPyodide({ indexURL: "/pyodide/" });
  const quiet = { messageCallback: () => {} };
  await pyodide.loadPackage(packages, quiet);
  await pyodide.loadPackage(wheel, quiet);
  return pyodide.runPython(loader)(sources);
}

await main(async () => {
  const { choice, backend, browser, json } = options();
  await setup({
    for: ["node", "python", ...(backend === "native" ? [] : ["pyodide"]), ...(browser ? ["chromium"] : [])],
  });
  await build([backend], { quiet: true });
  const work =
    backend === "native" ? natively(choice) : browser ? inChromium(choice, backend) : inNode(choice, backend);
  const { text, engine } = await work;
  /** @type {Report | JitReport} */
  const report = JSON.parse(text);
  const failures = "programs" in report ? failedPrograms(report) : report.failures;
  if ("results" in report && report.results.length + failures.length === 0)
    throw new Stop(`No benchmark has ${choice.only} in its name.`);
  const pyodide = JSON.parse(readFileSync(at("node_modules", "pyodide", "package.json"), "utf8")).version;
  report.environment = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    engine,
    ...(backend !== "native" && { pyodide, rust: road().rustc }),
    wheel_bytes: statSync(findWheel(backend)).size,
    ...(choice.quick && { run: "quick" }),
    ...report.environment,
  };
  for (const line of "programs" in report ? jitTables(report) : runTables(report)) console.log(line);
  console.log(JSON.stringify(report.environment));
  if (json) writeFileSync(resolve(json), `${JSON.stringify(report, null, 2)}\n`);
  for (const { name, size, error } of failures) console.log(`${name} ${size} failed: ${error}`);
  return failures.length > 0 ? 1 : 0;
});
