//! The typed, structured form between Python and WebAssembly: WebAssembly's own operators over locals, in trees, and
//! loops that still know what they count.

use wasm_encoder::InstructionSink;

#[cfg(feature = "text")]
pub mod text;

/// How a value is represented in WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rep {
    /// Addresses and truth values.
    I32,
    /// Integers.
    I64,
    /// float32.
    F32,
    /// float64.
    F64,
    /// A vector.
    V128,
}

use Rep::*;

/// A local variable of a function.
pub type Local = u32;

/// What a branch goes to: the end of a block, or the head of a loop.
pub type Label = u32;

/// Which exception to raise: an index into the module's table.
pub type Raise = u32;

macro_rules! ops {
    ($($name:ident ($($arg:ident),*) -> $result:ident = $text:literal $method:ident;)*) => {
        /// WebAssembly's operators without immediates.
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Op { $($name),* }

        impl Op {
            /// The name in the text format.
            pub fn text(self) -> &'static str {
                match self { $(Op::$name => $text),* }
            }

            /// The result's representation.
            pub fn result(self) -> Rep {
                match self { $(Op::$name => $result),* }
            }

            /// Writes it. (wasm-encoder's `Instruction` would have all others linked, too.)
            pub fn emit(self, code: &mut InstructionSink<'_>) {
                match self { $(Op::$name => { code.$method(); })* }
            }
        }
    };
}

