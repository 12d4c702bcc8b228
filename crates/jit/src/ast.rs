//! A Python function as the wire form has it: names of modules and functions are resolved already.

use crate::error::Span;

/// A function, its decorators taken off.
#[derive(Debug)]
pub struct Function {
    /// What `(jit ID)` refers to.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its statements.
    pub body: Vec<Stmt>,
}

/// A parameter.
#[derive(Debug)]
pub struct Param {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// Whether it is `*args`.
    pub star: bool,
    /// Its default.
    pub default: Option<Value>,
}

/// A statement.
#[derive(Debug)]
pub struct Stmt {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// The statements.
#[derive(Debug)]
pub enum StmtKind {
    /// `a = b = value`
    Assign(Vec<Expr>, Expr),
    /// `a += value`
    AugAssign(BinOp, Expr, Expr),
    /// An expression for its effect.
    Expr(Expr),
    /// `if`, and `else`.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `while`, and `else`.
    While(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `for target in iterable`, and `else`.
    For(Box<(Expr, Expr)>, Vec<Stmt>, Vec<Stmt>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `pass`
    Pass,
    /// `return`
    Return(Option<Expr>),
    /// `assert test, message`
    Assert(Expr, Option<String>),
    /// `raise Name(message)`
    Raise(String, Option<String>),
    /// `del`
    Del(Vec<Expr>),
    /// What has no wire form.
    Unsupported(String),
}

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

impl Expr {
    /// Whether a compiled function is called in it, which may change arrays.
    pub fn calls(&self) -> bool {
        let any = |items: &[Expr]| items.iter().any(Expr::calls);
        match &self.kind {
            ExprKind::Call(function, args, keywords) => {
                matches!(function.kind, ExprKind::Value(Value::Jit(_)) | ExprKind::Name(_))
                    || function.calls()
                    || any(args)
                    || keywords.iter().any(|keyword| keyword.1.calls())
            }
            ExprKind::Bin(_, a, b) | ExprKind::Sub(a, b) => a.calls() || b.calls(),
            ExprKind::Un(_, a) | ExprKind::Attr(a, _) | ExprKind::Star(a) | ExprKind::Walrus(_, a) => a.calls(),
            ExprKind::Bool(_, items) | ExprKind::Tuple(items) | ExprKind::List(items) => any(items),
            ExprKind::Cmp(left, rest) => left.calls() || rest.iter().any(|each| each.1.calls()),
            ExprKind::IfExp(a, b, c) => a.calls() || b.calls() || c.calls(),
            ExprKind::Slice(low, high, step) => [low, high, step].into_iter().flatten().any(|each| each.calls()),
            ExprKind::ListComp(element, generators) => {
                element.calls() || generators.iter().any(|each| each.iter.calls() || any(&each.ifs))
            }
            ExprKind::Name(_) | ExprKind::Value(_) | ExprKind::Unsupported(_) => false,
        }
    }
}

/// The expressions.
#[derive(Debug)]
pub enum ExprKind {
    /// A local variable.
    Name(String),
    /// A constant, or what a global name stands for.
    Value(Value),
    /// `a + b`
    Bin(BinOp, Box<Expr>, Box<Expr>),
    /// `-a`
    Un(UnOp, Box<Expr>),
    /// `a and b` (true) or `a or b`.
    Bool(bool, Vec<Expr>),
    /// `a < b <= c`
    Cmp(Box<Expr>, Vec<(CmpOp, Expr)>),
    /// `b if a else c`
    IfExp(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `f(a, *b, c=d)`
    Call(Box<Expr>, Vec<Expr>, Vec<(String, Expr)>),
    /// `*a`, as an argument
    Star(Box<Expr>),
    /// `a.name`
    Attr(Box<Expr>, String),
    /// `a[b]`
    Sub(Box<Expr>, Box<Expr>),
    /// `a:b:c`, as an index
    Slice(Option<Box<Expr>>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `[element for ...]`
    ListComp(Box<Expr>, Vec<Comp>),
    /// `name := value`
    Walrus(String, Box<Expr>),
    /// What has no wire form.
    Unsupported(String),
}

/// `for target in iter if ...`
#[derive(Debug)]
pub struct Comp {
    /// The variable.
    pub target: Expr,
    /// What it goes through.
    pub iter: Expr,
    /// The conditions.
    pub ifs: Vec<Expr>,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An int. Python's are longer; those are not compiled.
    Int(i128),
    /// A float.
    Float(f64),
    /// A bool.
    Bool(bool),
    /// A complex number.
    Complex(f64, f64),
    /// A string.
    Str(String),
    /// None
    None,
    /// `...`
    Ellipsis,
    /// A tuple.
    Tuple(Vec<Value>),
    /// A function or type, by its canonical name.
    Function(String),
    /// A compiled function.
    Jit(u32),
    /// The class of a named tuple: its name, its fields, their defaults.
    Class(String, Vec<String>, Vec<Option<Value>>),
    /// A global array, and its type.
    Array(usize, String),
    /// Anything else.
    Unsupported(String),
}

/// Operators of two operands.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    Shl,
    Shr,
    BitOr,
    BitXor,
    BitAnd,
}

impl BinOp {
    /// As Python writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::FloorDiv => "//",
            BinOp::Mod => "%",
            BinOp::Pow => "**",
            BinOp::MatMul => "@",
            BinOp::Shl => "<<",
            BinOp::Shr => ">>",
            BinOp::BitOr => "|",
            BinOp::BitXor => "^",
            BinOp::BitAnd => "&",
        }
    }
}

/// Operators of one operand.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnOp {
    Pos,
    Neg,
    Not,
    Invert,
}

/// Comparisons.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CmpOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Is,
    IsNot,
    In,
    NotIn,
}

impl CmpOp {
    /// As Python writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            CmpOp::Eq => "==",
            CmpOp::Ne => "!=",
            CmpOp::Lt => "<",
            CmpOp::Le => "<=",
            CmpOp::Gt => ">",
            CmpOp::Ge => ">=",
            CmpOp::Is => "is",
            CmpOp::IsNot => "is not",
            CmpOp::In => "in",
            CmpOp::NotIn => "not in",
        }
    }
}
