//! The string kernels against plain twins, and against RapidFuzz (tests/cases/strings.json).

use ferrodide::strings::{Extractor, Match, Scorer, Weights, extract, fuzz_score, levenshtein, set_utf16};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;

/// The same cases on every machine and on wasm, where there is no entropy and no disk.
fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(20_261_123), failure_persistence: None, ..Config::default() }
}

/// The textbook recurrence, with the whole matrix.
fn plain_levenshtein(s1: &[u32], s2: &[u32], weights: Weights) -> u64 {
    let mut matrix = vec![vec![0; s2.len() + 1]; s1.len() + 1];
    for i in 0..=s1.len() {
        for j in 0..=s2.len() {
            let deleted = (i > 0).then(|| matrix[i - 1][j] + weights.deletion);
            let inserted = (j > 0).then(|| matrix[i][j - 1] + weights.insertion);
            let replaced = (i > 0 && j > 0)
                .then(|| matrix[i - 1][j - 1] + if s1[i - 1] == s2[j - 1] { 0 } else { weights.substitution });
            matrix[i][j] = [deleted, inserted, replaced].into_iter().flatten().min().unwrap_or(0);
        }
    }
    matrix[s1.len()][s2.len()]
}

/// `ratio` by the textbook longest common subsequence.
fn plain_ratio(s1: &[u32], s2: &[u32]) -> f64 {
    let indel = plain_levenshtein(s1, s2, Weights { substitution: 2, ..Weights::default() });
    plain_ratio_of(indel, s1.len() + s2.len())
}

fn plain_ratio_of(distance: u64, total: usize) -> f64 {
    if total == 0 { 100.0 } else { (1.0 - distance as f64 / total as f64) * 100.0 }
}

/// `partial_ratio` by looking at every window, and every shorter prefix and suffix.
fn plain_partial_ratio(s1: &[u32], s2: &[u32]) -> f64 {
    let (short, long) = if s1.len() <= s2.len() { (s1, s2) } else { (s2, s1) };
    if short.is_empty() {
        return if long.is_empty() { 100.0 } else { 0.0 };
    }
    let best = |needle: &[u32], text: &[u32]| {
        let windows = text.windows(needle.len());
        let ends = (1..needle.len()).flat_map(|len| [&text[..len], &text[text.len() - len..]]);
        windows.chain(ends).map(|piece| plain_ratio(needle, piece)).fold(0.0, f64::max)
    };
    let one = best(short, long);
    if short.len() == long.len() { one.max(best(long, short)) } else { one }
}

fn text(alphabet: &'static [u32], len: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop::sample::select(alphabet), 0..=len)
}

const FEW: &[u32] = &[0x61, 0x62, 0x63, 0x20];
const MANY: &[u32] = &[0x61, 0xE9, 0x20, 0xA0, 0x2003, 0x3042, 0xD83D, 0xDE00, 0x1F600, 0x10FFFF];

fn any_text(len: usize) -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![text(FEW, len), text(MANY, len)]
}

/// Two strings, of which the second is often the first with a few changes.
fn two_texts(len: usize) -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, prop::sample::select(MANY)), 0..6);
    (any_text(len), any_text(len), changes, any::<bool>()).prop_map(|(s1, other, changes, alike)| {
        if !alike {
            return (s1, other);
        }
        let mut s2 = s1.clone();
        for (at, kind, c) in changes {
            let at = at.index(s2.len() + 1);
            match kind {
                0 => s2.insert(at, c),
                _ if at == s2.len() => s2.push(c),
                1 => drop(s2.remove(at)),
                _ => s2[at] = c,
            }
        }
        (s1, s2)
    })
}

fn weights() -> impl Strategy<Value = Weights> {
    (0..5u64, 0..5u64, 0..12u64).prop_map(|(insertion, deletion, substitution)| Weights {
        insertion,
        deletion,
        substitution,
    })
}

fn cut(distance: u64, cutoff: u64) -> u64 {
    if distance <= cutoff { distance } else { cutoff + 1 }
}

