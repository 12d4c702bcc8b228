// The array kernels on typed arrays: known answers, layouts, special values, what they refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { started, thrown } from "./package.mjs";

const { argsort, cdist, matmul, median, sort } = await started();

/** @param {number[]} values */
const f64 = (...values) => new Float64Array(values);

test("sort: NaN last, -0.0 and 0.0 in their order, the input untouched", () => {
  const x = f64(3, NaN, -0, -Infinity, 0, Infinity, -1.5);
  const before = x.slice();
  assert.deepEqual(sort(x), f64(-Infinity, -1.5, -0, 0, 3, Infinity, NaN));
  assert.deepEqual(sort(f64(0, -0)), f64(0, -0));
  assert.deepEqual(x, before);
});

test("sort: each type of array, and the result is of that type", () => {
  const numbers = [200, 3, 77, 0, 3];
  for (const Type of [Float64Array, Float32Array, Int32Array, Uint8Array])
    assert.deepEqual(sort(new Type(numbers)), new Type([0, 3, 3, 77, 200]));
  const big = new BigInt64Array([2n ** 63n - 1n, -(2n ** 63n), 0n, -1n, 2n ** 53n + 1n]);
  assert.deepEqual(sort(big), new BigInt64Array([-(2n ** 63n), -1n, 0n, 2n ** 53n + 1n, 2n ** 63n - 1n]));
});

test("sort: along either axis of a matrix", () => {
  const x = { data: f64(3, 1, 2, 9, 8, 7), shape: [2, 3] };
  assert.deepEqual(sort(x), { data: f64(1, 2, 3, 7, 8, 9), shape: [2, 3] });
  assert.deepEqual(sort(x, { axis: 0 }), { data: f64(3, 1, 2, 9, 8, 7), shape: [2, 3] });
  assert.deepEqual(sort(x, { axis: -2, stable: true }), sort(x, { axis: 0 }));
});

test("strides and offset count elements, and may be negative", () => {
  const data = f64(0, 10, 1, 11, 2, 12);
  const everySecond = { data, shape: [3], strides: [2], offset: 1 };
  const backwards = { data, shape: [3], strides: [-2], offset: 4 };
  const transposed = { data, shape: [2, 3], strides: [1, 2] };
  assert.deepEqual(sort(everySecond), { data: f64(10, 11, 12), shape: [3] });
  assert.deepEqual(sort(backwards), { data: f64(0, 1, 2), shape: [3] });
  assert.deepEqual(argsort(backwards), { data: new Int32Array([2, 1, 0]), shape: [3] });
  assert.deepEqual(matmul(transposed, { data: f64(1, 1, 1), shape: [3] }), { data: f64(3, 33), shape: [2] });
  assert.equal(median(everySecond), 11);
  const once = { data: f64(5), shape: [2, 2], strides: [0, 0] };
  assert.deepEqual(matmul(once, once).data, f64(50, 50, 50, 50));
});

test("argsort: ties in their order, NaN last", () => {
  assert.deepEqual(argsort(f64(2, 1, 2, NaN, 1)), new Int32Array([1, 4, 0, 2, 3]));
  assert.deepEqual(
    argsort({ data: f64(3, 1, 2, 9, 8, 7), shape: [2, 3] }, { axis: 0 }).data,
    new Int32Array([0, 0, 0, 1, 1, 1]),
  );
});

test("median: a number without axis, else an array", () => {
  assert.equal(median(f64(4, 1, 3, 2)), 2.5);
  assert.equal(median(new BigInt64Array([1n, 2n, 10n])), 2);
  assert.equal(median(new Uint8Array([1, 2])), 1.5);
  assert.ok(Number.isNaN(median(f64(1, NaN, 2))));
  const x = { data: f64(1, 2, 3, 40, 50, 60), shape: [2, 3] };
  assert.equal(median(x), 21.5);
  assert.deepEqual(median(x, { axis: 0 }), { data: f64(20.5, 26, 31.5), shape: [3] });
  assert.deepEqual(median(x, { axis: 1, keepdims: true }), { data: f64(2, 50), shape: [2, 1] });
  assert.deepEqual(median(x, { axis: null, keepdims: true }), { data: f64(21.5), shape: [1, 1] });
});

