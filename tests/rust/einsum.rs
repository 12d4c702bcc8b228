//! `einsum`: pairs of matrix products against the definition, one loop over all labels.

mod common;

use common::{Layout, Random, Strided, check, indices};
use ferrodide::linalg::Einsum;
use ferrodide::view::{View, ViewMut};
use proptest::prelude::*;

/// The sum over all labels, for each element of the result.
fn definition(inputs: &[&str], output: &str, operands: &[Strided<f64>]) -> Vec<f64> {
    let mut labels: Vec<u8> = inputs.concat().into_bytes();
    labels.sort_unstable();
    labels.dedup();
    let extent = |label: u8| {
        let found = inputs
            .iter()
            .zip(operands)
            .find_map(|(input, operand)| input.bytes().position(|each| each == label).map(|axis| operand.shape[axis]));
        found.expect("each label is in an operand")
    };
    let shape: Vec<usize> = labels.iter().map(|&label| extent(label)).collect();
    let at = |of: &str, index: &[usize]| -> Vec<usize> {
        of.bytes().map(|label| index[labels.iter().position(|each| *each == label).unwrap()]).collect()
    };
    let out_shape: Vec<usize> = output.bytes().map(extent).collect();
    let mut sums = vec![0.0; out_shape.iter().product()];
    for index in indices(&shape) {
        let product: f64 =
            inputs.iter().zip(operands).map(|(input, operand)| operand.get(&at(input, &index))).product();
        let to = at(output, &index).iter().zip(&out_shape).fold(0, |to, (i, n)| to * n + i);
        sums[to] += product;
    }
    sums
}

/// Whole numbers so small that every sum is exact, whatever its order.
fn operand(random: &mut Random, labels: &str, extents: &[usize; 6]) -> Strided<f64> {
    let shape: Vec<usize> = labels.bytes().map(|label| extents[(label - b'a') as usize]).collect();
    let axes = shape.iter().map(|_| (random.next() as u32, [1, 1, 2][random.below(3)], random.below(4) == 0)).collect();
    let layout = Layout { shape, axes };
    Strided::new(&layout, |_| random.below(9) as f64 - 4.0)
}

