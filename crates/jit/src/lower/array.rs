//! Arrays as a whole: expressions are computed element by element in one loop, where their value is needed.

use super::Lower;
use super::val::{Array, ElementOp, Lazy, Num, Val};
use crate::ast::{BinOp, CmpOp, UnOp};
use crate::build::{and, mul, not, op, or, select, wrap};
use crate::error::{Hint, Result, Span, internal, typing, unsupported};
use crate::ir::{Expr, For, Mem, Op, Rep, Stmt};
use crate::types::{ArrayType, DType, Layout, Type, weak_with};

/// More bytes than this are not asked for.
const MOST_BYTES: i64 = 1 << 31;

impl Lower<'_> {
    /// An array in memory in place of one to be computed.
    pub(super) fn force(&mut self, val: Val, span: Span) -> Result<Val> {
        match val {
            Val::Lazy(lazy) => {
                let shape = self.broadcast_shape(&lazy, span)?;
                let out = self.alloc(lazy.dtype(), &shape, span);
                self.elementwise(&lazy, &out, span)?;
                Ok(Val::Array(out))
            }
            other => Ok(other),
        }
    }

    /// A value as operand of an element-wise operation.
    pub(super) fn lazy(&mut self, val: Val, span: Span) -> Result<Lazy> {
        match val {
            Val::Array(array) => Ok(Lazy::Array(array)),
            Val::Num(num) => Ok(Lazy::Num(self.temp_num(num))),
            Val::Lazy(lazy) => Ok(*lazy),
            other => typing(span, format!("{} is no number or array.", other.describe())),
        }
    }

    /// The dtype that NumPy computes elements of two operands in.
    fn element_dtype(a: &Lazy, b: &Lazy) -> DType {
        let weak = |lazy: &Lazy| matches!(lazy, Lazy::Num(num) if num.weak);
        match (weak(a), weak(b)) {
            (true, false) => weak_with(a.dtype(), b.dtype()),
            (false, true) => weak_with(b.dtype(), a.dtype()),
            _ => a.dtype().promote(b.dtype()),
        }
    }

    /// `a operator b`, one of them an array.
    pub(super) fn array_binary(&mut self, operator: BinOp, a: Val, b: Val, span: Span) -> Result<Val> {
        if operator == BinOp::MatMul {
            return self.matmul(a, b, span);
        }
        let (a, b) = (self.lazy(a, span)?, self.lazy(b, span)?);
        let common = Self::element_dtype(&a, &b);
        let dtype = match operator {
            BinOp::Div if !common.is_float() && !common.is_complex() => DType::F64,
            BinOp::FloorDiv | BinOp::Mod | BinOp::Pow | BinOp::Shl | BinOp::Shr if common == DType::Bool => DType::I8,
            BinOp::Sub if common == DType::Bool => {
                return typing(span, "bool arrays are not subtracted.").hint("Use ^ in place of -.");
            }
            BinOp::Shl | BinOp::Shr | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor
                if !common.is_int() && common != DType::Bool =>
            {
                return typing(span, format!("{} is only defined for integers.", operator.symbol()));
            }
            _ => common,
        };
        Ok(Val::Lazy(Box::new(Lazy::Apply(ElementOp::Binary(operator), dtype, vec![a, b]))))
    }

    /// `operator elements`, of an array or one to be computed.
    pub(super) fn lazy_unary(&mut self, operator: UnOp, lazy: Lazy, span: Span) -> Result<Val> {
        let dtype = lazy.dtype();
        if operator == UnOp::Neg && dtype == DType::Bool {
            return typing(span, "bool arrays have no negative.").hint("Use ~.");
        }
        Ok(Val::Lazy(Box::new(Lazy::Apply(ElementOp::Unary(operator), dtype, vec![lazy]))))
    }

    /// `a operator b`, one of them an array: bools.
    pub(super) fn array_compare(&mut self, operator: CmpOp, a: Val, b: Val, span: Span) -> Result<Val> {
        let (a, b) = (self.lazy(a, span)?, self.lazy(b, span)?);
        Ok(Val::Lazy(Box::new(Lazy::Apply(ElementOp::Compare(operator), DType::Bool, vec![a, b]))))
    }

    /// `array operator= b`
    pub(super) fn array_in_place(&mut self, operator: BinOp, array: Array, b: Val, span: Span) -> Result<()> {
        let Val::Lazy(lazy) = self.array_binary(operator, Val::Array(array.clone()), b, span)? else {
            return unsupported(span, "@= is not compiled.");
        };
        self.writable(&array, span)?;
        let (from, to) = (lazy.dtype(), array.ty.dtype);
        // NumPy's kinds: bool, integers without and with a sign, float, complex.
        let kind = |dtype: DType| match dtype {
            DType::Bool => 0,
            dtype if dtype.is_unsigned() => 1,
            dtype if dtype.is_int() => 2,
            dtype if dtype.is_float() => 3,
            _ => 4,
        };
        if kind(from) > kind(to) {
            return typing(span, format!("{} does not go into an array of {}.", from.name(), to.name()))
                .hint("Write x = x ... in place of the operator with =, or use .astype().");
        }
        self.assign_elements(&array, Val::Lazy(lazy), span)
    }

    /// The number that an operation gives for one element.
    fn apply(&mut self, what: &ElementOp, dtype: DType, args: Vec<Num>, span: Span) -> Result<Num> {
        let strong = |num: Num| Num { weak: false, ..num };
        // Compared with and handed to functions, Python's own numbers take the dtype of the others.
        let keeps = matches!(what, ElementOp::Compare(_) | ElementOp::Function(_));
        let mut args: Vec<_> = args.into_iter().map(|num| if keeps { num } else { strong(num) }).collect();
        let result = match (what, args.len()) {
            (ElementOp::Binary(operator), 2) => {
                let (b, a) = (args.pop(), args.pop());
                let (Some(a), Some(b)) = (a, b) else { return internal(span, "an operand is missing") };
                if dtype == DType::Bool {
                    let (a, b) = (self.truth_of_num(&a), self.truth_of_num(&b));
                    let re = match operator {
                        BinOp::Add | BinOp::BitOr => or(a, b),
                        BinOp::Mul | BinOp::BitAnd => and(a, b),
                        _ => op(Op::I32Xor, [a, b]),
                    };
                    return Ok(Num::new(DType::Bool, false, re));
                }
                // An exponent keeps its kind, so that whole ones are seen.
                let b = if *operator == BinOp::Pow && b.dtype.is_int() && b.constant().is_some() {
                    b
                } else {
                    self.cast(b, dtype)
                };
                let a = self.cast(a, dtype);
                let b = if dtype.is_float() && b.dtype.is_int() { Num { weak: true, ..b } } else { b };
                self.binary_num(*operator, a, b, span)?
            }
            (ElementOp::Compare(operator), 2) => {
                let (b, a) = (args.pop(), args.pop());
                let (Some(a), Some(b)) = (a, b) else { return internal(span, "an operand is missing") };
                Num::new(DType::Bool, false, self.compare_num(*operator, a, b, span)?)
            }
            (ElementOp::Unary(operator), 1) => match args.pop() {
                Some(num) if *operator == UnOp::Not => Num::new(DType::Bool, false, not(self.truth_of_num(&num))),
                Some(num) => self.unary_num(*operator, num, span)?,
                None => return internal(span, "an operand is missing"),
            },
            (ElementOp::Function(name), _) => self.function_of_numbers(name, args, span)?,
            (ElementOp::Cast, 1) => match args.pop() {
                Some(num) => num,
                None => return internal(span, "an operand is missing"),
            },
            _ => return internal(span, "an operation has other operands"),
        };
        let result = self.cast(result, dtype);
        Ok(strong(result))
    }

    /// The element of what is to be computed, given where each array's lies.
    pub(super) fn element(
        &mut self,
        lazy: &Lazy,
        addresses: &mut dyn FnMut(&mut Self) -> Expr,
        span: Span,
    ) -> Result<Num> {
        match lazy {
            Lazy::Num(num) => Ok(num.clone()),
            Lazy::Array(array) => {
                let address = addresses(self);
                Ok(self.load_element(array.ty.dtype, address))
            }
            Lazy::Apply(what, dtype, args) => {
                let mut nums = Vec::new();
                for arg in args {
                    nums.push(self.element(arg, addresses, span)?);
                }
                self.apply(what, *dtype, nums, span)
            }
        }
    }

    /// The shape that the operands have together; a ValueError where they have none.
    pub(super) fn broadcast_shape(&mut self, lazy: &Lazy, span: Span) -> Result<Vec<Expr>> {
        let ndim = lazy.ndim();
        if ndim > 4 {
            return unsupported(span, "Arrays have at most four dimensions.");
        }
        let mut shape: Vec<Option<Expr>> = vec![None; ndim];
        for array in lazy.arrays() {
            let lead = ndim - array.ty.ndim as usize;
            for (i, length) in array.shape.iter().enumerate() {
                let known = &shape[lead + i];
                shape[lead + i] = Some(match known {
                    None => length.clone(),
                    Some(known) if known == length => length.clone(),
                    Some(known) => {
                        let known = known.clone();
                        let one = op(Op::I64Eq, [known.clone(), Expr::I64(1)]);
                        let both = self.temp(select(one, length.clone(), known));
                        let fits = or(
                            op(Op::I64Eq, [length.clone(), both.clone()]),
                            op(Op::I64Eq, [length.clone(), Expr::I64(1)]),
                        );
                        let message = "operands could not be broadcast together";
                        self.check(fits, "ValueError", message, span);
                        both
                    }
                });
            }
        }
        Ok(shape.into_iter().map(|length| length.unwrap_or(Expr::I64(1))).collect())
    }

    /// An array's strides along the axes of a shape that it is stretched to.
    pub(super) fn stretched(&mut self, array: &Array, shape: &[Expr]) -> Vec<Expr> {
        let lead = shape.len() - array.shape.len();
        let mut strides = vec![Expr::I32(0); lead];
        for (i, (length, stride)) in array.shape.iter().zip(&array.strides).enumerate() {
            if *length == shape[lead + i] {
                strides.push(stride.clone());
            } else {
                let one = op(Op::I64Eq, [length.clone(), Expr::I64(1)]);
                strides.push(self.temp(select(one, Expr::I32(0), stride.clone())));
            }
        }
        strides
    }

    /// Loops over all indices of a shape.
    pub(super) fn loops(
        &mut self,
        shape: &[Expr],
        body: &mut dyn FnMut(&mut Self, &[Expr]) -> Result<()>,
    ) -> Result<()> {
        self.loops_inside(shape, &mut Vec::new(), body)
    }

    fn loops_inside(
        &mut self,
        shape: &[Expr],
        indices: &mut Vec<Expr>,
        body: &mut dyn FnMut(&mut Self, &[Expr]) -> Result<()>,
    ) -> Result<()> {
        let Some(length) = shape.get(indices.len()) else { return body(self, indices) };
        let length = self.temp(length.clone());
        let counter = self.f.local(Rep::I64);
        let outer = std::mem::take(&mut self.code);
        indices.push(Expr::Local(counter));
        self.loops_inside(shape, indices, body)?;
        indices.pop();
        let body = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::For(Box::new(For { counter, start: Expr::I64(0), stop: length, step: 1, body })));
        Ok(())
    }

    /// Where an element lies.
    pub(super) fn address(data: &Expr, strides: &[Expr], indices: &[Expr]) -> Expr {
        indices.iter().zip(strides).fold(data.clone(), |address, (at, stride)| {
            op(Op::I32Add, [address, op(Op::I32Mul, [wrap(at.clone()), stride.clone()])])
        })
    }

    /// How many elements there are.
    pub(super) fn size(&mut self, shape: &[Expr]) -> Expr {
        let product = shape.iter().fold(Expr::I64(1), |size, length| mul(size, length.clone()));
        self.temp(product)
    }

    /// Computes elements into an array that none of the operands overlaps, but for being the same.
    fn elementwise(&mut self, lazy: &Lazy, out: &Array, span: Span) -> Result<()> {
        let arrays: Vec<Array> = lazy.arrays().into_iter().cloned().collect();
        let ndim = out.shape.len();
        let flat = ndim > 1
            && out.ty.layout == Layout::C
            && arrays.iter().all(|array| array.ty.layout == Layout::C && array.shape.len() == ndim);
        if ndim == 1 || flat {
            // Without gaps, and all of one shape: one loop.
            let same = arrays.iter().fold(Expr::I32(1), |all, array| and(all, Self::same_shape(array, out)));
            let same = self.temp(same);
            let outer = std::mem::take(&mut self.code);
            let size = self.size(&out.shape);
            let step =
                |array: &Array| if flat { Expr::I32(array.ty.dtype.size() as i32) } else { array.strides[0].clone() };
            let steps: Vec<_> = arrays.iter().map(step).collect();
            let out_step = step(out);
            self.loops(&[size], &mut |lower, at| {
                let mut next = arrays.iter().zip(&steps);
                let num = lower.element(
                    lazy,
                    &mut |_| {
                        next.next().map_or(Expr::I32(0), |(array, step)| {
                            Self::address(&array.data, std::slice::from_ref(step), at)
                        })
                    },
                    span,
                )?;
                lower.store_element(
                    out.ty.dtype,
                    Self::address(&out.data, std::slice::from_ref(&out_step), at),
                    num,
                    span,
                )
            })?;
            let fast = std::mem::replace(&mut self.code, outer);
            if same == Expr::I32(1) {
                self.code.extend(fast);
                return Ok(());
            }
            let outer = std::mem::take(&mut self.code);
            self.elementwise_strided(lazy, &arrays, out, span)?;
            let slow = std::mem::replace(&mut self.code, outer);
            self.emit(Stmt::If(same, fast, slow));
            return Ok(());
        }
        self.elementwise_strided(lazy, &arrays, out, span)
    }

    fn elementwise_strided(&mut self, lazy: &Lazy, arrays: &[Array], out: &Array, span: Span) -> Result<()> {
        let strides: Vec<_> = arrays.iter().map(|array| self.stretched(array, &out.shape)).collect();
        self.loops(&out.shape, &mut |lower, at| {
            let mut next = arrays.iter().zip(&strides);
            let num = lower.element(
                lazy,
                &mut |_| next.next().map_or(Expr::I32(0), |(array, strides)| Self::address(&array.data, strides, at)),
                span,
            )?;
            lower.store_element(out.ty.dtype, Self::address(&out.data, &out.strides, at), num, span)
        })
    }

    /// `array[...] = val`
    pub(super) fn assign_elements(&mut self, array: &Array, val: Val, span: Span) -> Result<()> {
        let val = match val {
            Val::Tuple(items) if array.ty.ndim == 1 => {
                let fits = op(Op::I64Eq, [array.shape[0].clone(), Expr::I64(items.len() as i64)]);
                self.check(fits, "ValueError", "could not broadcast the tuple into the array", span);
                for (i, item) in items.into_iter().enumerate() {
                    let Val::Num(num) = item else { return typing(span, "Only numbers are stored in an array.") };
                    let address = Self::address(&array.data, &array.strides, &[Expr::I64(i as i64)]);
                    self.store_element(array.ty.dtype, address, num, span)?;
                }
                return Ok(());
            }
            Val::List(list) if matches!(list.item, Type::Number { .. } | Type::Open(_)) => {
                Val::Array(self.list_as_array(&list))
            }
            other => other,
        };
        let lazy = self.lazy(val, span)?;
        if lazy.dtype().is_complex() && !array.ty.dtype.is_complex() {
            return typing(span, "Complex numbers do not fit an array of real ones.").hint("Store their .real parts.");
        }
        if lazy.ndim() > array.shape.len() {
            return typing(
                span,
                format!("An array of {} dimensions does not go into one of {}.", lazy.ndim(), array.shape.len()),
            );
        }
        let shape = self.broadcast_shape(&lazy, span)?;
        let lead = array.shape.len() - shape.len();
        for (length, into) in shape.iter().zip(&array.shape[lead..]) {
            if length != into {
                let fits =
                    or(op(Op::I64Eq, [length.clone(), into.clone()]), op(Op::I64Eq, [length.clone(), Expr::I64(1)]));
                self.check(fits, "ValueError", "could not broadcast the array into the shape", span);
            }
        }
        let mut overlaps = Expr::I32(0);
        for from in lazy.arrays().into_iter().cloned().collect::<Vec<_>>() {
            let overlap = self.overlap(&from, array);
            overlaps = or(overlaps, overlap);
        }
        if overlaps == Expr::I32(0) {
            return self.elementwise(&lazy, array, span);
        }
        // What would be overwritten before it is read is computed apart first.
        let overlaps = self.temp(overlaps);
        let outer = std::mem::take(&mut self.code);
        let apart = self.force(Val::Lazy(Box::new(lazy.clone())), span)?;
        let Val::Array(apart) = apart else { return internal(span, "an array became something else") };
        self.elementwise(&Lazy::Array(apart), array, span)?;
        let first = std::mem::take(&mut self.code);
        self.elementwise(&lazy, array, span)?;
        let direct = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::If(overlaps, first, direct));
        Ok(())
    }

    /// Whether writing one array may change what is read from another: an i32. Where each element is read just before it
    /// is written, it does not: the same memory, and no axis is stretched.
    fn overlap(&mut self, from: &Array, to: &Array) -> Expr {
        if from.data == to.data && from.strides == to.strides && from.shape == to.shape {
            return Expr::I32(0);
        }
        let (from_low, from_high) = self.extent(from);
        let (to_low, to_high) = self.extent(to);
        let apart = or(op(Op::I32LeU, [from_high, to_low]), op(Op::I32LeU, [to_high, from_low]));
        let mut same = op(Op::I32Eq, [from.data.clone(), to.data.clone()]);
        if from.shape.len() == to.shape.len() {
            for (a, b) in from.strides.iter().zip(&to.strides) {
                same = and(same, op(Op::I32Eq, [a.clone(), b.clone()]));
            }
            same = and(same, Self::same_shape(from, to));
        } else {
            same = Expr::I32(0);
        }
        not(or(apart, same))
    }

    /// The first byte of an array, and the one behind its last.
    fn extent(&mut self, array: &Array) -> (Expr, Expr) {
        let size = Expr::I32(array.ty.dtype.size() as i32);
        let (mut low, mut high) = (array.data.clone(), op(Op::I32Add, [array.data.clone(), size]));
        for (length, stride) in array.shape.iter().zip(&array.strides) {
            let last = op(Op::I32Sub, [wrap(length.clone()), Expr::I32(1)]);
            let reach = self.temp(op(Op::I32Mul, [last, stride.clone()]));
            let back = op(Op::I32LtS, [reach.clone(), Expr::I32(0)]);
            let (down, up) = (select(back.clone(), reach.clone(), Expr::I32(0)), select(back, Expr::I32(0), reach));
            low = self.temp(op(Op::I32Add, [low, down]));
            high = self.temp(op(Op::I32Add, [high, up]));
        }
        (low, high)
    }

    /// A list's items, as long as it does not change.
    fn list_as_array(&mut self, list: &super::val::List) -> Array {
        let dtype = list.item.dtype().unwrap_or(DType::Bool);
        let length = self.list_length(list);
        let items = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), 4));
        let data = self.temp(op(Op::I32Add, [items, Expr::I32(16)]));
        let ty = ArrayType { dtype, ndim: 1, layout: Layout::C, readonly: true };
        let strides = vec![Expr::I32(dtype.size() as i32)];
        Array { ty, data, owner: Expr::I32(0), shape: vec![length], strides }
    }

    /// A sequence as an array: lists and tuples of numbers are copied.
    pub(super) fn as_array(&mut self, val: Val, span: Span) -> Result<Array> {
        match val {
            Val::Array(array) => Ok(array),
            Val::Lazy(_) => match self.force(val, span)? {
                Val::Array(array) => Ok(array),
                other => typing(span, format!("{} is no array.", other.describe())),
            },
            Val::List(list) if !matches!(list.item, Type::Number { .. } | Type::Open(_)) => {
                unsupported(span, format!("An array is not made of a list of {}.", list.item.describe()))
                    .hint("Fill an array that is large enough.")
            }
            Val::List(list) => {
                let view = self.list_as_array(&list);
                let out = self.alloc(view.ty.dtype, &view.shape.clone(), span);
                self.elementwise(&Lazy::Array(view), &out, span)?;
                Ok(out)
            }
            Val::Tuple(items) | Val::Named(_, _, items) => self.stack_items(items, span),
            other => typing(span, format!("{} is no array.", other.describe())),
        }
    }

    /// An array of numbers, or of rows of numbers.
    fn stack_items(&mut self, items: Vec<Val>, span: Span) -> Result<Array> {
        let mut dtype: Option<(DType, bool)> = None;
        let mut rows = Vec::new();
        let mut width = None;
        for item in items {
            let row = match item {
                Val::Num(num) => vec![num],
                Val::Tuple(nums) => {
                    if *width.get_or_insert(nums.len()) != nums.len() {
                        return typing(span, "The rows have not one length.");
                    }
                    let nums: Option<Vec<_>> =
                        nums.into_iter().map(|num| if let Val::Num(num) = num { Some(num) } else { None }).collect();
                    match nums {
                        Some(nums) => nums,
                        None => return unsupported(span, "Arrays are made of numbers, or of tuples of numbers."),
                    }
                }
                other => return typing(span, format!("An array is not made of {}.", other.describe())),
            };
            for num in &row {
                let own = (num.dtype, num.weak);
                dtype = Some(match dtype {
                    None => own,
                    Some((known, weak)) if weak == own.1 => (known.promote(own.0), weak),
                    Some((known, true)) => (weak_with(known, own.0), false),
                    Some((known, false)) => (weak_with(own.0, known), false),
                });
            }
            rows.push(row);
        }
        let dtype = dtype.map_or(DType::F64, |dtype| dtype.0);
        let mut shape = vec![Expr::I64(rows.len() as i64)];
        shape.extend(width.map(|width| Expr::I64(width as i64)));
        let out = self.alloc(dtype, &shape, span);
        let size = dtype.size() as i32;
        for (i, num) in rows.into_iter().flatten().enumerate() {
            let address = op(Op::I32Add, [out.data.clone(), Expr::I32(i as i32 * size)]);
            self.store_element(dtype, address, num, span)?;
        }
        Ok(out)
    }

    /// A new array in C order, its elements not set.
    pub(super) fn alloc(&mut self, dtype: DType, shape: &[Expr], span: Span) -> Array {
        let shape: Vec<_> = shape.iter().map(|length| self.temp(length.clone())).collect();
        let mut bytes = Expr::I64(i64::from(dtype.size()));
        let mut fits = Expr::I32(1);
        for length in &shape {
            if !matches!(length, Expr::I64(0..)) {
                let holds = op(Op::I64GeS, [length.clone(), Expr::I64(0)]);
                self.check(holds, "ValueError", "negative dimensions are not allowed", span);
            }
            // Both factors below 2^31: their product does not overflow.
            fits = and(fits, op(Op::I64LtU, [length.clone(), Expr::I64(MOST_BYTES)]));
            fits = and(fits, op(Op::I64LtU, [bytes.clone(), Expr::I64(MOST_BYTES)]));
            bytes = self.temp(mul(bytes, length.clone()));
        }
        fits = and(fits, op(Op::I64LtU, [bytes.clone(), Expr::I64(MOST_BYTES)]));
        self.check(fits, "MemoryError", "there is no memory for the array", span);
        let raise = self.raise("MemoryError", "there is no memory for the array", span);
        let owner = self.f.local(Rep::I32);
        self.emit(Stmt::Alloc(owner, bytes, raise));
        self.own(Expr::Local(owner));
        let data = self.temp(op(Op::I32Add, [Expr::Local(owner), Expr::I32(16)]));
        let ty = ArrayType { dtype, ndim: shape.len() as u8, layout: Layout::C, readonly: false };
        let strides = self.strides(ty, &shape);
        Array { ty, data, owner: Expr::Local(owner), shape, strides }
    }

    /// Sets all elements of a new array to 0.
    pub(super) fn zero_fill(&mut self, array: &Array) {
        let size = self.size(&array.shape);
        let bytes = wrap(mul(size, Expr::I64(i64::from(array.ty.dtype.size()))));
        self.emit(Stmt::Zero(array.data.clone(), bytes));
    }

    /// A copy in C order.
    pub(super) fn copy(&mut self, array: &Array, dtype: DType, span: Span) -> Result<Array> {
        let out = self.alloc(dtype, &array.shape.clone(), span);
        self.elementwise(&Lazy::Array(array.clone()), &out, span)?;
        Ok(out)
    }

    /// `array.name`, if that is no method.
    pub(super) fn array_attribute(&mut self, of: &Val, name: &str) -> Result<Option<Val>> {
        let Val::Array(array) = of else { return Ok(None) };
        let int = |value: u32| Val::int(i64::from(value));
        Ok(Some(match name {
            "shape" => Val::Tuple(array.shape.iter().cloned().map(Self::int_val).collect()),
            "strides" => {
                let wide = |stride: &Expr| Self::int_val(op(Op::I64ExtendI32S, [stride.clone()]));
                Val::Tuple(array.strides.iter().map(wide).collect())
            }
            "ndim" => int(u32::from(array.ty.ndim)),
            "itemsize" => int(array.ty.dtype.size()),
            "size" => Self::int_val(self.size(&array.shape)),
            "nbytes" => {
                let size = self.size(&array.shape);
                Self::int_val(mul(size, Expr::I64(i64::from(array.ty.dtype.size()))))
            }
            "dtype" => Val::Function(format!("numpy.{}", array.ty.dtype.name())),
            "T" => Val::Array(Self::transposed(array)),
            "real" | "imag" if array.ty.dtype.is_complex() => {
                let part = array.ty.dtype.real();
                let offset = if name == "real" { 0 } else { part.size() as i32 };
                let data = self.temp(op(Op::I32Add, [array.data.clone(), Expr::I32(offset)]));
                let ty = ArrayType { dtype: part, layout: Layout::Any, ..array.ty };
                Val::Array(Array { ty, data, ..array.clone() })
            }
            "real" => of.clone(),
            "flat" if array.ty.ndim == 1 => of.clone(),
            "flat" => Val::Flat(array.clone()),
            _ => return Ok(None),
        }))
    }

    /// The axes in reverse.
    pub(super) fn transposed(array: &Array) -> Array {
        let layout = match array.ty.layout {
            _ if array.ty.ndim == 1 => array.ty.layout,
            Layout::C => Layout::F,
            Layout::F => Layout::C,
            Layout::Any => Layout::Any,
        };
        Array {
            ty: ArrayType { layout, ..array.ty },
            shape: array.shape.iter().rev().cloned().collect(),
            strides: array.strides.iter().rev().cloned().collect(),
            ..array.clone()
        }
    }
}