test("matmul: matrices, vectors, a batch that broadcasts, both float types", () => {
  const a = { data: f64(1, 2, 3, 4), shape: [2, 2] };
  assert.deepEqual(matmul(a, a), { data: f64(7, 10, 15, 22), shape: [2, 2] });
  const v = { data: f64(1, 10), shape: [2] };
  assert.deepEqual(matmul(v, a), { data: f64(31, 42), shape: [2] });
  assert.deepEqual(matmul(v, v), { data: f64(101), shape: [] });
  const batch = { data: f64(1, 0, 0, 1, 2, 0, 0, 2), shape: [2, 2, 2] };
  assert.deepEqual(matmul(batch, a), { data: f64(1, 2, 3, 4, 2, 4, 6, 8), shape: [2, 2, 2] });
  const single = { data: new Float32Array([0.5, 2]), shape: [1, 2] };
  assert.deepEqual(matmul(single, { data: single.data, shape: [2, 1] }).data, new Float32Array([4.25]));
});

test("cdist: each metric", () => {
  const a = { data: f64(0, 0, 3, 4), shape: [2, 2] };
  const b = { data: f64(3, 4), shape: [1, 2] };
  const expected = { euclidean: [5, 0], sqeuclidean: [25, 0], cityblock: [7, 0], chebyshev: [4, 0], cosine: [NaN, 0] };
  assert.deepEqual(cdist(a, b), { data: f64(5, 0), shape: [2, 1] });
  for (const [metric, distances] of Object.entries(expected))
    assert.deepEqual([...cdist(a, b, { metric: /** @type {any} */ (metric) }).data], distances, metric);
});

test("out receives the result and is returned", () => {
  const x = f64(2, 1);
  const out = f64(0, 0);
  assert.equal(sort(x, { out }), out);
  assert.deepEqual(out, f64(1, 2));
  assert.equal(sort(x, { out: x }), x);
  assert.deepEqual(x, f64(1, 2));
  const indices = new Int32Array(2);
  assert.equal(argsort(f64(2, 1), { out: indices }), indices);
  assert.deepEqual(indices, new Int32Array([1, 0]));
  const a = { data: f64(1, 2, 3, 4), shape: [2, 2] };
  const product = { data: f64(0, 0, 0, 0), shape: [2, 2] };
  assert.equal(matmul(a, a, { out: product }), product);
  assert.deepEqual(product.data, f64(7, 10, 15, 22));
  const distances = { data: f64(9, 9, 9, 9), shape: [2, 2] };
  assert.equal(cdist(a, a, { metric: "cityblock", out: distances }), distances);
  assert.deepEqual(distances.data, f64(0, 4, 4, 0));
  const medians = { data: f64(0, 0), shape: [2] };
  assert.equal(median(a, { axis: 1, out: medians }), medians);
  assert.deepEqual(medians.data, f64(1.5, 3.5));
});

test("an out that does not fit is refused and left as it was", () => {
  const out = f64(7, 7, 7);
  assert.equal(thrown(() => sort(f64(2, 1), { out })).name, "ValueError");
  assert.equal(thrown(() => sort(f64(2, 1), { out: /** @type {any} */ (new Float32Array(2)) })).name, "TypeError");
  const short = { data: f64(7), shape: [2, 2] };
  const a = { data: f64(1, 2, 3, 4), shape: [2, 2] };
  assert.equal(thrown(() => matmul(a, a, { out: short })).name, "TypeError");
  assert.deepEqual(out, f64(7, 7, 7));
  assert.deepEqual(short.data, f64(7));
});

test("empty arrays of every kind", () => {
  assert.deepEqual(sort(f64()), f64());
  assert.deepEqual(argsort(f64()), new Int32Array());
  assert.ok(Number.isNaN(median(f64())));
  assert.deepEqual(sort({ data: f64(), shape: [3, 0] }), { data: f64(), shape: [3, 0] });
  assert.deepEqual(matmul({ data: f64(), shape: [2, 0] }, { data: f64(), shape: [0, 2] }).data, f64(0, 0, 0, 0));
  assert.deepEqual(cdist({ data: f64(), shape: [0, 2] }, { data: f64(1, 2), shape: [1, 2] }).shape, [0, 1]);
});

