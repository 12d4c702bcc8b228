//! `sort`, `sort_copy`, `argsort`, `lexsort`, `partition`, `argpartition`, of lanes and along an axis, against the
//! standard library's stable sort.

use ferrodide::Error;
use ferrodide::sort::{self, lane, radix, scalar};
use ferrodide::view::ViewMut;

use super::input::{Element, Input, bits_of};
use super::strided::{Strided, shape};

pub fn run(input: &mut Input) {
    of_types!(input, any, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64)
}

fn any<T: Element>(input: &mut Input) {
    match input.below(8) {
        0 => along_an_axis::<T>(input),
        1 => argsort::<T>(input),
        2 => lexsort::<T>(input),
        3 => partition::<T>(input),
        4 => argpartition::<T>(input),
        5 => partition_along::<T>(input),
        6 => ranks_of(input),
        _ => one_lane::<T>(input),
    }
}

/// The stable order of a lane.
pub fn order_of<T: Element>(lane: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lane.len()).collect();
    order.sort_by(|&i, &j| lane[i].order(&lane[j]));
    order
}

pub fn sorted<T: Element>(lane: &[T]) -> Vec<T> {
    order_of(lane).into_iter().map(|i| lane[i]).collect()
}

fn filled<T: Element>(input: &mut Input, shape: &[usize], repeats: bool) -> Strided<T> {
    let values = input.lane::<T>(shape.iter().product());
    Strided::new(input, shape, repeats, |_, i| values[i])
}

fn check_lanes<T: Element>(array: &Strided<T>, before: &[T], after: &[T], axis: usize) {
    for lane in array.lanes(axis) {
        let of = |all: &[T]| lane.iter().map(|&i| all[i]).collect::<Vec<T>>();
        assert_eq!(bits_of(&of(after)), bits_of(&sorted(&of(before))), "{before:?}");
    }
}

fn along_an_axis<T: Element>(input: &mut Input) {
    let shape = shape(input, 3, 5000);
    let axis = input.below(shape.len() + 1);
    let refused = |result| assert_eq!(result, Err(Error::Axis { axis: axis as isize, ndim: shape.len() }));
    if input.flag() {
        let mut a = filled::<T>(input, &shape, false);
        let before = a.elements();
        let result = sort::sort(a.view_mut(), axis);
        a.check_gaps();
        if axis >= shape.len() {
            return refused(result);
        }
        result.unwrap();
        return check_lanes(&a, &before, &a.elements(), axis);
    }
    let (a, mut out) = (filled::<T>(input, &shape, true), filled::<T>(input, &shape, false));
    let result = sort::sort_copy(a.view(), axis, out.view_mut());
    out.check_gaps();
    if axis >= shape.len() {
        return refused(result);
    }
    result.unwrap();
    check_lanes(&out, &a.elements(), &out.elements(), axis);
}

/// An `isize`.
#[cfg(target_pointer_width = "64")]
type Position = i64;
#[cfg(target_pointer_width = "32")]
type Position = i32;

/// The view of an array of positions.
fn positions<'a>(out: &'a mut Strided<Position>, shape: &'a [usize], strides: &'a [isize]) -> ViewMut<'a, isize> {
    // SAFETY: the same memory, and a `Position` has the size and the alignment of an `isize`.
    unsafe { ViewMut::from_raw_parts(out.view_mut().as_ptr().cast(), shape, strides) }
}

fn argsort<T: Element>(input: &mut Input) {
    let shape = shape(input, 3, 5000);
    let axis = input.below(shape.len() + 1);
    let a = filled::<T>(input, &shape, true);
    let mut out = Strided::<Position>::new(input, &shape, false, |_, _| -5);
    let strides = out.strides.clone();
    let result = sort::argsort(a.view(), axis, positions(&mut out, &shape, &strides));
    out.check_gaps();
    if axis >= shape.len() {
        return assert_eq!(result, Err(Error::Axis { axis: axis as isize, ndim: shape.len() }));
    }
    result.unwrap();
    let (values, order) = (a.elements(), out.elements());
    for lane in a.lanes(axis) {
        let of: Vec<T> = lane.iter().map(|&i| values[i]).collect();
        let got: Vec<usize> = lane.iter().map(|&i| order[i] as usize).collect();
        assert_eq!(got, order_of(&of), "{of:?}");
    }
}

