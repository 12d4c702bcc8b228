//! Gathering strided arrays out of memory that only copies reach, against reading them in place.

mod common;

use common::{Copied, check};
use ferrodide::Error;
use ferrodide::elements::{CHUNK, gather};
use ferrodide::view::{View, fills};
use proptest::prelude::*;

fn check_gather(data: &[f64], offset: usize, shape: &[usize], strides: &[isize]) -> Result<(), TestCaseError> {
    let gathered = gather(&mut Copied::of(data), offset, shape, strides);
    let Ok(view) = View::from_slice_at(data, offset, shape, strides) else {
        prop_assert!(matches!(gathered, Err(Error::Value(_))));
        return Ok(());
    };
    let (values, dense) = gathered.unwrap();
    prop_assert!(values.is_empty() || fills::<f64>(values.len(), shape, &dense), "{:?}", dense);
    let elements = |view: View<'_, f64>| {
        let mut all = Vec::with_capacity(view.size());
        view.extend_into(&mut all, f64::to_bits);
        all
    };
    prop_assert_eq!(elements(View::from_slice(&values, shape, &dense).unwrap()), elements(view));
    // The axes keep the order of their strides.
    for (i, j) in (0..shape.len()).flat_map(|i| (0..shape.len()).map(move |j| (i, j))) {
        let closer = strides[i].unsigned_abs() < strides[j].unsigned_abs() && shape[i] > 1 && shape[j] > 1;
        prop_assert!(!closer || dense[i] <= dense[j], "{:?} of {:?} became {:?}", strides, shape, dense);
    }
    Ok(())
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_small_layout() {
    let data: Vec<f64> = (0..60).map(f64::from).collect();
    let axes = proptest::collection::vec((0..5usize, -9..=9isize), 0..5);
    check(4000, (0..60usize, axes), |(offset, axes)| {
        let shape: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
        let strides: Vec<isize> = axes.iter().map(|axis| axis.1 * 8).collect();
        check_gather(&data, offset, &shape, &strides)
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn layouts_of_many_chunks() {
    let data: Vec<f64> = (0..9 * CHUNK as i32).map(f64::from).collect();
    // Lengths and steps (in elements) around those of a chunk, and of a sixteenth of one.
    let n = prop_oneof![1..4usize, 100..200usize, Just(CHUNK - 1), Just(CHUNK), Just(CHUNK + 1), 5000..9000usize];
    let step = prop_oneof![-3..=3isize, 14..20isize, -300..300isize, Just(CHUNK as isize), Just(-(CHUNK as isize) - 1)];
    let axes = proptest::collection::vec((n, step), 1..4);
    check(600, axes, |axes| {
        // Cut to what the data holds, and to what is soon done.
        let (mut low, mut high) = (0isize, 0isize);
        let (mut shape, mut strides, mut size) = (Vec::new(), Vec::new(), 1);
        for (n, step) in axes {
            let room = (data.len() as isize - 1 - (high - low)) / step.abs().max(1);
            let n = n.min(room as usize + 1).min((100_000 / size).max(1));
            size *= n;
            let reach = (n as isize - 1) * step;
            (low, high) = (low + reach.min(0), high + reach.max(0));
            shape.push(n);
            strides.push(step * 8);
        }
        check_gather(&data, -low as usize, &shape, &strides)
    });
}
