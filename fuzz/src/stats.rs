//! `median`, order statistics, `rankdata` against a sorted copy; reductions against sums of twice the precision; what
//! works along an axis against what works on a lane.

use ferrodide::Error;
use ferrodide::doubles::Doubles;
use ferrodide::elements::Elements;
use ferrodide::stats::along::{Along, Moment, Rounded, Truth, are_finite, moment, ptp, truth};
use ferrodide::stats::arg::{arg, extreme, ptp_columns};
use ferrodide::stats::cumulative::{cumsum, cumsum_columns};
use ferrodide::stats::extremes::{MinMax, min_max};
use ferrodide::stats::keys::{Extreme, Keyed};
use ferrodide::stats::reduce::{self, Zero};
use ferrodide::stats::truths::{Flag, count, count_columns, truth_columns};
use ferrodide::stats::{
    Median, Rank, RankMethod, median, median_of_elements, nan_count, nanmedian, nanmedian_along, order_statistics,
    rankdata, rankdata_along,
};
use ferrodide::view::ViewMut;

use super::input::{Element, Input, same};
use super::sorting::{order_of, sorted};
use super::strided::{Strided, shape};

pub fn run(input: &mut Input) {
    match input.below(10) {
        0 => of_types!(input, medians, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        1 => of_types!(input, statistics, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        2 => of_types!(input, ranks, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        3 => of_types!(input, sums, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        4 => of_types!(input, orders, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        5 => of_types!(input, nanmedians, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        6 => of_types!(input, moments, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        7 => of_types!(input, truths, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
        8 => of_types!(input, columns, f64, f32, i64, i32, u64, u32),
        _ => of_types!(input, ranks_along, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64),
    }
}

/// The result of a median, whose type depends on the element's.
trait Mean: Copy {
    fn double(self) -> f64;
}
impl Mean for f64 {
    fn double(self) -> f64 {
        self
    }
}
impl Mean for f32 {
    fn double(self) -> f64 {
        self.into()
    }
}

/// The median of a sorted lane in the arithmetic of its result.
fn middle<T: Element + Median<Mean: Mean>>(sorted: &[T]) -> f64 {
    let n = sorted.len();
    if n == 0 || sorted[n - 1].is_nan() {
        return f64::NAN;
    }
    match n % 2 {
        1 => sorted[n / 2].middle().double(),
        _ => T::mean(sorted[n / 2 - 1], sorted[n / 2]).double(),
    }
}

/// Elements that only copies reach.
struct Elsewhere<T> {
    elements: Vec<T>,
    chunk: Vec<T>,
}
impl<T: Copy> Elements<T> for Elsewhere<T> {
    fn len(&self) -> usize {
        self.elements.len()
    }
    fn get(&self, index: usize) -> T {
        self.elements[index]
    }
    fn chunk(&mut self, start: usize, len: usize) -> &[T] {
        self.chunk = self.elements[start..][..len].to_vec();
        &self.chunk
    }
}

/// Zeros of either sign are one value.
fn same_value(got: f64, want: f64) -> bool {
    got == want || same(got, want)
}

fn medians<T: Element + Median<Mean: Mean>>(input: &mut Input) {
    let shape = shape(input, 3, 6000);
    let values = input.lane::<T>(shape.iter().product());
    let a = Strided::new(input, &shape, true, |_, i| values[i]);
    let all = a.elements();
    let axis = input.flag().then(|| input.below(shape.len() + 1));
    let lanes = match axis {
        None => vec![(0..all.len()).collect()],
        Some(axis) if axis < shape.len() => a.lanes(axis),
        Some(_) => Vec::new(),
    };
    let mut out = vec![T::NAN; lanes.len()];
    let strides = [size_of::<T::Mean>() as isize];
    let len = [lanes.len()];
    let result = median(a.view(), axis, ViewMut::from_slice(&mut out, &len, &strides).unwrap());
    if let Some(axis) = axis
        && axis >= shape.len()
    {
        return assert_eq!(result, Err(Error::Axis { axis: axis as isize, ndim: shape.len() }));
    }
    result.unwrap();
    for (lane, got) in lanes.iter().zip(&out) {
        let lane: Vec<T> = lane.iter().map(|&i| all[i]).collect();
        let want = middle(&sorted(&lane));
        assert!(same_value(got.double(), want), "{} of {lane:?}, expected {want}", got.double());
    }
    let (mut one, want) = ([T::NAN], middle(&sorted(&all)));
    let mut elsewhere = Elsewhere { elements: all.clone(), chunk: Vec::new() };
    median_of_elements(&mut elsewhere, ViewMut::from_slice(&mut one, &[1], &strides).unwrap()).unwrap();
    assert!(same_value(one[0].double(), want), "{} of {all:?}, expected {want}", one[0].double());
}

fn nanmedians<T: Element + Median<Mean: Mean>>(input: &mut Input) {
    let shape = shape(input, 3, 4000);
    let values = input.lane::<T>(shape.iter().product());
    let a = Strided::new(input, &shape, true, |_, i| values[i]);
    let all = a.elements();
    let axis = input.flag().then(|| input.below(shape.len() + 1));
    let lanes = match axis {
        None => vec![(0..all.len()).collect()],
        Some(axis) if axis < shape.len() => a.lanes(axis),
        Some(_) => Vec::new(),
    };
    let mut out = vec![T::NAN; lanes.len()];
    let (len, strides) = ([lanes.len()], [size_of::<T::Mean>() as isize]);
    let result = nanmedian_along(a.view(), axis, ViewMut::from_slice(&mut out, &len, &strides).unwrap());
    if let Some(axis) = axis
        && axis >= shape.len()
    {
        return assert_eq!(result, Err(Error::Axis { axis: axis as isize, ndim: shape.len() }));
    }
    for (lane, got) in lanes.iter().zip(&out) {
        let mut lane: Vec<T> = lane.iter().map(|&i| all[i]).collect();
        lane.retain(|x| !x.is_nan());
        let want = middle(&sorted(&lane));
        assert!(same_value(got.double(), want), "{} of {lane:?}, expected {want}", got.double());
        // It stops at the first whose double is not finite.
        if !T::doubles(*got) {
            return assert_eq!(result, Ok(false));
        }
    }
    assert_eq!(result, Ok(true));
}

fn statistics<T: Element + Median<Mean: Mean>>(input: &mut Input) {
    let n = input.length(5000);
    let lane: Vec<T> = input.lane(n);
    let sorted = sorted(&lane);
    let numbers = sorted.partition_point(|x| !x.is_nan());
    assert_eq!(nan_count(&lane), n - numbers);
    let got = nanmedian(&lane).unwrap().double();
    assert!(same_value(got, middle(&sorted[..numbers])), "{got}: {lane:?}");
    let count = input.below(40);
    let ranks: Vec<usize> = (0..count).map(|_| input.below(n + usize::from(n == 0))).collect();
    let mut out = vec![T::small(77); count];
    let result = order_statistics(&lane, &ranks, &mut out);
    if n == 0 && count > 0 {
        return assert!(matches!(result, Err(Error::Value(_))));
    }
    assert_eq!(result, Ok(n - numbers));
    for (&rank, got) in ranks.iter().zip(&out) {
        assert!(got.order(&sorted[rank]).is_eq(), "rank {rank} is {got:?} of {lane:?}");
    }
}

const METHODS: [RankMethod; 5] =
    [RankMethod::Average, RankMethod::Min, RankMethod::Max, RankMethod::Dense, RankMethod::Ordinal];

fn ranks<T: Element>(input: &mut Input) {
    let n = input.length(4000);
    let lane: Vec<T> = input.lane(n);
    let order = order_of(&lane);
    let method = input.pick(&METHODS);
    let (mut got, mut whole, mut short) = (vec![-5.0f64; n], vec![-5i64; n], vec![-5i32; n]);
    let nans = lane.iter().filter(|x| x.is_nan()).count();
    assert_eq!(rankdata(&lane, method, &mut got), Ok(nans));
    assert_eq!(rankdata(&lane, method, &mut whole), Ok(nans));
    assert_eq!(rankdata(&lane, method, &mut short), Ok(nans));
    if nans > 0 {
        return assert!(got.iter().all(|rank| *rank == -5.0));
    }
    let (mut start, mut dense) = (0, 0);
    while start < n {
        let end = start + order[start..].iter().take_while(|&&i| lane[i].order(&lane[order[start]]).is_eq()).count();
        dense += 1;
        for (rank, &i) in order.iter().enumerate().take(end).skip(start) {
            let want = match method {
                RankMethod::Average => (start + 1 + end) as f64 / 2.0,
                RankMethod::Min => (start + 1) as f64,
                RankMethod::Max => end as f64,
                RankMethod::Dense => dense as f64,
                RankMethod::Ordinal => (rank + 1) as f64,
            };
            assert_eq!(got[i], want, "{method:?} of element {i} of {lane:?}");
            assert_eq!((whole[i], short[i]), (want as i64, want as i32));
        }
        start = end;
    }
}

/// Lanes with a NaN have no ranks; the others have those of [`rankdata`].
fn ranks_along<T: Element>(input: &mut Input) {
    match input.below(3) {
        0 => ranks_along_as::<T, f64>(input),
        1 => ranks_along_as::<T, i64>(input),
        _ => ranks_along_as::<T, f32>(input),
    }
}

fn ranks_along_as<T: Element, R: Element + Rank>(input: &mut Input) {
    let shape = shape(input, 3, 2000);
    let values = input.lane::<T>(shape.iter().product());
    let a = Strided::new(input, &shape, true, |_, i| values[i]);
    let mut out = Strided::new(input, &shape, false, |_, _| R::small(-5));
    let axis = input.below(shape.len() + 1);
    let method = input.pick(&METHODS);
    let result = rankdata_along(a.view(), axis, method, out.view_mut());
    out.check_gaps();
    if axis >= shape.len() {
        return assert_eq!(result, Err(Error::Axis { axis: axis as isize, ndim: shape.len() }));
    }
    let (all, got, mut unranked) = (a.elements(), out.elements(), 0);
    for lane in a.lanes(axis) {
        let values: Vec<T> = lane.iter().map(|&i| all[i]).collect();
        let mut want = vec![R::NONE; lane.len()];
        unranked += usize::from(rankdata(&values, method, &mut want).unwrap() > 0);
        for (&i, want) in lane.iter().zip(want) {
            assert!(same(got[i].double(), want.double()), "{method:?} of element {i} of {values:?}");
        }
    }
    assert_eq!(result, Ok(unranked));
}

/// The sum of all in twice the precision (Knuth's two-sum, cascaded), and that of the magnitudes.
fn exact_sum(x: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut sum, mut rest, mut size) = (0.0f64, 0.0, 0.0);
    for x in x {
        let next = sum + x;
        let part = next - sum;
        rest += (sum - (next - part)) + (x - part);
        (sum, size) = (next, size + x.abs());
    }
    (sum + rest, size)
}

/// Numbers whose squares and sums stay in range, among special ones.
fn summands<T: Element>(input: &mut Input, n: usize) -> Vec<T> {
    let mut lane: Vec<T> = input.lane(n);
    let large = if size_of::<T>() == 4 { 1e15 } else { 1e100 };
    lane.iter_mut().filter(|x| x.double().abs() > large && x.double().is_finite()).for_each(|x| *x = T::small(3));
    lane
}

fn check_reductions<T: Element>(lane: &[T], ddof: f64, got: [f64; 3]) {
    let n = lane.len() as f64;
    let doubles = || lane.iter().map(|x| x.double());
    let numbers = || doubles().filter(|x| !x.is_nan());
    let [var, nansum, nanmean] = got;
    // A pairwise sum's error grows with the logarithm; that of a column is a running one.
    let eps = f64::EPSILON * (n + 8.0);
    let (sum, size) = exact_sum(numbers());
    if !size.is_finite() {
        let plain: f64 = numbers().sum();
        assert!(same(nansum, plain), "nansum {nansum}, expected {plain}");
        return assert!(!var.is_finite() && (var.is_nan() || lane.is_empty()), "var {var} of {lane:?}");
    }
    assert!((nansum - sum).abs() <= eps * size, "nansum {nansum}, expected {sum}");
    let count = numbers().count() as f64;
    let mean = sum / count;
    assert!(same(nanmean, mean) || (nanmean - mean).abs() <= 2.0 * eps * size / count, "nanmean {nanmean}, {mean}");
    if doubles().any(|x| x.is_nan()) || lane.is_empty() {
        return assert!(var.is_nan(), "var {var} of {lane:?}");
    }
    let (squares, _) = exact_sum(doubles().map(|x| (x - mean) * (x - mean)));
    let want = squares / (n - ddof).max(0.0);
    // The mean is off by eps * size / n, and each deviation by a rounding of the larger of both.
    let off = 2.0 * eps * size / n;
    let largest = doubles().fold(mean.abs(), |most, x| most.max(x.abs()));
    let deviation = off + 2.0 * f64::EPSILON * largest;
    let bound = (4.0 * eps * squares + 2.0 * deviation * squares.sqrt() * n.sqrt() + n * deviation * deviation)
        / (n - ddof).max(0.0);
    // 0 / 0 and x / 0, where all degrees of freedom are gone.
    let degenerate = n - ddof <= 0.0;
    assert!((var - want).abs() <= bound || (degenerate && !var.is_finite()), "var {var}, expected {want}: {lane:?}");
}

fn sums<T: Element + Doubles>(input: &mut Input) {
    let (rows, columns) = (input.length(300), input.length(300));
    let n = if input.flag() { rows } else { rows * columns };
    let lane = summands::<T>(input, n);
    let ddof = input.pick(&[0.0, 1.0, 2.5]);
    check_reductions(&lane, ddof, [reduce::var(&lane, ddof), reduce::nansum(&lane), reduce::nanmean(&lane)]);
    let twin = reduce::var_with::<f64, T>(&lane, ddof);
    assert!(same(twin, reduce::var(&lane, ddof)), "one lane has {twin}");
    if lane.len() != rows * columns {
        return;
    }
    let (mut var, mut sum, mut mean) = (vec![0.5; columns], vec![0.5; columns], vec![0.5; columns]);
    reduce::var_columns(&lane, ddof, &mut var).unwrap();
    reduce::nansum_columns(&lane, &mut sum).unwrap();
    reduce::nanmean_columns(&lane, &mut mean).unwrap();
    for column in 0..columns {
        let of: Vec<T> = (0..if lane.is_empty() { 0 } else { rows }).map(|row| lane[row * columns + column]).collect();
        check_reductions(&of, ddof, [var[column], sum[column], mean[column]]);
    }
    let mut each = vec![0.5; rows];
    reduce::rows(&lane, columns, &mut each, reduce::nansum).unwrap();
    assert!(each.iter().enumerate().all(|(i, x)| same(*x, reduce::nansum(&lane[i * columns..][..columns]))));
}

/// Results of rows have the bits of a lane's, those of columns are near; `f32` is `f64`, rounded once.
fn moments<T: Element + Doubles>(input: &mut Input) {
    let (rows, columns) = (input.length(60), input.length(400));
    let lane = summands::<T>(input, rows * columns);
    let ddof = input.pick(&[0.0, 1.0, 2.5]);
    let by_rows = input.flag();
    let count = if by_rows { rows } else { columns };
    let along = if by_rows { Along::Rows(columns) } else { Along::Columns };
    let all = [Moment::Var { ddof }, Moment::NanSum, Moment::NanMean, Moment::Std { ddof }];
    let of = |which| results::<T, f64>(&lane, which, along, count);
    let [var, sum, mean, std] = all.map(of);
    for (which, wide) in all.into_iter().zip([&var, &sum, &mean, &std]) {
        let narrow = results::<T, f32>(&lane, which, along, count);
        let rounded = |(got, want): (&f32, &f64)| same((*got).into(), (*want as f32).into());
        assert!(narrow.iter().zip(wide).all(rounded), "{which:?} {along:?} of {lane:?}");
        assert_eq!(are_finite(wide), wide.iter().all(|x| x.is_finite()));
        let result = moment(&lane, which, along, &mut vec![0.5; count + lane.len() + 1]);
        assert_eq!(result.is_err(), !lane.is_empty() || by_rows && columns > 0, "{which:?} {along:?}");
    }
    for i in 0..count {
        assert!(same(std[i], var[i].sqrt()), "std {} of {}", std[i], var[i]);
        let column: Vec<T> = match (by_rows, lane.is_empty()) {
            (_, true) => Vec::new(),
            (true, _) => lane[i * columns..][..columns].to_vec(),
            (false, _) => (0..rows).map(|row| lane[row * columns + i]).collect(),
        };
        check_reductions(&column, ddof, [var[i], sum[i], mean[i]]);
        if by_rows {
            let one = [reduce::var(&column, ddof), reduce::nansum(&column), reduce::nanmean(&column)];
            assert!([var[i], sum[i], mean[i]].into_iter().zip(one).all(|(got, want)| same(got, want)), "{column:?}");
        }
    }
}

fn results<T: Doubles, R: Element + Rounded>(lane: &[T], which: Moment, along: Along, count: usize) -> Vec<R> {
    let mut out = vec![R::small(5); count];
    moment(lane, which, along, &mut out).unwrap();
    out
}

/// `any`, `all` and `ptp` of each row.
fn truths<T: Element + Zero + MinMax>(input: &mut Input) {
    let (rows, width) = (input.length(60), input.length(2500));
    let width = if rows * width > 20_000 { width % 64 } else { width };
    let mut lane: Vec<T> = input.lane(rows * width);
    let kind = input.below(4);
    lane.iter_mut().enumerate().filter(|(i, _)| kind > 1 && i % (kind * 700) > 0).for_each(|(_, x)| *x = T::small(0));
    let row = |i: usize| &lane[i * width..][..width];
    for which in [Truth::Any, Truth::All] {
        let mut out = vec![5; rows];
        truth(&lane, which, width, &mut out).unwrap();
        for (i, got) in out.into_iter().enumerate() {
            let mut each = row(i).iter().map(|x| x.double() != 0.0);
            let want = if which == Truth::Any { each.any(|x| x) } else { each.all(|x| x) };
            assert_eq!(got, u8::from(want), "{which:?} of {:?}", row(i));
        }
        assert_eq!(truth(&lane, which, width, &mut vec![5; rows + 1]).is_err(), width > 0);
    }
    let mut out = vec![T::small(5); rows];
    let result = ptp(&lane, width, &mut out);
    if width == 0 {
        return assert!(matches!(result, Err(Error::Value(_))));
    }
    result.unwrap();
    for (i, got) in out.into_iter().enumerate() {
        let sorted = sorted(row(i));
        let (least, most) = (sorted[0], sorted[width - 1]);
        let want = if most.is_nan() { most } else { most.minus(least) };
        // Of equal zeros either may be the less.
        assert!(same_value(got.double(), want.double()), "ptp {got:?}, expected {want:?} of {:?}", row(i));
    }
}

/// What goes down columns, or finds where an extreme is, lane by lane.
fn columns<T: Element + Zero + Keyed + Flag>(input: &mut Input) {
    let (rows, width) = (input.length(300), input.length(1300));
    let rows = if rows * width > 20_000 { rows % 12 } else { rows };
    let mut lane: Vec<T> = input.lane(rows * width);
    if input.flag() {
        // Few are other than zero.
        lane.iter_mut().enumerate().filter(|(i, _)| i % 301 > 0).for_each(|(_, x)| *x = T::small(0));
    }
    let by_rows = input.flag();
    let (along, count) = if by_rows { (Along::Rows(width), rows) } else { (Along::Columns, width) };
    let of = |i: usize| -> Vec<T> {
        match by_rows {
            true => lane[i * width..][..width].to_vec(),
            false => lane.iter().skip(i).step_by(width).copied().collect(),
        }
    };
    let mut sums = vec![T::small(7); lane.len()];
    let sum = if by_rows { cumsum } else { cumsum_columns };
    if lane.is_empty() {
        let result = arg(&lane, Extreme::Most, along, &mut vec![7; count]);
        assert_eq!(result.is_ok(), (width > 0) == by_rows, "{along:?} of {rows} x {width}");
        return assert_eq!(sum(&lane, width, &mut sums), Ok(true));
    }
    let finite = sum(&lane, width, &mut sums).unwrap();
    assert_eq!(finite, reduce::are_numbers(&sums));
    let at = [Extreme::Least, Extreme::Most].map(|which| {
        let (mut at, mut values) = (vec![7; count], vec![T::small(7); count]);
        arg(&lane, which, along, &mut at).unwrap();
        extreme(&lane, which, along, &mut values).unwrap();
        (at, values)
    });
    for i in 0..count {
        let lane = of(i);
        let nan = lane.iter().position(|x| x.is_nan());
        let mut sorted: Vec<usize> = (0..lane.len()).collect();
        sorted.sort_by(|&a, &b| lane[a].order(&lane[b]));
        let most = lane.iter().position(|x| x.order(&lane[sorted[lane.len() - 1]]).is_eq());
        for ((at, values), want) in at.iter().zip([nan.unwrap_or(sorted[0]), most.unwrap_or(0)]) {
            assert_eq!(at[i], want as isize, "{along:?} of {lane:?}");
            assert!(values[i].order(&lane[want]).is_eq(), "{:?}, expected {:?}", values[i], lane[want]);
        }
        let mut sum: Option<T> = None;
        for (j, &x) in lane.iter().enumerate() {
            let got = sums[if by_rows { i * width + j } else { j * width + i }];
            let next = sum.map_or(x, |sum| sum.plus(x));
            assert!(got.own_bits() == next.own_bits() || (got.is_nan() && next.is_nan()), "{got:?}, expected {next:?}");
            sum = Some(next);
        }
    }
    if !by_rows {
        column_truths(&lane, width);
    }
}

fn column_truths<T: Element + Keyed + Flag + Zero>(lane: &[T], width: usize) {
    let (mut counts, mut ranges) = (vec![7; width], vec![T::small(7); width]);
    let (mut any, mut all) = (vec![7; width], vec![7; width]);
    let mut sums = vec![T::small(7); width];
    reduce::sum_columns(lane, &mut sums).unwrap();
    count_columns(lane, &mut counts).unwrap();
    truth_columns(lane, Truth::Any, &mut any).unwrap();
    truth_columns(lane, Truth::All, &mut all).unwrap();
    ptp_columns(lane, &mut ranges).unwrap();
    assert_eq!(count(lane), counts.iter().sum::<isize>() as usize);
    for i in 0..width {
        let column: Vec<T> = lane.iter().skip(i).step_by(width).copied().collect();
        let nonzero = column.iter().filter(|x| x.double() != 0.0).count();
        let sum = column.iter().fold(T::small(0), |sum, &x| sum.plus(x));
        assert!(sum.own_bits() == sums[i].own_bits() || (sum.is_nan() && sums[i].is_nan()), "sum of {column:?}");
        assert_eq!(counts[i], nonzero as isize, "{column:?}");
        assert_eq!((any[i], all[i]), (u8::from(nonzero > 0), u8::from(nonzero == column.len())), "{column:?}");
        let sorted = sorted(&column);
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        let want = if most.is_nan() { most } else { most.minus(least) };
        assert!(same_value(ranges[i].double(), want.double()), "ptp {:?}, expected {want:?} of {column:?}", ranges[i]);
    }
}

fn orders<T: Element + Zero + MinMax>(input: &mut Input) {
    let n = input.length(4000);
    let lane: Vec<T> = input.lane(n);
    let zero = |x: &T| x.double() == 0.0;
    let zeros = lane.iter().filter(|x| zero(x)).count();
    assert_eq!(reduce::count_nonzero(&lane), n - zeros);
    assert_eq!(reduce::any(&lane), zeros < n);
    assert_eq!(reduce::all(&lane), zeros == 0);
    let mut out = vec![T::small(77); n];
    cumsum(&lane, n, &mut out).unwrap();
    let mut sum: Option<T> = None;
    for (&x, got) in lane.iter().zip(&out) {
        let next = sum.map_or(x, |sum| sum.plus(x));
        assert!(got.own_bits() == next.own_bits() || (got.is_nan() && next.is_nan()), "{got:?}, expected {next:?}");
        sum = Some(next);
    }
    assert!(cumsum(&lane, n, &mut vec![T::small(0); n + 1]).is_err());
    let sorted = sorted(&lane);
    match (min_max(&lane), sorted.first(), sorted.last()) {
        (None, None, None) => {}
        (Some((least, most)), Some(_), Some(last)) if last.is_nan() => assert!(least.is_nan() && most.is_nan()),
        (Some((least, most)), Some(first), Some(last)) => {
            assert!(least.order(first).is_eq() && most.order(last).is_eq(), "{least:?} and {most:?} of {lane:?}");
        }
        other => panic!("{other:?}"),
    }
}
