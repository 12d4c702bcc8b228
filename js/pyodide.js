// The way into Pyodide that needs no `unsafe-eval`: the page loads the kernels as an ES
// module, and Python finds them under this name (python/ferrodide/_backend.py).

import * as kernels from "../pkg/ferrodide.js";
import { createBridge } from "./bridge.js";
import { startedExports } from "./loader.js";

const MODULE_NAME = "_ferrodide_js";

/**
 * Registers the started kernels with a Pyodide, before `import ferrodide` runs there.
 * @param {{registerJsModule(name: string, module: object): void}} pyodide
 */
export function register(pyodide) {
  pyodide.registerJsModule(MODULE_NAME, createBridge(kernels, startedExports(), pyodide));
}
