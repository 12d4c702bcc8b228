//! Values while lowering: which locals and constants hold what.

use crate::ast;
use crate::ir::{Expr, Mem, Rep};
use crate::types::{ArrayType, DType, Layout, Type};

/// A number: an i64 for integers, an i32 for bool, floats, or two of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Num {
    /// Its dtype.
    pub dtype: DType,
    /// Whether it is Python's own.
    pub weak: bool,
    /// The number, or its real part.
    pub re: Expr,
    /// The imaginary part.
    pub im: Option<Expr>,
}

/// An array, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Its type.
    pub ty: ArrayType,
    /// The address of the first element: an i32.
    pub data: Expr,
    /// The memory block it keeps alive: an i32, 0 for an argument's.
    pub owner: Expr,
    /// Lengths: i64.
    pub shape: Vec<Expr>,
    /// Strides in bytes: i32.
    pub strides: Vec<Expr>,
}

/// What is computed for each element of arrays.
#[derive(Clone, Debug, PartialEq)]
pub enum ElementOp {
    /// `a operator b`
    Binary(ast::BinOp),
    /// `operator a`
    Unary(ast::UnOp),
    /// `a operator b`, a bool
    Compare(ast::CmpOp),
    /// One of NumPy's functions of numbers.
    Function(String),
    /// Another dtype.
    Cast,
}

/// Elements to be computed, once an array's shape is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Lazy {
    /// Elements in memory.
    Array(Array),
    /// One number for all.
    Num(Num),
    /// What, the result's dtype, operands.
    Apply(ElementOp, DType, Vec<Lazy>),
}

impl Lazy {
    /// Its elements'.
    pub fn dtype(&self) -> DType {
        match self {
            Lazy::Array(array) => array.ty.dtype,
            Lazy::Num(num) => num.dtype,
            Lazy::Apply(_, dtype, _) => *dtype,
        }
    }

    /// Dimensions.
    pub fn ndim(&self) -> usize {
        match self {
            Lazy::Array(array) => array.ty.ndim as usize,
            Lazy::Num(_) => 0,
            Lazy::Apply(_, _, args) => args.iter().map(Lazy::ndim).max().unwrap_or(0),
        }
    }

    /// The arrays it reads, in order.
    pub fn arrays(&self) -> Vec<&Array> {
        match self {
            Lazy::Array(array) => vec![array],
            Lazy::Num(_) => Vec::new(),
            Lazy::Apply(_, _, args) => args.iter().flat_map(Lazy::arrays).collect(),
        }
    }
}

/// A list: the address of its header (references, items, length, capacity).
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Of its items.
    pub item: Type,
    /// An i32.
    pub header: Expr,
    /// The `[]` that made it, an index into `Lower::origins`: what is appended tells what it is a list of.
    pub origin: Option<usize>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// A number.
    Num(Num),
    /// An array.
    Array(Array),
    /// An array whose elements are still to be computed.
    Lazy(Box<Lazy>),
    /// A tuple.
    Tuple(Vec<Val>),
    /// A named tuple: its name, fields and values.
    Named(String, Vec<String>, Vec<Val>),
    /// A list.
    List(List),
    /// None.
    None,
    /// A string known while compiling.
    Str(String),
    /// `...`
    Ellipsis,
    /// `range(start, stop, step)`: i64.
    Range([Expr; 3]),
    /// `enumerate(iterable, start)`
    Enumerate(Box<Val>, Expr),
    /// `zip(...)`
    Zip(Vec<Val>),
    /// A function or type by its canonical name.
    Function(String),
    /// A compiled function.
    Jit(u32),
    /// The class of a named tuple: its name, its fields, their defaults.
    Class(String, Vec<String>, Vec<Option<Val>>),
    /// `numpy.ndindex(shape)`: the lengths.
    Indices(Vec<Expr>),
    /// `array.flat`
    Flat(Array),
    /// `slice(start, stop, step)`
    Slice(Vec<Val>),
    /// `value.name`, to be called.
    Method(Box<Val>, String),
    /// Of two types, one on each way: an error when it is used.
    Conflict(Type, Type),
}

