//! `levenshtein`, the scorers and `extract` against the textbook's recurrences and lists of words.

use ferrodide::Error;
use ferrodide::strings::{
    Match, Query, Scorer, Weights, code_points, extract, fuzz_score, levenshtein, set_points, set_utf16,
};

use super::input::{Input, Random};

const FEW: [u32; 4] = [0x61, 0x62, 0x63, 0x20];
const MANY: [u32; 14] =
    [0x61, 0x62, 0xE9, 0x20, 0x85, 0xA0, 0x2003, 0x3042, 0x3043, 0xD83D, 0xDE00, 0x1F600, 0x10FFFF, 0x17F];
const SPACES: [u32; 8] = [0x20, 0x09, 0x0A, 0x85, 0xA0, 0x2003, 0x3000, 0x1C];

pub fn run(input: &mut Input) {
    match input.below(4) {
        0 => distances(input),
        1 => scores(input),
        2 => extracts(input),
        _ => conversions(input),
    }
}

fn text(input: &mut Input, most: usize) -> Vec<u32> {
    let n = input.length(most);
    match input.below(4) {
        0 => (0..n).map(|_| input.pick(&FEW)).collect(),
        1 => (0..n).map(|_| input.pick(&MANY)).collect(),
        2 => {
            let mut random = Random(input.bits());
            let alphabet = 1 + input.below(300);
            (0..n).map(|_| 0x20 + random.below(alphabet) as u32).collect()
        }
        // All different, from one place on.
        _ => {
            let start = input.below(0x3000) as u32;
            (start..start + n as u32).collect()
        }
    }
}

/// A second text: another one, or the first with some changes.
fn changed(input: &mut Input, s1: &[u32], most: usize) -> Vec<u32> {
    if input.flag() {
        return text(input, most);
    }
    let mut s2 = s1.to_vec();
    for _ in 0..input.below(8) {
        let (at, c) = (input.below(s2.len() + 1), input.pick(&MANY));
        match input.below(5) {
            0 => s2.insert(at, c),
            1 if at < s2.len() => drop(s2.remove(at)),
            2 if at < s2.len() => s2[at] = c,
            3 => s2.rotate_left(at),
            4 => s2.truncate(s2.len() - at / 4),
            _ => {}
        }
    }
    s2
}

/// Wagner and Fischer's recurrence on two rows.
fn plain_levenshtein(s1: &[u32], s2: &[u32], weights: Weights) -> u128 {
    let [insertion, deletion, substitution] =
        [weights.insertion, weights.deletion, weights.substitution].map(u128::from);
    let mut row: Vec<u128> = (0..=s2.len() as u128).map(|j| j * insertion).collect();
    for a in s1 {
        let mut last = row.clone();
        std::mem::swap(&mut last, &mut row);
        row[0] = last[0] + deletion;
        for (j, b) in s2.iter().enumerate() {
            let replaced = last[j] + if a == b { 0 } else { substitution };
            row[j + 1] = replaced.min(last[j + 1] + deletion).min(row[j] + insertion);
        }
    }
    row[s2.len()]
}

fn distances(input: &mut Input) {
    let most = if input.below(8) == 7 { 700 } else { 100 };
    let s1 = text(input, most);
    let s2 = changed(input, &s1, most);
    let mut weight = || if input.below(32) == 31 { input.bits() } else { input.below(5) as u64 };
    let weights = Weights { insertion: weight(), deletion: weight(), substitution: weight() };
    let weights = match input.below(4) {
        0 => Weights::default(),
        1 => Weights { substitution: 2, ..Weights::default() },
        2 => Weights { deletion: weights.insertion, ..weights },
        _ => weights,
    };
    let most = u128::from(weights.deletion) * s1.len() as u128 + u128::from(weights.insertion) * s2.len() as u128;
    if most > u64::MAX.into() {
        return assert!(matches!(levenshtein(&s1, &s2, weights, None), Err(Error::Value(_))));
    }
    let want = plain_levenshtein(&s1, &s2, weights) as u64;
    assert_eq!(levenshtein(&s1, &s2, weights, None), Ok(want), "{weights:?} {s1:?} {s2:?}");
    let cutoff = if input.flag() {
        want.saturating_add(input.below(5) as u64).saturating_sub(2)
    } else {
        input.below(most.min(1000) as usize + 1) as u64
    };
    let cut = if want <= cutoff { want } else { cutoff + 1 };
    assert_eq!(levenshtein(&s1, &s2, weights, Some(cutoff)), Ok(cut), "{cutoff} {weights:?} {s1:?} {s2:?}");
}

fn indel(s1: &[u32], s2: &[u32]) -> usize {
    plain_levenshtein(s1, s2, Weights { insertion: 1, deletion: 1, substitution: 2 }) as usize
}

