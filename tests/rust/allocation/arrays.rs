//! Sorting, sets, search, statistics, binning, indexing, signals, distances, elementary functions.

use ferrodide::Result;
use ferrodide::binning::{
    bincount, bincount_few, bincount_length, bincount_weighted, bincount_weighted_few, equal_edges, histogram,
    histogram_weighted, histogram_with, histogramdd,
};
use ferrodide::elements::{Elements, gather};
use ferrodide::indexing::{compress, count_mask, take, take_rows};
use ferrodide::math::{Binary, Unary, binary, unary};
use ferrodide::search::{Side, digitize, interp, interp_with, searchsorted, searchsorted_with};
use ferrodide::sets::{Unique, Wanted, isin, isin_sorted, unique, unique_sorted};
use ferrodide::signal::{Mode, convolve, correlate};
use ferrodide::sort::{SortKey, argpartition, argsort, lexsort, lexsort_by, partition, sort, sort_copy};
use ferrodide::spatial::{Metric, Path, cdist, cdist_with};
use ferrodide::stats::cumulative::{cumsum, cumsum_columns};
use ferrodide::stats::extremes::min_max;
use ferrodide::stats::{
    RankMethod, median, median_of_elements, nan_count, nanmedian, order_statistics, rankdata, reduce,
};
use ferrodide::view::{View, ViewMut};

use super::case::{Case, ascending, floats, floats32, whole};

const F64: isize = 8;

/// Lanes that go each their own way: short, random, with NaN and both zeros, few values, in a small range, and keys that
/// agree in their leading bits but for a few.
fn lanes() -> Vec<(&'static str, Vec<f64>)> {
    let mut twins = floats(2000);
    (0..2000).step_by(7).for_each(|i| twins[i] = [f64::NAN, -0.0, 0.0][i % 3]);
    let few: Vec<f64> = whole(2000, 3).into_iter().map(|x| x as f64).collect();
    let small: Vec<f64> = whole(2000, 1000).into_iter().map(|x| x as f64).collect();
    let mut piled: Vec<f64> = whole(2500, 1 << 52).into_iter().map(|x| f64::from_bits(x as u64 + (1 << 62))).collect();
    (piled[17], piled[18]) = (f64::MIN, f64::MAX);
    vec![
        ("few elements", floats(30)),
        ("almost enough for a radix sort", floats(570)),
        ("random", floats(2000)),
        ("NaN and zeros", twins),
        ("few values", few),
        ("a small range", small),
        ("keys alike in their leading bits", piled),
    ]
}

fn whole_lanes() -> Vec<(&'static str, Vec<i64>)> {
    let mut apart = whole(2000, u64::MAX);
    (apart[0], apart[1]) = (i64::MIN, i64::MAX);
    // A run that is long enough to be ordered by itself: as many values as a radix sort is for, in a narrow range.
    let mut piled = whole(2500, u64::MAX);
    piled[..1000].copy_from_slice(&whole(1000, 4000));
    vec![
        ("a range that is counted", whole(3000, 2000)),
        ("a range as long as the lane", whole(1500, 1500)),
        ("a range of several times the lane", whole(1500, 15_000)),
        ("any", apart),
        ("keys alike in their leading bits", piled),
        ("short", whole(500, 1 << 50)),
    ]
}

/// Two columns side by side, and one row.
fn as_columns(n: usize) -> ([usize; 2], [isize; 2]) {
    ([n / 2, 2], [2 * F64, F64])
}

