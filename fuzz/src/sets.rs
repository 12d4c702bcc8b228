//! `unique`, `isin` against sorted lists.

use ferrodide::sets::{Unique, Wanted, isin, isin_sorted, unique, unique_sorted};

use super::input::{Element, Input, bits_of};
use super::sorting::order_of;

pub fn run(input: &mut Input) {
    of_types!(input, any, f64, f32, i64, i32, u8, i8, i16, u16, u32, u64)
}

fn any<T: Element>(input: &mut Input) {
    if input.flag() { uniques::<T>(input) } else { members::<T>(input) }
}

fn expected<T: Element>(lane: &[T], wanted: Wanted, equal_nan: bool) -> Unique<T> {
    let mut all = Unique { values: Vec::new(), counts: Vec::new(), index: Vec::new(), inverse: vec![0; lane.len()] };
    let order = order_of(lane);
    for (rank, &i) in order.iter().enumerate() {
        let tie = rank > 0 && lane[order[rank - 1]].order(&lane[i]).is_eq() && (equal_nan || !lane[i].is_nan());
        if !tie {
            all.values.push(lane[i]);
            all.counts.push(0);
            all.index.push(i as isize);
        }
        let value = all.values.len() - 1;
        all.counts[value] += 1;
        all.inverse[i] = value as isize;
    }
    let only = |wanted: bool, of: Vec<isize>| if wanted { of } else { Vec::new() };
    Unique {
        counts: only(wanted.counts, all.counts),
        index: only(wanted.index, all.index),
        inverse: only(wanted.inverse, all.inverse),
        ..all
    }
}

fn uniques<T: Element>(input: &mut Input) {
    let n = input.length(4000);
    let lane: Vec<T> = input.lane(n);
    let wanted = Wanted { counts: input.flag(), index: input.flag(), inverse: input.flag() };
    let equal_nan = input.flag();
    let want = expected(&lane, wanted, equal_nan);
    for (name, got) in [
        ("unique", unique(&lane, wanted, equal_nan).unwrap()),
        ("unique_sorted", unique_sorted(&lane, wanted, equal_nan).unwrap()),
    ] {
        assert_eq!(bits_of(&got.values), bits_of(&want.values), "{name} {wanted:?} {lane:?}");
        assert_eq!(got.counts, want.counts, "{name} {wanted:?} {lane:?}");
        assert_eq!(got.index, want.index, "{name} {wanted:?} {lane:?}");
        assert_eq!(got.inverse, want.inverse, "{name} {wanted:?} {lane:?}");
    }
}

fn members<T: Element>(input: &mut Input) {
    let (n, m) = (input.length(3000), input.length(3000));
    let mut test: Vec<T> = input.lane(m);
    // Keys that the multiplicative hash sends to one place.
    if input.below(4) == 0 {
        let low = input.below(64);
        test = (0..m as u64).map(|i| T::of_bits((i << low).wrapping_mul(0xF1DE_83E1_9937_733D))).collect();
    }
    let mut a: Vec<T> = input.lane(n);
    for i in 0..n {
        if m > 0 && i % 3 == 0 {
            a[i] = test[(i * 7) % m];
        }
    }
    let mut sorted: Vec<T> = test.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_by(T::order);
    let invert = input.flag();
    let want: Vec<u8> = a
        .iter()
        .map(|x| u8::from((!x.is_nan() && sorted.binary_search_by(|probe| probe.order(x)).is_ok()) != invert))
        .collect();
    for (name, f) in [("isin", isin as fn(&[T], &[T], bool, &mut [u8]) -> _), ("isin_sorted", isin_sorted)] {
        let mut out = vec![9; n];
        f(&a, &test, invert, &mut out).unwrap();
        assert_eq!(out, want, "{name} {a:?} in {test:?}");
    }
    assert!(isin(&a, &test, invert, &mut vec![0; n + 1]).is_err());
}