fn share(distance: usize, total: usize) -> f64 {
    if total == 0 { 100.0 } else { 100.0 - 100.0 * distance as f64 / total as f64 }
}

fn ratio(s1: &[u32], s2: &[u32]) -> f64 {
    share(indel(s1, s2), s1.len() + s2.len())
}

fn partial_ratio(s1: &[u32], s2: &[u32]) -> f64 {
    let (short, long) = if s1.len() <= s2.len() { (s1, s2) } else { (s2, s1) };
    if short.is_empty() {
        return if long.is_empty() { 100.0 } else { 0.0 };
    }
    let best = |needle: &[u32], text: &[u32]| {
        let ends = (1..needle.len()).flat_map(|len| [&text[..len], &text[text.len() - len..]]);
        text.windows(needle.len()).chain(ends).map(|piece| ratio(needle, piece)).fold(0.0, f64::max)
    };
    let one = best(short, long);
    if short.len() == long.len() { one.max(best(long, short)) } else { one }
}

fn is_space(c: u32) -> bool {
    match char::from_u32(c) {
        Some('\u{1C}'..='\u{1F}') => true,
        Some(c) => c.is_whitespace(),
        None => false,
    }
}

fn words(s: &[u32]) -> Vec<Vec<u32>> {
    let latin = s.iter().all(|c| *c < 256);
    let parts = |c: &u32| is_space(*c) && !(latin && matches!(c, 0x85 | 0xA0));
    let mut words: Vec<Vec<u32>> = s.split(parts).filter(|word| !word.is_empty()).map(<[u32]>::to_vec).collect();
    words.sort();
    words
}

fn join(words: &[Vec<u32>]) -> Vec<u32> {
    words.join(&0x20)
}

fn plain_score(scorer: Scorer, s1: &[u32], s2: &[u32]) -> f64 {
    let (words1, words2) = (words(s1), words(s2));
    let (mut set1, mut set2) = (words1.clone(), words2.clone());
    set1.dedup();
    set2.dedup();
    let shared: Vec<_> = set1.iter().filter(|word| set2.contains(word)).cloned().collect();
    let only = |set: &[Vec<u32>]| set.iter().filter(|word| !shared.contains(word)).cloned().collect::<Vec<_>>();
    let (only1, only2) = (only(&set1), only(&set2));
    let none = words1.is_empty() || words2.is_empty();
    let contained = !shared.is_empty() && (only1.is_empty() || only2.is_empty());
    let sets = || {
        let (both, rest1, rest2) = (join(&shared).len(), join(&only1), join(&only2));
        let space = usize::from(both > 0);
        let (len1, len2) = (space + rest1.len(), space + rest2.len());
        let whole = share(indel(&rest1, &rest2), 2 * both + len1 + len2);
        if both == 0 {
            return whole;
        }
        whole.max(share(len1, 2 * both + len1)).max(share(len2, 2 * both + len2))
    };
    match scorer {
        Scorer::Ratio => ratio(s1, s2),
        Scorer::PartialRatio => partial_ratio(s1, s2),
        Scorer::TokenSortRatio => ratio(&join(&words1), &join(&words2)),
        Scorer::TokenSetRatio if none => 0.0,
        Scorer::TokenSetRatio | Scorer::TokenRatio if contained => 100.0,
        Scorer::TokenSetRatio => sets(),
        Scorer::TokenRatio => ratio(&join(&words1), &join(&words2)).max(sets()),
        Scorer::PartialTokenSortRatio => partial_ratio(&join(&words1), &join(&words2)),
        Scorer::PartialTokenSetRatio if none => 0.0,
        Scorer::PartialTokenSetRatio | Scorer::PartialTokenRatio if !shared.is_empty() => 100.0,
        Scorer::PartialTokenSetRatio => partial_ratio(&join(&only1), &join(&only2)),
        Scorer::PartialTokenRatio => {
            partial_ratio(&join(&words1), &join(&words2)).max(partial_ratio(&join(&only1), &join(&only2)))
        }
        Scorer::WRatio | Scorer::QRatio if s1.is_empty() || s2.is_empty() => 0.0,
        Scorer::QRatio => ratio(s1, s2),
        Scorer::WRatio => {
            let (long, short) = (s1.len().max(s2.len()) as f64, s1.len().min(s2.len()) as f64);
            let of = |scorer| plain_score(scorer, s1, s2);
            if long / short < 1.5 {
                return of(Scorer::Ratio).max(of(Scorer::TokenRatio) * 0.95);
            }
            let partial = if long / short <= 8.0 { 0.9 } else { 0.6 };
            let pieces = of(Scorer::PartialRatio).max(of(Scorer::PartialTokenRatio) * 0.95);
            of(Scorer::Ratio).max(pieces * partial)
        }
    }
}

