//! What of WebAssembly's operators there is for vectors.

use crate::ir::{Expr, Op, Rep};

/// The functions that the kernels have for vectors.
pub const VECTOR_FUNCTIONS: [&str; 18] = [
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan",
    "cbrt", "power", "arctan2", "hypot",
];

/// 0.
pub fn zero(rep: Rep) -> Expr {
    match rep {
        Rep::F64 => Expr::F64(0.0),
        Rep::F32 => Expr::F32(0.0),
        _ => Expr::I64(0),
    }
}

/// The same number in all lanes.
pub fn splat(rep: Rep, number: Expr) -> Expr {
    let operator = match rep {
        Rep::F64 => Op::F64x2Splat,
        Rep::F32 => Op::F32x4Splat,
        Rep::I32 => Op::I32x4Splat,
        _ => Op::I64x2Splat,
    };
    Expr::Op(operator, vec![number])
}

/// The addition of numbers.
pub fn adder(rep: Rep) -> Op {
    match rep {
        Rep::F64 => Op::F64Add,
        Rep::F32 => Op::F32Add,
        _ => Op::I64Add,
    }
}

/// The addition of vectors.
pub fn vector_adder(rep: Rep) -> Op {
    match rep {
        Rep::F64 => Op::F64x2Add,
        Rep::F32 => Op::F32x4Add,
        _ => Op::I64x2Add,
    }
}

/// An operator of vectors, and the numbers that it is of.
pub fn vector_op(operator: Op) -> Option<(Op, Rep)> {
    use Op::*;
    Some(match operator {
        F64Add => (F64x2Add, Rep::F64),
        F64Sub => (F64x2Sub, Rep::F64),
        F64Mul => (F64x2Mul, Rep::F64),
        F64Div => (F64x2Div, Rep::F64),
        F64Sqrt => (F64x2Sqrt, Rep::F64),
        F64Abs => (F64x2Abs, Rep::F64),
        F64Neg => (F64x2Neg, Rep::F64),
        F64Ceil => (F64x2Ceil, Rep::F64),
        F64Floor => (F64x2Floor, Rep::F64),
        F64Trunc => (F64x2Trunc, Rep::F64),
        F64Nearest => (F64x2Nearest, Rep::F64),
        F64Eq => (F64x2Eq, Rep::F64),
        F64Ne => (F64x2Ne, Rep::F64),
        F64Lt => (F64x2Lt, Rep::F64),
        F64Gt => (F64x2Gt, Rep::F64),
        F64Le => (F64x2Le, Rep::F64),
        F64Ge => (F64x2Ge, Rep::F64),
        F32Add => (F32x4Add, Rep::F32),
        F32Sub => (F32x4Sub, Rep::F32),
        F32Mul => (F32x4Mul, Rep::F32),
        F32Div => (F32x4Div, Rep::F32),
        F32Sqrt => (F32x4Sqrt, Rep::F32),
        F32Abs => (F32x4Abs, Rep::F32),
        F32Neg => (F32x4Neg, Rep::F32),
        F32Ceil => (F32x4Ceil, Rep::F32),
        F32Floor => (F32x4Floor, Rep::F32),
        F32Trunc => (F32x4Trunc, Rep::F32),
        F32Nearest => (F32x4Nearest, Rep::F32),
        F32Eq => (F32x4Eq, Rep::F32),
        F32Ne => (F32x4Ne, Rep::F32),
        F32Lt => (F32x4Lt, Rep::F32),
        F32Gt => (F32x4Gt, Rep::F32),
        F32Le => (F32x4Le, Rep::F32),
        F32Ge => (F32x4Ge, Rep::F32),
        I64Add => (I64x2Add, Rep::I64),
        I64Sub => (I64x2Sub, Rep::I64),
        I64Mul => (I64x2Mul, Rep::I64),
        I64And => (V128And, Rep::I64),
        I64Or => (V128Or, Rep::I64),
        I64Xor => (V128Xor, Rep::I64),
        I64Eq => (I64x2Eq, Rep::I64),
        I64Ne => (I64x2Ne, Rep::I64),
        I64LtS => (I64x2LtS, Rep::I64),
        I64GtS => (I64x2GtS, Rep::I64),
        I64LeS => (I64x2LeS, Rep::I64),
        I64GeS => (I64x2GeS, Rep::I64),
        _ => return None,
    })
}
