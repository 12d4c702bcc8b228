//! Functions of numbers: of `math`, and NumPy's element-wise ones.

use super::Lower;
use super::val::{ElementOp, Lazy, Num, Val, rep, zero};
use crate::ast::{BinOp, CmpOp, UnOp};
use crate::build::{and, not, op, or, select};
use crate::error::{Hint, Result, Span, typing, unsupported};
use crate::ir::{Expr, Op, Rep};
use crate::types::{DType, weak_with};

/// Those that the kernels have, of one operand: `math`'s name, NumPy's.
const KERNELS: [(&str, &str); 18] = [
    ("exp", "exp"),
    ("exp2", "exp2"),
    ("expm1", "expm1"),
    ("log", "log"),
    ("log2", "log2"),
    ("log10", "log10"),
    ("log1p", "log1p"),
    ("sin", "sin"),
    ("cos", "cos"),
    ("tan", "tan"),
    ("sinh", "sinh"),
    ("cosh", "cosh"),
    ("tanh", "tanh"),
    ("atan", "arctan"),
    ("cbrt", "cbrt"),
    ("pow", "power"),
    ("atan2", "arctan2"),
    ("hypot", "hypot"),
];

/// Those imported from C's library: `math`'s name, NumPy's.
const LIBRARY: [(&str, &str); 9] = [
    ("asin", "arcsin"),
    ("acos", "arccos"),
    ("asinh", "arcsinh"),
    ("acosh", "arccosh"),
    ("atanh", "arctanh"),
    ("erf", "erf"),
    ("erfc", "erfc"),
    ("gamma", "gamma"),
    ("lgamma", "lgamma"),
];

/// Those made here.
const OWN: [&str; 31] = [
    "numpy.absolute",
    "numpy.sqrt",
    "numpy.square",
    "numpy.sign",
    "numpy.floor",
    "numpy.ceil",
    "numpy.trunc",
    "numpy.fix",
    "numpy.rint",
    "numpy.isnan",
    "numpy.isinf",
    "numpy.isfinite",
    "numpy.minimum",
    "numpy.maximum",
    "numpy.fmin",
    "numpy.fmax",
    "numpy.where",
    "numpy.clip",
    "numpy.copysign",
    "numpy.reciprocal",
    "numpy.negative",
    "numpy.positive",
    "numpy.deg2rad",
    "numpy.rad2deg",
    "numpy.real",
    "numpy.imag",
    "numpy.conjugate",
    "numpy.logical_not",
    "numpy.signbit",
    "numpy.fmod",
    "numpy.angle",
];

/// Operators under NumPy's names.
fn operator(name: &str) -> Option<ElementOp> {
    Some(match name {
        "add" => ElementOp::Binary(BinOp::Add),
        "subtract" => ElementOp::Binary(BinOp::Sub),
        "multiply" => ElementOp::Binary(BinOp::Mul),
        "divide" | "true_divide" => ElementOp::Binary(BinOp::Div),
        "floor_divide" => ElementOp::Binary(BinOp::FloorDiv),
        "mod" | "remainder" => ElementOp::Binary(BinOp::Mod),
        "bitwise_and" => ElementOp::Binary(BinOp::BitAnd),
        "bitwise_or" => ElementOp::Binary(BinOp::BitOr),
        "bitwise_xor" => ElementOp::Binary(BinOp::BitXor),
        "left_shift" => ElementOp::Binary(BinOp::Shl),
        "right_shift" => ElementOp::Binary(BinOp::Shr),
        "power" | "float_power" => ElementOp::Binary(BinOp::Pow),
        "invert" | "bitwise_not" => ElementOp::Unary(UnOp::Invert),
        "equal" => ElementOp::Compare(CmpOp::Eq),
        "not_equal" => ElementOp::Compare(CmpOp::Ne),
        "less" => ElementOp::Compare(CmpOp::Lt),
        "less_equal" => ElementOp::Compare(CmpOp::Le),
        "greater" => ElementOp::Compare(CmpOp::Gt),
        "greater_equal" => ElementOp::Compare(CmpOp::Ge),
        _ => return None,
    })
}

