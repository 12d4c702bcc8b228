//! `einsum` of two or more operands: contracted pair by pair, each pair one batch of matrix products.
//!
//! For each pair the labels are of four kinds: in both operands and wanted later (the batch), in both and
//! not (summed over), and in one only (rows, or columns): "transpose, transpose, multiply" as for tensor
//! contractions in general (Springer and Bientinesi, "Design of a high-performance GEMM-like
//! tensor-tensor multiplication", 2016), where a transposition is a matter of strides if the axes of a
//! kind lie behind one another in memory, and a copy where they do not.

use super::{Multiply, matmul};
use crate::error::{Error, Result};
use crate::memory::{try_filled, try_with_capacity};
use crate::view::{LaneStarts, MAX_NDIM, View, ViewMut, contiguous_strides};

/// The most operands.
pub const MAX_OPERANDS: usize = 8;
/// The most labels of one of them.
const MAX_LABELS: usize = 16;
/// A batch of matrices may have no axis but the batch's.
const MAX_AXES: usize = MAX_LABELS + 2;

/// The labels of an operand's axes: ASCII letters, each once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Labels {
    len: usize,
    at: [u8; MAX_LABELS],
}

impl Labels {
    fn parse(text: &str) -> Option<Self> {
        let mut labels = Labels::default();
        for &byte in text.as_bytes().iter().filter(|byte| **byte != b' ') {
            if !byte.is_ascii_alphabetic() || labels.contains(byte) {
                return None;
            }
            labels.push(byte)?;
        }
        Some(labels)
    }

    fn push(&mut self, label: u8) -> Option<()> {
        *self.at.get_mut(self.len)? = label;
        self.len += 1;
        Some(())
    }

    fn all(&self) -> &[u8] {
        &self.at[..self.len]
    }

    fn contains(&self, label: u8) -> bool {
        self.all().contains(&label)
    }

    /// Those of which `wanted` says yes, in order.
    fn filter(&self, wanted: impl Fn(u8) -> bool) -> Self {
        let mut some = Labels::default();
        for &label in self.all().iter().filter(|label| wanted(**label)) {
            (some.at[some.len], some.len) = (label, some.len + 1);
        }
        some
    }
}

/// The length of each label's axes.
type Extents = [usize; 128];

/// Two operands' labels, by kind, and their product's.
struct Pair {
    batch: Labels,
    rows: Labels,
    columns: Labels,
    summed: Labels,
    /// Batch, rows, columns.
    product: Option<Labels>,
}

impl Pair {
    fn new(a: &Labels, b: &Labels, wanted_later: impl Fn(u8) -> bool) -> Self {
        let shared = a.filter(|label| b.contains(label));
        let (batch, summed) = (shared.filter(&wanted_later), shared.filter(|label| !wanted_later(label)));
        let (rows, columns) = (a.filter(|label| !shared.contains(label)), b.filter(|label| !shared.contains(label)));
        let mut product = Some(batch);
        for &label in rows.all().iter().chain(columns.all()) {
            product = product.and_then(|mut labels| labels.push(label).map(|()| labels));
        }
        Pair { batch, rows, columns, summed, product }
    }
}

/// What one contraction of a plan joins: the later of the two operands goes away, the product takes
/// the place of the earlier.
type Step = (usize, usize);

/// Subscripts such as `"ij,jk->ik"`, and an order in which to contract.
#[derive(Debug, Clone)]
pub struct Einsum {
    operands: [Labels; MAX_OPERANDS],
    len: usize,
    output: Labels,
    extents: Extents,
    /// The product of all extents: how many products one loop over all labels sums.
    terms: f64,
    steps: [Step; MAX_OPERANDS],
}

/// Multiplications that one matrix product costs besides its own, which are so much quicker than those of
/// NumPy's loop.
const OVERHEAD: f64 = 100.0;
const QUICKER: f64 = 6.0;
/// Multiplications that it costs NumPy to set up its loop, beyond what it costs to set up the products.
const SET_UP: f64 = 500.0;

