// What the universal wheel carries: bundled into one script (tools/build/universal.mjs)
// that Python evaluates, and that answers with the function below.

import * as kernels from "../pkg/ferrodide.js";
import { createBridge } from "./bridge.js";

/**
 * @param {Uint8Array<ArrayBuffer>} bytes the kernels' WebAssembly
 * @param {object} pyodide
 */
export function createEmbeddedBridge(bytes, pyodide) {
  return createBridge(kernels, /** @type {any} */ (kernels.initSync({ module: bytes })), pyodide);
}
