//! What goes along the axes of an array, or over a batch of matrices.

use ferrodide::linalg::batched;
use ferrodide::search::is_sorted;
use ferrodide::signal::{Mode, correlate_whole};
use ferrodide::sort::{argpartition_along, partition_along, ranks_of};
use ferrodide::stats::along::{Along, Moment, Truth, moment, ptp, truth};
use ferrodide::stats::arg::{arg, extreme, ptp_columns, short_row};
use ferrodide::stats::keys::Extreme;
use ferrodide::stats::reduce::{are_numbers, sum_columns};
use ferrodide::stats::truths::{count, count_columns, truth_columns};
use ferrodide::stats::{RankMethod, nanmedian_along, nanmedian_of_lanes, rankdata_along};
use ferrodide::view::{View, ViewMut};

use super::case::{Case, floats, whole};

const F64: isize = 8;

/// Lanes side by side, each of which is gathered.
fn lanes(all: &mut Vec<Case>) {
    let (n, shape, strides) = (2000, [1000, 2], [2 * F64, F64]);
    let a = floats(n);
    for kth in [vec![500], (0..1000).step_by(20).collect()] {
        let ranks = kth.clone();
        let f = move |a: &mut Vec<f64>| partition_along(ViewMut::from_slice(a, &shape, &strides)?, 0, &ranks);
        all.push(Case::new(&["sort::partition::partition_along"], "two columns", a.clone(), f));
        let from = a.clone();
        let f = move |out: &mut Vec<isize>| {
            let item = size_of::<isize>() as isize;
            let item_strides = [2 * item, item];
            let out = ViewMut::from_slice(out, &shape, &item_strides)?;
            argpartition_along(View::from_slice(&from, &shape, &strides)?, 0, &kth, out)
        };
        all.push(Case::new(&["sort::partition::argpartition_along"], "two columns", vec![-7; n], f).partial());
    }
    let f = |out: &mut Vec<usize>| ranks_of(9, &[-1, 3]).map(|ranks| out.copy_from_slice(&ranks));
    all.push(Case::new(&["sort::partition::ranks_of"], "two", vec![0; 2], f));
    let from = a.clone();
    let f = move |out: &mut Vec<f64>| {
        let out = ViewMut::from_slice(out, &shape, &strides)?;
        rankdata_along(View::from_slice(&from, &shape, &strides)?, 0, RankMethod::Average, out).map(|_| ())
    };
    all.push(Case::new(&["stats::rank::rankdata_along"], "two columns", vec![0.0; n], f).partial());
    let from = a.clone();
    let f = move |out: &mut Vec<f64>| {
        let out = ViewMut::from_slice(out, &[2], &[F64])?;
        nanmedian_along(View::from_slice(&from, &shape, &strides)?, Some(0), out).map(|_| ())
    };
    all.push(Case::new(&["stats::order::nanmedian_along"], "two columns", vec![0.0; 2], f));
    let from = a.clone();
    let f = move |out: &mut Vec<f64>| {
        let out = ViewMut::from_slice(out, &[2], &[F64])?;
        nanmedian_of_lanes(View::from_slice(&from, &shape, &strides)?, Some(0), out)
    };
    all.push(Case::new(&["stats::order::nanmedian_of_lanes"], "two columns", vec![0.0; 2], f));
    for moments in [Moment::Var { ddof: 0.0 }, Moment::NanMean] {
        let from = a.clone();
        let f = move |out: &mut Vec<f32>| moment(&from, moments, Along::Columns, out);
        all.push(Case::new(&["stats::along::moment"], "two columns, rounded", vec![0.0; 2], f));
    }
    let from = a.clone();
    let f = move |(range, any): &mut (Vec<f64>, Vec<u8>)| {
        assert!(!is_sorted(&from));
        truth(&from, Truth::Any, 1000, any)?;
        ptp(&from, 1000, range)
    };
    let names = &["stats::along::ptp", "stats::along::truth", "search::is_sorted"];
    all.push(Case::new(names, "rows", (vec![0.0; 2], vec![7; 2]), f));
    let from = a.clone();
    let f = move |(at, least, range): &mut (Vec<isize>, Vec<f64>, Vec<f64>)| {
        assert_eq!(short_row::<f64>(), 128);
        arg(&from, Extreme::Most, Along::Columns, at)?;
        arg(&from, Extreme::Most, Along::Rows(1000), at)?;
        extreme(&from, Extreme::Least, Along::Columns, least)?;
        sum_columns(&from, range)?;
        ptp_columns(&from, range)
    };
    let names = &["stats::reduce::sum_columns", "stats::arg::arg", "stats::arg::extreme", "stats::arg::ptp_columns"];
    all.push(Case::new(names, "two columns", (vec![-7; 2], vec![0.0; 2], vec![0.0; 2]), f).partial());
    let from = a.clone();
    let f = move |(counts, any): &mut (Vec<isize>, Vec<u8>)| {
        assert!(count(&from) == 2000 && are_numbers(&from));
        count_columns(&from, counts)?;
        truth_columns(&from, Truth::Any, any)
    };
    let names = &[
        "stats::truths::count",
        "stats::truths::count_columns",
        "stats::truths::truth_columns",
        "stats::reduce::are_numbers",
    ];
    all.push(Case::new(names, "two columns", (vec![-7; 2], vec![7; 2]), f));
    let (long, short) = (whole(300, 50), whole(7, 50));
    let f = move |out: &mut Vec<i64>| correlate_whole(&long, &short, Mode::Full, out);
    all.push(Case::new(&["signal::whole::correlate_whole"], "whole numbers", vec![0; 306], f));
}