fn sorted_by<T: SortKey + std::fmt::Debug + Send + Sync + 'static>(
    all: &mut Vec<Case>,
    what: &'static str,
    lane: Vec<T>,
) {
    let (n, item) = (lane.len(), size_of::<T>() as isize);
    // Each lane is sorted by itself: those before the refusal are done.
    let f = move |a: &mut Vec<T>| sort(ViewMut::from_slice(a, &[n], &[item])?, 0);
    all.push(Case::new(&["sort::sort"], what, lane.clone(), f));
    let f = move |a: &mut Vec<T>| sort(ViewMut::from_slice(a, &[n / 2, 2], &[2 * item, item])?, 0);
    all.push(Case::new(&["sort::sort"], what, lane.clone(), f));
    let from = lane.clone();
    let f = move |out: &mut Vec<T>| {
        let (shape, strides) = ([n], [item]);
        sort_copy(View::from_slice(&from, &shape, &strides)?, 0, ViewMut::from_slice(out, &shape, &strides)?)
    };
    all.push(Case::new(&["sort::sort_copy"], what, vec![lane[0]; n], f));
    let from = lane.clone();
    let f = move |out: &mut Vec<T>| {
        let (shape, strides) = ([n / 2, 2], [2 * item, item]);
        sort_copy(View::from_slice(&from, &shape, &strides)?, 0, ViewMut::from_slice(out, &shape, &strides)?)
    };
    all.push(Case::new(&["sort::sort_copy"], what, vec![lane[0]; n], f));
    let from = lane.clone();
    let f = move |out: &mut Vec<isize>| {
        let item_out = size_of::<isize>() as isize;
        argsort(View::from_slice(&from, &[n], &[item])?, 0, ViewMut::from_slice(out, &[n], &[item_out])?)
    };
    all.push(Case::new(&["sort::argsort"], what, vec![-7; n], f));
    let (first, second) = (lane.clone(), lane.iter().rev().copied().collect::<Vec<_>>());
    let f = move |out: &mut Vec<isize>| lexsort(&[&first, &second], out);
    // The order by the keys so far.
    all.push(Case::new(&["sort::lexsort::lexsort"], what, vec![-7; n], f).partial());
    let key = lane.clone();
    let f = move |out: &mut Vec<isize>| lexsort_by(&key, out);
    all.push(Case::new(&["sort::lexsort::lexsort_by"], what, (0..n as isize).rev().collect(), f));
    for ranks in [vec![n / 2], (0..n).step_by(n / 30 + 1).collect(), vec![]] {
        let (kth, from) = (ranks.clone(), lane.clone());
        let f = move |a: &mut Vec<T>| partition(a, &kth);
        all.push(Case::new(&["sort::partition::partition"], what, lane.clone(), f));
        let kth = ranks.clone();
        let f = move |out: &mut Vec<isize>| argpartition(&from, &kth, out);
        all.push(Case::new(&["sort::partition::argpartition"], what, vec![-7; n], f));
        let from = lane.clone();
        let out = vec![lane[0]; ranks.len()];
        let f = move |out: &mut Vec<T>| order_statistics(&from, &ranks, out).map(drop);
        all.push(Case::new(&["stats::order::order_statistics"], what, out, f));
    }
    for method in [RankMethod::Average, RankMethod::Ordinal] {
        let from = lane.clone();
        let f = move |out: &mut Vec<f64>| rankdata(&from, method, out).map(drop);
        all.push(Case::new(&["stats::rank::rankdata"], what, vec![-7.0; n], f));
    }
    for flags in [0, 1, 4, 7] {
        let wanted = Wanted { counts: flags & 1 > 0, index: flags & 2 > 0, inverse: flags & 4 > 0 };
        for equal_nan in [true, false] {
            let from = lane.clone();
            let f = move |out: &mut Unique<T>| {
                *out = unique(&from, wanted, equal_nan)?;
                Ok(())
            };
            let none = Unique { values: vec![], counts: vec![], index: vec![], inverse: vec![] };
            all.push(Case::new(&["sets::unique::unique"], what, none.clone(), f));
            let from = lane.clone();
            let f = move |out: &mut Unique<T>| {
                *out = unique_sorted(&from, wanted, equal_nan)?;
                Ok(())
            };
            all.push(Case::new(&["sets::unique::unique_sorted"], what, none, f));
        }
    }
    for wanted in [3, n / 2, n] {
        for f in [isin as fn(&[T], &[T], bool, &mut [u8]) -> Result<()>, isin_sorted] {
            let (a, test) = (lane.clone(), lane[..wanted].to_vec());
            let f = move |out: &mut Vec<u8>| f(&a, &test, true, out);
            all.push(Case::new(&["sets::isin::isin", "sets::isin::isin_sorted"], what, vec![7; n], f));
        }
    }
}