proptest! {
    #![proptest_config(config(300))]

    #[cfg_attr(not(target_arch = "wasm32"), test)]
    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    fn levenshtein_is_the_textbook_distance((s1, s2) in two_texts(40), weights in weights(), slack in -2..3i64) {
        for weights in [weights, Weights::default(), Weights { substitution: 2, ..Weights::default() }] {
            let expected = plain_levenshtein(&s1, &s2, weights);
            prop_assert_eq!(levenshtein(&s1, &s2, weights, None).unwrap(), expected);
            let cutoff = expected.saturating_add_signed(slack);
            prop_assert_eq!(levenshtein(&s1, &s2, weights, Some(cutoff)).unwrap(), cut(expected, cutoff));
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), test)]
    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    fn scorers_without_words_are_the_textbook_ones((s1, s2) in two_texts(24)) {
        for (s1, s2) in [(&s1, &s2), (&s2, &s1)] {
            prop_assert_eq!(fuzz_score(Scorer::Ratio, s1, s2, 0.0).unwrap(), plain_ratio(s1, s2));
            prop_assert_eq!(fuzz_score(Scorer::PartialRatio, s1, s2, 0.0).unwrap(), plain_partial_ratio(s1, s2));
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), test)]
    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    fn a_cutoff_only_cuts((s1, s2) in two_texts(90), cutoff in 0.0..100.0f64) {
        for scorer in Scorer::ALL {
            let score = fuzz_score(scorer, &s1, &s2, 0.0).unwrap();
            prop_assert!((0.0..=100.0).contains(&score));
            let expected = if score >= cutoff { score } else { 0.0 };
            prop_assert_eq!(fuzz_score(scorer, &s1, &s2, cutoff).unwrap(), expected, "{:?}", scorer);
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), test)]
    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    fn extract_is_a_sort_of_all_scores(
        query in any_text(30),
        choices in prop::collection::vec(prop::option::weighted(0.9, any_text(30)), 0..20),
        limit in prop::option::of(0..12usize),
        cutoff in prop::option::of(0.0..100.0f64),
    ) {
        for scorer in Scorer::ALL {
            let mut expected = Vec::new();
            for (index, choice) in choices.iter().enumerate() {
                let Some(choice) = choice else { continue };
                let score = fuzz_score(scorer, &query, choice, cutoff.unwrap_or(0.0)).unwrap();
                if score >= cutoff.unwrap_or(0.0) {
                    expected.push(Match { score, index });
                }
            }
            expected.sort_by(|a, b| b.score.total_cmp(&a.score));
            expected.truncate(limit.unwrap_or(usize::MAX));
            let found = extract(&query, choices.iter().map(Option::as_deref), scorer, limit, cutoff).unwrap();
            prop_assert_eq!(found, expected, "{:?}", scorer);
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), test)]
    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    fn utf16_keeps_what_is_no_pair(units in prop::collection::vec(prop_oneof![any::<u16>(), 0xD7F0..=0xE010u16], 0..20)) {
        let mut points = Vec::new();
        set_utf16(&mut points, units.iter().copied()).unwrap();
        let mut back = Vec::new();
        for point in points {
            match char::from_u32(point) {
                Some(c) => back.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                None => back.push(point as u16),
            }
        }
        prop_assert_eq!(back, units);
    }
}

proptest! {
    #![proptest_config(config(40))]

    /// Strings of several 64-bit words, and cutoffs around the exact score: where bands are tight.
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    fn long_strings_at_their_exact_cutoff((s1, s2) in two_texts(300)) {
        let distance = plain_levenshtein(&s1, &s2, Weights::default());
        let indel = Weights { substitution: 2, ..Weights::default() };
        let distance2 = plain_levenshtein(&s1, &s2, indel);
        for cutoff in distance.saturating_sub(2)..distance + 3 {
            let found = levenshtein(&s1, &s2, Weights::default(), Some(cutoff)).unwrap();
            prop_assert_eq!(found, cut(distance, cutoff));
        }
        for cutoff in distance2.saturating_sub(2)..distance2 + 3 {
            prop_assert_eq!(levenshtein(&s1, &s2, indel, Some(cutoff)).unwrap(), cut(distance2, cutoff));
        }
        // At the very score the formulas may round below it, here as in RapidFuzz.
        let score = plain_ratio(&s1, &s2);
        prop_assert_eq!(fuzz_score(Scorer::Ratio, &s1, &s2, score - 1e-9).unwrap(), score);
        prop_assert_eq!(fuzz_score(Scorer::Ratio, &s1, &s2, score + 1e-9).unwrap(), 0.0);
        // The prepared query takes another way than the single call.
        let found = extract(&s1, [Some(&s2[..])], Scorer::Ratio, None, Some(score - 1e-9)).unwrap();
        prop_assert_eq!(found, [Match { score, index: 0 }]);
    }
}