/// Words, some of them twice, some in both.
fn sentence(input: &mut Input, from: &[Vec<u32>]) -> Vec<u32> {
    let mut all = Vec::new();
    for _ in 0..input.below(6) {
        match input.below(3) {
            0 if !from.is_empty() => all.extend_from_slice(&from[input.below(from.len())]),
            _ => (0..input.below(5)).for_each(|_| all.push(input.pick(&MANY))),
        }
        all.push(input.pick(&SPACES));
    }
    all
}

fn two_texts(input: &mut Input, most: usize) -> (Vec<u32>, Vec<u32>) {
    if input.flag() {
        let s1 = sentence(input, &[]);
        let s2 = sentence(input, &words(&s1));
        return (s1, s2);
    }
    let s1 = text(input, most);
    let s2 = changed(input, &s1, most);
    (s1, s2)
}

fn scores(input: &mut Input) {
    let scorer = input.pick(&Scorer::ALL);
    // The windows of the partial ones cost the fourth power of the length.
    let most = match scorer {
        Scorer::Ratio | Scorer::QRatio | Scorer::TokenSortRatio | Scorer::TokenSetRatio | Scorer::TokenRatio => 300,
        _ => 40,
    };
    let (s1, s2) = two_texts(input, most);
    let want = plain_score(scorer, &s1, &s2);
    let got = fuzz_score(scorer, &s1, &s2, 0.0).unwrap();
    // The formulas round in another order here.
    assert!((got - want).abs() <= 1e-9, "{scorer:?} is {got}, expected {want}: {s1:?} {s2:?}");
    let cutoff = match input.below(4) {
        0 => got,
        1 => got + 1e-6,
        2 => got - 1e-6,
        _ => input.below(1030) as f64 / 10.0,
    };
    let cut = fuzz_score(scorer, &s1, &s2, cutoff).unwrap();
    // At the score itself rounding decides, as in RapidFuzz.
    if (got - cutoff).abs() > 1e-9 {
        assert_eq!(cut, if got >= cutoff { got } else { 0.0 }, "{scorer:?} above {cutoff}: {s1:?} {s2:?}");
    } else {
        assert!(cut == got || cut == 0.0, "{scorer:?} above {cutoff}: {cut}, {s1:?} {s2:?}");
    }
    assert_eq!(fuzz_score(scorer, &s1, &s2, f64::NAN), Ok(0.0));
}

fn extracts(input: &mut Input) {
    let scorer = input.pick(&Scorer::ALL);
    let query = if input.flag() { sentence(input, &[]) } else { text(input, 120) };
    let known = words(&query);
    let choices: Vec<Option<Vec<u32>>> = (0..input.below(12))
        .map(|_| match input.below(8) {
            0 => None,
            1..=3 => Some(sentence(input, &known)),
            _ => Some(changed(input, &query, 120)),
        })
        .collect();
    let limit = input.flag().then(|| input.below(6));
    let cutoff = input.flag().then(|| input.below(1010) as f64 / 10.0);
    let mut prepared = Query::new(scorer, &query).unwrap();
    let mut expected = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        let Some(choice) = choice else { continue };
        let score = fuzz_score(scorer, &query, choice, cutoff.unwrap_or(0.0)).unwrap();
        assert_eq!(prepared.score(choice, cutoff.unwrap_or(0.0)), Ok(score), "{scorer:?} {query:?} {choice:?}");
        if score >= cutoff.unwrap_or(0.0) {
            expected.push(Match { score, index });
        }
    }
    expected.sort_by(|a, b| b.score.total_cmp(&a.score));
    expected.truncate(limit.unwrap_or(usize::MAX));
    let found = extract(&query, choices.iter().map(Option::as_deref), scorer, limit, cutoff).unwrap();
    assert_eq!(found, expected, "{scorer:?} {query:?} {choices:?}");
}

fn conversions(input: &mut Input) {
    let units: Vec<u16> = (0..input.below(60))
        .map(|_| if input.flag() { 0xD7F0 + input.below(0x820) as u16 } else { input.bits() as u16 })
        .collect();
    let mut points = vec![1, 2, 3];
    set_utf16(&mut points, units.iter().copied()).unwrap();
    let mut back = Vec::new();
    for &point in &points {
        match char::from_u32(point) {
            Some(c) => back.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            None => back.push(point as u16),
        }
    }
    assert_eq!(back, units);
    let string = String::from_utf16_lossy(&units);
    assert!(code_points(&string).unwrap().into_iter().eq(string.chars().map(u32::from)));
    set_points(&mut points, &units).unwrap();
    assert!(points.iter().zip(&units).all(|(point, unit)| *point == u32::from(*unit)) && points.len() == units.len());
}
