/** RapidFuzz's names of the scorers; each gives a similarity between 0 and 100. */
export type ScorerName =
  | "ratio"
  | "partial_ratio"
  | "token_sort_ratio"
  | "token_set_ratio"
  | "token_ratio"
  | "partial_token_sort_ratio"
  | "partial_token_set_ratio"
  | "partial_token_ratio"
  | "WRatio"
  | "QRatio";
/** A string, or its code points (that is what the kernels compare). */
export type Text = string | Uint32Array;
export interface LevenshteinOptions {
  /** What an insertion, a deletion and a substitution cost; [1, 1, 1] by default. */
  weights?: [insertion: number, deletion: number, substitution: number];
  /** A greater distance comes back as this plus one. */
  score_cutoff?: number;
}
export interface ExtractOptions {
  /** "WRatio" by default. */
  scorer?: ScorerName;
  /** How many matches to return at most, 5 by default; null for all. */
  limit?: number | null;
  /** Choices that score below are left out. */
  score_cutoff?: number;
}
export interface Match<T extends Text = string> { choice: T; score: number; index: number }

/** The least cost of the edits that turn `s1` into `s2`, as RapidFuzz's `Levenshtein.distance`; a bigint above 2**53. */
export function levenshtein(s1: Text, s2: Text, options?: LevenshteinOptions): number;
/** The similarity of two strings, as RapidFuzz's `fuzz.*`; 0 where it is below `scoreCutoff`. */
export function fuzzScore(scorer: ScorerName, s1: Text, s2: Text, scoreCutoff?: number): number;
/** The best matches, best first, as RapidFuzz's `process.extract`; null and undefined are passed over. */
export function extract<T extends Text = string>(query: Text, choices: (T | null | undefined)[], options?: ExtractOptions): Match<T>[];