fn sorting(all: &mut Vec<Case>) {
    for (what, lane) in lanes() {
        let narrow: Vec<f32> = lane.iter().map(|x| *x as f32).collect();
        sorted_by(all, what, narrow);
        sorted_by(all, what, lane);
    }
    for (what, lane) in whole_lanes() {
        sorted_by(all, what, lane.iter().map(|x| *x as i32).collect());
        sorted_by(all, what, lane.iter().map(|x| *x as u8).collect());
        sorted_by(all, what, lane);
    }
    // The keys whose hashes pile up: the sorted way takes over.
    let test: Vec<u64> = (0..3000u64).map(|i| i.wrapping_mul(0xF1DE_83E1_9937_733D)).collect();
    let f = move |out: &mut Vec<u8>| isin(&test, &test, false, out);
    all.push(Case::new(&["sets::isin::isin"], "keys that collide", vec![7; 3000], f));
}

/// Elements that only copies reach.
struct Elsewhere(Vec<f64>);
impl Elements<f64> for &Elsewhere {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> f64 {
        self.0[index]
    }
    fn chunk(&mut self, start: usize, len: usize) -> &[f64] {
        &self.0[start..][..len]
    }
}

fn statistics(all: &mut Vec<Case>) {
    for (what, lane) in lanes() {
        let n = lane.len();
        let a = lane.clone();
        let f = move |out: &mut [f64; 1]| {
            median(View::from_slice(&a, &[n], &[F64])?, None, ViewMut::from_slice(out, &[1], &[F64])?)
        };
        all.push(Case::new(&["stats::median"], what, [-7.0], f));
        let a = lane.clone();
        let f = move |out: &mut [f64; 2]| {
            let (shape, strides) = as_columns(n);
            median(View::from_slice(&a, &shape, &strides)?, Some(0), ViewMut::from_slice(out, &[2], &[F64])?)
        };
        all.push(Case::new(&["stats::median"], what, [-7.0; 2], f));
        let a = lane.clone();
        let f = move |out: &mut [f64; 2]| {
            let (shape, strides) = ([2, n / 2], [(n / 2) as isize * F64, F64]);
            median(View::from_slice(&a, &shape, &strides)?, Some(1), ViewMut::from_slice(out, &[2], &[F64])?)
        };
        all.push(Case::new(&["stats::median"], what, [-7.0; 2], f));
        let a = lane.clone();
        let f = move |out: &mut [f64; 1]| {
            let (shape, strides) = ([n / 2], [2 * F64]);
            median(View::from_slice(&a, &shape, &strides)?, None, ViewMut::from_slice(out, &[1], &[F64])?)
        };
        all.push(Case::new(&["stats::median"], what, [-7.0], f));
        let a = Elsewhere(lane.clone());
        let f = move |out: &mut [f64; 1]| median_of_elements(&mut &a, ViewMut::from_slice(out, &[1], &[F64])?);
        all.push(Case::new(&["stats::median_of_elements"], what, [-7.0], f));
        let a = lane.clone();
        let f = move |out: &mut (f64, usize)| {
            *out = (nanmedian(&a)?, nan_count(&a));
            Ok(())
        };
        all.push(Case::new(&["stats::order::nanmedian", "stats::order::nan_count"], what, (0.0, 0), f));
        let a = Elsewhere(lane.clone());
        let f = move |out: &mut (Vec<f64>, Vec<isize>)| {
            *out = gather(&mut &a, 0, &[n / 2, 2], &[2 * F64, F64])?;
            Ok(())
        };
        all.push(Case::new(&["elements::gather"], what, (vec![], vec![]), f));
    }
    let a = floats(6000);
    let f = move |out: &mut [f64; 5]| {
        let (least, most) = min_max(&a).unwrap_or_default();
        *out = [reduce::var(&a, 1.0), reduce::nansum(&a), reduce::nanmean(&a), least, most];
        let flags = (reduce::count_nonzero(&a), reduce::any(&a), reduce::all(&a));
        assert_eq!(flags, (6000, true, true));
        Ok(())
    };
    let names = &[
        "stats::reduce::var",
        "stats::reduce::var_with",
        "stats::reduce::nansum",
        "stats::reduce::nanmean",
        "stats::reduce::count_nonzero",
        "stats::reduce::any",
        "stats::reduce::all",
        "stats::extremes::min_max",
    ];
    all.push(Case::new(names, "of a lane", [0.0; 5], f));
    let a = floats(6000);
    let f = move |out: &mut Vec<f64>| {
        assert!(cumsum(&a, 20, out)? && cumsum_columns(&a, 20, out)?);
        Ok(())
    };
    let names = &["stats::cumulative::cumsum", "stats::cumulative::cumsum_columns"];
    all.push(Case::new(names, "", vec![7.0; 6000], f));
    let a = floats(6000);
    let f = move |out: &mut Vec<f64>| reduce::rows(&a, 20, out, reduce::nansum);
    all.push(Case::new(&["stats::reduce::rows"], "", vec![7.0; 300], f));
    let a = floats32(6000);
    let f = move |out: &mut Vec<f64>| reduce::var_columns(&a, 1.0, out);
    all.push(Case::new(&["stats::reduce::var_columns"], "", vec![7.0; 300], f));
    let a = floats32(6000);
    let f = move |out: &mut Vec<f64>| reduce::nansum_columns(&a, out);
    all.push(Case::new(&["stats::reduce::nansum_columns"], "", vec![7.0; 300], f));
    let a = floats32(6000);
    let f = move |out: &mut Vec<f64>| reduce::nanmean_columns(&a, out);
    all.push(Case::new(&["stats::reduce::nanmean_columns"], "", vec![7.0; 300], f));
}

