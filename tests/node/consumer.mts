// A TypeScript program that uses the package: checked by tsc against the packed types, never run.
import init, {
  argsort,
  cdist,
  extract,
  fuzzScore,
  initSync,
  installFerrodide,
  levenshtein,
  type Match,
  matmul,
  median,
  type NdArray,
  sort,
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
// @ts-expect-error not a scorer
fuzzScore("nearby", "a", "b");
// @ts-expect-error a choice is a string
extract("a", [1]);

export {
  big,
  distance,
  distances,
  found,
  indexMatrix,
  indices,
  medians,
  middle,
  name,
  product,
  score,
  sortedMatrix,
  wrong,
};
