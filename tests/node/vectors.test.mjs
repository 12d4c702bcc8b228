// The vectors that every language reads (tests/cases/): NumPy's, SciPy's and RapidFuzz's answers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { started } from "./package.mjs";

const {
  argsort,
  cdist,
  extract,
  fuzzScore,
  histogram,
  histogramdd,
  isin,
  levenshtein,
  matmul,
  median,
  nanmedian,
  rankdata,
  sort,
  unique,
} = await started();

/** @typedef {import("./package.mjs").TypedArray} TypedArray */

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(at("tests", "cases", `${name}.json`), "utf8"));

/** @type {Record<string, (texts: string[]) => TypedArray>} */
const ARRAYS = {
  float64: (texts) => Float64Array.from(texts, Number),
  float32: (texts) => Float32Array.from(texts, Number),
  int64: (texts) => BigInt64Array.from(texts, BigInt),
  int32: (texts) => Int32Array.from(texts, Number),
  uint8: (texts) => Uint8Array.from(texts, Number),
};

/**
 * Whether two floats are so near, relative to the greater; special values are what they are.
 * @param {number} a
 * @param {number} b
 * @param {number} bound
 */
const near = (a, b, bound) =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= bound * Math.max(Math.abs(a), Math.abs(b));

/**
 * Zeros have any sign.
 * @template {number | bigint} N
 * @param {N} value
 */
const plain = (value) => (typeof value === "number" ? value + 0 : value);

test("sort.json", () => {
  const { cases } = read("sort");
  assert.ok(cases.length > 0);
  for (const { dtype, shape, axis, values, sorted, argsorted } of cases) {
    const x = { data: ARRAYS[dtype](values), shape };
    assert.deepEqual(sort(x, { axis }).data, ARRAYS[dtype](sorted));
    assert.deepEqual([...argsort(x, { axis }).data], argsorted);
  }
});

test("median.json", () => {
  const { cases } = read("median");
  assert.ok(cases.length > 0);
  for (const { dtype, shape, axis, values, median: expected } of cases) {
    const x = { data: ARRAYS[dtype](values), shape };
    const found = axis === null ? [median(x)] : [...median(x, { axis: Number(axis) }).data];
    assert.deepEqual(found.map(plain), expected.map(Number).map(plain), JSON.stringify({ dtype, shape, axis }));
    if (expected.includes("NaN") && values.includes("NaN")) continue;
    const numbers = axis === null ? [nanmedian(x)] : [...nanmedian(x, { axis: Number(axis) }).data];
    assert.deepEqual(numbers.map(plain), found.map(plain), JSON.stringify({ dtype, shape, axis }));
  }
});

test("sets.json", () => {
  const { cases } = read("sets");
  const served = cases.filter((/** @type {any} */ { dtype }) => dtype in ARRAYS);
  assert.ok(served.length > 40);
  for (const {
    dtype,
    values,
    unique: expected,
    counts,
    index,
    inverse,
    distinct_nan,
    test: test_,
    isin: found,
  } of served) {
    const x = ARRAYS[dtype](values);
    const all = unique(x, { return_counts: true, return_index: true, return_inverse: true });
    assert.deepEqual([...all.values].map(plain), [...ARRAYS[dtype](expected)].map(plain));
    assert.deepEqual(unique(x), all.values);
    assert.deepEqual(unique({ data: x, shape: [x.length, 1] }).data, all.values);
    assert.deepEqual([[...(all.counts ?? [])], [...(all.index ?? [])]], [counts, index]);
    assert.deepEqual([...(all.inverse ?? [])], inverse);
    assert.equal(unique(x, { equal_nan: false }).length, distinct_nan);
    assert.deepEqual([...isin(x, ARRAYS[dtype](test_))], found);
    const not = isin(x, ARRAYS[dtype](test_), { invert: true });
    assert.ok(not.every((no, i) => no + found[i] === 1));
  }
});

test("rank.json", () => {
  const { cases } = read("rank");
  const served = cases.filter((/** @type {any} */ { dtype }) => dtype in ARRAYS);
  assert.ok(served.length > 40);
  for (const { dtype, values, ...ranks } of served)
    for (const method of /** @type {const} */ (["average", "min", "max", "dense", "ordinal"])) {
      const found = rankdata(ARRAYS[dtype](values), { method });
      const expected = values.includes("NaN") ? values.map(() => Number.NaN) : ranks[method];
      assert.deepEqual(found, dtype === "float32" ? Float32Array.from(expected) : Float64Array.from(expected));
      const column = { data: ARRAYS[dtype](values), shape: [values.length, 1] };
      assert.deepEqual(rankdata(column, { method, axis: 0 }), { data: found, shape: column.shape });
    }
});

