//! Making expressions: constants are folded on the way.

use crate::ir::{Expr, Op};

/// An operator's result; a constant where the operands are.
pub fn op<const N: usize>(op: Op, args: [Expr; N]) -> Expr {
    fold(op, &args).unwrap_or_else(|| Expr::Op(op, args.into()))
}

/// `condition ? then : otherwise`
pub fn select(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    match condition {
        Expr::I32(0) => otherwise,
        Expr::I32(_) => then,
        _ if then == otherwise => then,
        condition => Expr::Select(Box::new([condition, then, otherwise])),
    }
}

/// The truth of the opposite.
pub fn not(condition: Expr) -> Expr {
    use Op::*;
    let opposite = |op| {
        Some(match op {
            I64Eq => I64Ne,
            I64Ne => I64Eq,
            I64LtS => I64GeS,
            I64GeS => I64LtS,
            I64GtS => I64LeS,
            I64LeS => I64GtS,
            I64LtU => I64GeU,
            I64GeU => I64LtU,
            I64GtU => I64LeU,
            I64LeU => I64GtU,
            I32Eq => I32Ne,
            I32Ne => I32Eq,
            I32LtU => I32GeU,
            I32GeU => I32LtU,
            F64Eq => F64Ne,
            F64Ne => F64Eq,
            F32Eq => F32Ne,
            F32Ne => F32Eq,
            _ => return None,
        })
    };
    match condition {
        Expr::Op(I32Eqz, mut args) if is_truth(&args[0]) => args.remove(0),
        Expr::Op(operator, args) if opposite(operator).is_some() => {
            Expr::Op(opposite(operator).unwrap_or(operator), args)
        }
        condition => op(I32Eqz, [condition]),
    }
}

/// Whether a value of 32 bits is 0 or 1 in any case.
fn is_truth(expr: &Expr) -> bool {
    match expr {
        Expr::Op(op, args) => match op {
            Op::I32And | Op::I32Or | Op::I32Xor => args.iter().all(is_truth),
            op => {
                let name = op.text().split_once('.').map_or("", |(_, name)| name);
                op.result() == crate::ir::Rep::I32
                    && ["eq", "ne", "lt", "le", "gt", "ge"].iter().any(|part| name.starts_with(part))
            }
        },
        Expr::I32(value) => *value == 0 || *value == 1,
        _ => false,
    }
}

/// Both.
pub fn and(a: Expr, b: Expr) -> Expr {
    match (a, b) {
        (Expr::I32(0), _) | (_, Expr::I32(0)) => Expr::I32(0),
        (Expr::I32(1), other) | (other, Expr::I32(1)) if is_truth(&other) => other,
        (a, b) => op(Op::I32And, [a, b]),
    }
}

/// Either.
pub fn or(a: Expr, b: Expr) -> Expr {
    match (a, b) {
        (Expr::I32(0), other) | (other, Expr::I32(0)) => other,
        (a, b) => op(Op::I32Or, [a, b]),
    }
}

/// The sum of integers.
pub fn add(a: Expr, b: Expr) -> Expr {
    op(Op::I64Add, [a, b])
}

/// The difference of integers.
pub fn sub(a: Expr, b: Expr) -> Expr {
    op(Op::I64Sub, [a, b])
}

/// The product of integers.
pub fn mul(a: Expr, b: Expr) -> Expr {
    op(Op::I64Mul, [a, b])
}

/// The low half.
pub fn wrap(a: Expr) -> Expr {
    op(Op::I32WrapI64, [a])
}

/// Whether it is one, and so is its reciprocal, both of them normal numbers.
fn is_power_of_two(value: f64) -> bool {
    value.to_bits().trailing_zeros() >= 52 && value.is_normal() && value.recip().is_normal()
}