impl Num {
    /// Python's int.
    pub fn int(re: Expr) -> Self {
        Num { dtype: DType::I64, weak: true, re, im: None }
    }

    /// Python's float.
    pub fn float(re: Expr) -> Self {
        Num { dtype: DType::F64, weak: true, re, im: None }
    }

    /// Python's bool.
    pub fn bool(re: Expr) -> Self {
        Num { dtype: DType::Bool, weak: true, re, im: None }
    }

    /// Of any type.
    pub fn new(dtype: DType, weak: bool, re: Expr) -> Self {
        Num { dtype, weak, re, im: None }
    }

    /// The value of an integer known while compiling.
    pub fn constant(&self) -> Option<i64> {
        match self.re {
            Expr::I64(value) => Some(value),
            Expr::I32(value) => Some(i64::from(value)),
            _ => None,
        }
    }
}

/// The representation of a number, or of a complex number's parts.
pub fn rep(dtype: DType) -> Rep {
    match dtype {
        DType::Bool => Rep::I32,
        DType::F32 | DType::C64 => Rep::F32,
        DType::F64 | DType::C128 => Rep::F64,
        _ => Rep::I64,
    }
}

/// How a number, or a complex number's parts, lie in memory.
pub fn mem(dtype: DType) -> Mem {
    match dtype {
        DType::Bool => Mem::Bool,
        DType::I8 => Mem::I8,
        DType::I16 => Mem::I16,
        DType::I32 => Mem::I32,
        DType::I64 | DType::U64 => Mem::I64,
        DType::U8 => Mem::U8,
        DType::U16 => Mem::U16,
        DType::U32 => Mem::U32,
        DType::F32 | DType::C64 => Mem::F32,
        DType::F64 | DType::C128 => Mem::F64,
    }
}

/// 0 in a representation.
pub fn zero(rep: Rep) -> Expr {
    match rep {
        Rep::I32 | Rep::V128 => Expr::I32(0),
        Rep::I64 => Expr::I64(0),
        Rep::F32 => Expr::F32(0.0),
        Rep::F64 => Expr::F64(0.0),
    }
}

impl Val {
    /// An int known while compiling.
    pub fn int(value: i64) -> Self {
        Val::Num(Num::int(Expr::I64(value)))
    }

