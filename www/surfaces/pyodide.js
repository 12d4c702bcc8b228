// Pyodide on this thread, ferrodide by micropip, the program: the same on a page and in a module worker.
import { PageError } from "../errors.js";

/** @param {string} path */
const at = (path) => new URL(`../${path}`, import.meta.url).href;

/** @returns {Promise<Record<string, string>>} */
export async function runProgram() {
  const { loadPyodide } = await import(at("pyodide/pyodide.mjs"));
  /** @type {import("pyodide").PyodideInterface} */
  const pyodide = await loadPyodide({ indexURL: at("pyodide/") });
  await pyodide.loadPackage(["micropip", "numpy"], { messageCallback: () => {} });
  // On a site of your own: micropip.install("ferrodide"), or the address of the wheel that you serve.
  const { wheel } = await (await fetch(at("dist/wheels.json"))).json();
  if (!wheel) throw new PageError("The wheel is not built yet: run npm run build, then reload this page.");
  await pyodide.pyimport("micropip").install(at(`dist/${wheel}`));
  const program = await (await fetch(at("surfaces/program.py"))).text();
  return pyodide.runPython(program).toJs({ dict_converter: Object.fromEntries });
}
