//! The strings.

use ferrodide::strings::{
    Extractor, Match, Query, Scorer, Weights, code_points, extract, fuzz_score, levenshtein, set_points, set_str,
    set_utf16,
};

use super::case::{Case, Random};

/// Words of Latin letters, or with others among them.
fn text(n: usize, wide: bool, seed: u64) -> Vec<u32> {
    let mut random = Random(seed);
    (0..n)
        .map(|_| match random.next() % 40 {
            0..=5 => 0x20,
            letter if wide && letter % 2 == 0 => 0x4E00 + (random.next() % 500) as u32,
            letter => 0x61 + letter as u32 % 26,
        })
        .collect()
}

/// Below and above a word of 64, and a text for which each crate's memory grows.
const LENGTHS: [usize; 5] = [10, 64, 65, 700, 3000];

pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for n in LENGTHS {
        for wide in [false, true] {
            let (s1, s2) = (text(n, wide, 1), text(n + n / 10, wide, 2));
            for (what, weights) in [
                ("uniform", Weights::default()),
                ("indel", Weights { substitution: 2, ..Weights::default() }),
                ("general", Weights { insertion: 1, deletion: 2, substitution: 2 }),
            ] {
                let (s1, s2) = (s1.clone(), s2.clone());
                all.push(Case::new(&["strings::levenshtein::levenshtein"], what, 77, move |out| {
                    *out = levenshtein(&s1, &s2, weights, None)?;
                    Ok(())
                }));
            }
            for scorer in Scorer::ALL {
                // The windows of the partial ones.
                let m = if scorer.name().contains("artial") || scorer == Scorer::WRatio { n.min(200) } else { n };
                let (s1, s2) = (s1[..m].to_vec(), s2[..m].to_vec());
                all.push(Case::new(&["strings::fuzz_score"], scorer.name(), 0.5, move |out| {
                    *out = fuzz_score(scorer, &s1, &s2, 0.0)?;
                    Ok(())
                }));
            }
        }
    }
    for scorer in Scorer::ALL {
        let query = text(150, true, 3);
        let choices: Vec<Vec<u32>> = [20, 300, 90, 150].iter().map(|&n| text(n, n > 100, n as u64)).collect();
        let (other, others) = (query.clone(), choices.clone());
        all.push(Case::new(
            &["strings::fuzz::Query::new", "strings::fuzz::Query::score"],
            scorer.name(),
            [0.5; 4],
            move |out| {
                let mut query = Query::new(scorer, &query)?;
                let mut scores = [0.0; 4];
                for (slot, choice) in scores.iter_mut().zip(&choices) {
                    *slot = query.score(choice, 10.0)?;
                }
                *out = scores;
                Ok(())
            },
        ));
        all.push(Case::new(
            &["strings::extract::extract", "strings::extract::Extractor::new", "strings::extract::Extractor::push"],
            scorer.name(),
            Vec::<Match>::new(),
            move |out| {
                let all = others.iter().map(|choice| Some(&choice[..]));
                *out = extract(&other, all, scorer, None, None)?;
                Ok(())
            },
        ));
    }
    let many: Vec<Vec<u32>> = (0..200).map(|i| text(8, false, i)).collect();
    all.push(Case::new(
        &["strings::extract::Extractor::finish"],
        "of many choices, some of them none",
        Vec::<Match>::new(),
        move |out| {
            let mut extractor = Extractor::new(&many[7], Scorer::Ratio, Some(100), None)?;
            for choice in &many {
                extractor.push((choice.len() > 3).then_some(&choice[..]))?;
            }
            extractor.push(None)?;
            *out = extractor.finish();
            Ok(())
        },
    ));
    let string: String = text(500, true, 4).into_iter().filter_map(char::from_u32).collect();
    let (units, bytes): (Vec<u16>, Vec<u8>) = (string.encode_utf16().collect(), string.bytes().collect());
    let again = string.clone();
    all.push(Case::new(&["strings::code_points"], "", vec![7; 2], move |out| {
        *out = code_points(&string)?;
        Ok(())
    }));
    // They clear what they are to replace.
    all.push(Case::new(&["strings::set_str"], "", vec![7; 2], move |out| set_str(out, &again)).partial());
    all.push(
        Case::new(&["strings::set_utf16"], "", vec![7; 2], move |out| set_utf16(out, units.iter().copied())).partial(),
    );
    all.push(Case::new(&["strings::set_points"], "", vec![7; 2], move |out| set_points(out, &bytes)).partial());
    all
}
