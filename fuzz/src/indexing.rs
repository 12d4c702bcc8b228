//! `take`, `compress`, of elements, rows and along an axis, and `flatnonzero` against indexing one by one.

use ferrodide::Error;
use ferrodide::indexing::{
    Beyond, Index, compress, compress_rows, count_mask, count_nonzero, flatnonzero, take, take_along, take_rows,
};

use super::input::{Element, Input, bits_of};

pub fn run(input: &mut Input) {
    of_types!(input, any, u8, i16, f32, f64)
}

fn any<T: Element + Default>(input: &mut Input) {
    match input.below(6) {
        0 => masked::<T>(input),
        1 => taken::<T, i64>(input, |x| x),
        2 => taken::<T, i32>(input, |x| x as i32),
        3 => along::<T, i64>(input, |x| x),
        4 => along::<T, i32>(input, |x| x as i32),
        _ => nonzero::<T>(input),
    }
}

/// Along an axis, with all that an index beyond it may stand for.
fn along<T: Element, I: Index>(input: &mut Input, of: impl Fn(i64) -> I) {
    let (outer, n) = (input.below(5), input.length(300));
    let width = if input.flag() { 1 } else { 1 + input.below(40) };
    let a: Vec<T> = input.lane(outer * n * width);
    let count = input.length(600);
    let wild = input.below(4) == 3;
    let raw: Vec<i64> = input.lane(count);
    let near = |x: i64| if wild || n == 0 { x } else { x.rem_euclid(4 * n as i64) - 2 * n as i64 };
    let indices: Vec<I> = raw.into_iter().map(|x| of(near(x))).collect();
    let beyond = input.pick(&[Beyond::Raise, Beyond::Wrap, Beyond::Clip]);
    let position = |index: &I| -> Option<usize> {
        let (i, n) = (i128::from(index.widen()), n as i128);
        let at = match beyond {
            _ if n == 0 || i > isize::MAX as i128 || i < isize::MIN as i128 => return None,
            Beyond::Raise => i + if i < 0 { n } else { 0 },
            Beyond::Wrap => i.rem_euclid(n),
            Beyond::Clip => i.clamp(0, n - 1),
        };
        (0..n).contains(&at).then_some(at as usize)
    };
    let mut out = vec![T::small(77); outer * count * width];
    let result = take_along(&a, [outer, n, width], &indices, beyond, &mut out);
    let Some(positions) = indices.iter().map(position).collect::<Option<Vec<usize>>>() else {
        return assert!(matches!(result, Err(Error::Index(_))), "{result:?} of {n} {beyond:?}");
    };
    result.unwrap();
    let mut want = Vec::with_capacity(out.len());
    for slab in 0..outer {
        positions.iter().for_each(|at| want.extend_from_slice(&a[(slab * n + at) * width..][..width]));
    }
    assert_eq!(bits_of(&out), bits_of(&want), "{outer} {n} {width} {beyond:?}");
    let longer = &mut vec![T::small(0); out.len() + 1];
    assert!(matches!(take_along(&a, [outer, n, width], &indices, beyond, longer), Err(Error::Value(_))));
    assert!(matches!(take_along(&a, [usize::MAX, 2, width], &indices, beyond, longer), Err(Error::Value(_))));
}

fn nonzero<T: Element + Default>(input: &mut Input) {
    let n = input.length(4000);
    let mut a: Vec<T> = input.lane(n);
    let kind = input.below(3);
    a.iter_mut().enumerate().filter(|(i, _)| kind > 0 && i % kind == 0).for_each(|(_, x)| *x = T::small(0));
    let want: Vec<isize> = (0..n as isize).filter(|i| a[*i as usize].double() != 0.0).collect();
    assert_eq!(count_nonzero(&a), want.len());
    let mut out = vec![-5; want.len()];
    flatnonzero(&a, &mut out).unwrap();
    assert_eq!(out, want, "{a:?}");
    let other = input.length(4000);
    if other != want.len() {
        assert!(matches!(flatnonzero(&a, &mut vec![0; other]), Err(Error::Value(_))));
    }
}