/// Lanes, and blocks, of which a later one takes memory that the ones before it did not.
fn later_ones(all: &mut Vec<Case>) {
    let spread = whole(2500, u64::MAX);
    let mut piled = spread.clone();
    piled[..1000].copy_from_slice(&whole(1000, 4000));
    let both = [spread, piled].concat();
    let f = move |out: &mut Vec<isize>| {
        let (shape, strides) = ([2, 2500], [2500 * size_of::<isize>() as isize, size_of::<isize>() as isize]);
        argsort(View::from_slice(&both, &shape, &[2500 * 8, 8])?, 1, ViewMut::from_slice(out, &shape, &strides)?)
    };
    all.push(Case::new(&["sort::argsort"], "of two lanes", vec![-7; 5000], f).partial());
    // Long enough for a sample; of few values it says too little.
    let few: Vec<f64> = whole(20_000, 3).into_iter().map(|x| x as f64).collect();
    for lane in [floats(20_000), few.clone()] {
        let f = move |out: &mut [f64; 1]| {
            median(View::from_slice(&lane, &[20_000], &[F64])?, None, ViewMut::from_slice(out, &[1], &[F64])?)
        };
        all.push(Case::new(&["stats::median"], "of a long lane", [-7.0], f));
    }
    let both = [floats(20_000), few].concat();
    let f = move |out: &mut [f64; 2]| {
        let (shape, strides) = ([2, 20_000], [20_000 * F64, F64]);
        median(View::from_slice(&both, &shape, &strides)?, Some(1), ViewMut::from_slice(out, &[2], &[F64])?)
    };
    all.push(Case::new(&["stats::median"], "of two lanes", [-7.0; 2], f).partial());
    let (x, xp, fp) = ([ascending(300), floats(700)].concat(), ascending(900), floats(900));
    let f = move |out: &mut Vec<f64>| interp(&x, &xp, &fp, None, None, out);
    all.push(Case::new(&["search::interp::interp"], "sorted at first", vec![-7.0; 1000], f).partial());
}