/// NumPy's name of a function, whatever name it came by.
fn canonical(name: &str) -> String {
    if let Some(name) = name.strip_prefix("math.") {
        let other = match name {
            "fabs" => "absolute",
            "isnan" | "isinf" | "isfinite" | "floor" | "ceil" | "trunc" | "sqrt" | "copysign" | "fmod" => name,
            "radians" => "deg2rad",
            "degrees" => "rad2deg",
            _ => match KERNELS.iter().chain(&LIBRARY).find(|each| each.0 == name) {
                Some(found) => found.1,
                None => name,
            },
        };
        return format!("numpy.{other}");
    }
    let short = name.strip_prefix("numpy.").unwrap_or(name);
    let short = match short {
        "abs" | "fabs" => "absolute",
        "conj" => "conjugate",
        "radians" => "deg2rad",
        "degrees" => "rad2deg",
        "asin" => "arcsin",
        "acos" => "arccos",
        "atan" => "arctan",
        "atan2" => "arctan2",
        "pow" => "power",
        other => other,
    };
    format!("numpy.{short}")
}

impl Lower<'_> {
    /// Whether a function applies to numbers, and to arrays element by element.
    pub(super) fn is_function_of_numbers(name: &str) -> bool {
        if !name.starts_with("math.") && !name.starts_with("numpy.") && !name.starts_with("cmath.") {
            return false;
        }
        let canonical = canonical(name);
        let short = canonical.strip_prefix("numpy.").unwrap_or("");
        KERNELS.iter().chain(&LIBRARY).any(|each| each.1 == short)
            || OWN.contains(&canonical.as_str())
            || operator(short).is_some()
            || matches!(short, "logical_and" | "logical_or" | "logical_xor" | "arcsin" | "arccos")
    }

    /// A function of numbers or arrays.
    pub(super) fn elementwise_call(&mut self, name: &str, args: Vec<Val>, span: Span) -> Result<Val> {
        let from_math = name.starts_with("math.");
        if name == "math.log" && args.len() == 2 {
            let mut logs = Vec::new();
            for arg in args {
                let log = self.elementwise_call(name, vec![arg], span)?;
                logs.push(self.settle(log));
            }
            let (base, log) = (logs.pop().unwrap_or(Val::None), logs.pop().unwrap_or(Val::None));
            return self.binary(BinOp::Div, log, base, span);
        }
        // NumPy's functions give NumPy's numbers.
        let is_own = from_math || name == "abs";
        let name = canonical(name);
        let short = name.strip_prefix("numpy.").unwrap_or("").to_owned();
        let arrays = args.iter().any(|arg| matches!(arg, Val::Array(_) | Val::Lazy(_) | Val::List(_)));
        if arrays && from_math {
            return typing(span, "math's functions take numbers, not arrays.")
                .hint("Use NumPy's function of that name.");
        }
        if let Some(operator) = operator(&short) {
            let mut args = args.into_iter();
            return match (operator, args.next(), args.next(), args.next()) {
                (ElementOp::Binary(operator), Some(a), Some(b), None) => self.binary(operator, a, b, span),
                (ElementOp::Unary(operator), Some(a), None, None) => self.unary(operator, a, span),
                (ElementOp::Compare(operator), Some(Val::Num(a)), Some(Val::Num(b)), None) => {
                    let holds = self.compare_num(operator, a, b, span)?;
                    Ok(Val::Num(Num::new(DType::Bool, false, holds)))
                }
                (ElementOp::Compare(operator), Some(a), Some(b), None) => self.array_compare(operator, a, b, span),
                _ => typing(span, format!("{name} takes other arguments.")),
            };
        }
        if !arrays {
            let mut nums = Vec::new();
            for arg in args {
                let num = self.number(arg, span)?;
                nums.push(self.temp_num(num));
            }
            if from_math {
                self.domain(&short, &nums, span);
            }
            let weak = is_own && (from_math || nums.iter().all(|num| num.weak));
            let num = self.function_of_numbers(&name, nums, span)?;
            let floors = from_math && matches!(short.as_str(), "floor" | "ceil" | "trunc");
            if floors && num.dtype.is_float() {
                return Ok(Val::Num(self.truncated(num, span)));
            }
            return Ok(Val::Num(Num { weak, ..num }));
        }
        let mut lazies = Vec::new();
        for arg in args {
            let arg = if let Val::List(_) = arg { Val::Array(self.as_array(arg, span)?) } else { arg };
            lazies.push(self.lazy(arg, span)?);
        }
        // The result's dtype is what the function gives for elements; their code is thrown away.
        let code = std::mem::take(&mut self.code);
        let mut nums = Vec::new();
        for lazy in &lazies {
            let local = |lower: &mut Self, dtype| Expr::Local(lower.f.local(rep(dtype)));
            let dtype = lazy.dtype();
            let weak = matches!(lazy, Lazy::Num(num) if num.weak);
            let (re, im) = (local(self, dtype), dtype.is_complex().then(|| local(self, dtype)));
            nums.push(Num { dtype, weak, re, im });
        }
        let result = self.function_of_numbers(&name, nums, span);
        self.code = code;
        let dtype = Self::kept_dtype(&short, &lazies).unwrap_or(result?.dtype);
        Ok(Val::Lazy(Box::new(Lazy::Apply(ElementOp::Function(name), dtype, lazies))))
    }

    /// The dtype of elements that a function leaves as they are, integers too, where numbers would have 64 bits.
    fn kept_dtype(name: &str, operands: &[Lazy]) -> Option<DType> {
        let operands = match (name, operands) {
            ("absolute", [of]) if of.dtype().is_complex() => return None,
            ("absolute" | "sign" | "negative" | "square", [_]) => operands,
            ("minimum" | "maximum" | "fmin" | "fmax", [_, _]) | ("clip", [_, _, _]) => operands,
            ("where", [_, values @ ..]) => values,
            _ => return None,
        };
        let (first, rest) = operands.split_first()?;
        let mut common = Num::new(first.dtype(), matches!(first, Lazy::Num(num) if num.weak), Expr::I32(0));
        for each in rest {
            let own = matches!(each, Lazy::Num(num) if num.weak);
            common = match (common.weak, own) {
                (true, false) => Num::new(weak_with(common.dtype, each.dtype()), false, common.re),
                (false, true) => Num { dtype: weak_with(each.dtype(), common.dtype), ..common },
                _ => Num { dtype: common.dtype.promote(each.dtype()), ..common },
            };
        }
        Some(common.dtype)
    }

    /// What `math` refuses.
    fn domain(&mut self, name: &str, nums: &[Num], span: Span) {
        let Some(first) = nums.first() else { return };
        let number = self.cast(first.clone(), DType::F64);
        let x = self.temp(number.re);
        let limit = |op_: Op, bound: f64| op(op_, [x.clone(), Expr::F64(bound)]);
        // NaN passes.
        let holds = match name {
            "sqrt" => not(limit(Op::F64Lt, 0.0)),
            "log" | "log2" | "log10" => not(limit(Op::F64Le, 0.0)),
            "log1p" => not(limit(Op::F64Le, -1.0)),
            "arcsin" | "arccos" => not(or(limit(Op::F64Lt, -1.0), limit(Op::F64Gt, 1.0))),
            "sin" | "cos" | "tan" => not(op(Op::F64Eq, [op(Op::F64Abs, [x.clone()]), Expr::F64(f64::INFINITY)])),
            _ => return,
        };
        self.check(holds, "ValueError", "math domain error", span);
    }

    /// The dtype that a function of floats computes in.
    fn float_dtype(nums: &[Num]) -> DType {
        let mut all = nums.iter();
        let Some(first) = all.next() else { return DType::F64 };
        let mut common = first.clone();
        for num in all {
            let (dtype, weak) = Self::common(&common, num);
            common = Num::new(dtype, weak, Expr::I32(0));
        }
        match common.dtype {
            // Small integers are float16 and float32 in NumPy; there is no float16 here.
            DType::I8 | DType::U8 | DType::I16 | DType::U16 if !common.weak => DType::F32,
            dtype if dtype.is_int() || dtype == DType::Bool => DType::F64,
            dtype => dtype,
        }
    }

    fn imported(&mut self, name: &str, dtype: DType, nums: Vec<Num>) -> Num {
        let rep = rep(dtype);
        let args: Vec<_> = nums.into_iter().map(|num| self.cast(num, dtype).re).collect();
        let name = if rep == Rep::F32 { format!("{name}_f32") } else { name.to_owned() };
        let import = self.import(&name, &vec![rep; args.len()], rep);
        let value = self.temp(Expr::Import(import, args));
        Num::new(dtype, false, value)
    }

    /// A function of numbers, by NumPy's name.
    pub(super) fn function_of_numbers(&mut self, name: &str, nums: Vec<Num>, span: Span) -> Result<Num> {
        let short = name.strip_prefix("numpy.").unwrap_or(name);
        let wrong = |span| typing(span, format!("{name} takes other arguments."));
        let kernel = KERNELS.iter().position(|each| each.1 == short);
        if let Some(at) = kernel {
            let operands = if at < 15 { 1 } else { 2 };
            if nums.len() != operands {
                return wrong(span);
            }
            let dtype = Self::float_dtype(&nums);
            if dtype.is_complex() {
                return unsupported(span, format!("{name} of complex numbers is not compiled."));
            }
            return Ok(self.imported(short, dtype, nums));
        }
        if LIBRARY.iter().any(|each| each.1 == short) {
            if nums.len() != 1 {
                return wrong(span);
            }
            let dtype = Self::float_dtype(&nums);
            if dtype.is_complex() {
                return unsupported(span, format!("{name} of complex numbers is not compiled."));
            }
            // In double precision, also of floats.
            let wide = self.imported(short, DType::F64, nums);
            return Ok(self.cast(wide, dtype));
        }
        let mut args = nums.into_iter();
        match (args.next(), args.next(), args.next(), args.next()) {
            (Some(a), None, None, None) => self.function_of_one(short, a, span),
            (Some(a), Some(b), None, None) => self.function_of_two(short, a, b, span),
            (Some(a), Some(b), Some(c), None) => match short {
                "where" => {
                    let condition = self.truth_of_num(&a);
                    self.pick(condition, b, c, span)
                }
                "clip" => {
                    let low = self.function_of_two("maximum", a, b, span)?;
                    self.function_of_two("minimum", low, c, span)
                }
                _ => wrong(span),
            },
            _ => wrong(span),
        }
    }

    fn function_of_one(&mut self, name: &str, num: Num, span: Span) -> Result<Num> {
        let dtype = num.dtype;
        let single = rep(dtype) == Rep::F32;
        let pick = |of32: Op, of64: Op| if single { of32 } else { of64 };
        let truth = |re: Expr| Ok(Num::new(DType::Bool, false, re));
        let float = |lower: &mut Self, num: Num| {
            let dtype = Self::float_dtype(std::slice::from_ref(&num));
            lower.cast(num, dtype)
        };
        match name {
            "absolute" => match num.im {
                Some(im) => {
                    let part = Num::new(dtype.real(), num.weak, num.re);
                    let im = Num { re: im, ..part.clone() };
                    Ok(self.imported("hypot", dtype.real(), vec![part, im]))
                }
                None if dtype.is_float() => Ok(Num { re: op(pick(Op::F32Abs, Op::F64Abs), [num.re]), ..num }),
                None if dtype.is_unsigned() || dtype == DType::Bool && !num.weak => Ok(num),
                None => {
                    let num = if dtype == DType::Bool { self.cast(num, DType::I64) } else { num };
                    let x = self.temp(num.re.clone());
                    let negative = op(Op::I64LtS, [x.clone(), Expr::I64(0)]);
                    let re = select(negative, op(Op::I64Sub, [Expr::I64(0), x.clone()]), x);
                    Ok(Num { dtype: DType::I64, re, ..num })
                }
            },
            "sqrt" => {
                if dtype.is_complex() {
                    return unsupported(span, "The square root of a complex number is not compiled.");
                }
                let num = float(self, num);
                let root = if num.dtype == DType::F32 { Op::F32Sqrt } else { Op::F64Sqrt };
                Ok(Num { weak: false, re: op(root, [num.re]), ..num })
            }
            "square" => {
                let num = self.temp_num(num);
                let kept = num.dtype;
                let product = self.binary_num(BinOp::Mul, num.clone(), num, span)?;
                Ok(if kept.is_int() { self.cast(product, kept) } else { product })
            }
            "negative" => self.unary_num(UnOp::Neg, num, span),
            "positive" => Ok(num),
            "conjugate" => Ok(self.conjugate(num)),
            "real" => Ok(Num { dtype: dtype.real(), im: None, ..num }),
            "imag" => {
                let re = num.im.clone().unwrap_or_else(|| zero(rep(dtype.real())));
                Ok(Num { dtype: dtype.real(), im: None, re, ..num })
            }
            "angle" => {
                let re = Num::new(dtype.real(), num.weak, num.re);
                let im = Num { re: num.im.unwrap_or_else(|| zero(rep(dtype.real()))), ..re.clone() };
                let dtype = Self::float_dtype(std::slice::from_ref(&re));
                Ok(self.imported("arctan2", dtype, vec![im, re]))
            }
            "sign" if !dtype.is_complex() => {
                let num = self.temp_num(num);
                let none = Num::int(Expr::I64(0));
                let above = self.compare_num(CmpOp::Gt, num.clone(), none.clone(), span)?;
                let below = self.compare_num(CmpOp::Lt, num.clone(), none, span)?;
                let difference = op(Op::I32Sub, [above, below]);
                if dtype.is_float() {
                    let convert = pick(Op::F32ConvertI32S, Op::F64ConvertI32S);
                    let sign = op(convert, [difference]);
                    let ordered = op(pick(Op::F32Eq, Op::F64Eq), [num.re.clone(), num.re.clone()]);
                    return Ok(Num { re: select(ordered, sign, num.re.clone()), ..num });
                }
                Ok(Num {
                    re: op(Op::I64ExtendI32S, [difference]),
                    dtype: if dtype == DType::Bool { DType::I64 } else { dtype },
                    ..num
                })
            }
            "floor" | "ceil" | "trunc" | "fix" | "rint" => {
                // Whole numbers stay what they are but for rint, which has no loops for them.
                if (dtype.is_int() || dtype == DType::Bool) && name != "rint" {
                    return Ok(num);
                }
                if dtype.is_complex() {
                    return typing(span, format!("{name} is not defined for complex numbers."));
                }
                let num = float(self, num);
                let pick = |of32: Op, of64: Op| if num.dtype == DType::F32 { of32 } else { of64 };
                let rounds = match name {
                    "floor" => pick(Op::F32Floor, Op::F64Floor),
                    "ceil" => pick(Op::F32Ceil, Op::F64Ceil),
                    "rint" => pick(Op::F32Nearest, Op::F64Nearest),
                    _ => pick(Op::F32Trunc, Op::F64Trunc),
                };
                Ok(Num { re: op(rounds, [num.re]), ..num })
            }
            "isnan" | "isinf" | "isfinite" => {
                if dtype.is_complex() {
                    let re = self.function_of_one(name, Num { dtype: dtype.real(), im: None, ..num.clone() }, span)?;
                    let im = num.im.unwrap_or_else(|| zero(rep(dtype)));
                    let im = self.function_of_one(name, Num::new(dtype.real(), false, im), span)?;
                    return truth(if name == "isfinite" { and(re.re, im.re) } else { or(re.re, im.re) });
                }
                if !dtype.is_float() {
                    return truth(Expr::I32(i32::from(name == "isfinite")));
                }
                let x = self.temp(num.re);
                if name == "isnan" {
                    return truth(op(pick(Op::F32Ne, Op::F64Ne), [x.clone(), x]));
                }
                let size = op(pick(Op::F32Abs, Op::F64Abs), [x]);
                let infinite = if single { Expr::F32(f32::INFINITY) } else { Expr::F64(f64::INFINITY) };
                let compares = if name == "isinf" { pick(Op::F32Eq, Op::F64Eq) } else { pick(Op::F32Lt, Op::F64Lt) };
                truth(op(compares, [size, infinite]))
            }
            "signbit" => {
                let num = float(self, num);
                let bits = if num.dtype == DType::F32 {
                    op(Op::I32ShrU, [op(Op::I32ReinterpretF32, [num.re]), Expr::I32(31)])
                } else {
                    op(Op::I64LtS, [op(Op::I64ReinterpretF64, [num.re]), Expr::I64(0)])
                };
                truth(bits)
            }
            "logical_not" => truth(not(self.truth_of_num(&num))),
            "reciprocal" if !dtype.is_int() => {
                let one = self.cast(Num::int(Expr::I64(1)), dtype);
                self.binary_num(BinOp::Div, Num { weak: false, ..one }, num, span)
            }
            "deg2rad" | "rad2deg" => {
                let factor =
                    if name == "deg2rad" { std::f64::consts::PI / 180.0 } else { 180.0 / std::f64::consts::PI };
                let num = float(self, num);
                let factor = self.cast(Num::float(Expr::F64(factor)), num.dtype);
                self.binary_num(BinOp::Mul, Num { weak: false, ..num }, factor, span)
            }
            _ => typing(span, format!("{name} takes other arguments.")),
        }
    }

    fn function_of_two(&mut self, name: &str, a: Num, b: Num, span: Span) -> Result<Num> {
        let (dtype, weak) = Self::common(&a, &b);
        match name {
            "minimum" | "maximum" | "fmin" | "fmax" => {
                let dtype = if a.dtype == b.dtype { a.dtype } else { dtype };
                if dtype.is_complex() {
                    return unsupported(span, format!("{name} of complex numbers is not compiled."));
                }
                let (a, b) = (self.cast(a, dtype), self.cast(b, dtype));
                let (a, b) = (self.temp_num(a), self.temp_num(b));
                let better = if name.ends_with("min") || name == "minimum" { CmpOp::Le } else { CmpOp::Ge };
                let first = self.compare_num(better, a.clone(), b.clone(), span)?;
                let differs = if dtype == DType::F32 { Op::F32Ne } else { Op::F64Ne };
                let condition = if dtype.is_float() {
                    // minimum gives NaN where one is; fmin the other.
                    let ignores = name.starts_with('f');
                    let nan = if ignores { &b } else { &a };
                    or(first, op(differs, [nan.re.clone(), nan.re.clone()]))
                } else {
                    first
                };
                Ok(Num { weak, re: select(condition, a.re, b.re), ..a })
            }
            "copysign" => {
                let dtype = Self::float_dtype(&[a.clone(), b.clone()]);
                let (a, b) = (self.cast(a, dtype), self.cast(b, dtype));
                let copies = if dtype == DType::F32 { Op::F32Copysign } else { Op::F64Copysign };
                Ok(Num::new(dtype, false, op(copies, [a.re, b.re])))
            }
            "fmod" => {
                let dtype = Self::float_dtype(&[a.clone(), b.clone()]);
                let wide = self.imported("fmod", DType::F64, vec![a, b]);
                Ok(self.cast(wide, dtype))
            }
            "logical_and" | "logical_or" | "logical_xor" => {
                let (a, b) = (self.truth_of_num(&a), self.truth_of_num(&b));
                let re = match name {
                    "logical_and" => and(a, b),
                    "logical_or" => or(a, b),
                    _ => op(Op::I32Xor, [a, b]),
                };
                Ok(Num::new(DType::Bool, false, re))
            }
            _ => typing(span, format!("{name} takes other arguments.")),
        }
    }
}
