// Between Pyodide's memory and the kernels' own: one copy in, one copy out.
// Python's side of it is python/ferrodide/_javascript.py.

import { stringsBridge } from "./bridge-strings.js";

/**
 * @typedef {typeof import("../pkg/ferrodide.js")} Kernels
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
 * What a kernel threw, as an Error that names the Python exception.
 * @param {unknown} error
 * @param {Kernels} kernels
 */
function explain(error, kernels) {
  if (!(error instanceof WebAssembly.RuntimeError)) return error;
  const panic = kernels.__takePanicMessage();
  const explained = new Error(
    `ferrodide: internal error, please report it: ${panic ?? error.message}. The next call works.`,
    { cause: error },
  );
  explained.name = "RuntimeError";
  return explained;
}

/**
 * The functions that Python calls.
 * @param {Kernels} kernels the initialised module
 * @param {WebAssembly.Exports} exports what its initialisation returned
 */
export function createBridge(kernels, exports) {
  // A trap leaves the shadow stack where it was: put it back, or each panic eats some.
  const stack = /** @type {WebAssembly.Global | undefined} */ (exports.__stack_pointer);

  /**
   * @template T
   * @param {() => T} work
   * @returns {T}
   */
  function guarded(work) {
    const top = stack?.value;
    try {
      return work();
    } catch (error) {
      if (stack && error instanceof WebAssembly.RuntimeError) stack.value = top;
      throw explain(error, kernels);
    }
  }

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
    panicForTest: () => guarded(() => kernels.__panicForTest()),
    ...stringsBridge(kernels, guarded),
  };
}