fn searching(all: &mut Vec<Case>) {
    let names = &["search::searchsorted", "search::searchsorted_with"];
    for queries in [10, 3000] {
        for table in [true, false] {
            let (a, v) = (ascending(2000), floats(queries));
            let f = move |out: &mut Vec<isize>| match table {
                true => searchsorted(&a, &v, Side::Left, out),
                false => searchsorted_with(&a, &v, Side::Left, out, false),
            };
            all.push(Case::new(names, "a few and many", vec![-7; queries], f));
        }
        for decreasing in [true, false] {
            let (mut bins, x) = (ascending(500), floats(queries));
            if decreasing {
                bins.reverse();
            }
            let f = move |out: &mut Vec<isize>| digitize(&x, &bins, true, out);
            all.push(Case::new(&["search::digitize"], "a few and many", vec![-7; queries], f));
        }
        for (sorted, tables) in [(true, true), (false, true), (false, false)] {
            let (mut x, xp, fp) = (floats(queries), ascending(900), floats(900));
            x.iter_mut().for_each(|x| *x *= 1000.0);
            if sorted {
                x.sort_by(f64::total_cmp);
            }
            let f = move |out: &mut Vec<f64>| match tables {
                true => interp(&x, &xp, &fp, None, None, out),
                false => interp_with(&x, &xp, &fp, [None; 2], out, false),
            };
            let names = &["search::interp::interp", "search::interp::interp_with"];
            // The table of ranks is made where the first block of x does not ascend.
            all.push(Case::new(names, "sorted and not", vec![-7.0; queries], f));
        }
    }
}

fn binning(all: &mut Vec<Case>) {
    let f = |out: &mut Vec<f64>| equal_edges(0.0, 8.0, 500).map(|edges| out.copy_from_slice(&edges));
    all.push(Case::new(&["binning::equal_edges"], "", vec![-7.0; 501], f));
    for equal in [true, false] {
        let mut edges = ascending(400);
        if !equal {
            edges[7] += 0.5;
        }
        let scaled = || floats(5000).into_iter().map(|x| 200.0 + 200.0 * x).collect::<Vec<f64>>();
        let (a, e) = (scaled(), edges.clone());
        let f = move |out: &mut Vec<isize>| histogram(&a, &e, out);
        all.push(Case::new(&["binning::histogram"], "", vec![-7; 399], f));
        let (a, e) = (scaled(), edges.clone());
        let f = move |out: &mut Vec<isize>| histogram_with(&a, &e, out, false);
        all.push(Case::new(&["binning::histogram_with"], "", vec![-7; 399], f));
        let (a, e, weights) = (scaled(), edges.clone(), floats(5000));
        let f = move |out: &mut Vec<f64>| histogram_weighted(&a, &weights, &e, out);
        all.push(Case::new(&["binning::histogram_weighted"], "", vec![-7.0; 399], f));
        for weighted in [true, false] {
            let (a, e, weights) = (scaled(), edges[..30].to_vec(), floats(5000));
            let f = move |out: &mut Vec<f64>| {
                histogramdd(&[&a, &weights], &[&e, &e], weighted.then_some(&weights[..]), out)
            };
            all.push(Case::new(&["binning::histogramdd"], "", vec![-7.0; 29 * 29], f));
        }
    }
    for most in [100, 5000] {
        let list = whole(20_000, most as u64);
        let f = move |out: &mut Vec<isize>| {
            assert!(bincount_length(&list, 10)? <= most);
            bincount(&list, out)
        };
        all.push(Case::new(&["binning::count::bincount", "binning::count::bincount_length"], "", vec![-7; most], f));
        let list = whole(20_000, 100);
        let f = move |out: &mut Vec<isize>| {
            bincount_few(&list)?.into_iter().for_each(|counts| out.copy_from_slice(&counts));
            Ok(())
        };
        all.push(Case::new(&["binning::count::bincount_few"], "", vec![-7; 2048], f));
        let (list, weights) = (whole(20_000, 100), floats(20_000));
        let f = move |out: &mut Vec<f64>| {
            bincount_weighted_few(&list, &weights)?.into_iter().for_each(|(sums, _)| out.copy_from_slice(&sums));
            Ok(())
        };
        all.push(Case::new(&["binning::count::bincount_weighted_few"], "", vec![-7.0; 2048], f));
        let (list, weights) = (whole(6000, most as u64), floats(6000));
        let f = move |out: &mut Vec<f64>| bincount_weighted(&list, &weights, out);
        all.push(Case::new(&["binning::count::bincount_weighted"], "", vec![-7.0; most], f));
    }
}

