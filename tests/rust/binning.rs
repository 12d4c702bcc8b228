//! `histogram`, `histogramdd`, `bincount`: by arithmetic, by search, and by the definition.

mod common;

use common::{Element, PATTERNS, Pattern, Random, cases, check, make, parse_all};
use ferrodide::Error;
use ferrodide::binning::{
    bincount, bincount_few, bincount_length, bincount_weighted, bincount_weighted_few, equal_edges, histogram,
    histogram_weighted, histogram_with, histogramdd,
};
use ferrodide::doubles::Doubles;
use proptest::prelude::*;

/// `numpy.linspace(first, last, bins + 1)`.
fn linspace(first: f64, last: f64, bins: usize) -> Vec<f64> {
    let step = (last - first) / bins as f64;
    (0..=bins).map(|i| if i == bins { last } else { i as f64 * step + first }).collect()
}

/// The bin of a value, by the definition.
fn bin_of(x: f64, edges: &[f64]) -> Option<usize> {
    let bins = edges.len() - 1;
    if bins == 0 || !(edges[0] <= x && x <= edges[bins]) {
        return None;
    }
    // Of the last edge repeated, too, the last bin.
    Some((edges.partition_point(|edge| *edge <= x) - 1).min(bins - 1))
}

fn check_counts<T: Element + Doubles>(a: &[T], value: impl Fn(T) -> f64, edges: &[f64], what: &str) {
    let mut want = vec![0; edges.len() - 1];
    a.iter().filter_map(|&x| bin_of(value(x), edges)).for_each(|bin| want[bin] += 1);
    for equal in [true, false] {
        let mut counts = vec![-5; want.len()];
        histogram_with(a, edges, &mut counts, equal).unwrap();
        assert_eq!(counts, want, "{what}, equal: {equal}, edges {:?}", &edges[..edges.len().min(9)]);
    }
}