/** @type {[string, RegExp, () => unknown][]} */
const refused = [
  ["TypeError", /^x: expected a Float64Array/, () => sort(/** @type {any} */ ("abc"))],
  ["TypeError", /^x: expected a Float64Array/, () => sort(/** @type {any} */ (null))],
  ["TypeError", /^x: expected a Float64Array/, () => sort(/** @type {any} */ (new Int16Array(2)))],
  ["TypeError", /^x\.shape: expected an array of whole numbers/, () => sort(/** @type {any} */ ({ data: f64(1) }))],
  ["TypeError", /^x\.shape: got .* none negative/, () => sort({ data: f64(1), shape: [-1] })],
  ["TypeError", /^x\.shape: expected an array of whole numbers/, () => sort({ data: f64(1), shape: [1.5] })],
  [
    "TypeError",
    /^options: axes is unknown; expected one of axis, stable, out$/,
    () => sort(f64(1), /** @type {any} */ ({ axes: 1 })),
  ],
  ["TypeError", /^options: /, () => sort(f64(1), /** @type {any} */ (5))],
  ["TypeError", /^options: /, () => sort(f64(1), /** @type {any} */ ({ axis: "last" }))],
  ["ValueError", /./, () => sort({ data: f64(1, 2), shape: [3] })],
  ["ValueError", /./, () => sort({ data: f64(1, 2), shape: [2], strides: [2] })],
  ["ValueError", /./, () => sort({ data: f64(1, 2), shape: [2], offset: 1 })],
  ["ValueError", /./, () => sort({ data: f64(1, 2), shape: [2], strides: [-1] })],
  [
    "AxisError",
    /axis 2 is out of bounds for array of dimension 1: expected -1 <= axis < 1/,
    () => sort(f64(1), { axis: 2 }),
  ],
  ["AxisError", /axis -3 is out of bounds/, () => argsort({ data: f64(1), shape: [1, 1] }, { axis: -3 })],
  ["AxisError", /axis 1 is out of bounds/, () => median(f64(1), { axis: 1 })],
  ["AxisError", /at least one dimension/, () => sort({ data: f64(1), shape: [] })],
  ["ValueError", /./, () => matmul({ data: f64(1, 2), shape: [1, 2] }, { data: f64(1, 2, 3), shape: [3, 1] })],
  [
    "TypeError",
    /^x1 holds F64 and x2 F32/,
    () => matmul({ data: f64(1), shape: [1] }, /** @type {any} */ ({ data: new Float32Array(1), shape: [1] })),
  ],
  [
    "TypeError",
    /^x1 holds I32; expected Float64Array or Float32Array/,
    () =>
      matmul(
        /** @type {any} */ ({ data: new Int32Array(1), shape: [1] }),
        /** @type {any} */ ({ data: new Int32Array(1), shape: [1] }),
      ),
  ],
  [
    "ValueError",
    /^metric: got "nearby"; expected one of euclidean/,
    () =>
      cdist(
        { data: f64(1), shape: [1, 1] },
        { data: f64(1), shape: [1, 1] },
        { metric: /** @type {any} */ ("nearby") },
      ),
  ],
  [
    "ValueError",
    /^XB must be a 2-dimensional array/,
    () => cdist({ data: f64(1), shape: [1, 1] }, { data: f64(1), shape: [1] }),
  ],
  [
    "ValueError",
    /same number of columns/,
    () => cdist({ data: f64(1), shape: [1, 1] }, { data: f64(1, 2), shape: [1, 2] }),
  ],
];

for (const [name, message, call] of refused)
  test(`${name}: ${call.toString().slice(6, 90)}`, () => {
    const error = thrown(call);
    assert.equal(error.name, name, error.message);
    assert.match(error.message, message);
    assert.deepEqual(sort(f64(2, 1)), f64(1, 2), "the next call");
  });

test("a result that does not fit is a MemoryError, and the next call works", () => {
  const column = { data: f64(1), shape: [40_000, 1], strides: [0, 0] };
  const row = { data: f64(1), shape: [1, 40_000], strides: [0, 0] };
  const points = { data: f64(1), shape: [40_000, 1], strides: [0, 0] };
  const vast = { data: f64(1), shape: [20_000, 40_000], strides: [0, 0] };
  for (const call of [() => matmul(column, row), () => cdist(points, points), () => argsort(vast), () => sort(vast)]) {
    const error = thrown(call);
    assert.equal(error.name, "MemoryError", error.message);
    assert.match(error.message, /not enough memory/);
    assert.deepEqual(sort(f64(2, 1)), f64(1, 2));
  }
});

test("memory that grows under a call is no matter", () => {
  const big = new Float64Array(3_000_000).map((_, i) => (i * 7919) % 3_000_000);
  const sorted = sort(big);
  assert.equal(sorted[0], 0);
  assert.ok(sorted.every((value, i) => i === 0 || value >= sorted[i - 1]));
  assert.equal(median(big), 1_499_999.5);
});
