// Why the kernels cannot start here, in one sentence that says what to do.

/** The smallest module with a SIMD instruction in it. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/**
 * Why the kernels do not start here, as a sentence with what to do.
 * @param {unknown} error
 */
export function explainLoadError(error) {
  const message = error instanceof Error ? error.message : String(error);
  let sentence = `ferrodide: the WebAssembly kernels cannot be loaded (${message}).`;
  if (typeof WebAssembly !== "object") {
    sentence = "ferrodide: this browser has no WebAssembly; use a current Chrome, Firefox or Safari.";
  } else if (/unsafe-eval|Content.Security.Policy/i.test(message)) {
    sentence =
      "ferrodide: this page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src.";
  } else if (!WebAssembly.validate(SIMD_PROBE)) {
    sentence =
      "ferrodide: this browser has no WebAssembly SIMD, which the kernels are built with; update it (Chrome 91, Firefox 89, Safari 16.4 or newer).";
  }
  return new Error(sentence, { cause: error });
}

/** Throws that sentence where this browser or this page cannot run the kernels at all. */
export function checkWebAssembly() {
  try {
    new WebAssembly.Module(SIMD_PROBE);
  } catch (error) {
    throw explainLoadError(error);
  }
}
