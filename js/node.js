// The npm package in Node, where fetch() reads no files: the kernels come from the disk.

import { readFile } from "node:fs/promises";
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
export { startSync as initSync } from "./loader.js";
export { init as default };

/** @type {typeof import("./index.js").init} */
export async function init(source) {
  await start(source ?? fromDisk);
}

/** @type {typeof import("./index.js").installFerrodide} */
export async function installFerrodide(pyodide, source) {
  await init(source);
  register(pyodide);
}

async function fromDisk() {
  return { module_or_path: await readFile(new URL("../pkg/ferrodide_bg.wasm", import.meta.url)) };
}