ops! {
    I32Eqz(I32) -> I32 = "i32.eqz" i32_eqz;
    I32Eq(I32, I32) -> I32 = "i32.eq" i32_eq;
    I32Ne(I32, I32) -> I32 = "i32.ne" i32_ne;
    I32LtS(I32, I32) -> I32 = "i32.lt_s" i32_lt_s;
    I32LtU(I32, I32) -> I32 = "i32.lt_u" i32_lt_u;
    I32LeU(I32, I32) -> I32 = "i32.le_u" i32_le_u;
    I32GeU(I32, I32) -> I32 = "i32.ge_u" i32_ge_u;
    I32Add(I32, I32) -> I32 = "i32.add" i32_add;
    I32Sub(I32, I32) -> I32 = "i32.sub" i32_sub;
    I32Mul(I32, I32) -> I32 = "i32.mul" i32_mul;
    I32And(I32, I32) -> I32 = "i32.and" i32_and;
    I32Or(I32, I32) -> I32 = "i32.or" i32_or;
    I32Xor(I32, I32) -> I32 = "i32.xor" i32_xor;
    I32ShrU(I32, I32) -> I32 = "i32.shr_u" i32_shr_u;
    I32WrapI64(I64) -> I32 = "i32.wrap_i64" i32_wrap_i64;
    I64Eqz(I64) -> I32 = "i64.eqz" i64_eqz;
    I64Eq(I64, I64) -> I32 = "i64.eq" i64_eq;
    I64Ne(I64, I64) -> I32 = "i64.ne" i64_ne;
    I64LtS(I64, I64) -> I32 = "i64.lt_s" i64_lt_s;
    I64LtU(I64, I64) -> I32 = "i64.lt_u" i64_lt_u;
    I64GtS(I64, I64) -> I32 = "i64.gt_s" i64_gt_s;
    I64GtU(I64, I64) -> I32 = "i64.gt_u" i64_gt_u;
    I64LeS(I64, I64) -> I32 = "i64.le_s" i64_le_s;
    I64LeU(I64, I64) -> I32 = "i64.le_u" i64_le_u;
    I64GeS(I64, I64) -> I32 = "i64.ge_s" i64_ge_s;
    I64GeU(I64, I64) -> I32 = "i64.ge_u" i64_ge_u;
    I64Add(I64, I64) -> I64 = "i64.add" i64_add;
    I64Sub(I64, I64) -> I64 = "i64.sub" i64_sub;
    I64Mul(I64, I64) -> I64 = "i64.mul" i64_mul;
    I64DivS(I64, I64) -> I64 = "i64.div_s" i64_div_s;
    I64DivU(I64, I64) -> I64 = "i64.div_u" i64_div_u;
    I64RemU(I64, I64) -> I64 = "i64.rem_u" i64_rem_u;
    I64And(I64, I64) -> I64 = "i64.and" i64_and;
    I64Or(I64, I64) -> I64 = "i64.or" i64_or;
    I64Xor(I64, I64) -> I64 = "i64.xor" i64_xor;
    I64Shl(I64, I64) -> I64 = "i64.shl" i64_shl;
    I64ShrS(I64, I64) -> I64 = "i64.shr_s" i64_shr_s;
    I64ShrU(I64, I64) -> I64 = "i64.shr_u" i64_shr_u;
    I64ExtendI32S(I32) -> I64 = "i64.extend_i32_s" i64_extend_i32_s;
    I64ExtendI32U(I32) -> I64 = "i64.extend_i32_u" i64_extend_i32_u;
    I64Extend8S(I64) -> I64 = "i64.extend8_s" i64_extend8_s;
    I64Extend16S(I64) -> I64 = "i64.extend16_s" i64_extend16_s;
    I64Extend32S(I64) -> I64 = "i64.extend32_s" i64_extend32_s;
    F32Abs(F32) -> F32 = "f32.abs" f32_abs;
    F32Neg(F32) -> F32 = "f32.neg" f32_neg;
    F32Ceil(F32) -> F32 = "f32.ceil" f32_ceil;
    F32Floor(F32) -> F32 = "f32.floor" f32_floor;
    F32Trunc(F32) -> F32 = "f32.trunc" f32_trunc;
    F32Nearest(F32) -> F32 = "f32.nearest" f32_nearest;
    F32Sqrt(F32) -> F32 = "f32.sqrt" f32_sqrt;
    F32Add(F32, F32) -> F32 = "f32.add" f32_add;
    F32Sub(F32, F32) -> F32 = "f32.sub" f32_sub;
    F32Mul(F32, F32) -> F32 = "f32.mul" f32_mul;
    F32Div(F32, F32) -> F32 = "f32.div" f32_div;
    F32Copysign(F32, F32) -> F32 = "f32.copysign" f32_copysign;
    F32Eq(F32, F32) -> I32 = "f32.eq" f32_eq;
    F32Ne(F32, F32) -> I32 = "f32.ne" f32_ne;
    F32Lt(F32, F32) -> I32 = "f32.lt" f32_lt;
    F32Gt(F32, F32) -> I32 = "f32.gt" f32_gt;
    F32Le(F32, F32) -> I32 = "f32.le" f32_le;
    F32Ge(F32, F32) -> I32 = "f32.ge" f32_ge;
    F64Abs(F64) -> F64 = "f64.abs" f64_abs;
    F64Neg(F64) -> F64 = "f64.neg" f64_neg;
    F64Ceil(F64) -> F64 = "f64.ceil" f64_ceil;
    F64Floor(F64) -> F64 = "f64.floor" f64_floor;
    F64Trunc(F64) -> F64 = "f64.trunc" f64_trunc;
    F64Nearest(F64) -> F64 = "f64.nearest" f64_nearest;
    F64Sqrt(F64) -> F64 = "f64.sqrt" f64_sqrt;
    F64Add(F64, F64) -> F64 = "f64.add" f64_add;
    F64Sub(F64, F64) -> F64 = "f64.sub" f64_sub;
    F64Mul(F64, F64) -> F64 = "f64.mul" f64_mul;
    F64Div(F64, F64) -> F64 = "f64.div" f64_div;
    F64Copysign(F64, F64) -> F64 = "f64.copysign" f64_copysign;
    F64Eq(F64, F64) -> I32 = "f64.eq" f64_eq;
    F64Ne(F64, F64) -> I32 = "f64.ne" f64_ne;
    F64Lt(F64, F64) -> I32 = "f64.lt" f64_lt;
    F64Gt(F64, F64) -> I32 = "f64.gt" f64_gt;
    F64Le(F64, F64) -> I32 = "f64.le" f64_le;
    F64Ge(F64, F64) -> I32 = "f64.ge" f64_ge;
    F32DemoteF64(F64) -> F32 = "f32.demote_f64" f32_demote_f64;
    F64PromoteF32(F32) -> F64 = "f64.promote_f32" f64_promote_f32;
    F64ConvertI64S(I64) -> F64 = "f64.convert_i64_s" f64_convert_i64_s;
    F64ConvertI64U(I64) -> F64 = "f64.convert_i64_u" f64_convert_i64_u;
    F32ConvertI64S(I64) -> F32 = "f32.convert_i64_s" f32_convert_i64_s;
    F32ConvertI64U(I64) -> F32 = "f32.convert_i64_u" f32_convert_i64_u;
    F64ConvertI32U(I32) -> F64 = "f64.convert_i32_u" f64_convert_i32_u;
    F32ConvertI32U(I32) -> F32 = "f32.convert_i32_u" f32_convert_i32_u;
    F64ConvertI32S(I32) -> F64 = "f64.convert_i32_s" f64_convert_i32_s;
    F32ConvertI32S(I32) -> F32 = "f32.convert_i32_s" f32_convert_i32_s;
    I64TruncSatF64S(F64) -> I64 = "i64.trunc_sat_f64_s" i64_trunc_sat_f64_s;
    I64TruncSatF64U(F64) -> I64 = "i64.trunc_sat_f64_u" i64_trunc_sat_f64_u;
    I64TruncSatF32S(F32) -> I64 = "i64.trunc_sat_f32_s" i64_trunc_sat_f32_s;
    I64TruncSatF32U(F32) -> I64 = "i64.trunc_sat_f32_u" i64_trunc_sat_f32_u;
    I64ReinterpretF64(F64) -> I64 = "i64.reinterpret_f64" i64_reinterpret_f64;
    I32ReinterpretF32(F32) -> I32 = "i32.reinterpret_f32" i32_reinterpret_f32;
    F64x2Splat(F64) -> V128 = "f64x2.splat" f64x2_splat;
    F32x4Splat(F32) -> V128 = "f32x4.splat" f32x4_splat;
    I64x2Splat(I64) -> V128 = "i64x2.splat" i64x2_splat;
    I32x4Splat(I32) -> V128 = "i32x4.splat" i32x4_splat;
    F64x2Add(V128, V128) -> V128 = "f64x2.add" f64x2_add;
    F64x2Sub(V128, V128) -> V128 = "f64x2.sub" f64x2_sub;
    F64x2Mul(V128, V128) -> V128 = "f64x2.mul" f64x2_mul;
    F64x2Div(V128, V128) -> V128 = "f64x2.div" f64x2_div;
    F64x2Sqrt(V128) -> V128 = "f64x2.sqrt" f64x2_sqrt;
    F64x2Abs(V128) -> V128 = "f64x2.abs" f64x2_abs;
    F64x2Neg(V128) -> V128 = "f64x2.neg" f64x2_neg;
    F64x2Ceil(V128) -> V128 = "f64x2.ceil" f64x2_ceil;
    F64x2Floor(V128) -> V128 = "f64x2.floor" f64x2_floor;
    F64x2Trunc(V128) -> V128 = "f64x2.trunc" f64x2_trunc;
    F64x2Nearest(V128) -> V128 = "f64x2.nearest" f64x2_nearest;
    F64x2Eq(V128, V128) -> V128 = "f64x2.eq" f64x2_eq;
    F64x2Ne(V128, V128) -> V128 = "f64x2.ne" f64x2_ne;
    F64x2Lt(V128, V128) -> V128 = "f64x2.lt" f64x2_lt;
    F64x2Gt(V128, V128) -> V128 = "f64x2.gt" f64x2_gt;
    F64x2Le(V128, V128) -> V128 = "f64x2.le" f64x2_le;
    F64x2Ge(V128, V128) -> V128 = "f64x2.ge" f64x2_ge;
    F32x4Add(V128, V128) -> V128 = "f32x4.add" f32x4_add;
    F32x4Sub(V128, V128) -> V128 = "f32x4.sub" f32x4_sub;
    F32x4Mul(V128, V128) -> V128 = "f32x4.mul" f32x4_mul;
    F32x4Div(V128, V128) -> V128 = "f32x4.div" f32x4_div;
    F32x4Sqrt(V128) -> V128 = "f32x4.sqrt" f32x4_sqrt;
    F32x4Abs(V128) -> V128 = "f32x4.abs" f32x4_abs;
    F32x4Neg(V128) -> V128 = "f32x4.neg" f32x4_neg;
    F32x4Ceil(V128) -> V128 = "f32x4.ceil" f32x4_ceil;
    F32x4Floor(V128) -> V128 = "f32x4.floor" f32x4_floor;
    F32x4Trunc(V128) -> V128 = "f32x4.trunc" f32x4_trunc;
    F32x4Nearest(V128) -> V128 = "f32x4.nearest" f32x4_nearest;
    F32x4Eq(V128, V128) -> V128 = "f32x4.eq" f32x4_eq;
    F32x4Ne(V128, V128) -> V128 = "f32x4.ne" f32x4_ne;
    F32x4Lt(V128, V128) -> V128 = "f32x4.lt" f32x4_lt;
    F32x4Gt(V128, V128) -> V128 = "f32x4.gt" f32x4_gt;
    F32x4Le(V128, V128) -> V128 = "f32x4.le" f32x4_le;
    F32x4Ge(V128, V128) -> V128 = "f32x4.ge" f32x4_ge;
    I64x2Add(V128, V128) -> V128 = "i64x2.add" i64x2_add;
    I64x2Sub(V128, V128) -> V128 = "i64x2.sub" i64x2_sub;
    I64x2Mul(V128, V128) -> V128 = "i64x2.mul" i64x2_mul;
    I64x2Eq(V128, V128) -> V128 = "i64x2.eq" i64x2_eq;
    I64x2Ne(V128, V128) -> V128 = "i64x2.ne" i64x2_ne;
    I64x2LtS(V128, V128) -> V128 = "i64x2.lt_s" i64x2_lt_s;
    I64x2GtS(V128, V128) -> V128 = "i64x2.gt_s" i64x2_gt_s;
    I64x2LeS(V128, V128) -> V128 = "i64x2.le_s" i64x2_le_s;
    I64x2GeS(V128, V128) -> V128 = "i64x2.ge_s" i64x2_ge_s;
    V128And(V128, V128) -> V128 = "v128.and" v128_and;
    V128Or(V128, V128) -> V128 = "v128.or" v128_or;
    V128Xor(V128, V128) -> V128 = "v128.xor" v128_xor;
    V128Not(V128) -> V128 = "v128.not" v128_not;
    V128Bitselect(V128, V128, V128) -> V128 = "v128.bitselect" v128_bitselect;
}