test("binning.json", () => {
  const { cases } = read("binning");
  assert.ok(cases.length > 0);
  for (const { kernel, dtype, a, edges, bins, weights, want } of cases) {
    const [x, bin_edges] = [ARRAYS[dtype](a), Float64Array.from(edges, Number)];
    const expected = want.map(Number);
    if (kernel === "histogram2d") {
      const sample = [x.subarray(0, x.length / 2), x.subarray(x.length / 2)];
      const { hist, edges: found } = histogramdd(sample, { bins: bin_edges });
      assert.deepEqual([...hist.data], expected);
      assert.deepEqual(hist.shape, [edges.length - 1, edges.length - 1]);
      assert.deepEqual(found, [bin_edges, bin_edges]);
      continue;
    }
    if (bins !== null) {
      const range = /** @type {[number, number]} */ ([bin_edges[0], bin_edges[bins]]);
      const { hist, bin_edges: found } = histogram(x, { bins, range });
      assert.deepEqual(found, bin_edges);
      assert.deepEqual([...hist], expected);
    }
    const weighing = weights && Float64Array.from(weights, Number);
    const { hist } = histogram(x, { bins: bin_edges, weights: weighing });
    // NumPy's running sums round as often as there are weights, each time by half an ulp of all together.
    const all = weights
      ? weighing.reduce((/** @type {number} */ sum, /** @type {number} */ w) => sum + Math.abs(w), 0)
      : 0;
    const bound = x.length * Number.EPSILON * all;
    assert.ok(hist.length === expected.length && hist.every((n, i) => Math.abs(n - expected[i]) <= bound));
  }
});

test("cdist.json", () => {
  const { cases } = read("cdist");
  assert.ok(cases.length > 0);
  for (const { metric, shape_a, shape_b, a, b, distances } of cases) {
    const xa = { data: Float64Array.from(a, Number), shape: shape_a };
    const xb = { data: Float64Array.from(b, Number), shape: shape_b };
    const found = cdist(xa, xb, { metric });
    assert.deepEqual(found.shape, [shape_a[0], shape_b[0]]);
    // The cosine is one minus a number near one: its error is absolute.
    const bound = 4 * (shape_a[1] + 1) * Number.EPSILON;
    distances.map(Number).forEach((/** @type {number} */ expected, /** @type {number} */ i) => {
      const close = metric === "cosine" && Math.abs(found.data[i] - expected) <= bound;
      assert.ok(close || near(found.data[i], expected, bound), `${metric}: ${found.data[i]}, expected ${expected}`);
    });
  }
});

test("matmul.json", () => {
  const { cases } = read("matmul");
  assert.ok(cases.length > 0);
  for (const { dtype, shape1, shape2, x1, x2, shape, product } of cases) {
    const found = matmul(
      /** @type {any} */ ({ data: ARRAYS[dtype](x1), shape: shape1 }),
      /** @type {any} */ ({ data: ARRAYS[dtype](x2), shape: shape2 }),
    );
    assert.deepEqual(found.shape, shape);
    const k = shape1.at(-1);
    const bound = (k + 1) * (dtype === "float32" ? 2 ** -23 : Number.EPSILON);
    const scale = Math.max(1, ...x1.map(Math.abs)) * Math.max(1, ...x2.map(Math.abs)) * k;
    product.map(Number).forEach((/** @type {number} */ expected, /** @type {number} */ i) => {
      const value = Number(found.data[i]);
      assert.ok(
        near(value, expected, 0) || Math.abs(value - expected) <= bound * scale,
        `${value}, expected ${expected}`,
      );
    });
  }
});

const strings = read("strings");
/** @type {(string | Uint32Array)[]} */
const texts = strings.strings.map((/** @type {string | number[]} */ each) =>
  typeof each === "string" ? each : Uint32Array.from(each),
);

test("strings.json: scores and cutoffs, to the last bits", () => {
  assert.ok(strings.scores.length > 0);
  for (const [i, j, ...scores] of strings.scores)
    strings.scorers.forEach((/** @type {import("../../js/index.js").ScorerName} */ scorer, /** @type {number} */ n) => {
      const found = fuzzScore(scorer, texts[i], texts[j]);
      assert.ok(near(found, Number(scores[n]), 1e-14), `${scorer} of ${i}, ${j}: ${found}, expected ${scores[n]}`);
    });
  for (const [i, j, scorer, cutoff, score] of strings.cutoffs) {
    const found = fuzzScore(scorer, texts[i], texts[j], Number(cutoff));
    assert.ok(near(found, Number(score), 1e-14), `${scorer} of ${i}, ${j} over ${cutoff}: ${found}, expected ${score}`);
  }
});

test("strings.json: distances", () => {
  for (const [i, j, weights, score_cutoff, distance] of strings.distances)
    assert.equal(levenshtein(texts[i], texts[j], { weights, score_cutoff: score_cutoff ?? undefined }), distance);
});

test("strings.json: extract", () => {
  for (const [query, choices, scorer, limit, cutoff, matches] of strings.extracts) {
    const score_cutoff = cutoff === null ? undefined : Number(cutoff);
    const given = choices.map((/** @type {number | null} */ i) => (i === null ? null : texts[i]));
    const found = extract(texts[query], given, { scorer, limit, score_cutoff });
    assert.deepEqual(
      found.map(({ index }) => index),
      matches.map((/** @type {[string, number]} */ [, index]) => index),
    );
    found.forEach(({ choice, score }, n) => {
      assert.ok(near(score, Number(matches[n][0]), 1e-14), `${score}, expected ${matches[n][0]}`);
      assert.equal(choice, given[matches[n][1]]);
    });
  }
});