const N: usize = 20;
const ALL: [usize; 3] = [2, N, N];
const STRIDES: [isize; 3] = [(N * N) as isize * F64, N as isize * F64, F64];

fn square(data: &mut [f64]) -> ferrodide::Result<ViewMut<'_, f64>> {
    ViewMut::from_slice(data, &ALL, &STRIDES)
}

fn vector(data: &mut [f64]) -> ferrodide::Result<ViewMut<'_, f64>> {
    ViewMut::from_slice(data, &[2, N], &[N as isize * F64, F64])
}

/// Two matrices, of an order whose scratch is on the heap.
fn matrices(all: &mut Vec<Case>) {
    // Diagonally dominant, so that each of them can be factored.
    let mut a: Vec<f64> = floats(2 * N * N);
    (0..2 * N).for_each(|i| a[i * N + i % N] += 2.0 * N as f64);
    type Kernel = fn(View<'_, f64>, ViewMut<'_, f64>) -> ferrodide::Result<()>;
    let kernels: [(&'static [&'static str], Kernel); 4] = [
        (&["linalg::batched::inv"], batched::inv),
        (&["linalg::batched::cholesky"], |a, out| batched::cholesky(a, false, out)),
        (&["linalg::batched::pinv", "linalg::pinv::pinv"], |a, out| batched::pinv(a, 1e-15, out)),
        (&["linalg::batched::solve"], |a, out| batched::solve(a, a, out)),
    ];
    for (names, kernel) in kernels {
        let from = a.clone();
        let f = move |out: &mut Vec<f64>| {
            kernel(View::from_slice(&from, &ALL, &STRIDES)?, ViewMut::from_slice(out, &ALL, &STRIDES)?)
        };
        // Without memory for it, plain loops do what the blocked product would.
        let case = Case::new(names, "of two matrices", vec![0.0; 2 * N * N], f).rounding(1e-12);
        // The first pseudo-inverse may be there; the others take all their memory before.
        all.push(if names.len() == 2 { case.partial() } else { case });
    }
    let from = a.clone();
    let f = move |out: &mut [Vec<f64>; 3]| {
        let a = View::from_slice(&from, &ALL, &STRIDES)?;
        let [det, sign, log] = out.each_mut().map(|out| ViewMut::from_slice(out, &[2], &[F64]));
        batched::det(a, det?)?;
        batched::slogdet(a, sign?, log?)
    };
    let names = &["linalg::batched::det", "linalg::batched::slogdet"];
    all.push(Case::new(names, "of two matrices", [0; 3].map(|_| vec![0.0; 2]), f).partial().rounding(1e-12));
    let from = a;
    let f = move |out: &mut [Vec<f64>; 3]| {
        let a = View::from_slice(&from, &ALL, &STRIDES)?;
        let [first, second, third] = out;
        batched::qr(a, square(first)?, square(second)?)?;
        batched::qr_r(a, square(first)?)?;
        batched::qr_raw(a, square(first)?, vector(third)?)?;
        batched::eigh(a, true, vector(third)?, Some(square(first)?))?;
        batched::svd(a, vector(third)?, Some((square(first)?, square(second)?)))
    };
    let names = &[
        "linalg::batched::qr",
        "linalg::batched::qr_r",
        "linalg::batched::qr_raw",
        "linalg::batched::eigh",
        "linalg::batched::svd",
    ];
    let out = [vec![0.0; 2 * N * N], vec![0.0; 2 * N * N], vec![0.0; 2 * N]];
    all.push(Case::new(names, "of two matrices", out, f).partial().rounding(1e-11));
}

pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    lanes(&mut all);
    matrices(&mut all);
    all
}
