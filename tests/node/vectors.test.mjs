// The vectors that every language reads (tests/cases/): NumPy's, SciPy's and RapidFuzz's answers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { started } from "./package.mjs";

const { argsort, cdist, extract, fuzzScore, levenshtein, matmul, median, sort } = await started();

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
    // Zeros have any sign.
    const plain = (/** @type {number} */ value) => value + 0;
    assert.deepEqual(found.map(plain), expected.map(Number).map(plain), JSON.stringify({ dtype, shape, axis }));
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
