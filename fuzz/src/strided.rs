//! Arrays in any layout, with a mark in all memory that is between their elements.

use ferrodide::view::{View, ViewMut};

use super::input::{Element, Input};

/// What an array may hold.
pub trait Item: Copy + std::fmt::Debug + 'static {
    /// What lies between the elements.
    fn mark() -> Self;
    /// Whether it is that, bit for bit.
    fn is_mark(self) -> bool;
}
impl<T: Element> Item for T {
    fn mark() -> Self {
        T::small(77)
    }
    fn is_mark(self) -> bool {
        self.own_bits() == T::mark().own_bits()
    }
}

/// An array inside a longer slice.
#[derive(Clone)]
pub struct Strided<T> {
    pub data: Vec<T>,
    pub offset: usize,
    pub shape: Vec<usize>,
    /// In bytes.
    pub strides: Vec<isize>,
}

impl<T: Item> Strided<T> {
    /// An array of a shape in a layout that the input chooses, filled by `fill` in C order. A `repeats` one may have
    /// axes along which all elements are one.
    pub fn new(
        input: &mut Input,
        shape: &[usize],
        repeats: bool,
        mut fill: impl FnMut(&mut Input, usize) -> T,
    ) -> Self {
        let ndim = shape.len();
        let mut axes: Vec<usize> = (0..ndim).collect();
        let mut steps = vec![0isize; ndim];
        let (mut next, mut offset, plain) = (1usize, 0usize, input.flag());
        if plain {
            axes.reverse();
        }
        let mut remaining = axes;
        while !remaining.is_empty() {
            let at = if plain { 0 } else { input.below(remaining.len()) };
            let axis = remaining.remove(at);
            let (gap, kind) = if plain { (1, 0) } else { (1 + input.below(3), input.below(8)) };
            let step = next * gap;
            steps[axis] = step as isize;
            if repeats && kind == 7 {
                steps[axis] = 0;
                continue;
            }
            if kind >= 4 {
                steps[axis] = -(step as isize);
                offset += step * shape[axis].saturating_sub(1);
            }
            next = step * shape[axis].max(1);
        }
        let slack = if plain { 0 } else { input.below(3) };
        let mut array = Self {
            data: vec![T::mark(); next + 2 * slack],
            offset: offset + slack,
            shape: shape.to_vec(),
            strides: steps.iter().map(|step| step * size_of::<T>() as isize).collect(),
        };
        if array.shape.contains(&0) {
            array.offset = 0;
        }
        for (i, position) in array.positions().into_iter().enumerate() {
            array.data[position] = fill(input, i);
        }
        array
    }

    /// Where each element lies, in C order.
    pub fn positions(&self) -> Vec<usize> {
        let size: usize = self.shape.iter().product();
        (0..size)
            .map(|mut flat| {
                let mut at = self.offset as isize;
                for (&n, &stride) in self.shape.iter().zip(&self.strides).rev() {
                    at += (flat % n) as isize * (stride / size_of::<T>() as isize);
                    flat /= n;
                }
                at as usize
            })
            .collect()
    }

    /// In C order.
    pub fn elements(&self) -> Vec<T> {
        self.positions().into_iter().map(|at| self.data[at]).collect()
    }

    /// The C-order numbers of the elements of each lane along an axis.
    pub fn lanes(&self, axis: usize) -> Vec<Vec<usize>> {
        let (n, inner) = (self.shape[axis], self.shape[axis + 1..].iter().product::<usize>());
        let outer: usize = self.shape[..axis].iter().product();
        let lane = |o: usize, i: usize| (0..n).map(|k| (o * n + k) * inner + i).collect();
        (0..outer).flat_map(|o| (0..inner).map(move |i| (o, i))).map(|(o, i)| lane(o, i)).collect()
    }

    pub fn view(&self) -> View<'_, T> {
        View::from_slice_at(&self.data, self.offset, &self.shape, &self.strides).expect("inside its own data")
    }

    pub fn view_mut(&mut self) -> ViewMut<'_, T> {
        self.view();
        // SAFETY: `view` has checked that the layout lies inside; it was built with distinct elements.
        unsafe { ViewMut::from_raw_parts(self.data.as_mut_ptr().add(self.offset), &self.shape, &self.strides) }
    }

    /// Fails where something wrote between the elements.
    pub fn check_gaps(&self) {
        let mut inside = vec![false; self.data.len()];
        self.positions().into_iter().for_each(|at| inside[at] = true);
        for (at, x) in self.data.iter().enumerate() {
            assert!(inside[at] || x.is_mark(), "wrote to {at}, which is no element");
        }
    }
}

/// A few axes, one of which may be long.
pub fn shape(input: &mut Input, most_axes: usize, most: usize) -> Vec<usize> {
    let ndim = input.below(most_axes + 1);
    let mut shape: Vec<usize> = (0..ndim).map(|_| input.below(5)).collect();
    if ndim > 0 {
        let axis = input.below(ndim);
        shape[axis] = input.length(most);
    }
    shape
}
