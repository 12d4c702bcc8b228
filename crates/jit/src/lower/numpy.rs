//! NumPy's functions that make and reshape arrays, and the methods of arrays.

use super::Lower;
use super::call::Args;
use super::val::{Array, Lazy, Num, Val};
use crate::build::{add, and, mul, op, select, sub};
use crate::error::{Hint, Result, Span, typing, unsupported};
use crate::ir::{Expr, Op};
use crate::types::{ArrayType, DType, Layout};

/// The parameters' names, in order, of functions whose arguments may all be given by name.
const FILLED: [(&str, Option<i64>); 3] = [("zeros", Some(0)), ("ones", Some(1)), ("empty", None)];

impl Lower<'_> {
    /// NumPy's functions; `None` of others.
    pub(super) fn numpy_call(&mut self, name: &str, args: &mut Args) -> Result<Option<Val>> {
        let span = args.span;
        let Some(short) = name.strip_prefix("numpy.") else { return Ok(None) };
        if let Some((_, fill)) = FILLED.iter().find(|each| each.0 == short) {
            let shape = args.need(0, "shape")?;
            let shape = self.shape_arg(shape, span)?;
            let dtype = self.dtype_arg(args, 1, DType::F64)?;
            args.take(2, "order");
            return self.filled(dtype, &shape, fill.map(|fill| Num::int(Expr::I64(fill))), span).map(Some);
        }
        if let Some(like) = short.strip_suffix("_like") {
            let of = args.need(0, "a")?;
            let of = self.lazy(of, span)?;
            let shape = self.broadcast_shape(&of, span)?;
            let fill = match like {
                "zeros" => Some(Num::int(Expr::I64(0))),
                "ones" => Some(Num::int(Expr::I64(1))),
                "full" => {
                    let fill = args.need(1, "fill_value")?;
                    Some(self.number(fill, span)?)
                }
                "empty" => None,
                _ => return Ok(None),
            };
            let dtype = self.dtype_arg(args, if like == "full" { 2 } else { 1 }, of.dtype())?;
            return self.filled(dtype, &shape, fill, span).map(Some);
        }
        Ok(Some(match short {
            "full" => {
                let shape = args.need(0, "shape")?;
                let shape = self.shape_arg(shape, span)?;
                let fill = args.need(1, "fill_value")?;
                let fill = self.number(fill, span)?;
                let dtype = self.dtype_arg(args, 2, fill.dtype)?;
                self.filled(dtype, &shape, Some(fill), span)?
            }
            "arange" => self.arange(args)?,
            "linspace" => self.linspace(args)?,
            "eye" | "identity" => {
                let n = args.need(0, "N")?;
                let n = self.int_arg(n, span)?;
                let m = match args.take(1, "M") {
                    Some(m) if short == "eye" => self.int_arg(m, span)?,
                    _ => n.clone(),
                };
                let dtype = self.dtype_arg(args, 3, DType::F64)?;
                let zero = Some(Num::int(Expr::I64(0)));
                let Val::Array(array) = self.filled(dtype, &[n.clone(), m.clone()], zero, span)? else {
                    return typing(span, "This is no array.");
                };
                let fewer = self.temp(select(op(Op::I64LtS, [n.clone(), m.clone()]), n, m));
                self.loops(&[fewer], &mut |lower, at| {
                    let address = Self::address(&array.data, &array.strides, &[at[0].clone(), at[0].clone()]);
                    lower.store_element(dtype, address, Num::int(Expr::I64(1)), span)
                })?;
                Val::Array(array)
            }
            "array" | "asarray" | "ascontiguousarray" | "copy" => {
                let of = args.need(0, "object")?;
                let was_array = matches!(of, Val::Array(_));
                let array = self.as_array(of, span)?;
                let dtype = self.dtype_arg(args, 1, array.ty.dtype)?;
                let shares = dtype == array.ty.dtype
                    && (short == "asarray" || short == "ascontiguousarray" && array.ty.layout == Layout::C);
                let fresh = !was_array && dtype == array.ty.dtype;
                Val::Array(if shares || fresh { array } else { self.copy(&array, dtype, span)? })
            }
            "shape" | "ndim" | "size" => {
                let of = args.need(0, "a")?;
                if let Val::Num(_) = of {
                    return Ok(Some(match short {
                        "shape" => Val::Tuple(Vec::new()),
                        size => Val::int(i64::from(size == "size")),
                    }));
                }
                let array = self.as_array(of, span)?;
                match self.array_attribute(&Val::Array(array), short)? {
                    Some(val) => val,
                    None => return Ok(None),
                }
            }
            "dot" | "matmul" => {
                let (a, b) = (args.need(0, "a")?, args.need(1, "b")?);
                if let (Val::Num(a), Val::Num(b)) = (&a, &b) {
                    return self
                        .binary_num(crate::ast::BinOp::Mul, a.clone(), b.clone(), span)
                        .map(|num| Some(Val::Num(num)));
                }
                self.matmul(a, b, span)?
            }
            "reshape" | "ravel" | "transpose" | "swapaxes" | "moveaxis" | "expand_dims" | "squeeze"
            | "broadcast_to" => {
                if args.positional.is_empty() {
                    return Ok(None);
                }
                let of = args.need(0, "a")?;
                let of = Val::Array(self.as_array(of, span)?);
                args.positional.remove(0);
                let Some(val) = self.array_method(&of, short, args)? else { return Ok(None) };
                val
            }
            _ => return self.reduction(short, None, args),
        }))
    }

    /// An argument `dtype=`.
    fn dtype_arg(&mut self, args: &mut Args, at: usize, default: DType) -> Result<DType> {
        match args.take(at, "dtype") {
            None | Some(Val::None | Val::Ellipsis) => Ok(default),
            Some(val) => self.dtype_of(&val, args.span),
        }
    }

    /// A shape: an int, or a tuple of ints.
    pub(super) fn shape_arg(&mut self, val: Val, span: Span) -> Result<Vec<Expr>> {
        let items = match val {
            Val::Tuple(items) | Val::Named(_, _, items) => items,
            other => vec![other],
        };
        if items.is_empty() || items.len() > 4 {
            return unsupported(span, "Arrays have one to four dimensions.");
        }
        items.into_iter().map(|item| self.int_arg(item, span)).collect()
    }

    /// A new array, filled.
    fn filled(&mut self, dtype: DType, shape: &[Expr], fill: Option<Num>, span: Span) -> Result<Val> {
        let array = self.alloc(dtype, shape, span);
        match fill {
            None => {}
            Some(Num { re: Expr::I64(0), .. }) => self.zero_fill(&array),
            Some(fill) => self.fill(&array, fill, span)?,
        }
        Ok(Val::Array(array))
    }

    fn fill(&mut self, array: &Array, fill: Num, span: Span) -> Result<()> {
        let fill = self.cast(fill, array.ty.dtype);
        let fill = self.temp_num(fill);
        self.assign_elements(array, Val::Num(fill), span)
    }

    fn arange(&mut self, args: &mut Args) -> Result<Val> {
        let span = args.span;
        let dtype = match args.take(3, "dtype") {
            Some(dtype) => Some(self.dtype_of(&dtype, span)?),
            None => None,
        };
        let mut nums = Vec::new();
        for at in 0..3 {
            match args.take(at, ["start", "stop", "step"][at]) {
                Some(val) => nums.push(self.number(val, span)?),
                None => break,
            }
        }
        let int = |value: i64| Num::int(Expr::I64(value));
        let (start, stop, step) = match nums.as_slice() {
            [stop] => (int(0), stop.clone(), int(1)),
            [start, stop] => (start.clone(), stop.clone(), int(1)),
            [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
            _ => return typing(span, "arange takes one to three numbers."),
        };
        let ints = [&start, &stop, &step].iter().all(|num| num.dtype.is_int() || num.dtype == DType::Bool);
        if ints {
            let (start, stop, step) =
                (self.cast(start, DType::I64).re, self.cast(stop, DType::I64).re, self.cast(step, DType::I64).re);
            let (start, stop, step) = (self.temp(start), self.temp(stop), self.temp(step));
            let some = op(Op::I64Ne, [step.clone(), Expr::I64(0)]);
            self.check(some, "ZeroDivisionError", "division by zero", span);
            let count = self.trips(&start, &stop, &step);
            let array = self.alloc(dtype.unwrap_or(DType::I64), &[count], span);
            self.loops(&array.shape.clone(), &mut |lower, at| {
                let value = Num::int(add(start.clone(), mul(at[0].clone(), step.clone())));
                lower.store_element(array.ty.dtype, Self::address(&array.data, &array.strides, at), value, span)
            })?;
            return Ok(Val::Array(array));
        }
        let double = |lower: &mut Self, num: Num| {
            let wide = lower.cast(num, DType::F64).re;
            lower.temp(wide)
        };
        let (start, stop, step) = (double(self, start), double(self, stop), double(self, step));
        let distance = op(Op::F64Div, [op(Op::F64Sub, [stop, start.clone()]), step.clone()]);
        let count = op(Op::I64TruncSatF64S, [op(Op::F64Ceil, [distance])]);
        let count = self.temp(count);
        let count = select(op(Op::I64LtS, [count.clone(), Expr::I64(0)]), Expr::I64(0), count);
        let array = self.alloc(dtype.unwrap_or(DType::F64), &[count], span);
        // NumPy adds up the difference of the first two.
        let second = self.temp(op(Op::F64Add, [start.clone(), step]));
        let delta = self.temp(op(Op::F64Sub, [second.clone(), start.clone()]));
        self.loops(&array.shape.clone(), &mut |lower, at| {
            let offset = op(Op::F64Mul, [op(Op::F64ConvertI64S, [at[0].clone()]), delta.clone()]);
            let is_second = op(Op::I64Eq, [at[0].clone(), Expr::I64(1)]);
            let value = select(is_second, second.clone(), op(Op::F64Add, [start.clone(), offset]));
            lower.store_element(array.ty.dtype, Self::address(&array.data, &array.strides, at), Num::float(value), span)
        })?;
        Ok(Val::Array(array))
    }

    fn linspace(&mut self, args: &mut Args) -> Result<Val> {
        let span = args.span;
        let (start, stop) = (args.need(0, "start")?, args.need(1, "stop")?);
        let num = args.take(2, "num").unwrap_or(Val::int(50));
        let double = |lower: &mut Self, val: Val| -> Result<Expr> {
            let num = lower.number(val, span)?;
            let wide = lower.cast(num, DType::F64).re;
            Ok(lower.temp(wide))
        };
        let (start, stop) = (double(self, start)?, double(self, stop)?);
        let count = self.int_arg(num, span)?;
        let holds = op(Op::I64GeS, [count.clone(), Expr::I64(0)]);
        self.check(holds, "ValueError", "Number of samples must be non-negative.", span);
        let array = self.alloc(DType::F64, std::slice::from_ref(&count), span);
        let last = self.temp(sub(count, Expr::I64(1)));
        let divisor = self.temp(op(Op::F64ConvertI64S, [last.clone()]));
        let delta = self.temp(op(Op::F64Sub, [stop.clone(), start.clone()]));
        let step = self.temp(op(Op::F64Div, [delta.clone(), divisor.clone()]));
        let no_step = op(Op::F64Eq, [step.clone(), Expr::F64(0.0)]);
        let no_step = self.temp(no_step);
        self.loops(&array.shape.clone(), &mut |lower, at| {
            let i = op(Op::F64ConvertI64S, [at[0].clone()]);
            // Where the step is lost below the least number, the whole distance is divided.
            let usual = op(Op::F64Mul, [i.clone(), step.clone()]);
            let tiny = op(Op::F64Mul, [op(Op::F64Div, [i, divisor.clone()]), delta.clone()]);
            let value = op(Op::F64Add, [select(no_step.clone(), tiny, usual), start.clone()]);
            let at_end =
                and(op(Op::I64Eq, [at[0].clone(), last.clone()]), op(Op::I64GtS, [last.clone(), Expr::I64(0)]));
            let at_start = op(Op::I64Eqz, [at[0].clone()]);
            let value = select(at_end, stop.clone(), select(at_start, start.clone(), value));
            lower.store_element(DType::F64, Self::address(&array.data, &array.strides, at), Num::float(value), span)
        })?;
        Ok(Val::Array(array))
    }

    /// A method of an array; `None` of others.
    pub(super) fn array_method(&mut self, of: &Val, name: &str, args: &mut Args) -> Result<Option<Val>> {
        let span = args.span;
        let Val::Array(array) = of else { return Ok(None) };
        Ok(Some(match name {
            "copy" => {
                args.take(0, "order");
                Val::Array(self.copy(array, array.ty.dtype, span)?)
            }
            "astype" => {
                let dtype = args.need(0, "dtype")?;
                let dtype = self.dtype_of(&dtype, span)?;
                args.take(1, "copy");
                Val::Array(self.copy(array, dtype, span)?)
            }
            "fill" => {
                let fill = args.need(0, "value")?;
                let fill = self.number(fill, span)?;
                if array.ty.readonly {
                    return typing(span, "The array is read-only.").hint("Copy it first.");
                }
                self.fill(array, fill, span)?;
                Val::None
            }
            "item" if args.positional.is_empty() => {
                let size = self.size(&array.shape);
                let one = op(Op::I64Eq, [size, Expr::I64(1)]);
                self.check(one, "ValueError", "can only convert an array of size 1 to a Python scalar", span);
                let num = self.load_element(array.ty.dtype, array.data.clone());
                Val::Num(Num { weak: true, ..num })
            }
            "ravel" | "flatten" => {
                args.take(0, "order");
                let size = self.size(&array.shape);
                let shares = name == "ravel" && array.ty.layout == Layout::C;
                let whole = if shares { array.clone() } else { self.copy(array, array.ty.dtype, span)? };
                Val::Array(Self::reshaped(&whole, vec![size], vec![Expr::I32(array.ty.dtype.size() as i32)]))
            }
            "reshape" => {
                let items: Vec<Val> =
                    args.positional.iter_mut().map(|val| std::mem::replace(val, Val::Ellipsis)).collect();
                let shape = match items.as_slice() {
                    [shape] => shape.clone(),
                    _ => Val::Tuple(items),
                };
                let shape = self.shape_arg(shape, span)?;
                self.reshape(array, shape, span)?
            }
            "transpose" | "swapaxes" | "moveaxis" | "expand_dims" | "squeeze" | "broadcast_to" => {
                return self.axes(name, array, args);
            }
            _ => return self.reduction(name, Some(of.clone()), args),
        }))
    }

    fn reshaped(array: &Array, shape: Vec<Expr>, strides: Vec<Expr>) -> Array {
        let ty = ArrayType { ndim: shape.len() as u8, layout: Layout::C, ..array.ty };
        Array { ty, shape, strides, ..array.clone() }
    }

    fn reshape(&mut self, array: &Array, mut shape: Vec<Expr>, span: Span) -> Result<Val> {
        let size = self.size(&array.shape);
        // One length may be -1: what is left.
        for i in 0..shape.len() {
            if matches!(shape[i], Expr::I64(0..)) {
                continue;
            }
            let others: Vec<_> = (0..shape.len()).filter(|&j| j != i).map(|j| shape[j].clone()).collect();
            let product = self.size(&others);
            let some = op(Op::I64Eqz, [product.clone()]);
            let product = self.temp(select(some, Expr::I64(1), product));
            let left = op(Op::I64DivS, [size.clone(), product]);
            let open = op(Op::I64Eq, [shape[i].clone(), Expr::I64(-1)]);
            shape[i] = self.temp(select(open, left, shape[i].clone()));
        }
        let product = self.size(&shape);
        let mut fits = op(Op::I64Eq, [product, size]);
        for length in &shape {
            if !matches!(length, Expr::I64(0..)) {
                fits = and(fits, op(Op::I64GeS, [length.clone(), Expr::I64(0)]));
            }
        }
        self.check(fits, "ValueError", "cannot reshape the array into this shape", span);
        let whole = if array.ty.layout == Layout::C { array.clone() } else { self.copy(array, array.ty.dtype, span)? };
        let ty = ArrayType { ndim: shape.len() as u8, layout: Layout::C, ..array.ty };
        let strides = self.strides(ty, &shape);
        Ok(Val::Array(Self::reshaped(&whole, shape, strides)))
    }

    /// What is reduced: an array, or what is to be computed.
    pub(super) fn reduced(&mut self, of: Option<Val>, args: &mut Args) -> Result<Lazy> {
        let span = args.span;
        let val = match of {
            Some(val) => val,
            None => args.need(0, "a")?,
        };
        let val = if matches!(val, Val::List(_) | Val::Tuple(_)) { Val::Array(self.as_array(val, span)?) } else { val };
        self.lazy(val, span)
    }
}
