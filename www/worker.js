// Python, in a module worker: loads it, installs ferrodide by the chosen road, and runs the
// demo program. Everything it has to say goes to the page as a message.

import { explain, PageError } from "./errors.js";

/** @typedef {"wheel" | "universal" | "javascript"} Road */

const SITE = new URL("./", import.meta.url);
const PROGRAM = ["__init__", "airports", "digits", "runner"];

/**
 * An address of this site.
 * @param {string} path
 */
const at = (path) => new URL(path, SITE).href;

/** @param {string} text */
const step = (text) => postMessage({ event: "step", text });

self.onmessage = async ({ data }) => {
  try {
    await run(data.road, data.quick);
    postMessage({ event: "done" });
  } catch (error) {
    postMessage({ event: "error", ...explain(error) });
  }
};

/**
 * @param {Road} road
 * @param {boolean} quick a part of the questions, for tests
 */
async function run(road, quick) {
  step("Loading Python …");
  const { checkWebAssembly } = await import(at("js/explain.js"));
  checkWebAssembly();
  const wheel = await findWheel(road === "wheel" ? "wheel" : "universal");
  const { loadPyodide, version } = await import(at("pyodide/pyodide.mjs"));
  /** @type {import("pyodide").PyodideInterface} */
  const pyodide = await loadPyodide({ indexURL: at("pyodide/") });
  step("Loading NumPy and ferrodide …");
  if (road === "javascript") {
    const { installFerrodide } = await import(at("js/index.js"));
    await installFerrodide(pyodide);
  }
  await load(pyodide, "numpy");
  await load(pyodide, wheel);
  const start = performance.now();
  pyodide.runPython("import numpy");
  const numpyDone = performance.now();
  pyodide.runPython("import ferrodide");
  const importMs = { NumPy: numpyDone - start, ferrodide: performance.now() - numpyDone };
  step("Loading SciPy and scikit-learn …");
  await load(pyodide, "scikit-learn");
  await copyFiles(pyodide);
  const runner = pyodide.pyimport("demo.runner");
  postMessage({
    event: "facts",
    pyodide: version,
    versions: runner.environment().toJs({ dict_converter: Object.fromEntries }),
    importMs,
    files: filesLoaded(),
  });
  step("Running …");
  runner.run((/** @type {any} */ event) => postMessage(event.toJs({ dict_converter: Object.fromEntries })), quick);
}

/**
 * The address of the wheel; its name has its version in it, and wheels.json says which is there.
 * @param {"wheel" | "universal"} kind
 */
async function findWheel(kind) {
  const name = JSON.parse(await read("dist/wheels.json"))[kind];
  if (!name)
    throw new PageError(`The ferrodide wheel "${kind}" is not built yet: run npm run build, then reload this page.`);
  await get(`dist/${name}`, "HEAD");
  return at(`dist/${name}`);
}

/**
 * A file of this site. Fails with a sentence that says which is missing.
 * @param {string} path
 */
async function get(path, method = "GET") {
  const response = await fetch(at(path), { method }).catch((error) => {
    throw new PageError(`/${path} could not be fetched: is the server still running? Start it and reload.`, error);
  });
  if (!response.ok)
    throw new PageError(
      `/${path} could not be loaded (HTTP ${response.status}): run npm run build, then reload this page.`,
    );
  return response;
}

/** @param {string} path */
const read = async (path) => (await get(path)).text();

/**
 * Installs a package of Pyodide's, or a wheel.
 * @param {import("pyodide").PyodideInterface} pyodide
 * @param {string} name
 */
async function load(pyodide, name) {
  /** @type {string[]} */
  const errors = [];
  await pyodide.loadPackage(name, { messageCallback: () => {}, errorCallback: (text) => errors.push(text) });
  if (errors.length > 0)
    throw new PageError(
      `${name} could not be installed: run npm run setup and npm run build, then reload this page.`,
      errors.join("\n"),
    );
}

/**
 * The program and its data, to where Python finds them.
 * @param {import("pyodide").PyodideInterface} pyodide
 */
async function copyFiles(pyodide) {
  const files = PROGRAM.map((name) => `demo/${name}.py`);
  const texts = await Promise.all([...files, "data/airports.csv"].map(read));
  pyodide.FS.mkdirTree("/home/pyodide/demo");
  pyodide.FS.mkdirTree("/data");
  files.forEach((file, i) => {
    pyodide.FS.writeFile(`/home/pyodide/${file}`, texts[i]);
  });
  pyodide.FS.writeFile("/data/airports.csv", texts[files.length]);
}

/** What this worker fetched of Python, its packages and ferrodide, with the sizes in bytes. */
function filesLoaded() {
  const entries = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const { name, decodedBodySize } of entries)
    if (/\.(wasm|whl|zip)$|pyodide\.asm\.mjs$/.test(name) && decodedBodySize > 0)
      sizes.set(name.slice(SITE.href.length), decodedBodySize);
  return [...sizes].map(([path, bytes]) => ({ path, bytes }));
}
