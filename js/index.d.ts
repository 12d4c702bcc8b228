export type {
  Bins,
  CdistOptions,
  ExtractOptions,
  HistogramddOptions,
  HistogramOptions,
  InitInput,
  IsinOptions,
  LevenshteinOptions,
  Match,
  MedianOptions,
  Metric,
  NdArray,
  OutOptions,
  RankMethod,
  RankOptions,
  ScorerName,
  SortOptions,
  Text,
  TypedArray,
  Unique,
  UniqueOptions,
} from "../pkg/ferrodide.js";
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
} from "../pkg/ferrodide.js";

import type { InitInput } from "../pkg/ferrodide.js";

/** Where the kernels' WebAssembly is; `ferrodide_bg.wasm` beside the module where left out. */
export interface Source {
  module_or_path: InitInput | Promise<InitInput>;
}

/**
 * Compiles and starts the kernels. Await it once, before any other call; a second call does nothing.
 * Throws an `Error` with one sentence where the browser has no SIMD or the page forbids WebAssembly.
 */
export function init(source?: Source): Promise<void>;
export default init;

/** As {@link init}, at once, from bytes or a compiled module. */
export function initSync(source: { module: BufferSource | WebAssembly.Module }): void;

/**
 * Starts the kernels and hands them to a Pyodide: `import ferrodide` then uses them, without `unsafe-eval`.
 * Call it before Python imports ferrodide.
 */
export function installFerrodide(
  pyodide: { registerJsModule(name: string, module: object): void },
  source?: Source,
): Promise<void>;
