// Between Pyodide's memory and the kernels' own: one copy in, one copy out.
// Python's side of it is python/ferrodide/_javascript.py.

import { countingBridge } from "./bridge-counting.js";
import { stringsBridge } from "./bridge-strings.js";
import { createGuard, privateOf } from "./guard.js";

/**
 * @typedef {import("./guard.js").Kernels} Kernels
 * @typedef {import("../pkg/ferrodide.js").NdArray} NdArray
 * @typedef {import("../pkg/ferrodide.js").TypedArray} TypedArray
 * @typedef {{_module: {HEAPU8: Uint8Array<ArrayBuffer>}}} PyodideMemory
 */

/** @typedef {new (memory: ArrayBuffer, address: number, length: number) => TypedArray} NewArray */

/** @type {Record<string, NewArray & {BYTES_PER_ELEMENT: number}>} */
const ARRAYS = {
  "<f8": Float64Array,
  "<f4": Float32Array,
  "<i8": BigInt64Array,
  "<i4": Int32Array,
  "|u1": Uint8Array,
  "|b1": Uint8Array,
};

/** @param {number[]} shape */
const product = (shape) => shape.reduce((size, n) => size * n, 1);

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

  /** @param {string} description of an array */
  const ndarray = (description) => located(JSON.parse(description));

  /**
   * @param {any} description of an array, taken apart
   * @returns {any} an {@link NdArray} over the span of Pyodide's memory that it lies in, as that is now
   */
  function located([typestr, address, shape, strides]) {
    const Data = ARRAYS[typestr];
    const itemsize = Data.BYTES_PER_ELEMENT;
    // HEAPU8 is looked up each time: growing memory makes a new one.
    const { buffer } = python.HEAPU8;
    if (!strides) return { data: new Data(buffer, address, product(shape)), shape };
    const steps = strides.map((/** @type {number} */ bytes) => bytes / itemsize);
    if (shape.includes(0)) return { data: new Data(buffer, address, 0), shape };
    let [first, last] = [0, 0];
    for (const [axis, step] of steps.entries()) {
      if (step < 0) first += step * (shape[axis] - 1);
      else last += step * (shape[axis] - 1);
    }
    const data = new Data(buffer, address + first * itemsize, last - first + 1);
    return { data, shape, strides: steps, offset: -first };
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
    /** @param {string} program @param {string} types @param {string} options */
    jitCompile: (program, types, options) => guarded(() => privateOf(kernels).__jitCompile(program, types, options)),
    /** The compiler's number, by which what it made is kept. */
    jitBuild: () => privateOf(kernels).__jitBuild(),
    /** The elementary functions that compiled code imports are among them. */
    jitExports: () => exports,
    panicForTest: () => guarded(privateOf(kernels).__panicForTest),
    ...countingBridge(kernels, guarded, located),
    ...stringsBridge(kernels, guarded),
  };
}