impl Einsum {
    /// `None` where this is no sum of products of pairs: fewer than two operands, an ellipsis, a label twice in one
    /// operand or in one only and summed over, axes of different lengths with one label, or subscripts that
    /// `numpy.einsum` would refuse.
    pub fn new(subscripts: &str, shapes: &[&[usize]]) -> Option<Self> {
        let (inputs, output) = match subscripts.split_once("->") {
            Some((inputs, output)) => (inputs, Some(Labels::parse(output)?)),
            None => (subscripts, None),
        };
        let len = shapes.len();
        if !(2..=MAX_OPERANDS).contains(&len) || inputs.split(',').count() != len {
            return None;
        }
        let mut operands = [Labels::default(); MAX_OPERANDS];
        let (mut extents, mut counts, mut terms) = ([usize::MAX; 128], [0; 128], 1.0);
        for ((labels, text), shape) in operands.iter_mut().zip(inputs.split(',')).zip(shapes) {
            *labels = Labels::parse(text)?;
            if labels.len != shape.len() {
                return None;
            }
            for (&label, &n) in labels.all().iter().zip(*shape) {
                let extent = &mut extents[label as usize];
                if *extent != usize::MAX && *extent != n {
                    return None;
                }
                if *extent == usize::MAX {
                    terms *= n as f64;
                }
                *extent = n;
                counts[label as usize] += 1;
            }
        }
        let output = match output {
            Some(output) => output,
            None => {
                let mut once = Labels::default();
                (0..128u8).filter(|label| counts[*label as usize] == 1).try_for_each(|label| once.push(label))?;
                once
            }
        };
        let wanted = |label: u8| output.contains(label);
        let sums_one_operand = (0..128u8).any(|label| counts[label as usize] == 1 && !wanted(label));
        if sums_one_operand || output.all().iter().any(|label| counts[*label as usize] == 0) {
            return None;
        }
        let mut einsum = Einsum { operands, len, output, extents, terms, steps: [(0, 0); MAX_OPERANDS] };
        einsum.plan()?;
        Some(einsum)
    }

    /// The elements of an array with such labels.
    fn size(&self, labels: &Labels) -> f64 {
        labels.all().iter().map(|label| self.extents[*label as usize] as f64).product()
    }

    /// The operands that are left, after some steps; the label is wanted by one of them or by the output.
    fn wanted_later(&self, left: &[Labels], pair: Step) -> impl Fn(u8) -> bool {
        move |label| {
            let others = left.iter().enumerate().filter(|(i, _)| *i != pair.0 && *i != pair.1);
            self.output.contains(label) || others.into_iter().any(|(_, labels)| labels.contains(label))
        }
    }

    /// Greedy: next is the pair whose product adds the least to what is kept.
    fn plan(&mut self) -> Option<()> {
        let (mut left, mut n) = (self.operands, self.len);
        for step in 0..self.len - 1 {
            let mut best: Option<(f64, Step, Labels)> = None;
            for i in 0..n {
                for j in i + 1..n {
                    let pair = Pair::new(&left[i], &left[j], self.wanted_later(&left[..n], (i, j)));
                    let product = pair.product?;
                    let adds = self.size(&product) - self.size(&left[i]) - self.size(&left[j]);
                    if best.as_ref().is_none_or(|(least, ..)| adds < *least) {
                        best = Some((adds, (i, j), product));
                    }
                }
            }
            let (_, (i, j), product) = best?;
            self.steps[step] = (i, j);
            left[i] = product;
            left.copy_within(j + 1..n, j);
            n -= 1;
        }
        Some(())
    }

    /// Whether products of matrices take less time than one loop over all labels, as NumPy's.
    pub fn is_worthwhile(&self) -> bool {
        if self.terms <= SET_UP {
            return true;
        }
        let (mut left, mut n) = (self.operands, self.len);
        let mut ours = 0.0;
        for &(i, j) in &self.steps[..self.len - 1] {
            let pair = Pair::new(&left[i], &left[j], self.wanted_later(&left[..n], (i, j)));
            let [batch, rows, columns, summed] =
                [&pair.batch, &pair.rows, &pair.columns, &pair.summed].map(|labels| self.size(labels));
            ours += batch * (OVERHEAD + rows * columns * summed / QUICKER);
            ours += (self.size(&left[i]) + self.size(&left[j]) + batch * rows * columns) / 2.0;
            left[i] = pair.product.unwrap_or_default();
            left.copy_within(j + 1..n, j);
            n -= 1;
        }
        ours < self.terms + SET_UP
    }

