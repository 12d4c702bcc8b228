// Sets, ranks and bins on typed arrays: known answers, layouts, special values, what they refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { started, thrown } from "./package.mjs";

const { histogram, histogramdd, isin, nanmedian, rankdata, unique } = await started();

/** @param {number[]} values */
const f64 = (...values) => new Float64Array(values);
/** @param {number[]} values */
const i32 = (...values) => new Int32Array(values);
const backwards = { data: f64(0, 3, 0, 1, 0, 3), shape: [3], strides: [-2], offset: 5 };

test("unique: the values alone, or an object of what was asked for", () => {
  assert.deepEqual(unique(f64(3, NaN, 1, 3, NaN)), f64(1, 3, NaN));
  assert.deepEqual(unique(f64(NaN, 1, NaN), { equal_nan: false }), f64(1, NaN, NaN));
  assert.deepEqual(unique(new BigInt64Array([5n, -(2n ** 63n), 5n])), new BigInt64Array([-(2n ** 63n), 5n]));
  assert.deepEqual(unique(i32(3, 1, 3), { return_counts: true }), { values: i32(1, 3), counts: i32(1, 2) });
  const matrix = { data: f64(2, 1, 2, 2), shape: [2, 2] };
  assert.deepEqual(unique(matrix, { return_index: true, return_inverse: true }), {
    values: { data: f64(1, 2), shape: [2] },
    index: { data: i32(1, 0), shape: [2] },
    inverse: { data: i32(1, 0, 1, 1), shape: [2, 2] },
  });
  assert.deepEqual(unique(backwards, { return_index: true }).index, { data: i32(1, 0), shape: [2] });
  assert.deepEqual(unique(f64()), f64());
});

test("isin: 1 and 0 in the shape of the elements", () => {
  assert.deepEqual(isin(f64(1, NaN, -0), f64(0, NaN)), new Uint8Array([0, 0, 1]));
  assert.deepEqual(isin(f64(1, 2), f64(2), { invert: true }), new Uint8Array([1, 0]));
  const transposed = { data: f64(1, 2, 3, 4, 5, 6), shape: [2, 3], strides: [1, 2] };
  const found = { data: new Uint8Array([0, 1, 0, 1, 0, 0]), shape: [2, 3] };
  assert.deepEqual(isin(transposed, f64(2, 3)), found);
  const out = { data: new Uint8Array(6), shape: [2, 3] };
  assert.equal(isin(transposed, f64(2, 3), { out }), out);
  assert.deepEqual(out, found);
});

test("rankdata: flat, or along an axis; a lane with a NaN has none", () => {
  assert.deepEqual(rankdata(f64(0, 2, 3, 2)), f64(1, 2.5, 4, 2.5));
  assert.deepEqual(rankdata(new Float32Array([2, 1])), new Float32Array([2, 1]));
  assert.deepEqual(rankdata(backwards, { method: "ordinal" }), { data: f64(2, 1, 3), shape: [3] });
  const matrix = { data: f64(5, 1, NaN, 2), shape: [2, 2] };
  assert.deepEqual(rankdata(matrix, { axis: 1 }), { data: f64(2, 1, NaN, NaN), shape: [2, 2] });
  assert.deepEqual(rankdata(matrix, { axis: 0 }), { data: f64(NaN, 1, NaN, 2), shape: [2, 2] });
  assert.deepEqual(rankdata({ data: i32(4, 3, 2, 1), shape: [2, 2] }), { data: f64(4, 3, 2, 1), shape: [4] });
});

test("nanmedian: every lane, also after one of nothing but NaN", () => {
  assert.equal(nanmedian(f64(3, NaN, 1)), 2);
  assert.equal(nanmedian(backwards), 3);
  assert.ok(Number.isNaN(nanmedian(f64(NaN))));
  const matrix = { data: f64(NaN, NaN, NaN, 4, 2, 6), shape: [2, 3] };
  assert.deepEqual(nanmedian(matrix, { axis: 1 }), { data: f64(NaN, 4), shape: [2] });
  assert.deepEqual(nanmedian(matrix, { axis: 1, keepdims: true }).shape, [2, 1]);
});

