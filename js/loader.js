// Starts the kernels, and says in one sentence why it cannot.

import * as kernels from "../pkg/ferrodide.js";
import { explainLoadError } from "./explain.js";
import { createGuard } from "./guard.js";

/** @typedef {import("../pkg/ferrodide.js").InitInput} InitInput */
/** @typedef {{module_or_path: InitInput | Promise<InitInput>}} Source */

/** @type {WebAssembly.Exports | undefined} */
let started;
/** The start that is under way, so that two at once are one. @type {Promise<WebAssembly.Exports> | undefined} */
let starting;
/** @type {ReturnType<typeof createGuard> | undefined} */
let guard;

/** @param {any} exports */
function keep(exports) {
  started = exports;
  guard = createGuard(kernels, exports);
}

function notStarted() {
  return new Error("ferrodide: the kernels are not started; call `await init()` first.");
}

/** The running kernels' exports. Throws where they are not started. */
export function startedExports() {
  if (!started) throw notStarted();
  return started;
}

/**
 * Calls a kernel; says so where they are not started.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
export function guarded(work) {
  if (!guard) throw notStarted();
  return guard(work);
}

/**
 * Compiles and starts the kernels; a second call does nothing.
 * @param {Source | (() => Promise<Source>)} [source] where the .wasm is, or how to get it; beside the module by default
 */
export async function start(source) {
  if (started) return;
  try {
    starting ??= startOnce(source);
    const exports = await starting;
    if (!started) keep(exports);
  } catch (error) {
    throw explainLoadError(error);
  } finally {
    starting = undefined;
  }
}

/** @param {Source | (() => Promise<Source>)} [source] */
async function startOnce(source) {
  return /** @type {any} */ (await kernels.default(typeof source === "function" ? await source() : source));
}

/**
 * As {@link start}, at once, from bytes or a compiled module.
 * @param {{module: BufferSource | WebAssembly.Module}} source
 */
export function startSync(source) {
  if (started) return;
  try {
    keep(kernels.initSync(source));
  } catch (error) {
    throw explainLoadError(error);
  }
}