fn taken<T: Element, I: Index>(input: &mut Input, of: impl Fn(i64) -> I) {
    let (rows, width) = (input.length(500), 1 + input.below(40));
    let width = if input.flag() { 1 } else { width };
    let a: Vec<T> = input.lane(rows * width);
    let count = input.length(1000);
    let wild = input.below(4) == 3;
    let raw: Vec<i64> = input.lane(count);
    let indices: Vec<i64> = raw
        .into_iter()
        .map(|x| if wild || rows == 0 { x } else { x.rem_euclid(2 * rows as i64) - rows as i64 })
        .collect();
    let indices: Vec<I> = indices.into_iter().map(of).collect();
    let mut want = Vec::new();
    let mut refused = None;
    for index in &indices {
        let i = index.widen();
        let at = if i < 0 { i + rows as i64 } else { i };
        if at < 0 || at >= rows as i64 {
            refused = Some(i);
            break;
        }
        want.extend_from_slice(&a[at as usize * width..][..width]);
    }
    let mark = T::small(77);
    let mut out = vec![mark; count * width];
    let mut results = vec![("take_rows", take_rows(&a, width, &indices, &mut out), out)];
    if width == 1 {
        let mut out = vec![mark; count];
        results.push(("take", take(&a, &indices, &mut out), out));
    }
    for (name, result, out) in results {
        match refused {
            Some(i) => match result {
                Err(Error::Index(message)) => assert!(message.contains(&format!("index {i} ")), "{message}"),
                other => panic!("{name}: {other:?}, expected {i} to be refused of {rows}"),
            },
            None => {
                result.unwrap();
                assert_eq!(bits_of(&out), bits_of(&want), "{name}");
            }
        }
    }
    assert!(take_rows(&a, 0, &indices, &mut []).is_err());
}

fn masked<T: Element>(input: &mut Input) {
    let n = input.length(4000);
    let a: Vec<T> = input.lane(n);
    let raw: Vec<u8> = input.lane(n);
    let kind = input.below(4);
    let mask: Vec<u8> = raw
        .into_iter()
        .enumerate()
        .map(|(i, x)| match kind {
            0 => x,
            1 => x & 1,
            // Runs of all and of nothing.
            2 => u8::from((i / 37).is_multiple_of(2)),
            _ => u8::from(x == 1),
        })
        .collect();
    let want: Vec<T> = a.iter().zip(&mask).filter(|(_, mask)| **mask != 0).map(|(x, _)| *x).collect();
    assert_eq!(count_mask(&mask), want.len());
    let mut out = vec![T::small(77); want.len()];
    compress(&mask, &a, &mut out).unwrap();
    assert_eq!(bits_of(&out), bits_of(&want), "{mask:?}");
    let other = input.length(4000);
    if other != want.len() {
        assert!(matches!(compress(&mask, &a, &mut vec![T::small(0); other]), Err(Error::Value(_))));
    }
    if n > 0 {
        assert!(matches!(compress(&mask[1..], &a, &mut out), Err(Error::Index(_))));
    }
    let width = 1 + input.below(40);
    let rows = &mask[..n / width];
    let a = &a[..rows.len() * width];
    let chosen = a.chunks(width).zip(rows).filter(|(_, mask)| **mask != 0);
    let want: Vec<T> = chosen.flat_map(|(row, _)| row.iter().copied()).collect();
    let mut out = vec![T::small(77); want.len()];
    compress_rows(rows, a, width, &mut out).unwrap();
    assert_eq!(bits_of(&out), bits_of(&want), "rows of {width}: {rows:?}");
    assert!(matches!(compress_rows(rows, a, 0, &mut out), Err(Error::Value(_))));
    out.push(T::small(0));
    assert!(compress_rows(rows, a, width, &mut out).is_err());
}
