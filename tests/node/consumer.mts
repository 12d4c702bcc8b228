// A TypeScript program that uses the package: checked by tsc against the packed types, never run.
import init, {
  argsort,
  cdist,
  extract,
  fuzzScore,
  histogram,
  histogramdd,
  initSync,
  installFerrodide,
  isin,
  levenshtein,
  type Match,
  matmul,
  median,
  type NdArray,
  nanmedian,
  rankdata,
  sort,
  type Unique,
  unique,
  version,
} from "ferrodide";

await init();
await init({ module_or_path: new URL("https://example.org/ferrodide_bg.wasm") });
initSync({ module: new Uint8Array() });
await installFerrodide({ registerJsModule(_name: string, _module: object) {} });

const sorted: Float64Array = sort(new Float64Array([2, 1]));
const big: BigInt64Array = sort(new BigInt64Array(1), { stable: true });
const matrix: NdArray<Float64Array> = { data: sorted, shape: [1, 2] };
const sortedMatrix: NdArray<Float64Array> = sort(matrix, { axis: 0, out: matrix });
const indices: Int32Array = argsort(sorted);
const indexMatrix: NdArray<Int32Array> = argsort(matrix);
const middle: number = median(sorted);
const medians: NdArray<Float64Array> | NdArray<Float32Array> = median(matrix, { axis: 0, keepdims: true });
const product: NdArray<Float64Array> = matmul(matrix, { data: sorted, shape: [2] });
const distances: NdArray<Float64Array> = cdist(matrix, matrix, { metric: "cosine" });
const distinct: Float64Array = unique(sorted, { equal_nan: false });
const counted: Unique<NdArray<Float64Array>, NdArray<Int32Array>> = unique(matrix, { return_counts: true });
const found01: Uint8Array = isin(sorted, matrix, { invert: true });
const ranks: Float32Array = rankdata(new Float32Array(1), { method: "dense" });
const rankMatrix: NdArray<Float64Array> = rankdata(matrix, { axis: 0 });
const present: number = nanmedian(sorted);
const tally: Int32Array = histogram(sorted, { bins: 3, range: [0, 1] }).hist;
const weighed: Int32Array | Float64Array = histogram(sorted, { bins: [0, 1], weights: sorted }).hist;
const grid: NdArray<Float64Array> = histogramdd([sorted, sorted], { bins: [3, sorted] }).hist;
const distance: number = levenshtein("a", "b", { weights: [1, 1, 2], score_cutoff: 3 });
const found: Match[] = extract("a", ["b", null, undefined], { scorer: "token_set_ratio", limit: null });
const score: number = fuzzScore("ratio", "a", new Uint32Array([97]));
const name: string = version();

// @ts-expect-error no kernel takes 16-bit numbers
sort(new Int16Array(1));
// @ts-expect-error the result of a Float64Array is no Int32Array
const wrong: Int32Array = sort(new Float64Array(1));
// @ts-expect-error not a metric
cdist(matrix, matrix, { metric: "nearby" });
// @ts-expect-error both operands are of one type
matmul(matrix, { data: new Float32Array(1), shape: [1] });
// @ts-expect-error both are of one type
isin(sorted, new Int32Array(1));
// @ts-expect-error not a method
rankdata(sorted, { method: "mode" });
// @ts-expect-error not a scorer
fuzzScore("nearby", "a", "b");
// @ts-expect-error a choice is a string
extract("a", [1]);

export {
  big,
  counted,
  distance,
  distances,
  distinct,
  found,
  found01,
  grid,
  indexMatrix,
  indices,
  medians,
  middle,
  name,
  present,
  product,
  rankMatrix,
  ranks,
  score,
  sortedMatrix,
  tally,
  weighed,
  wrong,
};