fn agrees(inputs: &[&str], output: &str, extents: [usize; 6], seed: u64) {
    let mut random = Random(seed);
    let operands: Vec<_> = inputs.iter().map(|labels| operand(&mut random, labels, &extents)).collect();
    let shapes: Vec<&[usize]> = operands.iter().map(|operand| &operand.shape[..]).collect();
    let views: Vec<View<f64>> = operands.iter().map(Strided::view).collect();
    let subscripts = format!("{}->{output}", inputs.join(","));
    let einsum = Einsum::new(&subscripts, &shapes).unwrap_or_else(|| panic!("{subscripts} is served"));
    let (shape, ndim) = einsum.shape();
    let strides: Vec<&[isize]> = views.iter().map(View::strides).collect();
    let out_strides = einsum.strides(&strides, 8);
    let mut out = vec![f64::NAN; shape[..ndim].iter().product()];
    let to = ViewMut::from_slice(&mut out, &shape[..ndim], &out_strides[..ndim]).unwrap();
    einsum.run(&views, to).unwrap();
    let strided = View::from_slice(&out, &shape[..ndim], &out_strides[..ndim]).unwrap();
    let mut got = Vec::new();
    strided.extend_into(&mut got, |x| x);
    assert_eq!(got, definition(inputs, output, &operands), "{subscripts} of {shapes:?}");
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn pairs_and_more_are_the_sum_over_all_labels() {
    let every = [
        (&["ab", "bc"][..], "ac"),
        (&["ab", "cb"], "ca"),
        (&["ab", "b"], "a"),
        (&["a", "a"], ""),
        (&["ab", "ab"], ""),
        (&["ab", "ba"], ""),
        (&["ab", "ab"], "a"),
        (&["abc", "acd"], "abd"),
        (&["abc", "bcd"], "da"),
        (&["acb", "cdb"], "abd"),
        (&["abcd", "cbe"], "ead"),
        (&["a", "b"], "ba"),
        (&["ab", "ab"], "ba"),
        (&["", "ab"], "ab"),
        (&["ab", "bc", "cd"], "ad"),
        (&["ab", "bc", "cd", "de"], "ea"),
        (&["ab", "ac", "bc"], ""),
        (&["ab", "ab", "ab"], "b"),
        (&["abc", "ad", "be", "cf"], "def"),
    ];
    for (seed, (inputs, output)) in (1..).zip(every) {
        agrees(inputs, output, [3, 4, 5, 2, 3, 6], seed);
        agrees(inputs, output, [1, 4, 1, 2, 1, 6], seed);
        agrees(inputs, output, [3, 0, 5, 2, 0, 6], seed);
    }
    agrees(&["ab", "bc"], "ac", [70, 90, 40, 0, 0, 0], 7);
    agrees(&["abc", "dcb"], "ad", [20, 30, 10, 40, 0, 0], 8);
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn any_subscripts_of_pairs() {
    let label = 0..5u8;
    let text = proptest::collection::vec(label, 0..5).prop_map(|labels| {
        let mut seen = String::new();
        labels.iter().map(|label| char::from(b'a' + label)).for_each(|c| {
            if !seen.contains(c) {
                seen.push(c);
            }
        });
        seen
    });
    check(400, (text.clone(), text, any::<u64>(), proptest::array::uniform6(1..5usize)), |(a, b, seed, extents)| {
        let mut random = Random(seed | 1);
        // In one operand only: it has to be in the result. In both: as it falls.
        let mut output: Vec<char> = a
            .chars()
            .chain(b.chars())
            .filter(|c| !(a.contains(*c) && b.contains(*c)) || random.below(2) == 0)
            .collect();
        output.sort_unstable();
        output.dedup();
        (1..output.len()).for_each(|i| output.swap(i, random.below(i + 1)));
        agrees(&[&a, &b], &output.iter().collect::<String>(), extents, seed | 1);
        Ok(())
    });
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn what_is_no_sum_of_products_of_pairs_is_left_alone() {
    let none =
        |subscripts: &str, shapes: &[&[usize]]| assert!(Einsum::new(subscripts, shapes).is_none(), "{subscripts}");
    none("ab->ab", &[&[2, 2]]);
    none("aa,ab->b", &[&[2, 2], &[2, 3]]);
    none("ab,cd->ad", &[&[2, 2], &[2, 2]]);
    none("a...,a->...", &[&[2, 2], &[2]]);
    none("ab,bc->az", &[&[2, 2], &[2, 2]]);
    none("ab,bc->aa", &[&[2, 2], &[2, 2]]);
    none("ab,bc->ac->ac", &[&[2, 2], &[2, 2]]);
    none("ab,bc->ac", &[&[2, 2], &[3, 2]]);
    none("ab,bc->ac", &[&[2, 2], &[2]]);
    none("ab,bc,->ac", &[&[2, 2], &[2, 2]]);
    none("a1,1b->ab", &[&[2, 2], &[2, 2]]);
    let implicit = Einsum::new("ba, ac", &[&[2, 3], &[3, 4]]).unwrap();
    assert_eq!(implicit.shape().0[..2], [2, 4]);
    let other = View::<f64>::from_slice(&[0.0; 6], &[3, 2], &[16, 8]).unwrap();
    let mut out = [0.0; 8];
    assert!(implicit.run(&[other, other], ViewMut::from_slice(&mut out, &[2, 4], &[32, 8]).unwrap()).is_err());
    assert!(Einsum::new("ab,bc->ac", &[&[100, 100], &[100, 100]]).unwrap().is_worthwhile());
    assert!(Einsum::new("ab,bc->ac", &[&[2, 2], &[2, 2]]).unwrap().is_worthwhile());
    assert!(!Einsum::new("a,a,a->a", &[&[1000], &[1000], &[1000]]).unwrap().is_worthwhile());
}