    /// The type, of what a variable may hold and a merge may join; others have `None`.
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Val::Num(num) => Type::Number { dtype: num.dtype, weak: num.weak },
            Val::Array(array) => Type::Array(array.ty),
            Val::Tuple(items) => Type::Tuple(items.iter().map(Val::ty).collect::<Option<_>>()?),
            Val::Named(name, fields, items) => {
                let types = fields.iter().zip(items).map(|(field, item)| Some((field.clone(), item.ty()?)));
                Type::Named(name.clone(), types.collect::<Option<_>>()?)
            }
            Val::List(list) => Type::List(Box::new(list.item.clone())),
            Val::None => Type::None,
            Val::Str(text) => Type::Str(text.clone()),
            Val::Range(_) => Type::Range,
            Val::Function(name) => Type::Function(name.clone()),
            Val::Jit(id) => Type::Jit(*id),
            _ => return None,
        })
    }

    /// What it is, in words.
    pub fn describe(&self) -> String {
        match self {
            Val::Enumerate(..) => "enumerate".into(),
            Val::Zip(_) => "zip".into(),
            Val::Ellipsis => "...".into(),
            Val::Class(name, ..) => format!("the class {name}"),
            Val::Indices(_) => "ndindex".into(),
            Val::Flat(_) => "array.flat".into(),
            Val::Slice(_) => "slice".into(),
            Val::Method(of, name) => format!("{}.{name}", of.describe()),
            Val::Lazy(lazy) => format!("array({}, {}d)", lazy.dtype().name(), lazy.ndim()),
            Val::Conflict(a, b) => format!("{} or {}", a.describe(), b.describe()),
            other => other.ty().map_or_else(String::new, |ty| ty.describe()),
        }
    }

    /// How many values it is made of, tuples too.
    pub fn weight(&self) -> usize {
        match self {
            Val::Tuple(items) | Val::Named(_, _, items) => 1 + items.iter().map(Val::weight).sum::<usize>(),
            _ => 1,
        }
    }

    /// The expressions it is made of, in the order of [`reps`].
    pub fn parts(&self) -> Vec<Expr> {
        match self {
            Val::Num(num) => std::iter::once(num.re.clone()).chain(num.im.clone()).collect(),
            Val::Array(array) => {
                let mut parts = vec![array.data.clone(), array.owner.clone()];
                parts.extend(array.shape.iter().cloned());
                if array.ty.layout == Layout::Any {
                    parts.extend(array.strides.iter().cloned());
                }
                parts
            }
            Val::Tuple(items) | Val::Named(_, _, items) => items.iter().flat_map(Val::parts).collect(),
            Val::List(list) => vec![list.header.clone()],
            Val::Range(bounds) => bounds.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The memory blocks it keeps alive.
    pub fn owners(&self) -> Vec<Expr> {
        match self {
            Val::Array(array) => vec![array.owner.clone()],
            Val::List(list) => vec![list.header.clone()],
            Val::Tuple(items) | Val::Named(_, _, items) => items.iter().flat_map(Val::owners).collect(),
            _ => Vec::new(),
        }
    }
}

/// The representations of a value's parts. Strides of an array without gaps follow from its shape.
pub fn reps(ty: &Type) -> Vec<Rep> {
    match ty {
        Type::Number { dtype, .. } if dtype.is_complex() => vec![rep(*dtype); 2],
        Type::Number { dtype, .. } => vec![rep(*dtype)],
        Type::Array(array) => {
            let mut reps = vec![Rep::I32, Rep::I32];
            reps.extend(std::iter::repeat_n(Rep::I64, array.ndim as usize));
            if array.layout == Layout::Any {
                reps.extend(std::iter::repeat_n(Rep::I32, array.ndim as usize));
            }
            reps
        }
        Type::Tuple(items) => items.iter().flat_map(reps).collect(),
        Type::Named(_, fields) => fields.iter().flat_map(|field| reps(&field.1)).collect(),
        Type::List(_) => vec![Rep::I32],
        Type::Range => vec![Rep::I64; 3],
        Type::None | Type::Str(_) | Type::Omitted | Type::Open(_) | Type::Function(_) | Type::Jit(_) => Vec::new(),
    }
}

/// A constant of the source.
pub fn constant(value: &ast::Value) -> Option<Val> {
    Some(match value {
        ast::Value::Int(value) => match i64::try_from(*value) {
            Ok(value) => Val::int(value),
            Err(_) => Val::Num(Num::new(DType::U64, true, Expr::I64(u64::try_from(*value).ok()? as i64))),
        },
        ast::Value::Float(value) => Val::Num(Num::float(Expr::F64(*value))),
        ast::Value::Bool(value) => Val::Num(Num::bool(Expr::I32(i32::from(*value)))),
        ast::Value::Complex(re, im) => {
            Val::Num(Num { dtype: DType::C128, weak: true, re: Expr::F64(*re), im: Some(Expr::F64(*im)) })
        }
        ast::Value::Str(text) => Val::Str(text.clone()),
        ast::Value::None => Val::None,
        ast::Value::Ellipsis => Val::Ellipsis,
        ast::Value::Tuple(items) => Val::Tuple(items.iter().map(constant).collect::<Option<_>>()?),
        ast::Value::Function(name) => Val::Function(name.clone()),
        ast::Value::Jit(id) => Val::Jit(*id),
        ast::Value::Class(name, fields, defaults) => Val::Class(
            name.clone(),
            fields.clone(),
            defaults.iter().map(|each| each.as_ref().and_then(constant)).collect(),
        ),
        ast::Value::Array(..) | ast::Value::Unsupported(_) => return None,
    })
}
