//! Indexing: elements and views.

use super::Lower;
use super::val::{Array, List, Num, Val, mem};
use crate::ast::{Expr as Ast, ExprKind, Value};
use crate::build::{add, and, op, select, sub, wrap};
use crate::error::{Hint, Result, Span, typing, unsupported};
use crate::ir::{Expr, Op, Stmt};
use crate::types::{ArrayType, DType, Layout};

/// What an index leads to.
pub(super) enum Place {
    /// An element: its dtype, and its address.
    Element(Array, Expr),
    /// A part of an array.
    View(Array),
    /// The elements of an array where another is true.
    Masked(Array, Array),
    /// A list's item, by an index in range.
    Item(List, Expr),
    /// What lies at some places along an axis of an array.
    Picked(Array, Array, usize),
}

/// One index.
enum Index {
    At(Num),
    Slice(Option<Num>, Option<Num>, Option<Num>),
    NewAxis,
    Ellipsis,
    Array(Array),
}

impl Lower<'_> {
    /// `of[index]`
    pub(super) fn subscript(&mut self, of: Val, index: &Ast, span: Span) -> Result<Val> {
        match of {
            Val::Tuple(items) | Val::Named(_, _, items) => self.tuple_item(items, index, span),
            Val::Str(text) if matches!(index.kind, ExprKind::Slice(..)) => {
                let characters = text.chars().map(|each| Val::Str(each.to_string())).collect();
                let Val::Tuple(picked) = self.tuple_item(characters, index, span)? else {
                    return typing(span, "A string's index is an int.");
                };
                let texts = picked.into_iter().map(|each| if let Val::Str(text) = each { text } else { String::new() });
                Ok(Val::Str(texts.collect()))
            }
            Val::Str(text) => {
                let at = self.expr(index)?;
                let Val::Num(at) = at else { return typing(span, "A string's index is an int.") };
                let Some(at) = at.constant() else { return unsupported(span, "A string's index must be constant.") };
                let length = text.chars().count() as i64;
                let at = if at < 0 { at + length } else { at };
                match text.chars().nth(usize::try_from(at).unwrap_or(usize::MAX)) {
                    Some(found) => Ok(Val::Str(found.to_string())),
                    None => typing(span, "string index out of range"),
                }
            }
            of @ Val::List(_) if matches!(index.kind, ExprKind::Slice(..)) => {
                let ExprKind::Slice(low, high, step) = &index.kind else { return typing(span, "This is no slice.") };
                let mut args = vec![of];
                for bound in [low, high, step] {
                    args.push(match bound {
                        Some(bound) => self.expr(bound)?,
                        None => Val::None,
                    });
                }
                self.prelude_call("prelude.list_slice", args, span)
            }
            Val::Range([start, stop, step]) => {
                let Val::Num(at) = self.expr(index)? else { return typing(span, "A range's index is an int.") };
                let trips = self.trips(&start, &stop, &step);
                let at = self.bounded(at, trips, "range object index out of range", span)?;
                Ok(Self::int_val(add(start, crate::build::mul(at, step))))
            }
            of => {
                let place = self.place(of, index, span)?;
                if let Place::Masked(array, mask) = place {
                    return self.compress(&array, &mask, span);
                }
                self.load_place(&place, span)
            }
        }
    }

    fn tuple_item(&mut self, items: Vec<Val>, index: &Ast, span: Span) -> Result<Val> {
        if let ExprKind::Slice(low, high, step) = &index.kind {
            let mut bound = |bound: &Option<Box<Ast>>| -> Result<Option<i64>> {
                let Some(bound) = bound else { return Ok(None) };
                match self.expr(bound)? {
                    Val::Num(num) if num.constant().is_some() => Ok(num.constant()),
                    Val::None => Ok(None),
                    _ => unsupported(span, "A tuple is sliced with constants only."),
                }
            };
            let (low, high, step) = (bound(low)?, bound(high)?, bound(step)?.unwrap_or(1));
            let n = items.len() as i64;
            let clip = |at: i64, least: i64, most: i64| (if at < 0 { at + n } else { at }).clamp(least, most);
            let mut picked = Vec::new();
            if step > 0 {
                let (mut at, end) = (low.map_or(0, |low| clip(low, 0, n)), high.map_or(n, |high| clip(high, 0, n)));
                while at < end {
                    picked.push(items[at as usize].clone());
                    at += step;
                }
            } else if step < 0 {
                let (mut at, end) =
                    (low.map_or(n - 1, |low| clip(low, -1, n - 1)), high.map_or(-1, |high| clip(high, -1, n - 1)));
                while at > end {
                    picked.push(items[at as usize].clone());
                    at += step;
                }
            }
            return Ok(Val::Tuple(picked));
        }
        let at = self.expr(index)?;
        let Val::Num(at) = at else { return typing(span, "A tuple's index is an int.") };
        if let Some(at) = at.constant() {
            let n = items.len() as i64;
            return match items.get(usize::try_from(if at < 0 { at + n } else { at }).unwrap_or(usize::MAX)) {
                Some(item) => Ok(item.clone()),
                None => typing(span, "tuple index out of range"),
            };
        }
        let at = self.bounded(at, Expr::I64(items.len() as i64), "tuple index out of range", span)?;
        match self.choose(&items, at) {
            Val::None => typing(span, "A tuple of several types is indexed with constants only.")
                .hint("Use an array, or a tuple of one type."),
            val => Ok(val),
        }
    }

    /// An index made one in `0..length`, or an IndexError.
    fn bounded(&mut self, at: Num, length: Expr, message: &str, span: Span) -> Result<Expr> {
        if !at.dtype.is_int() && at.dtype != DType::Bool {
            return typing(span, format!("An index is an int, not {}.", Val::Num(at).describe()));
        }
        let unsigned = at.dtype.is_unsigned();
        let at = self.cast(at, if unsigned { DType::U64 } else { DType::I64 }).re;
        let at = self.temp(at);
        let at = match at {
            Expr::I64(constant) if constant >= 0 => Expr::I64(constant),
            at if unsigned => at,
            at => {
                let negative = op(Op::I64LtS, [at.clone(), Expr::I64(0)]);
                self.temp(select(negative, add(at.clone(), length.clone()), at))
            }
        };
        self.check(op(Op::I64LtU, [at.clone(), length]), "IndexError", message, span);
        Ok(at)
    }

    fn indices(&mut self, index: &Ast) -> Result<Vec<Index>> {
        let items: Vec<&Ast> = match &index.kind {
            ExprKind::Tuple(items) => items.iter().collect(),
            _ => vec![index],
        };
        let mut indices = Vec::new();
        for item in items {
            match &item.kind {
                ExprKind::Slice(low, high, step) => {
                    let mut bound = |bound: &Option<Box<Ast>>| -> Result<Option<Num>> {
                        let Some(bound) = bound else { return Ok(None) };
                        let val = self.expr(bound)?;
                        self.slice_bound(val, bound.span)
                    };
                    indices.push(Index::Slice(bound(low)?, bound(high)?, bound(step)?));
                }
                ExprKind::Value(Value::Ellipsis) => indices.push(Index::Ellipsis),
                ExprKind::Value(Value::None) => indices.push(Index::NewAxis),
                ExprKind::Value(Value::Function(name)) if name == "numpy.newaxis" => indices.push(Index::NewAxis),
                _ => {
                    let val = self.expr(item)?;
                    self.index_of(val, item.span, &mut indices)?;
                }
            }
        }
        Ok(indices)
    }

    fn slice_bound(&mut self, val: Val, span: Span) -> Result<Option<Num>> {
        match val {
            Val::None => Ok(None),
            Val::Num(num) if num.dtype.is_int() => {
                let num = self.cast(num, DType::I64);
                Ok(Some(self.temp_num(num)))
            }
            other => typing(span, format!("A slice's bound is an int, not {}.", other.describe())),
        }
    }

    fn index_of(&mut self, val: Val, span: Span, indices: &mut Vec<Index>) -> Result<()> {
        match val {
            Val::Num(num) => indices.push(Index::At(self.temp_num(num))),
            Val::Tuple(items) => {
                for item in items {
                    self.index_of(item, span, indices)?;
                }
            }
            Val::None => indices.push(Index::NewAxis),
            Val::Slice(bounds) => {
                let mut known = Vec::new();
                for bound in bounds {
                    known.push(self.slice_bound(bound, span)?);
                }
                let [low, high, step] = known.as_slice() else { return typing(span, "This is no slice.") };
                indices.push(Index::Slice(low.clone(), high.clone(), step.clone()));
            }
            Val::Ellipsis => indices.push(Index::Ellipsis),
            Val::Array(array) => indices.push(Index::Array(array)),
            list @ Val::List(_) => indices.push(Index::Array(self.as_array(list, span)?)),
            other => return typing(span, format!("{} is no index.", other.describe())),
        }
        Ok(())
    }

    /// What `of[index]` is.
    pub(super) fn place(&mut self, of: Val, index: &Ast, span: Span) -> Result<Place> {
        let array = match of {
            Val::Array(array) => array,
            Val::List(list) => {
                let Val::Num(at) = self.expr(index)? else { return typing(span, "A list's index is an int.") };
                if !at.dtype.is_int() && at.dtype != DType::Bool {
                    return typing(span, format!("A list's index is an int, not {}.", Val::Num(at).describe()));
                }
                self.known_items(&list, span)?;
                let at = self.cast(at, DType::I64).re;
                let at = self.list_index(&list, at, "list index out of range", span);
                return Ok(Place::Item(list, at));
            }
            other => return typing(span, format!("{} cannot be indexed.", other.describe())),
        };
        let indices = self.indices(index)?;
        if let [Index::Array(mask)] = indices.as_slice()
            && mask.ty.dtype == DType::Bool
        {
            if mask.ty.ndim == array.ty.ndim {
                return Ok(Place::Masked(array, mask.clone()));
            }
            if mask.ty.ndim > 1 {
                return unsupported(span, "A mask has one dimension, or all of the array's.");
            }
        }
        if indices.iter().any(|index| matches!(index, Index::Array(_))) {
            return self.picked(&array, indices, span);
        }
        let used = indices.iter().filter(|index| matches!(index, Index::At(_) | Index::Slice(..))).count();
        if used > array.ty.ndim as usize {
            return typing(span, format!("There are {used} indices for an array of {} dimensions.", array.ty.ndim));
        }
        self.view(&array, indices, used, span)
    }

    /// What an index with one array in it leads to: the others make a view, and along one axis of that the array picks.
    fn picked(&mut self, array: &Array, mut indices: Vec<Index>, span: Span) -> Result<Place> {
        if let Some(ellipsis) = indices.iter().position(|index| matches!(index, Index::Ellipsis)) {
            let given = indices.iter().filter(|index| !matches!(index, Index::NewAxis | Index::Ellipsis)).count();
            let left = (array.ty.ndim as usize).saturating_sub(given);
            indices.splice(ellipsis..=ellipsis, (0..left).map(|_| Index::Slice(None, None, None)));
        }
        let at = indices.iter().position(|index| matches!(index, Index::Array(_))).unwrap_or(0);
        let fancy = |index: &Index| matches!(index, Index::At(_) | Index::Array(_));
        let Index::Array(places) = std::mem::replace(&mut indices[at], Index::Slice(None, None, None)) else {
            return typing(span, "This is no index.");
        };
        let (first, last) = (indices.iter().position(fancy), indices.iter().rposition(fancy));
        // NumPy puts the axis in front where an int or an array stands apart.
        let apart = indices.iter().enumerate().any(|(i, index)| {
            i != at
                && !fancy(index)
                && first.is_some_and(|first| first.min(at) < i)
                && last.is_some_and(|last| last.max(at) > i)
        });
        let several = indices.iter().any(|index| matches!(index, Index::Array(_)));
        if several || apart || places.ty.ndim != 1 {
            return unsupported(span, "Indexing is compiled with one array of one dimension.")
                .hint("Write the loop out.");
        }
        let axis = indices[..at].iter().filter(|index| !fancy(index)).count();
        let used = indices.iter().filter(|index| matches!(index, Index::At(_) | Index::Slice(..))).count();
        if used > array.ty.ndim as usize {
            return typing(span, format!("There are {used} indices for an array of {} dimensions.", array.ty.ndim));
        }
        let Place::View(view) = self.view(array, indices, used, span)? else {
            return typing(span, "This is no index.");
        };
        let places = if places.ty.dtype == DType::Bool {
            let args = vec![Val::Array(places), Self::int_val(view.shape[axis].clone())];
            match self.prelude_call("prelude.chosen_rows", args, span)? {
                Val::Array(places) => places,
                other => return typing(span, format!("{} is no index.", other.describe())),
            }
        } else {
            places
        };
        if !places.ty.dtype.is_int() {
            return typing(span, format!("An index is an int, not {}.", places.ty.dtype.name()));
        }
        Ok(Place::Picked(view, places, axis))
    }

    /// An array with an axis in front of the others.
    fn to_front(array: &Array, axis: usize) -> Array {
        let mut moved = array.clone();
        if axis > 0 {
            moved.ty.layout = Layout::Any;
            moved.shape[..=axis].rotate_right(1);
            moved.strides[..=axis].rotate_right(1);
        }
        moved
    }

    /// An array whose first axis goes behind so many others.
    fn to_back(array: &Array, axis: usize) -> Array {
        let mut moved = array.clone();
        if axis > 0 {
            moved.ty.layout = Layout::Any;
            moved.shape[..=axis].rotate_left(1);
            moved.strides[..=axis].rotate_left(1);
        }
        moved
    }

    fn view(&mut self, array: &Array, indices: Vec<Index>, used: usize, span: Span) -> Result<Place> {
        let ndim = array.ty.ndim as usize;
        let (mut data, mut axis, mut dims) = (array.data.clone(), 0, Vec::new());
        let mut full = vec![];
        let mut all = Vec::new();
        let mut seen = false;
        for index in indices {
            match index {
                Index::Ellipsis if !seen => {
                    seen = true;
                    all.extend((0..ndim - used).map(|_| Index::Slice(None, None, None)));
                }
                Index::Ellipsis => return typing(span, "An index has one ellipsis at most."),
                other => all.push(other),
            }
        }
        let given = all.iter().filter(|index| !matches!(index, Index::NewAxis)).count();
        all.extend((given..ndim).map(|_| Index::Slice(None, None, None)));
        for index in all {
            match index {
                Index::At(at) => {
                    let length = array.shape[axis].clone();
                    let message = format!("index is out of bounds for axis {axis}");
                    let at = if self.options.unchecked {
                        self.wrapped(at, length)
                    } else {
                        self.bounded(at, length, &message, span)?
                    };
                    data = op(Op::I32Add, [data, op(Op::I32Mul, [wrap(at), array.strides[axis].clone()])]);
                    full.push(false);
                    axis += 1;
                }
                Index::Slice(None, None, None) => {
                    dims.push((array.shape[axis].clone(), array.strides[axis].clone()));
                    full.push(true);
                    axis += 1;
                }
                Index::Slice(low, high, step) => {
                    let (start, length, step) = self.slice(&array.shape[axis], low, high, step, span);
                    let stride = array.strides[axis].clone();
                    data = op(Op::I32Add, [data, op(Op::I32Mul, [wrap(start), stride.clone()])]);
                    let stride = self.temp(op(Op::I32Mul, [stride, wrap(step.clone())]));
                    dims.push((length, stride));
                    // A first axis cut short leaves no gaps.
                    full.push(step == Expr::I64(1) && axis == 0 && array.ty.layout == Layout::C);
                    axis += 1;
                }
                Index::NewAxis => {
                    dims.push((Expr::I64(1), Expr::I32(0)));
                    full.push(false);
                }
                Index::Ellipsis | Index::Array(_) => return typing(span, "This is no index."),
            }
        }
        if dims.is_empty() {
            return Ok(Place::Element(array.clone(), data));
        }
        if dims.len() > 4 {
            return unsupported(span, "Arrays have at most four dimensions.");
        }
        let data = self.temp(data);
        // In C order: indices first, then whole axes (one slice in front of them).
        let lead = full.iter().take_while(|whole| !**whole).count();
        let scalars_then_whole =
            array.ty.layout == Layout::C && full[lead..].iter().all(|whole| *whole) && full.len() == ndim;
        let slice_in_front = full.iter().enumerate().all(|(i, whole)| *whole || i < lead);
        let layout = if scalars_then_whole && slice_in_front && dims.len() == full.len() - lead {
            Layout::C
        } else {
            Layout::Any
        };
        let ty = ArrayType { ndim: dims.len() as u8, layout, ..array.ty };
        let (shape, strides) = dims.into_iter().unzip();
        Ok(Place::View(Array { ty, data, owner: array.owner.clone(), shape, strides }))
    }

    fn wrapped(&mut self, at: Num, length: Expr) -> Expr {
        let at = self.cast(at, DType::I64).re;
        let at = self.temp(at);
        match at {
            Expr::I64(constant) if constant >= 0 => at,
            at => select(op(Op::I64LtS, [at.clone(), Expr::I64(0)]), add(at.clone(), length), at),
        }
    }

    /// A slice of an axis: where it starts, how long it is, its step. As `slice.indices` says.
    fn slice(
        &mut self,
        length: &Expr,
        low: Option<Num>,
        high: Option<Num>,
        step: Option<Num>,
        span: Span,
    ) -> (Expr, Expr, Expr) {
        let n = length.clone();
        let step = step.map_or(Expr::I64(1), |step| step.re);
        if !matches!(step, Expr::I64(_)) {
            let some = op(Op::I64Ne, [step.clone(), Expr::I64(0)]);
            self.check(some, "ValueError", "slice step cannot be zero", span);
        } else if step == Expr::I64(0) {
            self.check(Expr::I32(0), "ValueError", "slice step cannot be zero", span);
        }
        let zero = || Expr::I64(0);
        let lt = |a: &Expr, b: &Expr| op(Op::I64LtS, [a.clone(), b.clone()]);
        let backward = lt(&step, &zero());
        let last = sub(n.clone(), Expr::I64(1));
        // The least and the greatest value a bound may have.
        let least = self.temp(select(backward.clone(), Expr::I64(-1), zero()));
        let most = self.temp(select(backward.clone(), last.clone(), n.clone()));
        let clip = |lower: &mut Self, bound: Expr| {
            let bound = match bound {
                Expr::I64(constant) if constant >= 0 => bound,
                bound => lower.temp(select(lt(&bound, &zero()), add(bound.clone(), n.clone()), bound)),
            };
            let bound = if bound == zero() && least == zero() {
                bound
            } else {
                lower.temp(select(lt(&bound, &least), least.clone(), bound))
            };
            lower.temp(select(lt(&most, &bound), most.clone(), bound))
        };
        let start = match low {
            Some(low) => clip(self, low.re),
            None => self.temp(select(backward.clone(), last, zero())),
        };
        let stop = match high {
            Some(high) => clip(self, high.re),
            None => self.temp(select(backward, Expr::I64(-1), n.clone())),
        };
        let count = match step {
            Expr::I64(1) => {
                let span = self.temp(sub(stop.clone(), start.clone()));
                select(lt(&span, &zero()), zero(), span)
            }
            _ => self.trips(&start, &stop, &step),
        };
        let count = self.temp(count);
        // An empty slice starts where nothing is read; its address stays inside all the same.
        let start = if step == Expr::I64(1) {
            start
        } else {
            self.temp(select(op(Op::I64Eqz, [count.clone()]), zero(), start))
        };
        (start, count, step)
    }

    /// An array's first axis at an index that is in range.
    pub(super) fn item(&mut self, array: &Array, at: Expr) -> Val {
        let data = op(Op::I32Add, [array.data.clone(), op(Op::I32Mul, [wrap(at), array.strides[0].clone()])]);
        if array.ty.ndim == 1 {
            return Val::Num(self.load_element(array.ty.dtype, data));
        }
        let data = self.temp(data);
        let layout = if array.ty.layout == Layout::C { Layout::C } else { Layout::Any };
        Val::Array(Array {
            ty: ArrayType { ndim: array.ty.ndim - 1, layout, ..array.ty },
            data,
            owner: array.owner.clone(),
            shape: array.shape[1..].to_vec(),
            strides: array.strides[1..].to_vec(),
        })
    }

    /// The element at an address.
    pub(super) fn load_element(&mut self, dtype: DType, address: Expr) -> Num {
        if dtype.is_complex() {
            let address = self.temp(address);
            let re = self.temp(Expr::Load(mem(dtype), Box::new(address.clone()), 0));
            let im = self.temp(Expr::Load(mem(dtype), Box::new(address), dtype.size() / 2));
            return Num { dtype, weak: false, re, im: Some(im) };
        }
        let re = self.temp(Expr::Load(mem(dtype), Box::new(address), 0));
        Num::new(dtype, false, re)
    }

    /// Stores a number as the element at an address.
    pub(super) fn store_element(&mut self, dtype: DType, address: Expr, num: Num, span: Span) -> Result<()> {
        if num.dtype.is_complex() && !dtype.is_complex() {
            return typing(span, "A complex number does not fit an array of real ones.").hint("Store its .real part.");
        }
        let num = self.cast(num, dtype);
        match num.im {
            Some(im) => {
                let (address, re, im) = (self.temp(address), self.temp(num.re), self.temp(im));
                self.emit(Stmt::Store(mem(dtype), address.clone(), 0, re));
                self.emit(Stmt::Store(mem(dtype), address, dtype.size() / 2, im));
            }
            None => self.emit(Stmt::Store(mem(dtype), address, 0, num.re)),
        }
        Ok(())
    }

    /// What a place holds.
    pub(super) fn load_place(&mut self, place: &Place, span: Span) -> Result<Val> {
        Ok(match place {
            Place::Element(array, address) => Val::Num(self.load_element(array.ty.dtype, address.clone())),
            Place::View(array) => Val::Array(array.clone()),
            Place::Masked(array, mask) => return self.compress(array, mask, span),
            Place::Picked(array, at, _) if array.ty.ndim == 1 => Val::Array(self.gather(array, at, span)?),
            Place::Picked(array, at, axis) => {
                let args = vec![Val::Array(Self::to_front(array, *axis)), Val::Array(at.clone())];
                match self.prelude_call("prelude.gather_rows", args, span)? {
                    Val::Array(rows) => Val::Array(Self::to_back(&rows, *axis)),
                    other => other,
                }
            }
            Place::Item(list, at) => self.list_item(list, at.clone()),
        })
    }

    /// Puts a value at a place.
    pub(super) fn store_place(&mut self, place: &Place, val: Val, span: Span) -> Result<()> {
        match place {
            Place::Element(array, address) => {
                self.writable(array, span)?;
                let num = match val {
                    Val::Num(num) => num,
                    other => return typing(span, format!("{} is stored as an element.", other.describe())),
                };
                self.store_element(array.ty.dtype, address.clone(), num, span)
            }
            Place::View(array) => {
                self.writable(array, span)?;
                self.assign_elements(array, val, span)
            }
            Place::Masked(array, mask) => {
                self.writable(array, span)?;
                let val = self.force(val, span)?;
                self.assign_masked(array, mask, val, span)
            }
            Place::Picked(array, at, axis) => {
                self.writable(array, span)?;
                let val = match self.force(val, span)? {
                    val @ Val::Num(_) => val,
                    Val::Array(values) if values.ty.ndim == array.ty.ndim => Val::Array(Self::to_front(&values, *axis)),
                    val @ Val::Array(_) if *axis == 0 => val,
                    Val::List(list) if array.ty.ndim == 1 => Val::Array(self.as_array(Val::List(list), span)?),
                    other => {
                        return unsupported(
                            span,
                            format!("{} is not stored by an array of indices.", other.describe()),
                        );
                    }
                };
                let args = vec![Val::Array(Self::to_front(array, *axis)), Val::Array(at.clone()), val];
                self.prelude_call("prelude.scatter_rows", args, span).map(|_| ())
            }
            Place::Item(list, at) => {
                let val = self.as_item(list, val, "stored in", span)?;
                self.list_store(list, at.clone(), &val);
                Ok(())
            }
        }
    }

    pub(super) fn writable(&self, array: &Array, span: Span) -> Result<()> {
        if array.ty.readonly {
            return typing(span, "The array is read-only.")
                .hint("Copy it first, or hand over one that can be written to.");
        }
        Ok(())
    }

    /// `into[index] = val`
    pub(super) fn store(&mut self, into: Val, index: &Ast, val: Val, span: Span) -> Result<()> {
        let place = self.place(into, index, span)?;
        self.store_place(&place, val, span)
    }

    /// Whether two arrays of the same dimensions have the same lengths: an i32.
    pub(super) fn same_shape(a: &Array, b: &Array) -> Expr {
        a.shape
            .iter()
            .zip(&b.shape)
            .filter(|(a, b)| a != b)
            .fold(Expr::I32(1), |all, (a, b)| and(all, op(Op::I64Eq, [a.clone(), b.clone()])))
    }
}
