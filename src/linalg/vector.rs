//! Products of a matrix and a vector: along the rows or along the columns, as they lie.

use super::product::{Factor, Number};
use crate::memory::try_with_capacity;

/// Rows or columns that are read at once.
const TOGETHER: usize = 4;

fn sum<T: Number>(terms: impl IntoIterator<Item = T>) -> T {
    terms.into_iter().fold(T::ZERO, T::plus)
}

/// `rows[i] . x`, all of one length. The partial sums of a few rows fit into registers; those of
/// one are more, so that they need not wait for each other.
#[inline(always)]
fn dots<T: Number, const R: usize>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    match (R, size_of::<T>()) {
        (TOGETHER, 8) => dots_by::<T, R, 4>(rows, x),
        (TOGETHER, 4) | (_, 8) => dots_by::<T, R, 8>(rows, x),
        _ => dots_by::<T, R, 16>(rows, x),
    }
}

/// [`dots`], with so many partial sums for each: the compiler makes vectors of them.
#[inline(always)]
fn dots_by<T: Number, const R: usize, const LANES: usize>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    let (chunks, rest) = x.as_chunks::<LANES>();
    let split = rows.map(|row| row[..x.len()].as_chunks::<LANES>());
    let mut sums = [[T::ZERO; LANES]; R];
    for (i, x) in chunks.iter().enumerate() {
        for (sums, (row, _)) in sums.iter_mut().zip(&split) {
            let row = &row[i];
            for l in 0..LANES {
                sums[l] = sums[l].plus(row[l].times(x[l]));
            }
        }
    }
    std::array::from_fn(|r| {
        let last = sum(split[r].1.iter().zip(rest).map(|(a, b)| a.times(*b)));
        sum(sums[r]).plus(last)
    })
}

/// `y += sum of columns[i] * x[i]`, all of one length.
#[inline(always)]
fn combine<T: Number, const R: usize>(y: &mut [T], columns: [&[T]; R], x: [T; R]) {
    let columns = columns.map(|column| &column[..y.len()]);
    for (i, y) in y.iter_mut().enumerate() {
        *y = y.plus(sum(std::array::from_fn::<T, R, _>(|c| columns[c][i].times(x[c]))));
    }
}

/// `y = A x`, where A is m x k, and `x` and `y` are one column each; false, and nothing is done,
/// where there is no memory for what does not lie together.
///
/// # Safety
/// The matrices can be read; `y` can be written, and overlaps neither.
pub(super) unsafe fn matrix_vector<T: Number>(
    (m, k): (usize, usize),
    a: Factor<T>,
    x: Factor<T>,
    y: Factor<T>,
) -> bool {
    let gather = |from: Factor<T>, len: usize, to: &mut Vec<T>| {
        to.clear();
        // SAFETY: the column has `len` elements.
        to.extend((0..len).map(|l| unsafe { from.at(l, 0).start.read() }));
    };
    let mut own: Vec<T>;
    let x: &[T] = if x.row == 1 || k == 1 {
        // SAFETY: k elements, one after another.
        unsafe { std::slice::from_raw_parts(x.start, k) }
    } else {
        let Ok(room) = try_with_capacity(k) else { return false };
        own = room;
        gather(x, k, &mut own);
        &own
    };
    // SAFETY: column l has m elements, one after another, where the columns are walked.
    let column = |l: usize| unsafe { std::slice::from_raw_parts(a.at(0, l).start, m) };
    if a.row == 1 && a.column != 1 && m > 1 {
        let (mut room, direct) = (Vec::new(), y.row == 1);
        if !direct {
            let Ok(some) = try_with_capacity(m) else { return false };
            room = some;
            room.resize(m, T::ZERO);
        }
        let sums = if direct {
            // SAFETY: m elements, one after another.
            unsafe { std::slice::from_raw_parts_mut(y.start.cast_mut(), m) }
        } else {
            &mut room[..]
        };
        sums.fill(T::ZERO);
        let (fours, rest) = x.as_chunks::<TOGETHER>();
        for (i, x) in fours.iter().enumerate() {
            combine(sums, std::array::from_fn(|c| column(i * TOGETHER + c)), *x);
        }
        for (l, x) in rest.iter().enumerate() {
            combine(sums, [column(fours.len() * TOGETHER + l)], [*x]);
        }
        for (i, value) in room.iter().enumerate() {
            // SAFETY: i < m.
            unsafe { y.at(i, 0).start.cast_mut().write(*value) };
        }
        return true;
    }
    // SAFETY: i < m.
    let write = |i: usize, value: T| unsafe { y.at(i, 0).start.cast_mut().write(value) };
    if a.column == 1 || k == 1 {
        // SAFETY: row i has k elements, one after another.
        let row = |i: usize| unsafe { std::slice::from_raw_parts(a.at(i, 0).start, k) };
        let fours = m / TOGETHER * TOGETHER;
        for i in (0..fours).step_by(TOGETHER) {
            let sums: [T; TOGETHER] = dots(std::array::from_fn(|r| row(i + r)), x);
            sums.into_iter().enumerate().for_each(|(r, sum)| write(i + r, sum));
        }
        (fours..m).for_each(|i| write(i, dots([row(i)], x)[0]));
        return true;
    }
    let Ok(mut row) = try_with_capacity(k) else { return false };
    for i in 0..m {
        gather(a.at(i, 0).t(), k, &mut row);
        write(i, dots([&row], x)[0]);
    }
    true
}
