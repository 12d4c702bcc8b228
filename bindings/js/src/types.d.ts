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
