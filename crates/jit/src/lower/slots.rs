//! Arguments and results in the 8-byte slots of the entry.

use super::Lower;
use super::val::{self, Array, List, Num, Val};
use crate::build::op;
use crate::error::Result;
use crate::ir::{self, Expr, Local, Op, Stmt};
use crate::types::{DType, Layout, Type};

impl Lower<'_> {
    pub(super) fn read_slots(&mut self, base: Local, slot: &mut u32, ty: &Type) -> Val {
        let mut load = |lower: &mut Self, mem| {
            let loaded = Expr::Load(mem, Box::new(Expr::Local(base)), *slot * 8);
            *slot += 1;
            lower.temp(loaded)
        };
        match ty {
            Type::Number { dtype, weak } => {
                let mem =
                    if *dtype == DType::Bool || dtype.real().is_float() { val::mem(*dtype) } else { ir::Mem::I64 };
                let re = load(self, mem);
                let im = dtype.is_complex().then(|| load(self, mem));
                Val::Num(Num { dtype: *dtype, weak: *weak, re, im })
            }
            Type::Array(array) => {
                let data = load(self, ir::Mem::Word);
                load(self, ir::Mem::Word);
                let shape: Vec<_> = (0..array.ndim).map(|_| load(self, ir::Mem::I64)).collect();
                let strides: Vec<_> = (0..array.ndim).map(|_| load(self, ir::Mem::Word)).collect();
                let strides = if array.layout == Layout::Any { strides } else { self.strides(*array, &shape) };
                Val::Array(Array { ty: *array, data, owner: Expr::I32(0), shape, strides })
            }
            Type::Tuple(items) => Val::Tuple(items.iter().map(|item| self.read_slots(base, slot, item)).collect()),
            Type::Named(name, fields) => Val::Named(
                name.clone(),
                fields.iter().map(|field| field.0.clone()).collect(),
                fields.iter().map(|field| self.read_slots(base, slot, &field.1)).collect(),
            ),
            Type::Str(text) => Val::Str(text.clone()),
            // Only compiled code hands one over; this is for those who want to know whether a function compiles.
            Type::List(item) => {
                Val::List(List { item: (**item).clone(), header: load(self, ir::Mem::Word), origin: None })
            }
            Type::None | Type::Omitted | Type::Open(_) | Type::Range | Type::Function(_) | Type::Jit(_) => Val::None,
        }
    }

    pub(super) fn write_slots(&mut self, base: Local, slot: &mut u32, val: &Val) -> Result<()> {
        let mut store = |lower: &mut Self, mem, value: &Expr| {
            lower.emit(Stmt::Store(mem, Expr::Local(base), *slot * 8, value.clone()));
            *slot += 1;
        };
        match val {
            Val::Num(num) => {
                // A slot is written whole, whatever it held.
                if num.dtype == DType::Bool {
                    store(self, ir::Mem::I64, &op(Op::I64ExtendI32U, [num.re.clone()]));
                    return Ok(());
                }
                let mem = if num.dtype.real().is_float() { val::mem(num.dtype) } else { ir::Mem::I64 };
                store(self, mem, &num.re);
                if let Some(im) = &num.im {
                    store(self, mem, im);
                }
            }
            Val::Array(array) => {
                store(self, ir::Mem::I64, &op(Op::I64ExtendI32U, [array.data.clone()]));
                // The caller's from now on.
                self.emit(Stmt::Incref(array.owner.clone()));
                let mut store = |lower: &mut Self, mem, value: &Expr| {
                    lower.emit(Stmt::Store(mem, Expr::Local(base), *slot * 8, value.clone()));
                    *slot += 1;
                };
                store(self, ir::Mem::I64, &op(Op::I64ExtendI32U, [array.owner.clone()]));
                array.shape.iter().for_each(|length| store(self, ir::Mem::I64, length));
                for stride in &array.strides {
                    store(self, ir::Mem::I64, &op(Op::I64ExtendI32S, [stride.clone()]));
                }
            }
            Val::Tuple(items) | Val::Named(_, _, items) => {
                items.iter().try_for_each(|item| self.write_slots(base, slot, item))?;
            }
            // A list leaves as an array that is the caller's: data, owner, length, stride.
            Val::List(_) => {
                let array = self.as_array(val.clone(), self.span)?;
                self.write_slots(base, slot, &Val::Array(array))?;
            }
            _ => {}
        }
        Ok(())
    }
}