/// Expressions become operators' results and constants; NaN is left to the engine, whose bits of it count.
#[allow(clippy::float_cmp)]
fn fold(op: Op, args: &[Expr]) -> Option<Expr> {
    use Expr::{F32, F64, I32, I64};
    use Op::*;
    let truth = |value: bool| Some(I32(i32::from(value)));
    let double = |value: f64| (!value.is_nan()).then_some(F64(value));
    let single = |value: f32| (!value.is_nan()).then_some(F32(value));
    match (op, args) {
        (I64Add, [I64(0), other] | [other, I64(0)]) | (I64Sub, [other, I64(0)]) => Some(other.clone()),
        (I64Mul, [I64(1), other] | [other, I64(1)]) => Some(other.clone()),
        (I64Mul, [I64(0), _] | [_, I64(0)]) => Some(I64(0)),
        (I32Add, [I32(0), other] | [other, I32(0)]) | (I32Sub, [other, I32(0)]) => Some(other.clone()),
        (I32Mul, [I32(1), other] | [other, I32(1)]) => Some(other.clone()),
        (I32Mul, [I32(0), _] | [_, I32(0)]) => Some(I32(0)),
        (_, [I64(a), I64(b)]) => {
            let (a, b) = (*a, *b);
            match op {
                I64Add => Some(I64(a.wrapping_add(b))),
                I64Sub => Some(I64(a.wrapping_sub(b))),
                I64Mul => Some(I64(a.wrapping_mul(b))),
                I64DivS => a.checked_div(b).map(I64),
                I64And => Some(I64(a & b)),
                I64Or => Some(I64(a | b)),
                I64Xor => Some(I64(a ^ b)),
                I64Shl => Some(I64(a.wrapping_shl(b as u32))),
                I64ShrS => Some(I64(a.wrapping_shr(b as u32))),
                I64ShrU => Some(I64((a as u64).wrapping_shr(b as u32) as i64)),
                I64Eq => truth(a == b),
                I64Ne => truth(a != b),
                I64LtS => truth(a < b),
                I64GtS => truth(a > b),
                I64LeS => truth(a <= b),
                I64GeS => truth(a >= b),
                I64LtU => truth((a as u64) < b as u64),
                I64GtU => truth(a as u64 > b as u64),
                I64LeU => truth(a as u64 <= b as u64),
                I64GeU => truth(a as u64 >= b as u64),
                _ => None,
            }
        }
        (_, [I32(a), I32(b)]) => {
            let (a, b) = (*a, *b);
            match op {
                I32Add => Some(I32(a.wrapping_add(b))),
                I32Sub => Some(I32(a.wrapping_sub(b))),
                I32Mul => Some(I32(a.wrapping_mul(b))),
                I32And => Some(I32(a & b)),
                I32Or => Some(I32(a | b)),
                I32Xor => Some(I32(a ^ b)),
                I32Eq => truth(a == b),
                I32Ne => truth(a != b),
                _ => None,
            }
        }
        // By a power of two: the same number, rounded in the same way.
        (F64Div, [a, F64(b)]) if !matches!(a, F64(_)) && is_power_of_two(*b) => {
            Some(Expr::Op(F64Mul, vec![a.clone(), F64(b.recip())]))
        }
        (_, [F64(a), F64(b)]) => match op {
            F64Add => double(a + b),
            F64Sub => double(a - b),
            F64Mul => double(a * b),
            F64Div => double(a / b),
            F64Eq => truth(a == b),
            F64Ne => truth(a != b),
            F64Lt => truth(a < b),
            F64Gt => truth(a > b),
            F64Le => truth(a <= b),
            F64Ge => truth(a >= b),
            _ => None,
        },
        (F64Neg, [F64(a)]) => double(-a),
        (F64Abs, [F64(a)]) => double(a.abs()),
        (F64Sqrt, [F64(a)]) => double(a.sqrt()),
        (F32Neg, [F32(a)]) => single(-a),
        (F32DemoteF64, [F64(a)]) => single(*a as f32),
        (F64PromoteF32, [F32(a)]) => double(f64::from(*a)),
        (F64ConvertI64S, [I64(a)]) => Some(F64(*a as f64)),
        (F64ConvertI64U, [I64(a)]) => Some(F64(*a as u64 as f64)),
        (F32ConvertI64S, [I64(a)]) => Some(F32(*a as f32)),
        (F64ConvertI32U, [I32(a)]) => Some(F64(f64::from(*a as u32))),
        (I32WrapI64, [I64(a)]) => Some(I32(*a as i32)),
        (I64ExtendI32S, [I32(a)]) => Some(I64(i64::from(*a))),
        (I64ExtendI32U, [I32(a)]) => Some(I64(i64::from(*a as u32))),
        (I64Extend8S, [I64(a)]) => Some(I64(i64::from(*a as i8))),
        (I64Extend16S, [I64(a)]) => Some(I64(i64::from(*a as i16))),
        (I64Extend32S, [I64(a)]) => Some(I64(i64::from(*a as i32))),
        (I32Eqz, [I32(a)]) => truth(*a == 0),
        (I64Eqz, [I64(a)]) => truth(*a == 0),
        _ => None,
    }
}
