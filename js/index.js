// The npm package in a browser or a worker.

import { start } from "./loader.js";
import { register } from "./pyodide.js";

export {
  argsort,
  cdist,
  extract,
  fuzzScore,
  histogram,
  histogramdd,
  isin,
  levenshtein,
  matmul,
  median,
  nanmedian,
  rankdata,
  sort,
  unique,
  version,
} from "./kernels.js";
export { start as default, start as init, startSync as initSync } from "./loader.js";

/** @type {typeof import("./index.js").installFerrodide} */
export async function installFerrodide(pyodide, source) {
  await start(source);
  register(pyodide);
}
