// What a trap (a panic of the kernels) leaves behind is put right, so that the next call works.

/** @typedef {typeof import("../pkg/ferrodide.js")} Kernels */
/**
 * @typedef {object} Private What the module keeps for the bridge and the tests, not part of its types.
 * @property {() => string | undefined} __takePanicMessage
 * @property {() => void} __panicForTest
 * @property {() => string} __jitBuild
 * @property {(program: string, types: string, options: string) => any[]} __jitCompile
 */

/** @param {Kernels} kernels */
export const privateOf = (kernels) => /** @type {Kernels & Private} */ (/** @type {unknown} */ (kernels));

/**
 * Runs work on the kernels; a trap becomes an Error that says what happened.
 * @param {Kernels} kernels the initialised module
 * @param {WebAssembly.Exports} exports what its initialisation returned
 * @returns {<T>(work: () => T) => T}
 */
export function createGuard(kernels, exports) {
  // A trap leaves the shadow stack where it was: put it back, or each panic eats some.
  const stack = /** @type {WebAssembly.Global | undefined} */ (exports.__stack_pointer);
  return (work) => {
    const top = stack?.value;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      if (stack) stack.value = top;
      throw explainTrap(error, kernels);
    }
  };
}

/**
 * A trap as an Error that names the Python exception.
 * @param {WebAssembly.RuntimeError} error
 * @param {Kernels} kernels
 */
function explainTrap(error, kernels) {
  const panic = privateOf(kernels).__takePanicMessage();
  const explained = new Error(
    `ferrodide: internal error, please report it: ${panic ?? error.message}. The next call works.`,
    { cause: error },
  );
  explained.name = "RuntimeError";
  return explained;
}
