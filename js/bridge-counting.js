// What the bridge offers of sets, ranks and bins. The length of some results is known only when
// they are there: those go into the first elements of arrays that are long enough for any.

/**
 * @typedef {import("../pkg/ferrodide.js").NdArray} NdArray
 * @typedef {import("../pkg/ferrodide.js").TypedArray} TypedArray
 * @typedef {object} Into What the module keeps for this bridge, not part of its types.
 * @property {(x: NdArray, equal_nan: boolean, values: TypedArray, index?: TypedArray, inverse?: TypedArray, counts?: TypedArray) => number} __uniqueInto
 * @property {(x: NdArray, axis: number | undefined, keepdims: boolean, out: NdArray) => boolean} __nanmedianInto
 * @property {(x: NdArray, edges: Float64Array, weights: NdArray | undefined, out: TypedArray) => void} __histogramInto
 * @property {(sample: NdArray[], edges: Float64Array[], weights: NdArray | undefined, out: NdArray) => void} __histogramddInto
 */

/**
 * @param {typeof import("../pkg/ferrodide.js") & any} module the initialised kernels
 * @param {<T>(work: () => T) => T} guarded runs a kernel so that a trap becomes an error
 * @param {(description: any) => any} located an array that Python describes, where it lies now
 */
export function countingBridge(module, guarded, located) {
  /** @type {Into & typeof import("../pkg/ferrodide.js")} */
  const kernels = module;
  const ndarray = (/** @type {string} */ description) => located(JSON.parse(description));
  const ndarrays = (/** @type {string} */ descriptions) =>
    JSON.parse(descriptions).map((/** @type {any} */ each) => (each ? located(each) : undefined));
  const data = (/** @type {NdArray | undefined} */ array) => array?.data;

  return {
    /** @param {string} arrays `x`, and what receives values, index, inverse and counts @param {boolean} equal_nan */
    unique: (arrays, equal_nan) =>
      guarded(() => {
        const [x, values, index, inverse, counts] = ndarrays(arrays);
        return kernels.__uniqueInto(x, equal_nan, values.data, data(index), data(inverse), data(counts));
      }),
    /** @param {string} element @param {string} test @param {boolean} invert @param {string} out */
    isin: (element, test, invert, out) =>
      guarded(() => void kernels.isin(ndarray(element), ndarray(test), { invert, out: ndarray(out) })),
    /** @param {string} x @param {import("../pkg/ferrodide.js").RankMethod} method @param {number} axis @param {string} out */
    rankdata: (x, method, axis, out) =>
      guarded(() => void kernels.rankdata(ndarray(x), { method, axis, out: ndarray(out) })),
    /** @param {string} x @param {number | undefined} axis @param {boolean} keepdims @param {string} out */
    nanmedian: (x, axis, keepdims, out) =>
      guarded(() => kernels.__nanmedianInto(ndarray(x), axis, keepdims, ndarray(out))),
    /** @param {string} arrays `x`, the edges, the weights or none, what receives the counts */
    histogram: (arrays) =>
      guarded(() => {
        const [x, edges, weights, out] = ndarrays(arrays);
        kernels.__histogramInto(x, edges.data, weights, out.data);
      }),
    /** @param {string} sample @param {string} edges @param {string} arrays the weights or none, the grid */
    histogramdd: (sample, edges, arrays) =>
      guarded(() => {
        const [weights, out] = ndarrays(arrays);
        kernels.__histogramddInto(ndarrays(sample), ndarrays(edges).map(data), weights, out);
      }),
  };
}
