//! Lists of numbers. A header of 16 bytes (references, address of the items, length, capacity), and the items in memory of
//! their own, which moves as the list grows.

use super::Lower;
use super::val::{List, Num, Val, mem};
use crate::build::{add, mul, op, select, sub, wrap};
use crate::error::{Result, Span, typing, unsupported};
use crate::ir::{Expr, Mem, Op, Rep, Stmt};
use crate::types::{DType, Type};

const ITEMS: u32 = 4;
const LENGTH: u32 = 8;
const CAPACITY: u32 = 12;

/// Room of a new list, in items.
const FIRST: i64 = 8;

impl Lower<'_> {
    fn item_dtype(list: &List) -> DType {
        list.item.dtype().unwrap_or(DType::I64)
    }

    /// An empty list.
    pub(super) fn new_list(&mut self, item: Type, span: Span) -> List {
        let header = self.f.local(Rep::I32);
        let raise = self.raise("MemoryError", "there is no memory for the list", span);
        self.emit(Stmt::Alloc(header, Expr::I64(0), raise));
        let list = List { item, header: Expr::Local(header), origin: None };
        let size = i64::from(Self::item_dtype(&list).size());
        let items = self.f.local(Rep::I32);
        self.emit(Stmt::Alloc(items, Expr::I64(FIRST * size), raise));
        for (at, value) in [(ITEMS, Expr::Local(items)), (LENGTH, Expr::I32(0)), (CAPACITY, Expr::I32(FIRST as i32))] {
            self.emit(Stmt::Store(Mem::Word, list.header.clone(), at, value));
        }
        list
    }

    /// An i64.
    pub(super) fn list_length(&mut self, list: &List) -> Expr {
        let length = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), LENGTH));
        self.temp(op(Op::I64ExtendI32U, [length]))
    }

    /// The address of an item, less the block's header.
    fn item_address(&mut self, list: &List, at: Expr) -> Expr {
        let items = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), ITEMS));
        let size = Self::item_dtype(list).size() as i32;
        op(Op::I32Add, [items, op(Op::I32Mul, [wrap(at), Expr::I32(size)])])
    }

    /// The item at an index in range.
    pub(super) fn list_item(&mut self, list: &List, at: Expr) -> Val {
        let dtype = Self::item_dtype(list);
        let address = self.item_address(list, at);
        let address = self.temp(address);
        let re = self.temp(Expr::Load(mem(dtype), Box::new(address.clone()), 16));
        let im =
            dtype.is_complex().then(|| self.temp(Expr::Load(mem(dtype), Box::new(address), 16 + dtype.size() / 2)));
        let weak = matches!(list.item, Type::Number { weak: true, .. });
        Val::Num(Num { dtype, weak, re, im })
    }

    /// Stores at an index in range; the value has the items' type.
    pub(super) fn list_store(&mut self, list: &List, at: Expr, val: &Val) {
        let dtype = Self::item_dtype(list);
        let address = self.item_address(list, at);
        let address = self.temp(address);
        for (i, part) in val.parts().into_iter().enumerate() {
            let offset = 16 + i as u32 * dtype.size() / 2;
            self.emit(Stmt::Store(mem(dtype), address.clone(), offset, part));
        }
    }

    /// Appends a value of the items' type.
    pub(super) fn list_append(&mut self, list: &List, val: &Val, span: Span) {
        let val = self.settle(val.clone());
        let length = self.list_length(list);
        let capacity = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), CAPACITY));
        let capacity = self.temp(op(Op::I64ExtendI32U, [capacity]));
        let size = i64::from(Self::item_dtype(list).size());
        let outer = std::mem::take(&mut self.code);
        // Twice the room: appending takes constant time on average.
        let grown = self.temp(mul(capacity.clone(), Expr::I64(2)));
        let raise = self.raise("MemoryError", "there is no memory for the list to grow", span);
        let items = self.f.local(Rep::I32);
        self.emit(Stmt::Alloc(items, mul(grown.clone(), Expr::I64(size)), raise));
        let old = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), ITEMS));
        self.copy_words(&old, &Expr::Local(items), &mul(length.clone(), Expr::I64(size)));
        self.emit(Stmt::Decref(old));
        self.emit(Stmt::Store(Mem::Word, list.header.clone(), ITEMS, Expr::Local(items)));
        self.emit(Stmt::Store(Mem::Word, list.header.clone(), CAPACITY, wrap(grown)));
        let grow = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::If(op(Op::I64Eq, [length.clone(), capacity]), grow, Vec::new()));
        self.list_store(list, length.clone(), &val);
        self.emit(Stmt::Store(Mem::Word, list.header.clone(), LENGTH, wrap(add(length, Expr::I64(1)))));
    }

    /// Copies bytes between the data of two blocks.
    fn copy_words(&mut self, from: &Expr, to: &Expr, bytes: &Expr) {
        let counter = self.f.local(Rep::I64);
        let offset = |base: &Expr| op(Op::I32Add, [base.clone(), wrap(Expr::Local(counter))]);
        let byte = self.f.local(Rep::I64);
        let body = vec![
            Stmt::Set(byte, Expr::Load(Mem::I64, Box::new(offset(from)), 16)),
            Stmt::Store(Mem::I64, offset(to), 16, Expr::Local(byte)),
        ];
        // Eight bytes at once: a block has room for FIRST items, and the double of that.
        let copy = crate::ir::For { counter, start: Expr::I64(0), stop: bytes.clone(), step: 8, body };
        self.emit(Stmt::For(Box::new(copy)));
    }

    /// An index made one in range: negative ones count from the end.
    pub(super) fn list_index(&mut self, list: &List, at: Expr, what: &str, span: Span) -> Expr {
        let length = self.list_length(list);
        let at = self.temp(at);
        let negative = op(Op::I64LtS, [at.clone(), Expr::I64(0)]);
        let at = self.temp(select(negative, add(at.clone(), length.clone()), at));
        self.check(op(Op::I64LtU, [at.clone(), length]), "IndexError", what, span);
        at
    }

    /// `list.name(...)`
    pub(super) fn list_method(&mut self, list: &List, name: &str, args: &[Val], span: Span) -> Result<Val> {
        match (name, args) {
            ("append", [item]) => {
                let Some(ty) = item.ty() else { return typing(span, "This cannot be appended.") };
                let both = list.item.unify(&ty);
                if both.as_ref() != Some(&list.item) {
                    if let (Some(origin), Some(both @ Type::Number { .. })) = (list.origin, both) {
                        let frame = self.frame();
                        let key = (frame.function, frame.types.clone(), origin, String::new());
                        self.heads.insert(key, both);
                        self.again = true;
                    }
                    return typing(
                        span,
                        format!("{} is appended to a list of {}.", ty.describe(), list.item.describe()),
                    );
                }
                let item = self.convert(item.clone(), &list.item);
                self.list_append(list, &item, span);
                Ok(Val::None)
            }
            ("pop", [] | [_]) => {
                let at = match args.first() {
                    Some(Val::Num(num)) if num.dtype.is_int() => num.re.clone(),
                    None => Expr::I64(-1),
                    _ => return typing(span, "pop takes an int."),
                };
                let at = self.list_index(list, at, "pop index out of range", span);
                let item = self.list_item(list, at.clone());
                let length = self.list_length(list);
                let last = self.temp(sub(length, Expr::I64(1)));
                if !args.is_empty() {
                    // What lies behind it moves up.
                    let counter = self.f.local(Rep::I64);
                    let outer = std::mem::take(&mut self.code);
                    let next = self.list_item(list, add(Expr::Local(counter), Expr::I64(1)));
                    self.list_store(list, Expr::Local(counter), &next);
                    let body = std::mem::replace(&mut self.code, outer);
                    let shift = crate::ir::For { counter, start: at, stop: last.clone(), step: 1, body };
                    self.emit(Stmt::For(Box::new(shift)));
                }
                self.emit(Stmt::Store(Mem::Word, list.header.clone(), LENGTH, wrap(last)));
                Ok(item)
            }
            ("clear", []) => {
                self.emit(Stmt::Store(Mem::Word, list.header.clone(), LENGTH, Expr::I32(0)));
                Ok(Val::None)
            }
            _ => unsupported(span, format!("list.{name} is not compiled.")),
        }
    }

    /// `[a, b, c]`
    pub(super) fn list_literal(&mut self, items: Vec<Val>, span: Span) -> Result<Val> {
        let ty = items.iter().skip(1).fold(items.first().and_then(Val::ty), |ty, item| ty?.unify(&item.ty()?));
        let frame = self.frame();
        let key = (frame.function, frame.types.clone(), span, String::new());
        let wider = self.heads.get(&key).cloned();
        // What an empty list holds is known when something is appended: then the program is lowered again.
        let ty = wider.or(if items.is_empty() { Some(Type::BOOL) } else { ty });
        let Some(ty @ Type::Number { .. }) = ty else {
            return unsupported(span, "Only lists of numbers of one type are compiled.");
        };
        let list = List { origin: Some(span), ..self.new_list(ty.clone(), span) };
        for item in items {
            let item = self.convert(item, &ty);
            self.list_append(&list, &item, span);
        }
        Ok(self.unnamed(list))
    }
}