fn others(all: &mut Vec<Case>) {
    let (a, indices) = (floats(1000), whole(3000, 1000));
    let f = move |out: &mut Vec<f64>| take(&a, &indices, out);
    all.push(Case::new(&["indexing::take"], "", vec![-7.0; 3000], f));
    let (a, indices) = (floats(1000), whole(300, 50));
    let f = move |out: &mut Vec<f64>| take_rows(&a, 20, &indices, out);
    all.push(Case::new(&["indexing::take_rows"], "", vec![-7.0; 6000], f));
    let (mask, a) = (whole(3000, 2).into_iter().map(|x| x as u8).collect::<Vec<u8>>(), floats(3000));
    let count = mask.iter().filter(|x| **x > 0).count();
    let f = move |out: &mut Vec<f64>| {
        assert_eq!(count_mask(&mask), count);
        compress(&mask, &a, out)
    };
    all.push(Case::new(&["indexing::compress", "indexing::count_mask"], "", vec![-7.0; count], f));
    for (n, m) in [(3000, 40), (40, 3000), (700, 650)] {
        for mode in [Mode::Full, Mode::Same, Mode::Valid] {
            let (a, v) = (floats(n), floats(m));
            let f = move |out: &mut Vec<f64>| convolve(&a, &v, mode, out);
            all.push(Case::new(&["signal::convolve"], "f64", vec![-7.0; mode.len(n, m)], f));
            let (a, v) = (floats32(n), floats32(m));
            let f = move |out: &mut Vec<f32>| correlate(&a, &v, mode, out);
            all.push(Case::new(&["signal::correlate"], "f32", vec![-7.0; mode.len(n, m)], f));
        }
    }
    for (name, metric) in Metric::NAMES {
        for path in [Path::Simd, Path::OneLane, Path::Scalar] {
            let (xa, xb) = (floats(20 * 30), floats(100 * 30));
            let f = move |out: &mut Vec<f64>| {
                let xa = View::from_slice(&xa, &[20, 30], &[30 * F64, F64])?;
                let xb = View::from_slice(&xb, &[100, 30], &[30 * F64, F64])?;
                let out = ViewMut::from_slice(out, &[20, 100], &[100 * F64, F64])?;
                if path == Path::Simd { cdist(xa, xb, metric, out) } else { cdist_with(path, xa, xb, metric, out) }
            };
            all.push(Case::new(&["spatial::cdist", "spatial::cdist_with"], name, vec![-7.0; 2000], f));
        }
    }
    let x = floats(1000);
    let f = move |out: &mut Vec<f64>| {
        let (shape, strides) = ([500], [2 * F64]);
        let x = View::from_slice(&x, &shape, &strides)?;
        for &(_, f) in Unary::NAMES {
            unary(f, x, ViewMut::from_slice(out, &shape, &[F64])?)?;
        }
        for &(_, f) in Binary::NAMES {
            binary(f, x, x, ViewMut::from_slice(out, &shape, &[F64])?)?;
        }
        Ok(())
    };
    all.push(Case::new(&["math::unary", "math::binary"], "all of them", vec![-7.0; 500], f));
}

pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    sorting(&mut all);
    statistics(&mut all);
    searching(&mut all);
    later_ones(&mut all);
    binning(&mut all);
    others(&mut all);
    all
}
