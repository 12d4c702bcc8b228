//! Views: which layouts are refused, and that lanes reach every element once.

mod common;

use common::{Strided, check, indices, lanes, layouts};
use ferrodide::Error;
use ferrodide::view::{LaneStarts, MAX_NDIM, View, ViewMut, contiguous_strides, fills, is_contiguous, normalize_axis};
use proptest::prelude::*;

/// Whether every element of a layout lies in `0..len`, by trying each.
fn fits(len: usize, offset: usize, shape: &[usize], strides: &[isize]) -> bool {
    indices(shape).iter().all(|index| {
        let at: isize = index.iter().zip(strides).map(|(&i, &stride)| i as isize * stride).sum();
        (0..len as isize).contains(&(offset as isize + at / 8))
    })
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_view_is_made_exactly_where_its_elements_are_inside() {
    let axes = proptest::collection::vec((0..4usize, -6..=6isize), 0..4);
    check(3000, (0..40usize, 0..45usize, axes), |(len, offset, axes)| {
        let data = vec![0.0f64; len];
        let shape: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
        let strides: Vec<isize> = axes.iter().map(|axis| axis.1 * 8).collect();
        let made = View::from_slice_at(&data, offset, &shape, &strides);
        prop_assert_eq!(made.is_ok(), fits(len, offset, &shape, &strides));
        if let Err(error) = made {
            prop_assert!(matches!(error, Error::Value(_)));
        }
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_writable_view_is_made_only_where_elements_are_distinct() {
    let axes = proptest::collection::vec((0..4usize, -6..=6isize), 0..4);
    check(3000, axes, |axes| {
        let mut data = vec![0.0f64; 200];
        let shape: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
        let strides: Vec<isize> = axes.iter().map(|axis| axis.1 * 8).collect();
        let inside = fits(data.len(), 0, &shape, &strides);
        let distinct = {
            let mut at: Vec<isize> = indices(&shape)
                .iter()
                .map(|index| index.iter().zip(&strides).map(|(&i, &stride)| i as isize * stride).sum())
                .collect();
            at.sort_unstable();
            at.windows(2).all(|pair| pair[0] != pair[1])
        };
        let made = ViewMut::from_slice(&mut data, &shape, &strides).is_ok();
        // Refusing a strange layout of distinct elements is safe; taking one that overlaps is not.
        prop_assert!(!made || (inside && distinct), "{:?} {:?}", shape, strides);
        let (sorted_shape, sorted_strides) = by_stride(&shape, &strides);
        let nested = inside && is_nested(&sorted_shape, &sorted_strides);
        prop_assert!(made || !nested, "{:?} {:?} is refused", shape, strides);
        Ok(())
    });
}

fn by_stride(shape: &[usize], strides: &[isize]) -> (Vec<usize>, Vec<isize>) {
    let mut axes: Vec<(isize, usize)> = strides.iter().copied().zip(shape.iter().copied()).collect();
    axes.sort_by_key(|axis| axis.0.abs());
    (axes.iter().map(|axis| axis.1).collect(), axes.iter().map(|axis| axis.0).collect())
}

/// Whether each axis steps over the whole of the smaller ones, as slices of a dense array do.
fn is_nested(shape: &[usize], strides: &[isize]) -> bool {
    let mut size = 8isize;
    shape.iter().zip(strides).all(|(&n, &stride)| {
        let ok = n == 1 || stride.abs() >= size;
        size = size.max(stride.abs() * n as isize);
        ok
    })
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_layout_fills_memory_exactly_where_it_is_all_of_it_once() {
    let axes = proptest::collection::vec((0..4usize, -6..=6isize), 0..4);
    check(6000, (0..13usize, axes), |(len, axes)| {
        let shape: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
        let strides: Vec<isize> = axes.iter().map(|axis| axis.1 * 8).collect();
        let mut at: Vec<isize> = indices(&shape)
            .iter()
            .map(|index| index.iter().zip(&strides).map(|(&i, &stride)| i as isize * stride / 8).sum())
            .collect();
        at.sort_unstable();
        let all_once = at.iter().copied().eq(0..len as isize);
        // An empty layout may be refused: its strides mean nothing.
        let made = fills::<f64>(len, &shape, &strides);
        prop_assert!(made == all_once || (len == 0 && !made), "{:?} {:?} of {}", shape, strides, len);
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn absurd_layouts_are_refused_not_computed() {
    let data = [1.0f64; 8];
    let refused = |offset: usize, shape: &[usize], strides: &[isize]| {
        let made = View::from_slice_at(&data, offset, shape, strides);
        assert!(matches!(made, Err(Error::Value(_))), "offset {offset}, shape {shape:?}, strides {strides:?}");
    };
    refused(0, &[9], &[8]);
    refused(1, &[8], &[8]);
    refused(0, &[2], &[-8]);
    refused(8, &[1], &[8]);
    refused(usize::MAX, &[1], &[8]);
    refused(usize::MAX / 8, &[1], &[8]);
    refused(usize::MAX / 8 + 1, &[1], &[8]);
    refused(isize::MAX as usize / 8, &[2], &[8]);
    refused(usize::MAX / 8 + 1, &[3, 2], &[-8, 8]);
    refused(0, &[usize::MAX], &[8]);
    refused(0, &[2], &[isize::MAX - 7]);
    refused(0, &[2], &[isize::MIN]);
    refused(0, &[3], &[isize::MIN]);
    refused(0, &[2, 2, 2], &[isize::MAX - 7, isize::MAX - 7, isize::MIN]);
    refused(0, &[2], &[4]);
    refused(0, &[2], &[3]);
    refused(0, &[2], &[]);
    refused(0, &[], &[8]);
    refused(0, &[1; MAX_NDIM + 1], &[8; MAX_NDIM + 1]);
    // Zero strides reach one element only, but the elements must still be countable.
    refused(0, &[usize::MAX, 2], &[0, 0]);
    refused(0, &[1 << (usize::BITS / 2), 1 << (usize::BITS / 2)], &[0, 0]);
    assert!(View::from_slice(&data, &[1; MAX_NDIM], &[8; MAX_NDIM]).is_ok());
    refused(0, &[usize::MAX, 2, 0], &[8, 8, 8]);
    refused(0, &[0, usize::MAX], &[8, 8]);
    // No elements: nothing to be outside.
    assert_eq!(View::from_slice_at(&data, 99, &[isize::MAX as usize, 0], &[8, 8]).map(|view| view.size()), Ok(0));
    assert_eq!(View::from_slice_at(&data, 99, &[0, 7, 0], &[8, 8, 8]).map(|view| view.size()), Ok(0));
    assert_eq!(View::from_slice(&data, &[isize::MAX as usize], &[0]).map(|view| view.size()), Ok(isize::MAX as usize));
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn lanes_reach_every_element_once_in_c_order() {
    let case = (layouts(0..=4, 4), layouts(0..=4, 4), any::<proptest::sample::Index>());
    check(500, case, |(layout, mut other, pick)| {
        // Two operands of one shape, laid out differently.
        other.axes.resize(layout.shape.len(), (0, 1, true));
        other.shape = layout.shape.clone();
        let a = Strided::new(&layout, |i| i as f64);
        let b = Strided::new(&other, |i| i as f64);
        let (a_view, b_view) = (a.view(), b.view());
        let read = |[x, y]: [isize; 2]| {
            // SAFETY: the iterator's promise, which the comparison below holds it to.
            unsafe { (a_view.read(x), b_view.read(y)) }
        };
        let every: Vec<_> =
            LaneStarts::new(&a.shape, [a.view().strides(), b.view().strides()], None).map(read).collect();
        let expected: Vec<_> = indices(&a.shape).iter().map(|index| (a.get(index), b.get(index))).collect();
        prop_assert_eq!(every, expected);
        if !a.shape.is_empty() {
            let axis = pick.index(a.shape.len());
            let starts = LaneStarts::new(&a.shape, [a.view().strides(), b.view().strides()], Some(axis));
            prop_assert_eq!(starts.len(), starts.size_hint().0);
            if a.shape[axis] > 0 {
                let starts: Vec<_> = starts.map(read).collect();
                let expected: Vec<_> =
                    lanes(&a.shape, axis).iter().map(|lane| (a.get(&lane[0]), b.get(&lane[0]))).collect();
                prop_assert_eq!(starts, expected);
            }
        }
        let mut gathered = Vec::with_capacity(a.elements().len());
        a.view().extend_into(&mut gathered, |x| -x);
        let expected: Vec<f64> = a.elements().iter().map(|x| -x).collect();
        prop_assert_eq!(gathered, expected);
        prop_assert_eq!(a.view().size(), a.elements().len());
        match a.view().as_slice() {
            Some(slice) => prop_assert_eq!(slice, a.elements()),
            None => prop_assert!(!is_contiguous::<f64>(&a.shape, &a.strides)),
        }
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn contiguous_strides_are_contiguous() {
    check(300, proptest::collection::vec(0..5usize, 0..6), |shape| {
        let mut strides = vec![0; shape.len()];
        contiguous_strides(&shape, 8, &mut strides);
        prop_assert!(is_contiguous::<f64>(&shape, &strides));
        if shape.contains(&0) {
            // NumPy gives an empty array any strides, and zeros above all.
            prop_assert!(is_contiguous::<f64>(&shape, &vec![0; shape.len()]));
        }
        if shape.contains(&0) {
            // NumPy gives an empty array any strides, and zeros above all.
            prop_assert!(is_contiguous::<f64>(&shape, &vec![0; shape.len()]));
        }
        if shape.iter().all(|n| *n > 1) && !shape.is_empty() {
            strides[0] += 8;
            prop_assert!(!is_contiguous::<f64>(&shape, &strides));
        }
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn axes_count_from_either_end() {
    for ndim in 0..6usize {
        for axis in -8..8isize {
            let expected = match axis {
                a if a >= 0 && a < ndim as isize => Ok(a as usize),
                a if a < 0 && -a <= ndim as isize => Ok((ndim as isize + a) as usize),
                _ => Err(Error::Axis { axis, ndim }),
            };
            assert_eq!(normalize_axis(axis, ndim), expected);
        }
    }
    for axis in [isize::MIN, isize::MAX] {
        assert_eq!(normalize_axis(axis, 3), Err(Error::Axis { axis, ndim: 3 }));
    }
}