fn lexsort<T: Element>(input: &mut Input) {
    let n = input.length(3000);
    let keys: Vec<Vec<T>> = (0..1 + input.below(3)).map(|_| input.lane(n)).collect();
    let mut out = vec![-5isize; n];
    let mut expected: Vec<isize> = (0..n as isize).collect();
    for key in &keys {
        expected.sort_by(|&i, &j| key[i as usize].order(&key[j as usize]));
    }
    sort::lexsort(&keys.iter().map(|key| &key[..]).collect::<Vec<_>>(), &mut out).unwrap();
    assert_eq!(out, expected, "{keys:?}");
    // And by one of another type.
    let key: Vec<i32> = input.lane(n);
    sort::lexsort_by(&key, &mut out).unwrap();
    expected.sort_by_key(|&i| key[i as usize]);
    assert_eq!(out, expected);
    if n > 0 {
        let at = input.below(n);
        out[at] = input.pick(&[-1, n as isize, isize::MAX, isize::MIN]);
        let before = out.clone();
        assert!(matches!(sort::lexsort_by(&key, &mut out), Err(Error::Value(_))));
        assert_eq!(out, before);
    }
}

/// The ranks of a partition: few or many, perhaps one too great.
fn ranks(input: &mut Input, n: usize) -> Vec<usize> {
    let count = if input.below(4) == 0 { input.below(60) } else { input.below(4) };
    let ends = n + usize::from(n == 0 || input.below(16) == 15);
    (0..count).map(|_| input.below(ends)).collect()
}

fn check_partition<T: Element>(lane: &[T], ranks: &[usize], got: &[T]) {
    let sorted = sorted(lane);
    for &k in ranks {
        assert!(got[k].order(&sorted[k]).is_eq(), "rank {k} of {lane:?}");
        assert!(got[..k].iter().all(|x| x.order(&got[k]).is_le()), "below rank {k} of {lane:?}");
        assert!(got[k..].iter().all(|x| x.order(&got[k]).is_ge()), "above rank {k} of {lane:?}");
    }
    let (mut before, mut after) = (bits_of(lane), bits_of(got));
    before.sort_unstable();
    after.sort_unstable();
    assert_eq!(before, after, "other elements");
}

fn partition<T: Element>(input: &mut Input) {
    let n = input.length(5000);
    let lane: Vec<T> = input.lane(n);
    let ranks = ranks(input, n);
    let mut got = lane.clone();
    let result = sort::partition(&mut got, &ranks);
    if ranks.iter().any(|k| *k >= n) {
        assert!(matches!(result, Err(Error::Value(_))));
        return assert_eq!(bits_of(&got), bits_of(&lane));
    }
    result.unwrap();
    check_partition(&lane, &ranks, &got);
    let mut twin = lane.clone();
    let mut ascending = ranks.clone();
    ascending.sort_unstable();
    ascending.dedup();
    sort::partition::select_in_place(&mut twin, &ascending, 0, |x| x);
    check_partition(&lane, &ranks, &twin);
}

fn argpartition<T: Element>(input: &mut Input) {
    let n = input.length(5000);
    let lane: Vec<T> = input.lane(n);
    let ranks = ranks(input, n);
    let mut got = vec![-5isize; n];
    let result = sort::argpartition(&lane, &ranks, &mut got);
    if ranks.iter().any(|k| *k >= n) {
        return assert!(matches!(result, Err(Error::Value(_))));
    }
    result.unwrap();
    let values: Vec<T> = got.iter().map(|&i| lane[i as usize]).collect();
    check_partition(&lane, &ranks, &values);
    got.sort_unstable();
    assert!(got.into_iter().eq(0..n as isize), "no permutation");
}

