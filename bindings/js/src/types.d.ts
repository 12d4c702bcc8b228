/** The element types that kernels serve. */
export type TypedArray = Float64Array | Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** A typed array with a shape. `strides` and `offset` count elements; C order from 0 where they are left out. */
export interface NdArray<T extends TypedArray = TypedArray> {
  data: T;
  shape: number[];
  strides?: number[];
  offset?: number;
}

/** `out` receives the result (its shape, C order) and is returned. */
export interface OutOptions<T> { out?: T }
export interface SortOptions<T> extends OutOptions<T> {
  /** The axis to sort along, the last one (-1) by default. */
  axis?: number;
  /** Accepted as in NumPy; every sort here is stable. */
  stable?: boolean;
}
export interface MedianOptions extends OutOptions<NdArray<Float64Array> | NdArray<Float32Array>> {
  /** The axis to reduce; all of them where it is left out or null. */
  axis?: number | null;
  /** Leave the reduced axes in the result with length 1. */
  keepdims?: boolean;
}
export type Metric = "euclidean" | "sqeuclidean" | "cityblock" | "chebyshev" | "cosine";
export interface CdistOptions extends OutOptions<NdArray<Float64Array>> { metric?: Metric }

export interface UniqueOptions {
  /** Also return where each value occurs first. */
  return_index?: boolean;
  /** Also return which of the values each element is, in the shape of `x`. */
  return_inverse?: boolean;
  /** Also return how often each value occurs. */
  return_counts?: boolean;
  /** Whether all NaN are one value, as by default. */
  equal_nan?: boolean;
}
/** What `unique` returns where more than the values is asked for. */
export interface Unique<T, I> { values: T; index?: I; inverse?: I; counts?: I }
export interface IsinOptions<T> extends OutOptions<T> {
  /** Return which do not occur. */
  invert?: boolean;
}
export type RankMethod = "average" | "min" | "max" | "dense" | "ordinal";
export interface RankOptions<T> extends OutOptions<T> {
  /** Which rank equal elements share, "average" by default. */
  method?: RankMethod;
  /** The axis to rank along; the flat array where it is left out or null. */
  axis?: number | null;
}
/** The number of equal bins (10 by default), or the edges of all. */
export type Bins = number | Float64Array | number[];
export interface HistogramOptions {
  bins?: Bins;
  /** The outer edges of equal bins; the least and the greatest element by default. */
  range?: [number, number] | null;
  /** What each element counts for. */
  weights?: Float64Array | NdArray<Float64Array>;
}
export interface HistogramddOptions extends Omit<HistogramOptions, "bins" | "range"> {
  /** For all axes, or an array of one for each. */
  bins?: number | Float64Array | Bins[];
  /** An array of one for each axis. */
  range?: ([number, number] | null)[] | null;
}

/** A sorted copy, as `numpy.sort`: ascending, NaN last, stable. O(n) for long axes. */
export function sort<T extends TypedArray>(x: T, options?: SortOptions<T>): T;
export function sort<T extends TypedArray>(x: NdArray<T>, options?: SortOptions<NdArray<T>>): NdArray<T>;
/** The indices that would sort `x`, as `numpy.argsort`: NaN last, ties in their order. */
export function argsort(x: TypedArray, options?: SortOptions<Int32Array>): Int32Array;
export function argsort(x: NdArray, options?: SortOptions<NdArray<Int32Array>>): NdArray<Int32Array>;
/** The median, as `numpy.median`: a number without `axis`, else an array. NaN where there is a NaN. O(n). */
export function median(x: TypedArray | NdArray, options?: { axis?: null; keepdims?: false }): number;
export function median(x: TypedArray | NdArray, options: MedianOptions): NdArray<Float64Array> | NdArray<Float32Array>;
/** The matrix product, as `numpy.matmul`: (..., m, k) by (..., k, n); batch axes broadcast. O(m n k). */
export function matmul<T extends Float64Array | Float32Array>(x1: NdArray<T>, x2: NdArray<T>, options?: OutOptions<NdArray<T>>): NdArray<T>;
/** Distances of the rows of `XA` (m, k) to those of `XB` (n, k), as `scipy.spatial.distance.cdist`: (m, n). O(m n k). */
export function cdist(XA: NdArray<Float64Array>, XB: NdArray<Float64Array>, options?: CdistOptions): NdArray<Float64Array>;

/** The distinct elements in order, as `numpy.unique`; an object of all that was asked for. O(n). */
export function unique<T extends TypedArray>(x: T, options?: { equal_nan?: boolean }): T;
export function unique<T extends TypedArray>(x: T, options: UniqueOptions): Unique<T, Int32Array>;
export function unique<T extends TypedArray>(x: NdArray<T>, options?: { equal_nan?: boolean }): NdArray<T>;
export function unique<T extends TypedArray>(x: NdArray<T>, options: UniqueOptions): Unique<NdArray<T>, NdArray<Int32Array>>;
/** Which elements occur in `test_elements`, as `numpy.isin`: 1 and 0. NaN occurs nowhere. O(n). */
export function isin<T extends TypedArray>(element: T, test_elements: T | NdArray<T>, options?: IsinOptions<Uint8Array>): Uint8Array;
export function isin<T extends TypedArray>(element: NdArray<T>, test_elements: T | NdArray<T>, options?: IsinOptions<NdArray<Uint8Array>>): NdArray<Uint8Array>;
/** The ranks from 1 on, as `scipy.stats.rankdata`: floats of the width of `x`; all NaN where a lane has a NaN. O(n). */
export function rankdata(x: Float32Array, options?: RankOptions<Float32Array>): Float32Array;
export function rankdata(x: TypedArray, options?: RankOptions<Float64Array>): Float64Array;
export function rankdata(x: NdArray<Float32Array>, options?: RankOptions<NdArray<Float32Array>>): NdArray<Float32Array>;
export function rankdata(x: NdArray, options?: RankOptions<NdArray<Float64Array>>): NdArray<Float64Array>;
/** The median of what is not NaN, as `numpy.nanmedian`; NaN where there is nothing else. Otherwise as `median`. O(n). */
export function nanmedian(x: TypedArray | NdArray, options?: { axis?: null; keepdims?: false }): number;
export function nanmedian(x: TypedArray | NdArray, options: MedianOptions): NdArray<Float64Array> | NdArray<Float32Array>;
/**
 * How many elements lie in each bin, or the sums of their weights, as `numpy.histogram`; the edges are doubles.
 * O(n) for equal bins, else O(n log(bins)).
 */
export function histogram(x: TypedArray | NdArray, options?: HistogramOptions & { weights?: undefined }): { hist: Int32Array; bin_edges: Float64Array };
export function histogram(x: TypedArray | NdArray, options: HistogramOptions): { hist: Int32Array | Float64Array; bin_edges: Float64Array };
/** How many points lie in each cell of a grid, as `numpy.histogramdd`; `sample` has the coordinates along each axis. */
export function histogramdd<T extends TypedArray>(sample: (T | NdArray<T>)[], options?: HistogramddOptions): { hist: NdArray<Float64Array>; edges: Float64Array[] };