/// The common subsequence runs along the edge of the band that the exact cutoff leaves,
/// where rapidfuzz 0.5.0 loses it.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn subsequences_at_the_edge_of_the_band_are_found() {
    let indel = Weights { substitution: 2, ..Weights::default() };
    for len in [150, 192, 193, 300, 448] {
        let s1: Vec<u32> = (0x4E00..0x4E00 + len).collect();
        for shift in [5, 6, 20, 63, 64] {
            let mut s2 = s1[shift..].to_vec();
            for end in [&[][..], &[0x61]] {
                s2.extend_from_slice(end);
                for (s1, s2) in [(&s1, &s2), (&s2, &s1)] {
                    let distance = (shift + end.len()) as u64;
                    assert_eq!(levenshtein(s1, s2, indel, Some(distance)).unwrap(), distance);
                    let score = plain_ratio_of(distance, s1.len() + s2.len());
                    let found = extract(s1, [Some(&s2[..])], Scorer::Ratio, None, Some(score - 1e-9)).unwrap();
                    assert_eq!(found, [Match { score, index: 0 }], "{len} {shift}");
                }
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn weights_that_may_overflow_are_refused() {
    let huge = Weights { insertion: u64::MAX / 2, deletion: u64::MAX / 2, substitution: u64::MAX };
    assert_eq!(levenshtein(&[1], &[2], huge, None).unwrap(), u64::MAX - 1);
    assert_eq!(levenshtein(&[1], &[2], huge, Some(u64::MAX)).unwrap(), u64::MAX - 1);
    let error = levenshtein(&[1, 1], &[2], huge, None).unwrap_err();
    assert_eq!(error.python_name(), "ValueError");
    assert!(error.to_string().contains("divide the weights"), "{error}");
    let lopsided = Weights { insertion: 1, deletion: 2, substitution: u64::MAX };
    assert_eq!(levenshtein(&[1, 2], &[3], lopsided, None).unwrap(), 5);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn odd_cutoffs_and_values_do_no_harm() {
    let odd = [u32::MAX, 0, 0x110000, u32::MAX];
    for scorer in Scorer::ALL {
        for cutoff in [f64::NAN, f64::INFINITY, 100.1, 1e300] {
            assert_eq!(fuzz_score(scorer, &odd, &odd, cutoff).unwrap(), 0.0, "{scorer:?} {cutoff}");
        }
        for cutoff in [f64::NEG_INFINITY, -1.0] {
            assert_eq!(fuzz_score(scorer, &odd, &odd, cutoff).unwrap(), 100.0, "{scorer:?} {cutoff}");
        }
        let mut extractor = Extractor::new(&odd, scorer, Some(usize::MAX), Some(f64::NAN)).unwrap();
        extractor.push(Some(&odd)).unwrap();
        assert_eq!(extractor.finish(), []);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn scorers_have_rapidfuzz_names() {
    for scorer in Scorer::ALL {
        assert_eq!(Scorer::from_name(scorer.name()).unwrap(), scorer);
    }
    let error = Scorer::from_name("Ratio").unwrap_err().to_string();
    assert!(error.contains("\"Ratio\"") && error.contains("token_set_ratio"), "{error}");
}

struct Cases {
    json: Value,
    strings: Vec<Vec<u32>>,
}

impl Cases {
    fn load() -> Self {
        let json: Value = serde_json::from_str(include_str!("../cases/strings.json")).unwrap();
        let strings = rows(&json, "strings").iter().map(|string| match string {
            Value::String(s) => s.chars().map(u32::from).collect(),
            points => serde_json::from_value(points.clone()).unwrap(),
        });
        Cases { strings: strings.collect(), json }
    }

    fn string(&self, number: &Value) -> &[u32] {
        &self.strings[number.as_u64().unwrap() as usize]
    }
}

fn rows<'a>(json: &'a Value, key: &str) -> &'a [Value] {
    json[key].as_array().unwrap()
}

/// Scores are strings in the file: parsing those is exact.
fn float(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

fn scorer(value: &Value) -> Scorer {
    Scorer::from_name(value.as_str().unwrap()).unwrap()
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn scores_are_rapidfuzz_to_the_last_bit() {
    let cases = Cases::load();
    for row in rows(&cases.json, "scores") {
        let (s1, s2) = (cases.string(&row[0]), cases.string(&row[1]));
        for (i, name) in rows(&cases.json, "scorers").iter().enumerate() {
            let found = fuzz_score(scorer(name), s1, s2, 0.0).unwrap();
            assert_eq!(found, float(&row[2 + i]), "{name} {s1:?} {s2:?}");
        }
    }
    for row in rows(&cases.json, "cutoffs") {
        let (s1, s2) = (cases.string(&row[0]), cases.string(&row[1]));
        let found = fuzz_score(scorer(&row[2]), s1, s2, float(&row[3])).unwrap();
        assert_eq!(found, float(&row[4]), "{row} {s1:?} {s2:?}");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn distances_are_rapidfuzz() {
    let cases = Cases::load();
    for row in rows(&cases.json, "distances") {
        let (s1, s2) = (cases.string(&row[0]), cases.string(&row[1]));
        let (insertion, deletion, substitution) = serde_json::from_value(row[2].clone()).unwrap();
        let weights = Weights { insertion, deletion, substitution };
        let found = levenshtein(s1, s2, weights, row[3].as_u64()).unwrap();
        assert_eq!(found, row[4].as_u64().unwrap(), "{row} {s1:?} {s2:?}");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn extracts_are_rapidfuzz() {
    let cases = Cases::load();
    for row in rows(&cases.json, "extracts") {
        let choices = row[1].as_array().unwrap().iter();
        let choices = choices.map(|choice| (!choice.is_null()).then(|| cases.string(choice)));
        let limit = row[3].as_u64().map(|limit| limit as usize);
        let cutoff = (!row[4].is_null()).then(|| float(&row[4]));
        let found = extract(cases.string(&row[0]), choices, scorer(&row[2]), limit, cutoff).unwrap();
        let expected = row[5].as_array().unwrap().iter();
        let expected: Vec<Match> =
            expected.map(|m| Match { score: float(&m[0]), index: m[1].as_u64().unwrap() as usize }).collect();
        assert_eq!(found, expected, "{row}");
    }
}
