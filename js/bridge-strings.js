// The strings that Python hands over come in one buffer (see `_pack` in
// python/ferrodide/_javascript_strings.py): one proxy a call, and the code points as they
// are. JavaScript's own strings would merge two surrogates into one.

/**
 * @typedef {{getBuffer(type: "u32"): {data: Uint32Array, release(): void}}} PyStrings
 * @typedef {object} Packed What the module keeps for this bridge, not part of its types.
 * @property {(packed: Uint32Array, insertion: bigint, deletion: bigint, substitution: bigint, cutoff?: bigint) => number | bigint} __levenshteinPacked
 * @property {(scorer: string, packed: Uint32Array, cutoff: number) => number} __fuzzScorePacked
 * @property {(packed: Uint32Array, scorer: string, limit?: number, cutoff?: number) => Float64Array} __extractPacked
 */

/**
 * @param {any} module the initialised kernels
 * @param {<T>(work: () => T) => T} guarded runs a kernel so that a trap becomes an error
 */
export function stringsBridge(module, guarded) {
  /** @type {Packed} */
  const kernels = module;

  /**
   * @template T
   * @param {PyStrings} strings
   * @param {(packed: Uint32Array) => T} kernel
   */
  function run(strings, kernel) {
    const buffer = strings.getBuffer("u32");
    try {
      return guarded(() => kernel(buffer.data));
    } finally {
      buffer.release();
    }
  }

  return {
    /**
     * @param {PyStrings} strings the two
     * @param {number | bigint} insertion @param {number | bigint} deletion @param {number | bigint} substitution
     * @param {number | bigint} [cutoff]
     */
    levenshtein: (strings, insertion, deletion, substitution, cutoff) =>
      run(strings, (packed) =>
        kernels.__levenshteinPacked(
          packed,
          BigInt(insertion),
          BigInt(deletion),
          BigInt(substitution),
          cutoff === undefined ? undefined : BigInt(cutoff),
        ),
      ),
    /** @param {string} scorer @param {PyStrings} strings the two @param {number} cutoff */
    fuzzScore: (scorer, strings, cutoff) =>
      run(strings, (packed) => kernels.__fuzzScorePacked(scorer, packed, Number(cutoff))),
    /** @param {PyStrings} strings the query, then the choices @param {string} scorer @param {number} [limit] @param {number} [cutoff] */
    extract: (strings, scorer, limit, cutoff) =>
      run(strings, (packed) => kernels.__extractPacked(packed, scorer, limit, cutoff)),
  };
}