fn partition_along<T: Element>(input: &mut Input) {
    let shape = shape(input, 3, 3000);
    let axis = input.below(shape.len() + 1);
    let n = shape.get(axis).copied().unwrap_or(1);
    let ranks = ranks(input, n);
    let by_position = input.flag();
    let mut a = filled::<T>(input, &shape, by_position);
    let before = a.elements();
    let mut out = Strided::<Position>::new(input, &shape, false, |_, _| -5);
    let strides = out.strides.clone();
    let result = if by_position {
        sort::argpartition_along(a.view(), axis, &ranks, positions(&mut out, &shape, &strides))
    } else {
        sort::partition_along(a.view_mut(), axis, &ranks)
    };
    a.check_gaps();
    out.check_gaps();
    if axis >= shape.len() {
        return assert_eq!(result, Err(Error::Axis { axis: axis as isize, ndim: shape.len() }));
    }
    if ranks.iter().any(|k| *k >= n) {
        assert!(matches!(result, Err(Error::Value(_))));
        return assert_eq!(bits_of(&a.elements()), bits_of(&before));
    }
    result.unwrap();
    let (after, order) = (a.elements(), out.elements());
    for lane in a.lanes(axis) {
        let of = |all: &[T]| lane.iter().map(|&i| all[i]).collect::<Vec<T>>();
        let values = of(&before);
        if !by_position {
            check_partition(&values, &ranks, &of(&after));
            continue;
        }
        let mut order: Vec<Position> = lane.iter().map(|&i| order[i]).collect();
        let chosen: Vec<T> = order.iter().map(|&i| values[i as usize]).collect();
        check_partition(&values, &ranks, &chosen);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..n as Position), "no permutation");
    }
}

/// Negative ranks are counted from the end.
fn ranks_of(input: &mut Input) {
    let n = input.length(100);
    let count = input.below(6);
    let mut rank = || match input.below(8) {
        0 => input.pick(&[isize::MIN, isize::MAX, -1, n as isize, -(n as isize), -(n as isize) - 1]),
        _ => input.below(2 * n + 1) as isize - n as isize,
    };
    let kth: Vec<isize> = (0..count).map(|_| rank()).collect();
    let inside = |k: &isize| -> Option<usize> {
        let k = if *k < 0 { *k as i128 + n as i128 } else { *k as i128 };
        (0..n as i128).contains(&k).then_some(k as usize)
    };
    match (sort::ranks_of(n, &kth), kth.iter().map(inside).collect::<Option<Vec<usize>>>()) {
        (Ok(got), Some(want)) => assert_eq!(got, want, "{kth:?} of {n}"),
        (Err(Error::Value(_)), None) => {}
        other => panic!("{other:?} for {kth:?} of {n}"),
    }
}

/// The pieces below `sort`: one lane with and without scratch of its own, and the radix sort by some bits.
fn one_lane<T: Element>(input: &mut Input) {
    let n = input.length(5000);
    let lane: Vec<T> = input.lane(n);
    let expected = sorted(&lane);
    assert_eq!(lane::is_sorted(&lane), lane.is_sorted_by(|x, y| x.order(y).is_le()));
    let mut scratch = vec![T::small(1); lane::scratch_len::<T>(n)];
    let mut got = lane.clone();
    lane::sort(&mut got, &mut scratch);
    assert_eq!(bits_of(&got), bits_of(&expected), "{lane:?}");
    let mut copy = vec![T::small(2); n];
    lane::sort_copy(&lane, &mut copy, &mut scratch);
    assert_eq!(bits_of(&copy), bits_of(&expected), "{lane:?}");
    let mut twin = lane.clone();
    scalar::sort_by_key(&mut twin, |x| x.sort_key());
    assert_eq!(bits_of(&twin), bits_of(&expected), "{lane:?}");

    let (low, high) = (input.below(64) as u32, input.below(65) as u32);
    let (low, high) = (low.min(high), low.max(high));
    let mask = if high == 64 { u64::MAX } else { (1 << high) - 1 };
    let mut keys: Vec<u64> = lane.iter().map(|x| x.own_bits() & mask).collect();
    let mut by_bits = keys.clone();
    keys.sort_by_key(|key| key.checked_shr(low).unwrap_or(0));
    radix::sort_by_bits(&mut by_bits, &mut vec![0; n], low, high);
    assert_eq!(by_bits, keys, "bits {low}..{high}");
}
