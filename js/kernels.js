// The kernels as the npm package offers them: each call is guarded, and one before init() says so.

import * as kernels from "../pkg/ferrodide.js";
import { guarded } from "./loader.js";

/**
 * @template {(...args: any[]) => any} F
 * @param {F} kernel
 * @returns {F}
 */
const offered = (kernel) => /** @type {F} */ ((...args) => guarded(() => kernel(...args)));

export const argsort = offered(kernels.argsort);
export const cdist = offered(kernels.cdist);
export const extract = offered(kernels.extract);
export const fuzzScore = offered(kernels.fuzzScore);
export const histogram = offered(kernels.histogram);
export const histogramdd = offered(kernels.histogramdd);
export const isin = offered(kernels.isin);
export const levenshtein = offered(kernels.levenshtein);
export const matmul = offered(kernels.matmul);
export const median = offered(kernels.median);
export const nanmedian = offered(kernels.nanmedian);
export const rankdata = offered(kernels.rankdata);
export const sort = offered(kernels.sort);
export const unique = offered(kernels.unique);
export const version = offered(kernels.version);