/// What lies in memory, and how it is read: integers become 64 bits, bool becomes an i32.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mem {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    F32,
    F64,
    /// An address or a length of the compiler's own.
    Word,
    V128,
}

impl Mem {
    /// The representation when read.
    pub fn rep(self) -> Rep {
        match self {
            Mem::Bool | Mem::Word => I32,
            Mem::F32 => F32,
            Mem::F64 => F64,
            Mem::V128 => V128,
            _ => I64,
        }
    }

    /// The alignment that a load or store may be told: NumPy's arrays are aligned to their elements, blocks to eight bytes.
    pub fn align(self) -> u32 {
        self.size().min(8).trailing_zeros()
    }

    /// Bytes.
    pub fn size(self) -> u32 {
        match self {
            Mem::Bool | Mem::I8 | Mem::U8 => 1,
            Mem::I16 | Mem::U16 => 2,
            Mem::I32 | Mem::U32 | Mem::F32 | Mem::Word => 4,
            Mem::I64 | Mem::F64 => 8,
            Mem::V128 => 16,
        }
    }
}

/// A value: a tree without effects. A load is only ever the whole value of a [`Stmt::Set`].
#[derive(Clone, Debug)]
pub enum Expr {
    /// A constant.
    I32(i32),
    /// A constant.
    I64(i64),
    /// A constant.
    F32(f32),
    /// A constant.
    F64(f64),
    /// A local.
    Local(Local),
    /// An operator.
    Op(Op, Vec<Expr>),
    /// The second where the first is not 0, else the third.
    Select(Box<[Expr; 3]>),
    /// What lies at an address, plus an offset.
    Load(Mem, Box<Expr>, u32),
    /// An imported function without effects, by its index in [`Module::imports`].
    Import(u32, Vec<Expr>),
    /// A lane of a vector of doubles (2), floats (4), or 64-bit integers (2): rep, lane.
    Lane(Rep, u8, Box<Expr>),
    /// A vector of as many numbers as it has lanes.
    Pack(Vec<Expr>),
}