    /// The lengths of the result's axes.
    pub fn shape(&self) -> ([usize; MAX_NDIM], usize) {
        let mut shape = [0; MAX_NDIM];
        for (n, label) in shape.iter_mut().zip(self.output.all()) {
            *n = self.extents[*label as usize];
        }
        (shape, self.output.len)
    }

    /// The strides in bytes that NumPy gives the result with `order="K"`: its axes in the order in which those of
    /// the operands lie in memory, as its iterator sorts them (numpy/_core/src/multiarray/nditer_constr.c).
    pub fn strides(&self, operands: &[&[isize]], itemsize: usize) -> [isize; MAX_NDIM] {
        let mut labels = [0u8; 128];
        let mut n = 0;
        let others = (0..128u8).filter(|l| self.extents[*l as usize] != usize::MAX && !self.output.contains(*l));
        for label in self.output.all().iter().copied().chain(others) {
            (labels[n], n) = (label, n + 1);
        }
        let labels = &mut labels[..n];
        labels.reverse();
        let stride = |operand: usize, label: u8| {
            let axis = self.operands[operand].all().iter().position(|each| *each == label);
            let varies = self.extents[label as usize] != 1;
            axis.filter(|_| varies).map_or(0, |axis| operands[operand][axis].unsigned_abs())
        };
        // An insertion sort from the smallest stride to the largest. Where operands disagree, C order wins; what
        // no operand can compare stays, and is looked beyond.
        for i in 1..n {
            let label = labels[i];
            let mut to = i;
            for at in (0..i).rev() {
                let compared = (0..self.len).map(|operand| (stride(operand, label), stride(operand, labels[at])));
                let mut swap = None;
                for (own, other) in compared.filter(|(own, other)| *own != 0 && *other != 0) {
                    swap = Some(other > own && swap != Some(false));
                }
                match swap {
                    Some(true) => to = at,
                    Some(false) => break,
                    None => {}
                }
            }
            labels[to..=i].rotate_right(1);
        }
        let mut strides = [0; MAX_NDIM];
        let mut next = itemsize;
        for label in labels.iter() {
            if let Some(axis) = self.output.all().iter().position(|each| each == label) {
                strides[axis] = next as isize;
                next = next.saturating_mul(self.extents[*label as usize].max(1));
            }
        }
        strides
    }