/// Values on the edges, next to them, and far from them.
fn around(edges: &[f64], n: usize, random: &mut Random) -> Vec<f64> {
    let (first, last) = (edges[0], edges[edges.len() - 1]);
    (0..n)
        .map(|_| match random.below(5) {
            0 => f64::SPECIAL[random.below(f64::SPECIAL.len())],
            1 => edges[random.below(edges.len())],
            2 => f64::from_bits(
                edges[random.below(edges.len())].to_bits().wrapping_add(random.next() % 3).wrapping_sub(1),
            ),
            _ => first + (last - first) * (1.2 * ((random.next() >> 11) as f64 / (1u64 << 53) as f64) - 0.1),
        })
        .collect()
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn equal_bins_to_the_last_bit() {
    let mut random = Random(2);
    let tiny = f64::from_bits(1);
    let ranges = [
        (0.0, 1.0),
        (-0.1, 0.3),
        (1e9, 1e9 + 1e-4),
        (1e16, 1e16 + 400.0),
        (-1e300, 1e300),
        (f64::MIN, f64::MAX),
        (0.0, 1e-310),
        (-5.0 * tiny, 7.0 * tiny),
        (3.0, 3.0 + f64::EPSILON * 64.0),
    ];
    for (first, last) in ranges {
        for bins in [1usize, 2, 3, 7, 10, 100, 511, 4097] {
            let edges = linspace(first, last, bins);
            if !edges.is_sorted() {
                continue;
            }
            for n in [0, 1, 2, 3, 4, 5, 511, 512, 513, 3000] {
                check_counts(&around(&edges, n, &mut random), |x| x, &edges, "f64");
            }
            let a: Vec<f32> = around(&edges, 700, &mut random).into_iter().map(|x| x as f32).collect();
            check_counts(&a, f64::from, &edges, "f32");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn other_bins_of_any_values() {
    check(120, (1..40usize, 0..900usize, any::<u64>()), |(n, k, seed)| {
        let mut random = Random(seed);
        let pattern = |seed: u64| PATTERNS[(seed % PATTERNS.len() as u64) as usize];
        let mut edges: Vec<f64> = make(pattern(seed), n, seed);
        edges.retain(|x| !x.is_nan());
        edges.sort_by(Element::order);
        if edges.is_empty() {
            return Ok(());
        }
        check_counts(&around(&edges, k, &mut random), |x| x, &edges, "f64");
        check_counts(&make::<i64>(pattern(seed >> 8), k, seed), |x| x as f64, &edges, "i64");
        check_counts(&make::<i32>(pattern(seed >> 9), k, seed), f64::from, &edges, "i32");
        // Nearly equal bins: products that are off by a little, or by too much.
        let wobble = (seed % 5) as f64 * 0.06;
        let edges: Vec<f64> = (0..n).map(|i| i as f64 + wobble * (i % 2) as f64).collect();
        check_counts(&around(&edges, k, &mut random), |x| x, &edges, "wobbly");
        Ok(())
    });
}

/// Added up in NumPy's order: blocks of 65 536 by themselves.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn weights_in_numpys_order() {
    let edges = linspace(0.0, 1.0, 10);
    for n in [0usize, 1, 700, 65_535, 65_536, 65_537, 140_000] {
        let mut random = Random(n as u64);
        let mut unit = || (random.next() >> 11) as f64 / (1u64 << 53) as f64;
        let a: Vec<f64> = (0..n).map(|i| if i % 9 == 0 { f64::NAN } else { unit() * 1.1 }).collect();
        let weights: Vec<f64> = (0..n).map(|i| if a[i].is_nan() { f64::NAN } else { unit() - 0.3 }).collect();
        let mut want = [0.0; 10];
        for (a, weights) in a.chunks(65_536).zip(weights.chunks(65_536)) {
            let mut block = [0.0; 10];
            a.iter().zip(weights).for_each(|(&x, w)| bin_of(x, &edges).into_iter().for_each(|bin| block[bin] += w));
            want.iter_mut().zip(block).for_each(|(sum, part)| *sum += part);
        }
        let mut sums = [7.0; 10];
        histogram_weighted(&a, &weights, &edges, &mut sums).unwrap();
        assert_eq!(sums.map(f64::to_bits), want.map(f64::to_bits), "{n} elements");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn grids_of_any_dimension() {
    let grids: [&[Vec<f64>]; 5] = [
        &[linspace(0.0, 1.0, 6)],
        &[linspace(-1.0, 1.0, 5), vec![0.0, 0.5, 0.6, 2.0]],
        &[vec![1.0, 2.0], linspace(0.0, 3.0, 3), linspace(0.0, 1.0, 4)],
        &[linspace(0.0, 1.0, 3), vec![2.0], linspace(0.0, 1.0, 4)],
        &[vec![0.0, 1.0, 1.0], linspace(0.0, 1.0, 70), linspace(0.0, 1.0, 50)],
    ];
    let mut random = Random(6);
    for edges in grids {
        for n in [0, 1, 5, 512, 1500] {
            let sample: Vec<Vec<f64>> = edges.iter().map(|edges| around(edges, n, &mut random)).collect();
            let weights: Vec<f64> = (0..n).map(|_| random.below(100) as f64 / 7.0).collect();
            let size = edges.iter().map(|edges| edges.len() - 1).product();
            let (mut counts, mut sums) = (vec![0.0; size], vec![0.0; size]);
            for i in 0..n {
                let at = sample
                    .iter()
                    .zip(edges)
                    .try_fold(0, |at, (lane, edges)| Some(at * (edges.len() - 1) + bin_of(lane[i], edges)?));
                if let Some(at) = at {
                    counts[at] += 1.0;
                    sums[at] += weights[i];
                }
            }
            let (lanes, edges): (Vec<&[f64]>, Vec<&[f64]>) =
                (sample.iter().map(Vec::as_slice).collect(), edges.iter().map(Vec::as_slice).collect());
            let mut out = vec![9.0; size];
            histogramdd(&lanes, &edges, None, &mut out).unwrap();
            assert_eq!(out, counts, "{n} samples in {size} cells");
            histogramdd(&lanes, &edges, Some(&weights), &mut out).unwrap();
            assert_eq!(common::bits(&out), common::bits(&sums), "{n} weighted samples in {size} cells");
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn how_often_each_number_comes() {
    let mut random = Random(4);
    for n in [0usize, 1, 3, 4, 5, 6, 7, 8, 1000, 16383, 16384, 16387] {
        for most in [1usize, 2, 10, 2046, 2047, 2048, 2049, 5000] {
            for minlength in [0, 5, 3000] {
                let list: Vec<i64> = (0..n).map(|_| random.below(most) as i64).collect();
                let short: Vec<i32> = list.iter().map(|&x| x as i32).collect();
                let weights: Vec<f64> = list.iter().map(|_| random.below(100) as f64 / 7.0).collect();
                let len = list.iter().max().map_or(0, |&x| x as usize + 1).max(minlength);
                assert_eq!([bincount_length(&list, minlength), bincount_length(&short, minlength)], [Ok(len), Ok(len)]);
                let (mut want, mut sums) = (vec![0; len], vec![0.0; len]);
                list.iter().zip(&weights).for_each(|(&x, w)| {
                    want[x as usize] += 1;
                    sums[x as usize] += w;
                });
                let (mut out, mut weighted) = (vec![3; len], vec![3.0; len]);
                bincount(&list, &mut out).unwrap();
                assert_eq!(out, want);
                out.fill(-1);
                bincount(&short, &mut out).unwrap();
                assert_eq!(out, want);
                bincount_weighted(&list, &weights, &mut weighted).unwrap();
                assert_eq!(common::bits(&weighted), common::bits(&sums));
                // In one pass, as far as that is open.
                let few = n >= 16384 && most <= 2048;
                let long = want.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
                want.resize(2048, 0);
                sums.resize(2048, 0.0);
                assert_eq!(bincount_few(&list).unwrap(), few.then_some(want.clone()));
                assert_eq!(bincount_few(&short).unwrap(), few.then_some(want));
                assert_eq!(bincount_weighted_few(&list, &weights).unwrap(), few.then_some((sums, long)));
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_counting_refuses() {
    let value = |message: &str| Err(Error::Value(message.into()));
    let negative = "'list' argument must have no negative elements";
    let (mut narrow, mut counts) = ([0; 256], [0; 4]);
    let bytes: Vec<u8> = (0..=255).chain([7, 7]).collect();
    assert_eq!(bincount_length(&bytes, 0), Ok(256));
    bincount(&bytes, &mut narrow).unwrap();
    assert!(narrow.iter().enumerate().all(|(value, &count)| count == 1 + 2 * isize::from(value == 7)));
    bincount(&[3i8, 0, 3], &mut counts).unwrap();
    assert_eq!(counts, [1, 0, 0, 2]);
    bincount(&[3u16, 0, 3], &mut counts).unwrap();
    bincount(&[3i16, 0, 3], &mut counts).unwrap();
    bincount(&[3u32, 0, 3], &mut counts).unwrap();
    bincount(&[3u64, 0, 3], &mut counts).unwrap();
    assert_eq!(counts, [1, 0, 0, 2]);
    assert!(bincount_length(&[-1i8, 3], 0).is_err());
    assert!(bincount(&[-1i8], &mut narrow).is_err());
    assert!(matches!(bincount_length(&[u64::MAX], 0), Err(Error::OutOfMemory { .. })));
    assert_eq!(bincount_length(&[3i64, -1], 0), value(negative).map(|()| 0));
    assert_eq!(bincount_length(&[i32::MIN], 0), value(negative).map(|()| 0));
    assert_eq!(
        bincount_length(&std::array::from_fn::<i64, 40, _>(|i| 7 - i as i64 % 9), 0),
        value(negative).map(|()| 0)
    );
    assert!(matches!(bincount_length(&[i64::MAX], 0), Err(Error::OutOfMemory { .. })));
    let mut out = [0; 3];
    // The last of them is beyond the copies, but 0 to them.
    for wrong in [3, -1, i64::MAX, i64::MIN, 1 << 32, 2048] {
        for (n, at) in [(2, 1), (20_000, 0), (20_003, 20_002)] {
            let mut list = vec![0; n];
            list[at] = wrong;
            let refused = bincount(&list, &mut out);
            assert_eq!(
                bincount_few(&list).unwrap().filter(|counts| !(0..2048).contains(&wrong) || counts[3] == 0),
                None
            );
            assert_eq!(refused, value("list holds a number that is not in 0..3; expected a longer out"), "{wrong}");
        }
        assert!(bincount_weighted(&[0, wrong], &[1.0, 1.0], &mut [0.0; 3]).is_err());
        let mut list = vec![0; 20_003];
        list[20_002] = wrong;
        let few = bincount_weighted_few(&list, &vec![1.0; list.len()]).unwrap();
        assert_eq!(few.map(|(sums, len)| (sums[3], len)), (wrong == 3).then_some((1.0, 4)), "{wrong}");
        assert_eq!(bincount_weighted_few(&list, &[1.0]).unwrap(), None);
    }
    let lengths = "The weights and list don't have the same length.";
    assert_eq!(bincount_weighted(&[1i64], &[], &mut [0.0; 2]), value(lengths));
    assert_eq!(
        histogram_weighted(&[1.0], &[], &[0.0, 1.0], &mut [0.0]),
        value("weights should have the same shape as a.")
    );
    for edges in [&[1.0, 0.0][..], &[0.0, f64::NAN], &[f64::NAN, 0.0]] {
        assert_eq!(histogram(&[1.0], edges, &mut [0]), value("`bins` must increase monotonically, when an array"));
    }
    for (edges, bins) in [(&[][..], 0), (&[0.0, 1.0], 2), (&[0.0, 1.0], 0)] {
        assert!(histogram(&[1.0], edges, &mut vec![0; bins]).is_err(), "{edges:?}");
    }
    assert!(histogram(&[1.0], &[f64::NAN], &mut []).is_err());
    assert_eq!(histogram(&[1.0], &[1.0], &mut []), Ok(()));
    let two: [&[f64]; 2] = [&[1.0], &[1.0]];
    let edges: [&[f64]; 2] = [&[0.0, 1.0], &[0.0, 1.0]];
    assert!(histogramdd(&two, &edges[..1], None, &mut [0.0]).is_err());
    assert!(histogramdd::<f64>(&[], &[], None, &mut []).is_err());
    assert!(histogramdd(&two, &edges, Some(&[]), &mut [0.0]).is_err());
    assert!(histogramdd(&two, &edges, None, &mut [0.0; 2]).is_err());
    assert!(histogramdd(&[&[1.0][..], &[]], &edges, None, &mut [0.0]).is_err());
    assert!(histogramdd(&two, &[&[0.0, 1.0], &[1.0, 0.0]], None, &mut [0.0]).is_err());
    // A grid that no memory holds: 65 537 cells to the fourth, and nothing in any.
    let long: Vec<f64> = linspace(0.0, 1.0, 65_537);
    let empty: [f64; 1] = [0.0];
    let refused = histogramdd(&[&[0.5][..]; 5], &[&long, &long, &long, &long, &empty], None, &mut []);
    assert!(matches!(refused, Err(Error::OutOfMemory { .. } | Error::Value(_))), "{refused:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn equal_edges_and_what_they_refuse() {
    assert_eq!(equal_edges(-1.0, 2.0, 3), Ok(vec![-1.0, 0.0, 1.0, 2.0]));
    assert_eq!(equal_edges(3.0, 3.0, 2), Ok(vec![2.5, 3.0, 3.5]));
    // A third of the least double is none: numpy.linspace divides first there, and so tells two bins.
    let least = f64::from_bits(1);
    assert_eq!(equal_edges(0.0, least, 3), Ok(vec![0.0, 0.0, least, least]));
    for (first, last) in [(0.0, f64::NAN), (f64::INFINITY, f64::INFINITY), (1.0, 0.0), (f64::MIN, f64::MAX)] {
        assert!(matches!(equal_edges(first, last, 3), Err(Error::Value(_))), "{first} {last}");
    }
    assert!(matches!(equal_edges(0.0, 1.0, 0), Err(Error::Value(_))));
    assert!(matches!(equal_edges(0.0, 1.0, usize::MAX), Err(Error::OutOfMemory { .. })));
}

#[derive(serde::Deserialize)]
struct Case {
    kernel: String,
    dtype: String,
    a: Vec<String>,
    edges: Vec<String>,
    bins: Option<usize>,
    weights: Option<Vec<String>>,
    want: Vec<String>,
}

fn check_case<T: Element + Doubles>(case: &Case, number: usize) {
    let (a, edges, want): (Vec<T>, Vec<f64>, Vec<f64>) =
        (parse_all(&case.a), parse_all(&case.edges), parse_all(&case.want));
    if let Some(bins) = case.bins {
        assert_eq!(equal_edges(edges[0], edges[bins], bins), Ok(edges.clone()), "case {number}");
    }
    let Some(weights) = case.weights.as_ref().map(|texts| parse_all::<f64>(texts)) else {
        let mut counts = vec![-1; want.len()];
        histogram(&a, &edges, &mut counts).unwrap();
        assert_eq!(counts.iter().map(|&n| n as f64).collect::<Vec<_>>(), want, "case {number}");
        return;
    };
    let mut sums = vec![-1.0; want.len()];
    histogram_weighted(&a, &weights, &edges, &mut sums).unwrap();
    // NumPy's running sums of n weights round n times at most, each by half an ulp of all together.
    let bound = a.len() as f64 * f64::EPSILON * weights.iter().map(|w| w.abs()).sum::<f64>();
    assert!(sums.iter().zip(&want).all(|(got, want)| (got - want).abs() <= bound), "case {number}: {sums:?}, {want:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_shared_vectors() {
    for (number, case) in cases::<Case>(include_str!("../cases/binning.json")).iter().enumerate() {
        match (case.kernel.as_str(), case.dtype.as_str()) {
            ("histogram", "float64") => check_case::<f64>(case, number),
            ("histogram", "float32") => check_case::<f32>(case, number),
            ("histogram", "int64") => check_case::<i64>(case, number),
            ("histogram", "int32") => check_case::<i32>(case, number),
            ("histogram2d", _) => {
                let (a, edges): (Vec<f64>, Vec<f64>) = (parse_all(&case.a), parse_all(&case.edges));
                let (x, y) = a.split_at(a.len() / 2);
                let mut out = vec![-1.0; case.want.len()];
                histogramdd(&[x, y], &[&edges, &edges], None, &mut out).unwrap();
                assert_eq!(out, parse_all::<f64>(&case.want), "case {number}");
            }
            other => panic!("{other:?} is none of ours"),
        }
    }
    let a: Vec<f64> = make(Pattern::Whole, 10, 1);
    assert_eq!(a.len(), 10);
}
