//! Operators of numbers.

use super::Lower;
use super::expr::tuple;
use super::val::{Lazy, Num, Val};
use crate::ast::{BinOp, CmpOp, UnOp};
use crate::build::{add, and, mul, not, op, or, select, sub};
use crate::error::{Hint, Result, Span, typing, unsupported};
use crate::ir::{Expr, Op, Rep, Stmt};
use crate::types::{DType, weak_with};

impl Lower<'_> {
    /// `a operator b`
    pub(super) fn binary(&mut self, operator: BinOp, a: Val, b: Val, span: Span) -> Result<Val> {
        match (a, b) {
            (Val::Num(a), Val::Num(b)) => self.binary_num(operator, a, b, span).map(Val::Num),
            (Val::Tuple(a), Val::Tuple(b)) if operator == BinOp::Add => tuple(a.into_iter().chain(b).collect(), span),
            (Val::Tuple(a), Val::Num(n)) | (Val::Num(n), Val::Tuple(a)) if operator == BinOp::Mul => {
                let Some(n) = n.constant().filter(|&n| n < 1000) else {
                    return unsupported(span, "A tuple is repeated a constant number of times only.");
                };
                tuple((0..n).flat_map(|_| a.clone()).collect(), span)
            }
            (Val::Str(a), Val::Str(b)) if operator == BinOp::Add => Ok(Val::Str(a + &b)),
            (a @ Val::List(_), b @ Val::List(_)) if operator == BinOp::Add => {
                self.prelude_call("prelude.list_add", vec![a, b], span)
            }
            (list @ Val::List(_), times @ Val::Num(_)) | (times @ Val::Num(_), list @ Val::List(_))
                if operator == BinOp::Mul =>
            {
                self.prelude_call("prelude.list_repeat", vec![list, times], span)
            }
            (a @ (Val::Array(_) | Val::Lazy(_)), b) | (a, b @ (Val::Array(_) | Val::Lazy(_))) => {
                self.array_binary(operator, a, b, span)
            }
            (a, b) => typing(span, format!("{} {} {} is not defined.", a.describe(), operator.symbol(), b.describe())),
        }
    }

    /// The dtype that two numbers are computed in, and whether the result is Python's own.
    pub(super) fn common(a: &Num, b: &Num) -> (DType, bool) {
        let weak = a.weak && b.weak;
        let ints = |num: &Num| num.dtype.is_int() || num.dtype == DType::Bool;
        if ints(a) && ints(b) {
            let unsigned = |num: &Num| num.dtype.is_unsigned() || num.dtype == DType::Bool;
            let wide = a.dtype == DType::U64 || b.dtype == DType::U64;
            // An int beside a uint64 is one; a NumPy integer with a sign makes it a float64.
            let dtype = if wide && (unsigned(a) && unsigned(b) || a.weak || b.weak) {
                DType::U64
            } else if wide {
                DType::F64
            } else {
                DType::I64
            };
            return (dtype, weak);
        }
        let dtype = match (a.weak, b.weak) {
            (true, false) => weak_with(a.dtype, b.dtype),
            (false, true) => weak_with(b.dtype, a.dtype),
            _ => a.dtype.promote(b.dtype),
        };
        (dtype, weak)
    }

    /// `a operator b`, of numbers.
    pub(super) fn binary_num(&mut self, operator: BinOp, a: Num, b: Num, span: Span) -> Result<Num> {
        let (dtype, weak) = Self::common(&a, &b);
        if operator == BinOp::Pow {
            return self.power(a, b, span);
        }
        let bits = matches!(operator, BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor);
        if bits && a.dtype == DType::Bool && b.dtype == DType::Bool {
            let operator = match operator {
                BinOp::BitAnd => Op::I32And,
                BinOp::BitOr => Op::I32Or,
                _ => Op::I32Xor,
            };
            return Ok(Num::new(DType::Bool, weak, op(operator, [a.re, b.re])));
        }
        if bits || matches!(operator, BinOp::Shl | BinOp::Shr) {
            if !dtype.is_int() {
                return typing(span, format!("{} is only defined for integers.", operator.symbol()));
            }
            let (a, b) = (self.cast(a, dtype), self.cast(b, dtype));
            return Ok(Num::new(dtype, weak, self.bitwise(operator, a.re, b.re, dtype, weak, span)));
        }
        if dtype.is_complex() {
            let (a, b) = (self.cast(a, dtype), self.cast(b, dtype));
            return self.complex_binary(operator, a, b, weak, span);
        }
        if operator == BinOp::MatMul {
            return typing(span, "@ is defined for arrays only.");
        }
        if operator == BinOp::Div && !dtype.is_float() {
            let (a, b) = (self.cast(a, DType::F64), self.cast(b, DType::F64));
            return Ok(Num::new(DType::F64, weak, self.divide(a.re, b.re, DType::F64, weak, span)));
        }
        let (a, b) = (self.cast(a, dtype).re, self.cast(b, dtype).re);
        let re = match (operator, dtype) {
            (BinOp::Add, DType::F64) => op(Op::F64Add, [a, b]),
            (BinOp::Sub, DType::F64) => op(Op::F64Sub, [a, b]),
            (BinOp::Mul, DType::F64) => op(Op::F64Mul, [a, b]),
            (BinOp::Add, DType::F32) => op(Op::F32Add, [a, b]),
            (BinOp::Sub, DType::F32) => op(Op::F32Sub, [a, b]),
            (BinOp::Mul, DType::F32) => op(Op::F32Mul, [a, b]),
            (BinOp::Add, _) => add(a, b),
            (BinOp::Sub, _) => sub(a, b),
            (BinOp::Mul, _) => mul(a, b),
            (BinOp::Div, _) => self.divide(a, b, dtype, weak, span),
            (BinOp::FloorDiv | BinOp::Mod, DType::F32 | DType::F64) => {
                self.floor_divide_float(operator, a, b, dtype, weak, span)
            }
            (BinOp::FloorDiv | BinOp::Mod, _) => self.floor_divide_int(operator, a, b, dtype, weak, span),
            _ => return unsupported(span, format!("{} is not compiled.", operator.symbol())),
        };
        Ok(Num::new(dtype, weak, re))
    }

    /// Whether a division by zero raises: Python's numbers do, NumPy's give inf, NaN or 0.
    fn division_raises(&self, weak: bool) -> bool {
        weak && !self.options.numpy_errors
    }

    fn divide(&mut self, a: Expr, b: Expr, dtype: DType, weak: bool, span: Span) -> Expr {
        let (divide, zero, differs) = match dtype {
            DType::F32 => (Op::F32Div, Expr::F32(0.0), Op::F32Ne),
            _ => (Op::F64Div, Expr::F64(0.0), Op::F64Ne),
        };
        let b = self.temp(b);
        if self.division_raises(weak) {
            self.check(op(differs, [b.clone(), zero]), "ZeroDivisionError", "division by zero", span);
        }
        op(divide, [a, b])
    }

    /// Python's: the quotient is rounded down, the remainder has the divisor's sign.
    fn floor_divide_int(&mut self, operator: BinOp, a: Expr, b: Expr, dtype: DType, weak: bool, span: Span) -> Expr {
        let (a, b) = (self.temp(a), self.temp(b));
        let unsigned = dtype == DType::U64;
        let raises = self.division_raises(weak);
        if raises {
            let message =
                if operator == BinOp::Mod { "integer modulo by zero" } else { "integer division or modulo by zero" };
            self.check(op(Op::I64Ne, [b.clone(), Expr::I64(0)]), "ZeroDivisionError", message, span);
        }
        let constant = if let Expr::I64(b) = b { Some(b) } else { None };
        if let (false, Some(power)) = (unsigned, constant.filter(|b| *b > 0 && b.count_ones() == 1)) {
            return match operator {
                BinOp::Mod => op(Op::I64And, [a, Expr::I64(power - 1)]),
                _ => op(Op::I64ShrS, [a, Expr::I64(i64::from(power.trailing_zeros()))]),
            };
        }
        if operator == BinOp::Mod && !unsigned && constant.is_none() {
            // Mostly it wraps an index that is in range already: then nothing is divided.
            let result = self.f.local(Rep::I64);
            self.emit(Stmt::Set(result, a.clone()));
            let outer = std::mem::take(&mut self.code);
            let divided = self.divide_and_floor(operator, a.clone(), b.clone(), dtype, raises);
            self.emit(Stmt::Set(result, divided));
            let slow = std::mem::replace(&mut self.code, outer);
            let inside = and(op(Op::I64GtS, [b.clone(), Expr::I64(0)]), op(Op::I64LtU, [a, b]));
            self.emit(Stmt::If(not(inside), slow, Vec::new()));
            return Expr::Local(result);
        }
        self.divide_and_floor(operator, a, b, dtype, raises)
    }

    /// The quotient or remainder itself, of operands that may be used twice; `raises` where 0 has been asked for.
    fn divide_and_floor(&mut self, operator: BinOp, a: Expr, b: Expr, dtype: DType, raises: bool) -> Expr {
        let unsigned = dtype == DType::U64;
        let constant = if let Expr::I64(b) = b { Some(b) } else { None };
        // 0 and, where it would overflow, -1 are divided by 1 instead; what is right is chosen behind.
        let is_zero =
            if raises || constant.is_some_and(|b| b != 0) { Expr::I32(0) } else { op(Op::I64Eqz, [b.clone()]) };
        let is_minus = match constant {
            _ if unsigned => Expr::I32(0),
            Some(b) => Expr::I32(i32::from(b == -1)),
            None => op(Op::I64Eq, [b.clone(), Expr::I64(-1)]),
        };
        let odd = self.temp(or(is_zero.clone(), is_minus.clone()));
        let divisor = self.temp(select(odd.clone(), Expr::I64(1), b.clone()));
        if unsigned {
            let plain = if operator == BinOp::Mod { Op::I64RemU } else { Op::I64DivU };
            return select(is_zero, Expr::I64(0), op(plain, [a, divisor]));
        }
        let quotient = self.temp(op(Op::I64DivS, [a.clone(), divisor.clone()]));
        let remainder = self.temp(sub(a.clone(), mul(quotient.clone(), divisor.clone())));
        // Rounded towards zero, and off by one where the signs differ and something is left.
        let sign = match constant {
            Some(b) if b > 0 => op(Op::I64LtS, [remainder.clone(), Expr::I64(0)]),
            Some(_) => op(Op::I64GtS, [remainder.clone(), Expr::I64(0)]),
            None => and(
                op(Op::I64Ne, [remainder.clone(), Expr::I64(0)]),
                op(Op::I64LtS, [op(Op::I64Xor, [remainder.clone(), divisor.clone()]), Expr::I64(0)]),
            ),
        };
        let result = match operator {
            BinOp::Mod => add(remainder, select(sign, divisor, Expr::I64(0))),
            _ => sub(quotient, op(Op::I64ExtendI32U, [sign])),
        };
        let result = match operator {
            BinOp::Mod => select(odd, Expr::I64(0), result),
            _ => select(is_minus, sub(Expr::I64(0), a), result),
        };
        select(is_zero, Expr::I64(0), result)
    }

    /// As CPython and NumPy do it: from the exact remainder.
    fn floor_divide_float(&mut self, operator: BinOp, a: Expr, b: Expr, dtype: DType, weak: bool, span: Span) -> Expr {
        let single = dtype == DType::F32;
        let pick = |of32: Op, of64: Op| if single { of32 } else { of64 };
        let zero = if single { Expr::F32(0.0) } else { Expr::F64(0.0) };
        let (a, b) = (self.temp(a), self.temp(b));
        if self.division_raises(weak) {
            let message = if operator == BinOp::Mod { "float modulo by zero" } else { "float floor division by zero" };
            let holds = op(pick(Op::F32Ne, Op::F64Ne), [b.clone(), zero.clone()]);
            self.check(holds, "ZeroDivisionError", message, span);
        }
        // A remainder of two floats is a float: that of the doubles, exactly.
        let wide = |expr: &Expr| if single { op(Op::F64PromoteF32, [expr.clone()]) } else { expr.clone() };
        let import = self.import("fmod", &[Rep::F64, Rep::F64], Rep::F64);
        let remainder = Expr::Import(import, vec![wide(&a), wide(&b)]);
        let remainder = self.temp(if single { op(Op::F32DemoteF64, [remainder]) } else { remainder });
        let lt = pick(Op::F32Lt, Op::F64Lt);
        let some = self.temp(op(pick(Op::F32Ne, Op::F64Ne), [remainder.clone(), zero.clone()]));
        let signs = op(Op::I32Xor, [op(lt, [b.clone(), zero.clone()]), op(lt, [remainder.clone(), zero.clone()])]);
        let off = self.temp(and(some.clone(), signs));
        let adjusted =
            select(off.clone(), op(pick(Op::F32Add, Op::F64Add), [remainder.clone(), b.clone()]), remainder.clone());
        if operator == BinOp::Mod {
            let signed_zero = op(pick(Op::F32Copysign, Op::F64Copysign), [zero, b]);
            return select(some, adjusted, signed_zero);
        }
        let divide = pick(Op::F32Div, Op::F64Div);
        let quotient = op(divide, [op(pick(Op::F32Sub, Op::F64Sub), [a.clone(), remainder]), b.clone()]);
        let one = if single { Expr::F32(1.0) } else { Expr::F64(1.0) };
        let less = op(pick(Op::F32Sub, Op::F64Sub), [quotient.clone(), one.clone()]);
        let quotient = self.temp(select(off, less, quotient));
        let floor = self.temp(op(pick(Op::F32Floor, Op::F64Floor), [quotient.clone()]));
        let half = if single { Expr::F32(0.5) } else { Expr::F64(0.5) };
        let above =
            op(pick(Op::F32Gt, Op::F64Gt), [op(pick(Op::F32Sub, Op::F64Sub), [quotient.clone(), floor.clone()]), half]);
        let rounded = select(above, op(pick(Op::F32Add, Op::F64Add), [floor.clone(), one]), floor);
        let exact = op(divide, [a, b.clone()]);
        let exact = self.temp(exact);
        let signed_zero = op(pick(Op::F32Copysign, Op::F64Copysign), [zero.clone(), exact.clone()]);
        let nonzero = op(pick(Op::F32Ne, Op::F64Ne), [quotient, zero.clone()]);
        let usual = select(nonzero, rounded, signed_zero);
        // NumPy's quotient by 0.
        let by_zero = op(pick(Op::F32Eq, Op::F64Eq), [b, zero]);
        select(by_zero, exact, usual)
    }

    fn bitwise(&mut self, operator: BinOp, a: Expr, b: Expr, dtype: DType, weak: bool, span: Span) -> Expr {
        match operator {
            BinOp::BitAnd => return op(Op::I64And, [a, b]),
            BinOp::BitOr => return op(Op::I64Or, [a, b]),
            BinOp::BitXor => return op(Op::I64Xor, [a, b]),
            _ => {}
        }
        let (a, b) = (self.temp(a), self.temp(b));
        if weak && !matches!(b, Expr::I64(0..)) {
            let holds = op(Op::I64GeS, [b.clone(), Expr::I64(0)]);
            self.check(holds, "ValueError", "negative shift count", span);
        }
        let inside = op(Op::I64LtU, [b.clone(), Expr::I64(64)]);
        if operator == BinOp::Shl {
            return select(inside, op(Op::I64Shl, [a, b]), Expr::I64(0));
        }
        if dtype == DType::U64 {
            return select(inside, op(Op::I64ShrU, [a, b]), Expr::I64(0));
        }
        let count = select(inside, b, Expr::I64(63));
        op(Op::I64ShrS, [a, count])
    }

    fn power(&mut self, a: Num, b: Num, span: Span) -> Result<Num> {
        let (dtype, weak) = Self::common(&a, &b);
        if dtype.is_complex() {
            return self.complex_power(a, b, span);
        }
        let exponent = b.constant().filter(|_| b.dtype.is_int());
        if dtype.is_int() {
            let b = self.cast(b, DType::I64);
            let a = self.cast(a, dtype);
            return match exponent {
                Some(exponent @ 0..=64) => {
                    let base = self.temp(a.re);
                    Ok(Num::new(dtype, weak, self.repeated(Op::I64Mul, base, exponent, Expr::I64(1))))
                }
                Some(exponent) if exponent < 0 && weak => {
                    let a = self.cast(Num::new(dtype, weak, a.re), DType::F64);
                    let b = Num::float(Expr::F64(exponent as f64));
                    self.power(Num { weak, ..a }, b, span)
                }
                _ => Ok(Num::new(dtype, weak, self.int_power(a.re, b.re, span))),
            };
        }
        let base = self.cast(a, dtype).re;
        let (multiply, one, divide) = match dtype {
            DType::F32 => (Op::F32Mul, Expr::F32(1.0), Op::F32Div),
            _ => (Op::F64Mul, Expr::F64(1.0), Op::F64Div),
        };
        let whole = exponent.or(match b.re {
            Expr::F64(value) if value.fract() == 0.0 && value.abs() <= 4.0 => Some(value as i64),
            _ => None,
        });
        // Each product rounds once: three of them stay within the four ulp of pow.
        match whole {
            Some(exponent @ 0..=4) => {
                let base = self.temp(base);
                Ok(Num::new(dtype, weak, self.repeated(multiply, base, exponent, one)))
            }
            Some(exponent @ -2..=-1) if !self.division_raises(weak) => {
                let base = self.temp(base);
                let power = self.repeated(multiply, base, -exponent, one.clone());
                Ok(Num::new(dtype, weak, op(divide, [one, power])))
            }
            _ => {
                let exponent = self.cast(b, dtype).re;
                let (base, exponent) = (self.temp(base), self.temp(exponent));
                if self.division_raises(weak) {
                    let zero = op(Op::F64Eq, [base.clone(), Expr::F64(0.0)]);
                    let negative = op(Op::F64Lt, [exponent.clone(), Expr::F64(0.0)]);
                    self.check(not(and(zero, negative)), "ZeroDivisionError", "zero to a negative power", span);
                }
                let name = if dtype == DType::F32 { "power_f32" } else { "power" };
                let rep = super::val::rep(dtype);
                let import = self.import(name, &[rep, rep], rep);
                Ok(Num::new(dtype, weak, Expr::Import(import, vec![base, exponent])))
            }
        }
    }

    /// A power by squaring, of a constant exponent.
    fn repeated(&mut self, multiply: Op, base: Expr, exponent: i64, one: Expr) -> Expr {
        let (mut exponent, mut square, mut result) = (exponent, base, None);
        while exponent > 0 {
            if exponent & 1 == 1 {
                let product = match result {
                    None => square.clone(),
                    Some(result) => op(multiply, [result, square.clone()]),
                };
                result = Some(self.temp(product));
            }
            exponent >>= 1;
            if exponent > 0 {
                square = self.temp(op(multiply, [square.clone(), square]));
            }
        }
        result.unwrap_or(one)
    }

    /// A power of integers by squaring; an exception for a negative exponent.
    fn int_power(&mut self, base: Expr, exponent: Expr, span: Span) -> Expr {
        let exponent = self.temp(exponent);
        let holds = op(Op::I64GeS, [exponent.clone(), Expr::I64(0)]);
        self.check(holds, "ValueError", "Integers to negative integer powers are not allowed.", span);
        let (square, left, result) = (self.f.local(Rep::I64), self.f.local(Rep::I64), self.f.local(Rep::I64));
        self.emit(Stmt::Set(square, base));
        self.emit(Stmt::Set(left, exponent));
        self.emit(Stmt::Set(result, Expr::I64(1)));
        let (head, end) = (self.label(), self.label());
        let local = Expr::Local;
        let odd = op(Op::I32WrapI64, [op(Op::I64And, [local(left), Expr::I64(1)])]);
        let body = vec![
            Stmt::If(op(Op::I64Eqz, [local(left)]), vec![Stmt::Br(end)], Vec::new()),
            Stmt::Set(result, select(odd, mul(local(result), local(square)), local(result))),
            Stmt::Set(square, mul(local(square), local(square))),
            Stmt::Set(left, op(Op::I64ShrU, [local(left), Expr::I64(1)])),
            Stmt::Br(head),
        ];
        self.emit(Stmt::Block(end, vec![Stmt::Loop(head, body)]));
        local(result)
    }

    /// `operator a`
    pub(super) fn unary(&mut self, operator: UnOp, a: Val, span: Span) -> Result<Val> {
        if operator == UnOp::Not {
            let truth = self.truth_of(&a, span)?;
            return Ok(Val::Num(Num::bool(not(truth))));
        }
        let num = match a {
            Val::Num(num) => num,
            Val::Array(array) => return self.lazy_unary(operator, Lazy::Array(array), span),
            Val::Lazy(lazy) => return self.lazy_unary(operator, *lazy, span),
            other => return typing(span, format!("{} has no sign.", other.describe())),
        };
        self.unary_num(operator, num, span).map(Val::Num)
    }

    /// `operator a`, of a number.
    pub(super) fn unary_num(&mut self, operator: UnOp, num: Num, span: Span) -> Result<Num> {
        let weak = num.weak;
        let num = match num.dtype {
            DType::Bool if operator == UnOp::Invert && !weak => {
                return Ok(Num { re: op(Op::I32Eqz, [num.re]), ..num });
            }
            dtype if dtype.is_int() && dtype != DType::U64 || dtype == DType::Bool => self.cast(num, DType::I64),
            _ => num,
        };
        let dtype = num.dtype;
        let part = |expr: Expr| match (operator, super::val::rep(dtype)) {
            (UnOp::Neg, Rep::I64) => sub(Expr::I64(0), expr),
            (UnOp::Neg, Rep::F32) => op(Op::F32Neg, [expr]),
            (UnOp::Neg, _) => op(Op::F64Neg, [expr]),
            (UnOp::Invert, _) => op(Op::I64Xor, [expr, Expr::I64(-1)]),
            _ => expr,
        };
        if operator == UnOp::Invert && !dtype.is_int() {
            return typing(span, "~ is only defined for integers and bool.");
        }
        Ok(Num { dtype, weak, re: part(num.re), im: num.im.map(part) })
    }

    /// `a operator b`: an i32 of 0 or 1, of numbers.
    pub(super) fn compare_num(&mut self, operator: CmpOp, a: Num, b: Num, span: Span) -> Result<Expr> {
        let ints = |num: &Num| num.dtype.is_int() || num.dtype == DType::Bool;
        if ints(&a) && ints(&b) && (a.dtype == DType::U64) != (b.dtype == DType::U64) {
            return Ok(self.compare_signs(operator, a, b));
        }
        let (dtype, weak) = Self::common(&a, &b);
        if weak && dtype == DType::F64 && a.dtype != b.dtype && (large(&a) || large(&b)) {
            return Ok(self.compare_exactly(operator, a, b));
        }
        let dtype = if dtype == DType::Bool { DType::I64 } else { dtype };
        let (a, b) = (self.cast(a, dtype), self.cast(b, dtype));
        if dtype.is_complex() {
            let equal = if dtype == DType::C64 { Op::F32Eq } else { Op::F64Eq };
            let (Some(a_im), Some(b_im)) = (a.im, b.im) else { return typing(span, "A part is missing.") };
            let both = and(op(equal, [a.re, b.re]), op(equal, [a_im, b_im]));
            return match operator {
                CmpOp::Eq => Ok(both),
                CmpOp::Ne => Ok(not(both)),
                _ => typing(span, "Complex numbers have no order.").hint("Compare abs(), .real or .imag."),
            };
        }
        let table = match (dtype, super::val::rep(dtype)) {
            (_, Rep::F32) => [Op::F32Eq, Op::F32Ne, Op::F32Lt, Op::F32Le, Op::F32Gt, Op::F32Ge],
            (_, Rep::F64) => [Op::F64Eq, Op::F64Ne, Op::F64Lt, Op::F64Le, Op::F64Gt, Op::F64Ge],
            (DType::U64, _) => [Op::I64Eq, Op::I64Ne, Op::I64LtU, Op::I64LeU, Op::I64GtU, Op::I64GeU],
            _ => [Op::I64Eq, Op::I64Ne, Op::I64LtS, Op::I64LeS, Op::I64GtS, Op::I64GeS],
        };
        let at = match operator {
            CmpOp::Eq | CmpOp::Is => 0,
            CmpOp::Ne | CmpOp::IsNot => 1,
            CmpOp::Lt => 2,
            CmpOp::Le => 3,
            CmpOp::Gt => 4,
            CmpOp::Ge => 5,
            CmpOp::In | CmpOp::NotIn => return typing(span, "A number has no items."),
        };
        Ok(op(table[at], [a.re, b.re]))
    }

    /// Python's int and float: the int is not rounded.
    fn compare_exactly(&mut self, operator: CmpOp, a: Num, b: Num) -> Expr {
        let flip = a.dtype == DType::F64;
        let (int, float) = if flip { (b, a) } else { (a, b) };
        let (n, x) = (self.temp(int.re), self.temp(float.re));
        let near = self.temp(op(Op::F64ConvertI64S, [n.clone()]));
        // Rounding keeps the order; where it makes them equal, the float is a whole number, or 2^63.
        let tie = self.temp(op(Op::F64Eq, [near.clone(), x.clone()]));
        let whole = self.temp(op(Op::I64TruncSatF64S, [x.clone()]));
        let fits = op(Op::F64Lt, [x.clone(), Expr::F64(9223372036854775808.0)]);
        let below = or(op(Op::I64LtS, [n.clone(), whole.clone()]), not(fits.clone()));
        let below = or(op(Op::F64Lt, [near.clone(), x.clone()]), and(tie.clone(), below));
        let above = op(Op::I64GtS, [n.clone(), whole.clone()]);
        let above = or(op(Op::F64Gt, [near, x]), and(tie.clone(), above));
        let equal = and(tie, and(op(Op::I64Eq, [n, whole]), fits));
        match (operator, flip) {
            (CmpOp::Eq | CmpOp::Is, _) => equal,
            (CmpOp::Lt, false) | (CmpOp::Gt, true) => below,
            (CmpOp::Gt, false) | (CmpOp::Lt, true) => above,
            (CmpOp::Le, false) | (CmpOp::Ge, true) => or(below, equal),
            (CmpOp::Ge, false) | (CmpOp::Le, true) => or(above, equal),
            _ => not(equal),
        }
    }

    /// A uint64 and a signed integer: a negative one is below all.
    fn compare_signs(&mut self, operator: CmpOp, a: Num, b: Num) -> Expr {
        let flip = a.dtype != DType::U64;
        let (unsigned, signed) = if flip { (b, a) } else { (a, b) };
        let signed = self.cast(signed, DType::I64);
        let (u, s) = (self.temp(unsigned.re), self.temp(signed.re));
        let negative = op(Op::I64LtS, [s.clone(), Expr::I64(0)]);
        let mirrored = match operator {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
            other => other,
        };
        // unsigned `operator` signed
        let operator = if flip { mirrored } else { operator };
        let (plain, when_negative) = match operator {
            CmpOp::Eq | CmpOp::Is => (Op::I64Eq, 0),
            CmpOp::Lt => (Op::I64LtU, 0),
            CmpOp::Le => (Op::I64LeU, 0),
            CmpOp::Gt => (Op::I64GtU, 1),
            CmpOp::Ge => (Op::I64GeU, 1),
            _ => (Op::I64Ne, 1),
        };
        select(negative, Expr::I32(when_negative), op(plain, [u, s]))
    }
}

/// Whether a number is an int that a float may not hold.
fn large(num: &Num) -> bool {
    num.dtype == DType::I64 && num.constant().is_none_or(|value| value.unsigned_abs() > 1 << 53)
}