    /// The sum of products into `out`, which has the shape [`shape`](Self::shape) gives, in any layout.
    ///
    /// O(batch * rows * columns * summed) for each contraction, and copies of operands whose axes of a kind do not lie
    /// behind one another. Rounding differs from NumPy's in the order of the sums (and with three or more operands,
    /// of the products): within `c * n * eps` of the sum of the absolute values, n the number of terms of a sum.
    ///
    /// # Errors
    /// [`Error::Value`] where shapes are not those that [`new`](Self::new) was told; [`Error::OutOfMemory`].
    pub fn run<T: Multiply>(&self, operands: &[View<'_, T>], out: ViewMut<'_, T>) -> Result<()> {
        let fits = |labels: &Labels, shape: &[usize]| {
            labels.all().iter().map(|label| self.extents[*label as usize]).eq(shape.iter().copied())
        };
        let as_told = operands.len() == self.len
            && self.operands.iter().zip(operands).all(|(labels, view)| fits(labels, view.shape()));
        if !as_told || !fits(&self.output, out.shape()) {
            return Err(Error::Value("einsum: an operand or out has another shape than its subscripts say".into()));
        }
        let (mut left, mut n) = (self.operands, self.len);
        let mut owned: [Vec<T>; MAX_OPERANDS] = Default::default();
        // Which operand, or which product in `owned`, is where.
        let mut source: [Option<usize>; MAX_OPERANDS] = std::array::from_fn(Some);
        let mut out = Some(out);
        for &(i, j) in &self.steps[..self.len - 1] {
            let pair = Pair::new(&left[i], &left[j], self.wanted_later(&left[..n], (i, j)));
            let mut layouts = [Layout::default(), Layout::default()];
            let [a_layout, b_layout] = &mut layouts;
            let a = self.view(&left[i], source[i].map(|at| operands[at]), &owned[i], a_layout);
            let b = self.view(&left[j], source[j].map(|at| operands[at]), &owned[j], b_layout);
            let product = pair.product.unwrap_or_default();
            if n == 2 {
                let Some(out) = out.take() else { break };
                return self.contract(&pair, (a, &left[i]), (b, &left[j]), (out, &self.output));
            }
            let mut layout = Layout::default();
            let size = layout.set(product.all().iter().map(|label| self.extents[*label as usize]), size_of::<T>())?;
            let mut result = try_filled(T::default(), size)?;
            let to = ViewMut::from_slice(&mut result, layout.shape(), layout.strides())?;
            self.contract(&pair, (a, &left[i]), (b, &left[j]), (to, &product))?;
            (owned[i], left[i], source[i]) = (result, product, None);
            owned[j..n].rotate_left(1);
            source[j..n].rotate_left(1);
            left[j..n].rotate_left(1);
            n -= 1;
        }
        Ok(())
    }

    /// An operand as it came, or a product in C order.
    fn view<'a, T: Multiply>(
        &self,
        labels: &Labels,
        operand: Option<View<'a, T>>,
        owned: &'a [T],
        layout: &'a mut Layout,
    ) -> View<'a, T> {
        operand.unwrap_or_else(|| {
            let shape = labels.all().iter().map(|label| self.extents[*label as usize]);
            let set = layout.set(shape, size_of::<T>());
            debug_assert_eq!(set.ok(), Some(owned.len()));
            // SAFETY: `owned` is the product of these labels, made in C order.
            unsafe { View::from_raw_parts(owned.as_ptr(), layout.shape(), layout.strides()) }
        })
    }

    /// One pair, as a batch of matrix products.
    fn contract<T: Multiply>(
        &self,
        pair: &Pair,
        (a, a_labels): (View<'_, T>, &Labels),
        (b, b_labels): (View<'_, T>, &Labels),
        (out, out_labels): (ViewMut<'_, T>, &Labels),
    ) -> Result<()> {
        let (mut a_layout, mut b_layout, mut out_layout) = (Layout::default(), Layout::default(), Layout::default());
        let (mut a_copy, mut b_copy) = (Vec::new(), Vec::new());
        let a = arrange(a, a_labels, [&pair.batch, &pair.rows, &pair.summed], &mut a_layout, &mut a_copy)?;
        let b = arrange(b, b_labels, [&pair.batch, &pair.summed, &pair.columns], &mut b_layout, &mut b_copy)?;
        let kinds = [&pair.batch, &pair.rows, &pair.columns];
        let apart = out_layout.permute((out.shape(), out.strides()), out_labels, kinds);
        if let Some(merged) = apart.merged(kinds) {
            // SAFETY: the same elements, in another order of their axes.
            let out = unsafe { ViewMut::from_raw_parts(out.as_ptr(), merged.shape(), merged.strides()) };
            return matmul(a, b, out);
        }
        let mut layout = Layout::default();
        let rows = kinds.map(|labels| labels.all().iter().map(|label| self.extents[*label as usize]));
        let [batch, rows, columns] = rows;
        let shape = batch.chain([rows.product(), columns.product()]);
        let mut product = try_filled(T::default(), layout.set(shape, size_of::<T>())?)?;
        matmul(a, b, ViewMut::from_slice(&mut product, layout.shape(), layout.strides())?)?;
        // SAFETY: the same elements, in another order of their axes.
        let mut out = unsafe { ViewMut::from_raw_parts(out.as_ptr(), apart.shape(), apart.strides()) };
        for ([to], &value) in LaneStarts::new(apart.shape(), [apart.strides()], None).zip(&product) {
            // SAFETY: one of the view's elements.
            unsafe { out.write(to, value) };
        }
        Ok(())
    }
}

/// A shape and strides, kept off the heap.
#[derive(Clone)]
struct Layout {
    shape: [usize; MAX_AXES],
    strides: [isize; MAX_AXES],
    ndim: usize,
}

impl Default for Layout {
    fn default() -> Self {
        Self { shape: [0; MAX_AXES], strides: [0; MAX_AXES], ndim: 0 }
    }
}

impl Layout {
    fn shape(&self) -> &[usize] {
        &self.shape[..self.ndim]
    }

    fn strides(&self) -> &[isize] {
        &self.strides[..self.ndim]
    }

    fn push(&mut self, n: usize, stride: isize) {
        if self.ndim < MAX_AXES {
            (self.shape[self.ndim], self.strides[self.ndim]) = (n, stride);
            self.ndim += 1;
        }
    }

    /// C order of a shape; says how many elements it has.
    fn set(&mut self, shape: impl Iterator<Item = usize>, itemsize: usize) -> Result<usize> {
        self.ndim = 0;
        shape.for_each(|n| self.push(n, 0));
        contiguous_strides(&self.shape[..self.ndim], itemsize, &mut self.strides[..self.ndim]);
        let size = self.shape().iter().try_fold(1usize, |size, n| size.checked_mul(*n));
        size.ok_or(Error::OutOfMemory { bytes: usize::MAX })
    }

    /// The axes with labels of some kinds, in the order of these.
    fn permute(&mut self, (shape, strides): (&[usize], &[isize]), labels: &Labels, kinds: [&Labels; 3]) -> &Self {
        self.ndim = 0;
        for label in kinds.into_iter().flat_map(Labels::all) {
            if let Some(axis) = labels.all().iter().position(|each| each == label) {
                self.push(shape[axis], strides[axis]);
            }
        }
        self
    }

    /// The axes of the second and the third kind as one each, where they lie behind one another.
    fn merged(&self, [batch, second, third]: [&Labels; 3]) -> Option<Layout> {
        let (mut merged, split) = (Layout::default(), batch.len + second.len);
        (0..batch.len).for_each(|axis| merged.push(self.shape[axis], self.strides[axis]));
        for axes in [batch.len..split, split..split + third.len] {
            let (n, stride) = one_axis(&self.shape[axes.clone()], &self.strides[axes])?;
            merged.push(n, stride);
        }
        (merged.ndim == batch.len + 2).then_some(merged)
    }
}

/// Several axes as one: its length and stride.
fn one_axis(shape: &[usize], strides: &[isize]) -> Option<(usize, isize)> {
    let (mut n, mut stride) = (1usize, 0isize);
    for (&length, &step) in shape.iter().zip(strides).rev() {
        if length == 1 {
            continue;
        }
        if n == 1 {
            stride = step;
        } else if step != stride * n as isize {
            return None;
        }
        n = n.checked_mul(length)?;
    }
    Some((n, stride))
}

/// An operand as a batch of matrices: in place, or copied.
fn arrange<'a, T: Multiply>(
    view: View<'a, T>,
    labels: &Labels,
    kinds: [&Labels; 3],
    layout: &'a mut Layout,
    copy: &'a mut Vec<T>,
) -> Result<View<'a, T>> {
    let mut apart = Layout::default();
    apart.permute((view.shape(), view.strides()), labels, kinds);
    if let Some(merged) = apart.merged(kinds) {
        *layout = merged;
        // SAFETY: the same elements, in another order of their axes.
        return Ok(unsafe { View::from_raw_parts(view.as_ptr(), layout.shape(), layout.strides()) });
    }
    *copy = try_with_capacity(view.size())?;
    // SAFETY: the same elements, in another order of their axes.
    unsafe { View::from_raw_parts(view.as_ptr(), apart.shape(), apart.strides()) }.extend_into(copy, |x| x);
    let (batch, split) = (kinds[0].len, kinds[0].len + kinds[1].len);
    let matrix = [batch..split, split..apart.ndim].map(|axes| apart.shape[axes].iter().product());
    layout.set(apart.shape[..batch].iter().copied().chain(matrix), size_of::<T>())?;
    // SAFETY: the copy has all of the elements, in C order.
    Ok(unsafe { View::from_raw_parts(copy.as_ptr(), layout.shape(), layout.strides()) })
}
