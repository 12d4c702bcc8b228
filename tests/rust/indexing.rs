//! `take`, `take_rows`, `compress`, against indexing written out.

mod common;

use common::{Pattern, Random, check, make};
use ferrodide::Error;
use ferrodide::indexing::{
    Beyond, Index, compress, compress_rows, count_mask, count_nonzero, flatnonzero, take, take_along, take_rows,
};
use proptest::prelude::*;

/// As Python counts.
fn at<T: Copy>(a: &[T], index: i64) -> T {
    a[if index < 0 { index + a.len() as i64 } else { index } as usize]
}

fn check_take<T: bytemuck::Pod + PartialEq + std::fmt::Debug>(a: &[T], indices: &[i64], fill: T) {
    let want: Vec<T> = indices.iter().map(|&index| at(a, index)).collect();
    let short: Vec<i32> = indices.iter().map(|&index| index as i32).collect();
    let mut out = vec![fill; indices.len()];
    take(a, indices, &mut out).unwrap();
    assert_eq!(out, want);
    out.fill(fill);
    take(a, &short, &mut out).unwrap();
    assert_eq!(out, want);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn elements_from_either_end() {
    check(200, (1..300usize, 0..400usize, any::<u64>()), |(n, k, seed)| {
        let mut random = Random(seed);
        let indices: Vec<i64> = (0..k).map(|_| random.below(2 * n) as i64 - n as i64).collect();
        check_take(&make::<i64>(Pattern::AnyBits, n, seed), &indices, 3);
        check_take(&make::<i32>(Pattern::AnyBits, n, seed), &indices, 3);
        check_take(&make::<u8>(Pattern::AnyBits, n, seed), &indices, 3);
        Ok(())
    });
    check_take::<u64>(&[], &[], 0);
    check_take::<u64>(&[5], &[0, -1, 0], 0);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn rows_of_any_width() {
    let mut random = Random(9);
    for width in (1..=18).chain([33, 130]) {
        for rows in [1usize, 2, 7, 50] {
            let a: Vec<u64> = (0..rows * width).map(|_| random.next()).collect();
            let indices: Vec<i32> = (0..20).map(|_| random.below(2 * rows) as i32 - rows as i32).collect();
            let want: Vec<u64> = indices
                .iter()
                .flat_map(|&i| a.chunks(width).nth(if i < 0 { i + rows as i32 } else { i } as usize).unwrap().to_vec())
                .collect();
            let mut out = vec![1; 20 * width];
            take_rows(&a, width, &indices, &mut out).unwrap();
            assert_eq!(out, want, "{rows} rows of {width}");
            // The same in other units, of which some are moved as doubles.
            let mut out = vec![1; 20 * width];
            take_rows::<u32, _>(bytemuck::cast_slice(&a), 2 * width, &indices, bytemuck::cast_slice_mut(&mut out))
                .unwrap();
            assert_eq!(out, want, "{rows} rows of twice {width} halves");
            if width % 2 == 0 {
                let (pairs, _) = a.as_chunks::<2>();
                let mut out = vec![[1; 2]; 10 * width];
                take_rows(pairs, width / 2, &indices, &mut out).unwrap();
                assert_eq!(out.as_flattened(), want, "{rows} rows of half of {width} pairs");
            }
        }
    }
}

fn check_bounds<I: Index + Copy>(index: I, size: usize) {
    let message = format!("index {} is out of bounds for axis 0 with size {size}", index.widen());
    let a = vec![7u8; size];
    let mut out = [1; 1];
    assert_eq!(take(&a, &[index], &mut out), Err(Error::Index(message.clone())));
    if size > 0 {
        assert_eq!(take_rows(&a, 1, &[index], &mut out), Err(Error::Index(message)));
    }
    assert_eq!(out, [1]);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn indices_out_of_bounds() {
    for size in [0usize, 1, 5, 300] {
        for index in [size as i64, -(size as i64) - 1, i64::MAX, i64::MIN, i64::MIN + size as i64, 1 << 32, -(1 << 32)]
        {
            check_bounds(index, size);
        }
        for index in [size as i32, -(size as i32) - 1, i32::MAX, i32::MIN, i32::MIN + size as i32] {
            check_bounds(index, size);
        }
    }
    let mut out = [0; 3];
    assert!(take(&[4, 5], &[1i64, 2, 0], &mut out).is_err());
    assert!(matches!(take(&[4, 5], &[1i64], &mut out), Err(Error::Value(_))));
    assert!(matches!(take_rows(&[4, 5, 6], 2, &[1i64], &mut out), Err(Error::Value(_))));
    assert!(matches!(take_rows(&[4, 5, 6], 0, &[1i64], &mut out), Err(Error::Value(_))));
    assert!(matches!(take_rows(&[4, 5, 6], 3, &[0i64; 2], &mut out), Err(Error::Value(_))));
    assert_eq!(Error::Index("x".into()).python_name(), "IndexError");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn masks_of_any_density() {
    let mut random = Random(12);
    for n in [0usize, 1, 2, 7, 8, 9, 15, 16, 17, 254, 255, 256, 600, 2000] {
        for density in [0usize, 1, 50, 99, 100] {
            for run in [1usize, 8, 40] {
                let mut mask = vec![0u8; n];
                for piece in mask.chunks_mut(run) {
                    // A mask may be true in other ways than NumPy's.
                    let value = if random.below(100) < density { [1, 1, 1, 2, 255][random.below(5)] } else { 0 };
                    piece.fill(value);
                }
                let a: Vec<u64> = (0..n).map(|_| random.next()).collect();
                let want: Vec<u64> = a.iter().zip(&mask).filter(|(_, m)| **m != 0).map(|(x, _)| *x).collect();
                assert_eq!(count_mask(&mask), want.len());
                let mut out = vec![1; want.len()];
                compress(&mask, &a, &mut out).unwrap();
                assert_eq!(out, want, "{n} elements, {density} %");
                let bytes: Vec<u8> = a.iter().map(|x| *x as u8).collect();
                let mut out = vec![1; want.len()];
                compress(&mask, &bytes, &mut out).unwrap();
                assert_eq!(out, want.iter().map(|x| *x as u8).collect::<Vec<_>>());
            }
        }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_compress_refuses() {
    let refused = compress(&[1, 0], &[1.0, 2.0, 3.0], &mut [0.0]);
    let Err(Error::Index(message)) = refused else { panic!("{refused:?}") };
    assert!(message.ends_with("size of axis is 3 but size of corresponding boolean axis is 2"), "{message}");
    for len in [0, 1, 2, 3, 9, 10, 12, 20] {
        let refused = compress(&[1; 11], &[5u8; 11], &mut vec![0; len]);
        assert_eq!(refused, Err(Error::Value(format!("out has {len} elements; expected 11"))));
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn along_any_axis_and_beyond_the_ends() {
    let mut random = Random(5);
    for [outer, n, width] in [[1usize, 7, 1], [3, 5, 1], [4, 300, 1], [2, 9, 3], [5, 1, 40], [1, 50, 20]] {
        let a: Vec<u64> = (0..outer * n * width).map(|_| random.next()).collect();
        for k in [0usize, 1, 20, 255, 256, 257, 600] {
            for beyond in [Beyond::Raise, Beyond::Wrap, Beyond::Clip] {
                let reach = if beyond == Beyond::Raise { n } else { 5 * n };
                let indices: Vec<i64> = (0..k).map(|_| random.below(2 * reach) as i64 - reach as i64).collect();
                let position = |index: i64| match beyond {
                    Beyond::Clip => index.clamp(0, n as i64 - 1),
                    _ => index.rem_euclid(n as i64),
                };
                let want: Vec<u64> = (0..outer)
                    .flat_map(|slab| indices.iter().map(move |&i| (slab, i)))
                    .flat_map(|(slab, i)| a[(slab * n + position(i) as usize) * width..][..width].to_vec())
                    .collect();
                let mut out = vec![1; want.len()];
                take_along(&a, [outer, n, width], &indices, beyond, &mut out).unwrap();
                assert_eq!(out, want, "{outer} x {n} x {width}, {k} indices, {beyond:?}");
                let short: Vec<i32> = indices.iter().map(|&i| i as i32).collect();
                out.fill(2);
                take_along(&a, [outer, n, width], &short, beyond, &mut out).unwrap();
                assert_eq!(out, want);
            }
        }
    }
    let mut out = [0u8; 2];
    let outside = |index: i64| Err(Error::Index(format!("index {index} is out of bounds for axis 0 with size 2")));
    assert_eq!(take_along(&[1, 2], [1, 2, 1], &[0, 2], Beyond::Raise, &mut out), outside(2));
    // An empty axis has no element to wrap or clip to.
    assert!(take_along::<u8, i64>(&[], [1, 0, 1], &[0, 0], Beyond::Wrap, &mut out).is_err());
    assert!(take_along::<u8, i64>(&[], [1, 0, 1], &[0, 0], Beyond::Clip, &mut out).is_err());
    assert!(take_along(&[1, 2], [1, 3, 1], &[0i64, 1], Beyond::Clip, &mut out).is_err());
    assert!(take_along(&[1, 2], [1, 2, 0], &[0i64, 1], Beyond::Clip, &mut out).is_err());
    assert!(take_along(&[1, 2], [1, 2, 1], &[0i64], Beyond::Clip, &mut out).is_err());
    // Where a size is 32 bits, NumPy cuts such an index off first.
    let far = take_along(&[1, 2], [1, 2, 1], &[i64::MAX, 1], Beyond::Clip, &mut out);
    assert_eq!(far.is_ok(), isize::try_from(i64::MAX).is_ok());
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn rows_of_a_mask() {
    let mut random = Random(6);
    for width in [1usize, 2, 3, 16, 17, 40] {
        for rows in [0usize, 1, 7, 8, 9, 64, 300] {
            for share in [0usize, 1, 50, 99, 100] {
                let a: Vec<u64> = (0..rows * width).map(|_| random.next()).collect();
                let mask: Vec<u8> = (0..rows).map(|_| u8::from(random.below(100) < share) * 3).collect();
                let chosen = a.chunks(width).zip(&mask).filter(|(_, m)| **m != 0);
                let want: Vec<u64> = chosen.flat_map(|(row, _)| row.to_vec()).collect();
                let mut out = vec![1; want.len()];
                compress_rows(&mask, &a, width, &mut out).unwrap();
                assert_eq!(out, want, "{rows} rows of {width}, {share} %");
                assert!(compress_rows(&mask, &a, width, &mut vec![1; want.len() + width]).is_err());
            }
        }
    }
    assert!(compress_rows(&[1], &[1, 2, 3], 2, &mut [0, 0]).is_err());
    assert!(compress_rows::<u8>(&[1], &[], 0, &mut []).is_err());
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn where_it_is_not_zero() {
    let mut random = Random(7);
    for n in [0usize, 1, 2, 100, 1000] {
        let a: Vec<f64> = (0..n).map(|_| [0.0, -0.0, 1.0, f64::NAN, -5e-324][random.below(5)]).collect();
        let want: Vec<isize> = (0..n as isize).filter(|&i| a[i as usize] != 0.0).collect();
        assert_eq!(count_nonzero(&a), want.len());
        let mut out = vec![-1; want.len()];
        flatnonzero(&a, &mut out).unwrap();
        assert_eq!(out, want);
        assert!(flatnonzero(&a, &mut vec![-1; want.len() + 1]).is_err());
    }
}
