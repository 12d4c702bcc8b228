// Between Pyodide's memory and the kernels' own: one copy in, one copy out.
// Python's side of it is python/ferrodide/_javascript.py.

import { stringsBridge } from "./bridge-strings.js";
import { createGuard, privateOf } from "./guard.js";

/**
 * @typedef {import("./guard.js").Kernels} Kernels
 * @typedef {import("../pkg/ferrodide.js").NdArray} NdArray
 * @typedef {import("../pkg/ferrodide.js").TypedArray} TypedArray
 * @typedef {{_module: {HEAPU8: Uint8Array<ArrayBuffer>}}} PyodideMemory
 */

/** @type {Record<string, new (memory: ArrayBuffer, address: number, length: number) => TypedArray>} */
const ARRAYS = {
  "<f8": Float64Array,
  "<f4": Float32Array,
  "<i8": BigInt64Array,
  "<i4": Int32Array,
  "|u1": Uint8Array,
};

/**
 * The functions that Python calls. Arrays come as text, `[typestr, address, shape, strides in
 * bytes or null]`: a proxy of an array costs many times what a small call may.
 * @param {Kernels} kernels the initialised module
 * @param {WebAssembly.Exports} exports what its initialisation returned
 * @param {object} pyodide
 */
export function createBridge(kernels, exports, pyodide) {
  const guarded = createGuard(kernels, exports);
  const { _module: python } = /** @type {PyodideMemory} */ (pyodide);
  if (!(python?.HEAPU8 instanceof Uint8Array))
    throw new TypeError("ferrodide: pyodide has no memory to work on; expected what loadPyodide() resolved to.");

  /**
   * @param {string} description of an array without gaps
   * @returns {any} an {@link NdArray} in Pyodide's memory, as it lies there now
   */
  function ndarray(description) {
    const [typestr, address, shape, strides] = JSON.parse(description);
    const size = shape.reduce((/** @type {number} */ product, /** @type {number} */ n) => product * n, 1);
    // HEAPU8 is looked up each time: growing memory makes a new one.
    const data = new ARRAYS[typestr](python.HEAPU8.buffer, address, size);
    if (!strides) return { data, shape };
    return { data, shape, strides: strides.map((/** @type {number} */ bytes) => bytes / data.BYTES_PER_ELEMENT) };
  }

  return {
    /** @param {string} x1 @param {string} x2 @param {string} out */
    matmul: (x1, x2, out) => guarded(() => void kernels.matmul(ndarray(x1), ndarray(x2), { out: ndarray(out) })),
    /** @param {string} x @param {number} axis @param {string} out */
    sort: (x, axis, out) => guarded(() => void kernels.sort(ndarray(x), { axis, out: ndarray(out) })),
    /** @param {string} x @param {number} axis @param {string} out */
    argsort: (x, axis, out) => guarded(() => void kernels.argsort(ndarray(x), { axis, out: ndarray(out) })),
    /** @param {string} x @param {number | undefined} axis @param {boolean} keepdims @param {string} out */
    median: (x, axis, keepdims, out) =>
      guarded(() => void kernels.median(ndarray(x), { axis, keepdims, out: ndarray(out) })),
    /** @param {string} xa @param {string} xb @param {import("../pkg/ferrodide.js").Metric} metric @param {string} out */
    cdist: (xa, xb, metric, out) =>
      guarded(() => void kernels.cdist(ndarray(xa), ndarray(xb), { metric, out: ndarray(out) })),
    panicForTest: () => guarded(privateOf(kernels).__panicForTest),
    ...stringsBridge(kernels, guarded),
  };
}
