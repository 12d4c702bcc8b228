// Under a Content-Security-Policy that forbids eval: the kernels come as an ES module.

import { PageError } from "./errors.js";
import { showResults } from "./results.js";

const PROGRAM = `
import numpy as np
import ferrodide

a = np.arange(6.0).reshape(2, 3)
[(match, score, _)] = ferrodide.extract("Heathow", ["Gatwick", "Heathrow"], scorer=ferrodide.fuzz.ratio, limit=1)
{
    "ferrodide.backend()": ferrodide.backend(),
    "sort": str(ferrodide.sort(np.array([3.0, np.nan, -1.0]))),
    "matmul": str(ferrodide.matmul(a, a.T).tolist()),
    "extract": f"{match} {score:.1f}",
}
`;

/** @param {string} path */
const at = (path) => new URL(path, import.meta.url).href;

async function run() {
  const { init, installFerrodide } = await import(at("js/index.js"));
  // First, for it says why WebAssembly does not start; Pyodide would wait for ever.
  await init();
  const { loadPyodide } = await import(at("pyodide/pyodide.mjs"));
  /** @type {import("pyodide").PyodideInterface} */
  const pyodide = await loadPyodide({ indexURL: at("pyodide/") });
  await installFerrodide(pyodide);
  const { universal } = await (await fetch(at("dist/wheels.json"))).json();
  if (!universal)
    throw new PageError("The universal wheel is not built yet: run npm run build, then reload this page.");
  await pyodide.loadPackage(["numpy", at(`dist/${universal}`)], { messageCallback: () => {} });
  return pyodide.runPython(PROGRAM).toJs({ dict_converter: Object.fromEntries });
}

await showResults(run);
