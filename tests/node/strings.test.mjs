// The string kernels on JavaScript strings.
import assert from "node:assert/strict";
import { test } from "node:test";
import { started, thrown } from "./package.mjs";

const { extract, fuzzScore, levenshtein } = await started();

test("levenshtein: known distances, weights, cutoff", () => {
  assert.equal(levenshtein("kitten", "sitting"), 3);
  assert.equal(levenshtein("", "abc"), 3);
  assert.equal(levenshtein("kitten", "sitting", { weights: [1, 1, 2] }), 5);
  assert.equal(levenshtein("kitten", "sitting", { score_cutoff: 2 }), 3);
  assert.equal(levenshtein("kitten", "sitting", { score_cutoff: 1 }), 2);
});

test("a character beyond the basic plane is one character, and half of one is one too", () => {
  assert.equal(levenshtein("a😀c", "abc"), 1);
  assert.equal(levenshtein("\ud83d", "x"), 1);
  assert.equal(levenshtein("\ud83d", "\ude00"), 1);
  assert.equal(levenshtein("\ufffd", "\ud83d"), 1);
  assert.equal(levenshtein(new Uint32Array([97, 0x1f600, 99]), "a😀c"), 0);
});

test("extract: best first, ties in their order, null and undefined passed over", () => {
  const choices = ["Gatwick", null, "Heathrow", undefined, "Heathrow", "London Heathrow"];
  const found = extract("Heathrow", choices, { scorer: "ratio", limit: null });
  assert.deepEqual(
    found.map(({ index }) => index),
    [2, 4, 5, 0],
  );
  assert.deepEqual(found[0], { choice: "Heathrow", score: 100, index: 2 });
  assert.equal(extract("Heathrow", choices).length, 4);
  assert.equal(extract("Heathrow", choices, { limit: 1 }).length, 1);
  assert.deepEqual(extract("Heathrow", choices, { limit: 0 }), []);
  assert.deepEqual(
    extract("Heathrow", choices, { score_cutoff: 90 }).map(({ index }) => index),
    [2, 4, 5],
  );
  assert.deepEqual(extract("Heathrow", []), []);
});

test("the README's line holds", () => {
  assert.deepEqual(extract("Heathrow", ["London Heathrow", "Gatwick"], { limit: 1 }), [
    { choice: "London Heathrow", score: 90, index: 0 },
  ]);
});

test("fuzzScore: every scorer by RapidFuzz's name", () => {
  assert.equal(fuzzScore("ratio", "abcd", "abcd"), 100);
  assert.equal(fuzzScore("partial_ratio", "bc", "abcd"), 100);
  assert.equal(fuzzScore("token_sort_ratio", "b a", "a b"), 100);
  assert.equal(fuzzScore("ratio", "abcd", "abce", 90), 0);
});

/** @type {[string, RegExp, () => unknown][]} */
const refused = [
  ["TypeError", /^s2 is of type number: expected a string/, () => levenshtein("a", /** @type {any} */ (1))],
  ["TypeError", /^query is of type object/, () => extract(/** @type {any} */ (null), ["a"])],
  ["TypeError", /^choices is of type string: expected an array/, () => extract("a", /** @type {any} */ ("abc"))],
  ["TypeError", /^choices\[1\] is of type number/, () => extract("a", /** @type {any} */ (["b", 2]))],
  ["TypeError", /^options/, () => extract("a", ["b"], { limit: -1 })],
  ["TypeError", /^options: scorers is unknown/, () => extract("a", ["b"], /** @type {any} */ ({ scorers: "ratio" }))],
  ["ValueError", /nearby/, () => extract("a", ["b"], { scorer: /** @type {any} */ ("nearby") })],
];

for (const [name, message, call] of refused)
  test(`${name}: ${call.toString().slice(6, 90)}`, () => {
    const error = thrown(call);
    assert.equal(error.name, name, error.message);
    assert.match(error.message, message);
    assert.equal(levenshtein("a", "b"), 1, "the next call");
  });
