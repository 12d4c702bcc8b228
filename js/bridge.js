// Between Pyodide's memory and the kernels' own: one copy in, one copy out.
// Python's side of it is python/ferrodide/_javascript.py.

import { stringsBridge } from "./bridge-strings.js";
import { createGuard, privateOf } from "./guard.js";

/**
 * @typedef {import("./guard.js").Kernels} Kernels
 * @typedef {import("../pkg/ferrodide.js").NdArray} NdArray
 * @typedef {{getBuffer(): PyBuffer}} PyArray A PyProxy of a NumPy array.
 * @typedef {NdArray & {nbytes: number, release(): void}} PyBuffer
 */

/**
 * Takes the buffers of arrays. Each may let Pyodide's memory grow, which detaches the
 * views taken before: then all are taken again.
 * @param {PyArray[]} arrays
 * @returns {PyBuffer[]}
 */
function getBuffers(arrays) {
  for (;;) {
    const buffers = arrays.map((array) => array.getBuffer());
    if (buffers.every(({ data, nbytes }) => data.byteLength === nbytes)) return buffers;
    release(buffers);
  }
}

/** @param {PyBuffer[]} buffers */
function release(buffers) {
  for (const buffer of buffers) buffer.release();
}

/**
 * The functions that Python calls.
 * @param {Kernels} kernels the initialised module
 * @param {WebAssembly.Exports} exports what its initialisation returned
 */
export function createBridge(kernels, exports) {
  const guarded = createGuard(kernels, exports);

  /**
   * @param {PyArray[]} arrays operands, the result's array last
   * @param {(...buffers: any[]) => void} kernel
   */
  function run(arrays, kernel) {
    const buffers = getBuffers(arrays);
    try {
      guarded(() => kernel(...buffers));
    } finally {
      release(buffers);
    }
  }

  return {
    /** @param {PyArray} x1 @param {PyArray} x2 @param {PyArray} result */
    matmul: (x1, x2, result) => run([x1, x2, result], (a, b, out) => kernels.matmul(a, b, { out })),
    /** @param {PyArray} x @param {number} axis @param {PyArray} result */
    sort: (x, axis, result) => run([x, result], (a, out) => kernels.sort(a, { axis, out })),
    /** @param {PyArray} x @param {number} axis @param {PyArray} result */
    argsort: (x, axis, result) => run([x, result], (a, out) => kernels.argsort(a, { axis, out })),
    /** @param {PyArray} x @param {number | undefined} axis @param {boolean} keepdims @param {PyArray} result */
    median: (x, axis, keepdims, result) => run([x, result], (a, out) => kernels.median(a, { axis, keepdims, out })),
    /** @param {PyArray} xa @param {PyArray} xb @param {import("../pkg/ferrodide.js").Metric} metric @param {PyArray} result */
    cdist: (xa, xb, metric, result) => run([xa, xb, result], (a, b, out) => kernels.cdist(a, b, { metric, out })),
    panicForTest: () => guarded(privateOf(kernels).__panicForTest),
    ...stringsBridge(kernels, guarded),
  };
}