impl PartialEq for Expr {
    /// Constants are told apart by their bits: 0.0 is not -0.0.
    fn eq(&self, other: &Self) -> bool {
        use Expr::*;
        match (self, other) {
            (I32(a), I32(b)) => a == b,
            (I64(a), I64(b)) => a == b,
            (F32(a), F32(b)) => a.to_bits() == b.to_bits(),
            (F64(a), F64(b)) => a.to_bits() == b.to_bits(),
            (Local(a), Local(b)) => a == b,
            (Op(a, of_a), Op(b, of_b)) => a == b && of_a == of_b,
            (Select(a), Select(b)) => a == b,
            (Load(a, at_a, offset_a), Load(b, at_b, offset_b)) => a == b && at_a == at_b && offset_a == offset_b,
            (Import(a, of_a), Import(b, of_b)) => a == b && of_a == of_b,
            (Lane(a, lane_a, of_a), Lane(b, lane_b, of_b)) => a == b && lane_a == lane_b && of_a == of_b,
            (Pack(a), Pack(b)) => a == b,
            _ => false,
        }
    }
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// An assignment.
    Set(Local, Expr),
    /// What, address, offset, value.
    Store(Mem, Expr, u32, Expr),
    /// Condition, then, else.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// A branch to its label goes to its end.
    Block(Label, Vec<Stmt>),
    /// A branch to its label goes to its start; the end leaves it.
    Loop(Label, Vec<Stmt>),
    /// Counts.
    For(Box<For>),
    /// Goes to a label.
    Br(Label),
    /// Raises an exception.
    Raise(Raise),
    /// Raises an exception where the condition is 0.
    Check(Expr, Raise),
    /// Calls another function of the module: which, arguments, results, what is raised when calls are nested too deeply.
    Call(u32, Vec<Expr>, Vec<Local>, Raise),
    /// Memory of a number of bytes (i64, not negative): the block's address; data lie 16 bytes behind it.
    Alloc(Local, Expr, Raise),
    /// Sets bytes to 0: address, how many (i32).
    Zero(Expr, Expr),
    /// One more reference to a block; 0 is none.
    Incref(Expr),
    /// One reference less to a block; 0 is none.
    Decref(Expr),
}

