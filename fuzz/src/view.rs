//! Views over slices: what is let through lies inside and, for a writable one, overlaps nowhere; lanes; `gather`.

use ferrodide::elements::{Elements, gather};
use ferrodide::view::{LaneStarts, MAX_NDIM, View, ViewMut, contiguous_strides, fills, is_contiguous, normalize_axis};

use super::input::{Element, Input, bits_of};
use super::strided::{Strided, shape};

pub fn run(input: &mut Input) {
    match input.below(4) {
        0 => of_types!(input, any_layout, f64, f32, u8, i16),
        1 => of_types!(input, good_layout, f64, f32, u8, i16),
        2 => of_types!(input, gathered, f64, f32, u8, i16),
        _ => axes(input),
    }
}

/// A length or a stride: near something, or anything.
fn number(input: &mut Input, item: usize) -> i64 {
    match input.below(6) {
        0..=2 => (input.below(9) as i64 - 4) * item as i64,
        3 => input.below(200) as i64 - 100,
        4 => {
            input.pick(&[i64::MAX, i64::MIN, isize::MAX as i64, 1 << 31, 1 << 32, 1 << 33, -1 << 33, 1 << 61, 1 << 62])
        }
        _ => input.bits() as i64,
    }
}

fn any_layout<T: Element>(input: &mut Input) {
    let len = input.below(100);
    let mut data: Vec<T> = input.lane(len);
    let ndim = if input.below(16) == 15 { input.below(70) } else { input.below(5) };
    let shape: Vec<usize> =
        (0..ndim).map(|_| if input.below(4) == 3 { number(input, 1) as usize } else { input.below(6) }).collect();
    let more = input.below(16) == 15;
    let strides: Vec<isize> = (0..ndim + usize::from(more)).map(|_| number(input, size_of::<T>()) as isize).collect();
    let offset = if input.below(8) == 7 { input.bits() as usize } else { input.below(len + 2) };

    let item = size_of::<T>() as i128;
    let (mut low, mut high) = (offset as i128 * item, (offset as i128 + 1) * item);
    let mut size = 1i128;
    for (&n, &stride) in shape.iter().zip(&strides) {
        let span = (n as i128 - 1).saturating_mul(stride as i128);
        (low, high) = (low.saturating_add(span.min(0)), high.saturating_add(span.max(0)));
        size = size.saturating_mul(n as i128);
    }
    let fits = shape.contains(&0) || (low >= 0 && high <= len as i128 * item);
    let aligned = strides.iter().all(|stride| stride % align_of::<T>() as isize == 0);
    let may = fits && aligned && !more && ndim <= MAX_NDIM;
    match View::from_slice_at(&data, offset, &shape, &strides) {
        Ok(view) => {
            assert!(may, "let through: {shape:?} {strides:?} at {offset} of {len}");
            assert_eq!(view.size() as i128, size);
            if size <= 1 << 16 {
                // Every element is read: the address sanitizer looks on.
                let mut to = Vec::with_capacity(size as usize);
                view.extend_into(&mut to, |x| x);
                assert_eq!(to.len() as i128, size);
                if let Some(slice) = view.as_slice() {
                    assert_eq!(bits_of(slice), bits_of(&to));
                }
            }
        }
        // Where lengths that have no elements between them cannot be counted, refusing is right too.
        Err(_) => assert!(!may || size == 0 || size > isize::MAX as i128, "refused: {shape:?} {strides:?} at {offset}"),
    }
    let Ok(view) = ViewMut::from_slice(&mut data, &shape, &strides) else { return };
    if view.size() > 1 << 12 {
        return;
    }
    let mut seen = Vec::new();
    for [start] in LaneStarts::new(&shape, [&strides], None) {
        seen.push(start);
    }
    assert_eq!(seen.len(), view.size());
    seen.sort_unstable();
    assert!(seen.windows(2).all(|pair| pair[1] - pair[0] >= item as isize), "shared: {shape:?} {strides:?}");
    let gapless = seen.iter().enumerate().all(|(i, at)| *at == i as isize * item as isize);
    if !shape.contains(&0) {
        assert_eq!(fills::<T>(seen.len(), &shape, &strides), gapless, "{shape:?} {strides:?}");
    }
}

fn good_layout<T: Element>(input: &mut Input) {
    let shape = shape(input, 4, 200);
    let values = input.lane::<T>(shape.iter().product());
    let repeats = input.flag();
    let mut a = Strided::new(input, &shape, repeats, |_, i| values[i]);
    let want = a.elements();
    let mut got = Vec::with_capacity(want.len());
    a.view().extend_into(&mut got, |x| x);
    assert_eq!(bits_of(&got), bits_of(&want), "{shape:?} {:?}", a.strides);
    let axis = input.below(shape.len() + 1);
    let axis = (axis < shape.len()).then_some(axis);
    let starts: Vec<isize> = LaneStarts::new(&shape, [&a.strides], axis).map(|[start]| start).collect();
    let positions = a.positions();
    let firsts: Vec<usize> = match axis {
        Some(axis) if shape[axis] > 0 => a.lanes(axis).into_iter().map(|lane| positions[lane[0]]).collect(),
        Some(_) => return,
        None => positions,
    };
    let firsts: Vec<isize> =
        firsts.into_iter().map(|at| (at as isize - a.offset as isize) * size_of::<T>() as isize).collect();
    assert_eq!(starts, firsts, "{shape:?} {:?} along {axis:?}", a.strides);
    let mut dense = vec![0; shape.len()];
    contiguous_strides(&shape, size_of::<T>(), &mut dense);
    assert!(is_contiguous::<T>(&shape, &dense));
    if let Some(slice) = a.view().as_slice() {
        assert_eq!(bits_of(slice), bits_of(&want));
    }
    if !repeats && let Some(slice) = a.view_mut().as_mut_slice() {
        assert_eq!(bits_of(slice), bits_of(&want));
    }
}

/// Elements that only copies reach, and that hold a chunk at a time.
struct Elsewhere<'a, T>(&'a [T], Vec<T>);
impl<T: Copy> Elements<T> for Elsewhere<'_, T> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> T {
        self.0[index]
    }
    fn chunk(&mut self, start: usize, len: usize) -> &[T] {
        assert!(len <= ferrodide::elements::CHUNK);
        self.1 = self.0[start..][..len].to_vec();
        &self.1
    }
}

fn gathered<T: Element>(input: &mut Input) {
    let shape = shape(input, 4, 5000);
    let values = input.lane::<T>(shape.iter().product());
    let a = Strided::new(input, &shape, true, |_, i| values[i]);
    let (copy, strides) =
        gather(&mut Elsewhere(&a.data, Vec::new()), a.offset, &a.shape, &a.strides).expect("a good layout");
    let view = View::from_slice(&copy, &a.shape, &strides).expect("its own strides");
    let mut got = Vec::with_capacity(view.size());
    view.extend_into(&mut got, |x| x);
    assert_eq!(bits_of(&got), bits_of(&a.elements()), "{shape:?} {:?}", a.strides);
    assert!(fills::<T>(copy.len(), &a.shape, &strides) || copy.is_empty(), "gaps in {strides:?} of {shape:?}");
}

fn axes(input: &mut Input) {
    let (axis, ndim) = (number(input, 1) as isize, input.below(70));
    match normalize_axis(axis, ndim) {
        Ok(found) => assert!(found < ndim && (found as isize == axis || found as isize - ndim as isize == axis)),
        Err(_) => assert!(axis >= ndim as isize || axis < -(ndim as isize)),
    }
}
