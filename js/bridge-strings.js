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

  /**
   * @template T
   * @param {PyStrings | [string, string]} pair
   * @param {(packed: Uint32Array) => T} kernel
   */
  function runPair(pair, kernel) {
    return Array.isArray(pair) ? guarded(() => kernel(packAscii(...pair))) : run(pair, kernel);
  }

  /**
   * @param {PyStrings | [string, string]} pair
   * @param {number | bigint} insertion @param {number | bigint} deletion @param {number | bigint} substitution
   * @param {number | bigint} [cutoff]
   */
  function levenshtein(pair, insertion, deletion, substitution, cutoff) {
    const costs = /** @type {[bigint, bigint, bigint]} */ ([insertion, deletion, substitution].map(BigInt));
    const limit = cutoff === undefined ? undefined : BigInt(cutoff);
    return runPair(pair, (packed) => kernels.__levenshteinPacked(packed, ...costs, limit));
  }

  /** @param {string} scorer @param {PyStrings | [string, string]} pair @param {number} cutoff */
  function fuzzScore(scorer, pair, cutoff) {
    return runPair(pair, (packed) => kernels.__fuzzScorePacked(scorer, packed, Number(cutoff)));
  }

  return {
    levenshtein,
    fuzzScore,
    // A proxy costs more than the distance of two short strings: ASCII comes as it is.
    /** @param {string} s1 @param {string} s2 @param {Parameters<typeof levenshtein> extends [any, ...infer R] ? R : never} rest */
    levenshteinAscii: (s1, s2, ...rest) => levenshtein([s1, s2], ...rest),
    /** @param {string} scorer @param {string} s1 @param {string} s2 @param {number} cutoff */
    fuzzScoreAscii: (scorer, s1, s2, cutoff) => fuzzScore(scorer, [s1, s2], cutoff),
    /** @param {PyStrings} strings the query, then the choices @param {string} scorer @param {number} [limit] @param {number} [cutoff] */
    extract: (strings, scorer, limit, cutoff) =>
      run(strings, (packed) => kernels.__extractPacked(packed, scorer, limit, cutoff)),
  };
}

/**
 * Two strings in the form of `_pack`.
 * @param {string} s1
 * @param {string} s2
 */
function packAscii(s1, s2) {
  const packed = new Uint32Array(3 + s1.length + s2.length);
  packed.set([2, s1.length, s2.length]);
  let at = 3;
  for (let i = 0; i < s1.length; i++) packed[at++] = s1.charCodeAt(i);
  for (let i = 0; i < s2.length; i++) packed[at++] = s2.charCodeAt(i);
  return packed;
}