impl Stmt {
    /// Whether there is a loop in it, or it is one.
    pub fn holds_loop(&self) -> bool {
        match self {
            Stmt::For(_) | Stmt::Loop(..) => true,
            Stmt::Block(_, body) => body.iter().any(Self::holds_loop),
            Stmt::If(_, then, otherwise) => then.iter().chain(otherwise).any(Self::holds_loop),
            _ => false,
        }
    }
}

/// A counted loop. The counter starts at `start` and goes on by `step` while it is below `stop` (above, for a negative step).
/// Nothing in `body` sets the counter.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// An i64.
    pub counter: Local,
    /// Evaluated once.
    pub start: Expr,
    /// Evaluated once.
    pub stop: Expr,
    /// Not 0.
    pub step: i64,
    /// What is repeated.
    pub body: Vec<Stmt>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// For messages and the text form.
    pub name: String,
    /// How many of the locals are parameters.
    pub params: usize,
    /// The representation of each local.
    pub locals: Vec<Rep>,
    /// The locals that hold the results.
    pub results: Vec<Local>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// Locals that own a reference each, given up when the function ends.
    pub owners: Vec<Local>,
}

impl Function {
    /// A new local.
    pub fn local(&mut self, rep: Rep) -> Local {
        self.locals.push(rep);
        self.locals.len() as Local - 1
    }

    /// A value's representation.
    pub fn rep(&self, expr: &Expr) -> Rep {
        match expr {
            Expr::I32(_) => I32,
            Expr::I64(_) => I64,
            Expr::F32(_) => F32,
            Expr::F64(_) => F64,
            Expr::Local(local) => self.locals[*local as usize],
            Expr::Op(op, _) => op.result(),
            Expr::Select(parts) => self.rep(&parts[1]),
            Expr::Load(mem, ..) => mem.rep(),
            Expr::Lane(rep, ..) => *rep,
            Expr::Pack(_) => V128,
            // Vector functions are only called by the vectoriser, which sets a local from each.
            // One without operands gives an address.
            Expr::Import(_, args) => args.first().map_or(I32, |arg| self.rep(arg)),
        }
    }
}

/// An exception that compiled code may raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its class.
    pub class: String,
    /// Its message.
    pub message: String,
    /// Where.
    pub file: String,
    /// Where.
    pub line: u32,
}

/// All that becomes one WebAssembly module. The first function is the entry.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The functions.
    pub functions: Vec<Function>,
    /// What may be raised.
    pub raises: Vec<Exception>,
    /// Whether there are lists whose items own memory.
    pub nested: bool,
    /// Imported functions of numbers: name, operands, result.
    pub imports: Vec<(String, Vec<Rep>, Rep)>,
}

impl Expr {
    /// Whether evaluating it twice costs nothing.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_) | Expr::Local(_))
    }

    /// Calls `visit` with each part, itself first.
    pub fn walk(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        match self {
            Expr::Op(_, args) | Expr::Import(_, args) | Expr::Pack(args) => args.iter().for_each(|arg| arg.walk(visit)),
            Expr::Select(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Expr::Load(_, address, _) => address.walk(visit),
            Expr::Lane(_, _, vector) => vector.walk(visit),
            _ => {}
        }
    }

    /// Whether something holds for a part of it, or for itself.
    pub fn any(&self, holds: &impl Fn(&Expr) -> bool) -> bool {
        let one_of = |parts: &[Expr]| parts.iter().any(|part| part.any(holds));
        holds(self)
            || match self {
                Expr::Op(_, args) | Expr::Import(_, args) | Expr::Pack(args) => one_of(args),
                Expr::Select(parts) => one_of(&**parts),
                Expr::Load(_, part, _) | Expr::Lane(_, _, part) => part.any(holds),
                _ => false,
            }
    }

    /// Whether it reads a local.
    pub fn reads(&self, local: Local) -> bool {
        self.any(&|part| *part == Expr::Local(local))
    }
}