test("histogram: equal bins, a range, edges, weights", () => {
  assert.deepEqual(histogram(f64(1, 2, 1.5), { bins: 2 }), { hist: i32(1, 2), bin_edges: f64(1, 1.5, 2) });
  assert.equal(histogram(f64(1, 2)).hist.length, 10);
  assert.deepEqual(histogram(f64(), { bins: 1 }), { hist: i32(0), bin_edges: f64(0, 1) });
  assert.deepEqual(histogram(f64(3, 3), { bins: 2 }).bin_edges, f64(2.5, 3, 3.5));
  assert.deepEqual(histogram(f64(1, NaN, 9, 0), { bins: 2, range: [0, 4] }).hist, i32(2, 0));
  assert.deepEqual(histogram(i32(1, 2, 7), { bins: [0, 2, 7] }).hist, i32(1, 2));
  assert.deepEqual(histogram(backwards, { bins: 2, weights: f64(1, 10, 100) }).hist, f64(10, 101));
});

test("histogramdd: one for all axes, or one for each", () => {
  const [x, y] = [f64(0, 1, 2), f64(0, 0, 4)];
  assert.deepEqual(histogramdd([x, y], { bins: 2 }), {
    hist: { data: f64(1, 0, 1, 1), shape: [2, 2] },
    edges: [f64(0, 1, 2), f64(0, 2, 4)],
  });
  const uneven = histogramdd([x, y], { bins: [1, f64(0, 1, 9)], range: [[0, 1], null], weights: f64(1, 2, 4) });
  assert.deepEqual(uneven, { hist: { data: f64(3, 0), shape: [1, 2] }, edges: [f64(0, 1), f64(0, 1, 9)] });
});

/** @type {[string, RegExp, () => unknown][]} */
const refused = [
  ["TypeError", /^x: expected a Float64Array/, () => unique(/** @type {any} */ ([1, 2]))],
  ["TypeError", /^options: counts is unknown/, () => unique(f64(1), /** @type {any} */ ({ counts: true }))],
  ["TypeError", /^element holds F64 and test_elements I32/, () => isin(f64(1), /** @type {any} */ (i32(1)))],
  [
    "ValueError",
    /^method: got "mode"; expected one of average,/,
    () => rankdata(f64(1), /** @type {any} */ ({ method: "mode" })),
  ],
  ["AxisError", /axis 1 is out of bounds/, () => rankdata(f64(1), { axis: 1 })],
  ["AxisError", /axis 1 is out of bounds/, () => nanmedian(f64(1), { axis: 1 })],
  ["ValueError", /^bins: got 0; expected a whole number/, () => histogram(f64(1), { bins: 0 })],
  ["ValueError", /^bins: got 2.5; expected a whole number/, () => histogram(f64(1), { bins: 2.5 })],
  ["ValueError", /^bins: got no edges/, () => histogram(f64(1), { bins: [] })],
  ["TypeError", /^bins: expected a Float64Array or/, () => histogram(f64(1), /** @type {any} */ ({ bins: "auto" }))],
  ["ValueError", /increase monotonically/, () => histogram(f64(1), { bins: [1, 0] })],
  ["ValueError", /^range: got NaN to NaN; expected two finite/, () => histogram(f64(1, NaN))],
  ["TypeError", /^range: expected two numbers/, () => histogram(f64(1), /** @type {any} */ ({ range: [1] }))],
  ["ValueError", /weights should have the same shape/, () => histogram(f64(1), { weights: f64(1, 2) })],
  ["TypeError", /^weights holds I32/, () => histogram(f64(1), /** @type {any} */ ({ weights: i32(1) }))],
  ["TypeError", /^sample: expected an array of typed arrays/, () => histogramdd(/** @type {any} */ (f64(1)))],
  ["TypeError", /^sample: expected an array of typed arrays/, () => histogramdd(/** @type {any} */ ([f64(1), i32(1)]))],
  ["ValueError", /^bins: expected an array of 2/, () => histogramdd([f64(1), f64(1)], { bins: [1] })],
  ["ValueError", /^range: expected an array of 2/, () => histogramdd([f64(1), f64(1)], { range: [[0, 1]] })],
  ["MemoryError", /not enough memory/, () => unique({ data: f64(1), shape: [1 << 30], strides: [0] })],
  ["MemoryError", /not enough memory/, () => histogramdd([f64(1), f64(1)], { bins: 60_000 })],
];

for (const [name, message, call] of refused)
  test(`${name}: ${call.toString().slice(6, 90)}`, () => {
    const error = thrown(call);
    assert.equal(error.name, name, error.message);
    assert.match(error.message, message);
    assert.deepEqual(unique(f64(2, 1)), f64(1, 2), "the next call");
  });
