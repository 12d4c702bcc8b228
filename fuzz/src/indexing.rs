//! `take`, `take_rows`, `compress` against indexing one by one.

use ferrodide::Error;
use ferrodide::indexing::{Index, compress, count_mask, take, take_rows};

use super::input::{Element, Input, bits_of};

pub fn run(input: &mut Input) {
    of_types!(input, any, u8, i16, f32, f64)
}

fn any<T: Element>(input: &mut Input) {
    match input.below(3) {
        0 => masked::<T>(input),
        1 => taken::<T, i64>(input, |x| x),
        _ => taken::<T, i32>(input, |x| x as i32),
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
}
