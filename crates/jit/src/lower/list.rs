//! Lists. A header of 16 bytes (references, address of the items, length, capacity), and the items in memory of their own,
//! which moves as the list grows. Numbers lie there as in an array; of other items each part has 8 bytes. Items that own
//! memory (arrays, lists) hold a reference to it: which parts those are stands in the items' block, for whoever frees it.

use super::Lower;
use super::call::Args;
use super::val::{List, Num, Val, mem, reps};
use crate::build::{add, mul, op, select, sub, wrap};
use crate::error::{Hint, Result, Span, typing, unsupported};
use crate::ir::{Expr, Local, Mem, Op, Rep, Stmt};
use crate::types::Type;

const ITEMS: u32 = 4;
const LENGTH: u32 = 8;
const CAPACITY: u32 = 12;

/// In the header of the items' block: bytes of an item, and a bit for each part of it that is an owner.
const STRIDE: u32 = 4;
const OWNERS: u32 = 8;

/// Room of a new list, in items.
const FIRST: i64 = 8;

/// Items of more parts are not stored.
const WIDEST: usize = 32;

/// How a part of an item lies in memory.
fn slot(rep: Rep) -> Mem {
    match rep {
        Rep::I64 => Mem::I64,
        Rep::F32 => Mem::F32,
        Rep::F64 => Mem::F64,
        Rep::I32 | Rep::V128 => Mem::Word,
    }
}

/// Bytes of an item.
fn stride(item: &Type) -> i64 {
    match item {
        Type::Number { dtype, .. } => i64::from(dtype.size()),
        other => 8 * reps(other).len().max(1) as i64,
    }
}

/// Which parts of an item own memory.
fn owners(item: &Type) -> Vec<usize> {
    fn visit(item: &Type, at: &mut usize, found: &mut Vec<usize>) {
        match item {
            Type::Tuple(items) => items.iter().for_each(|item| visit(item, at, found)),
            Type::Named(_, fields) => fields.iter().for_each(|field| visit(&field.1, at, found)),
            other => {
                match other {
                    Type::Array(_) => found.push(*at + 1),
                    Type::List(_) => found.push(*at),
                    _ => {}
                }
                *at += reps(other).len();
            }
        }
    }
    let mut found = Vec::new();
    visit(item, &mut 0, &mut found);
    found
}

impl Lower<'_> {
    /// Whether values of a type can be the items of a list.
    pub(super) fn storable(item: Option<Type>, span: Span) -> Result<Type> {
        match item {
            Some(item) if reps(&item).len() <= WIDEST => Ok(item),
            Some(item) => unsupported(span, format!("A list of {} is not compiled: it is too wide.", item.describe())),
            None => unsupported(span, "A list of these is not compiled.").hint("Keep numbers, tuples or arrays in it."),
        }
    }

    /// A block for so many items.
    fn new_items(&mut self, list: &List, count: Expr, raise: u32) -> Local {
        let items = self.f.local(Rep::I32);
        self.emit(Stmt::Alloc(items, mul(count, Expr::I64(stride(&list.item))), raise));
        let owners = owners(&list.item).into_iter().fold(0, |mask, at| mask | 1 << at);
        if owners != 0 {
            self.module.nested = true;
            let size = Expr::I32(stride(&list.item) as i32);
            self.emit(Stmt::Store(Mem::Word, Expr::Local(items), STRIDE, size));
        }
        self.emit(Stmt::Store(Mem::Word, Expr::Local(items), OWNERS, Expr::I32(owners)));
        items
    }

    /// An empty list.
    pub(super) fn new_list(&mut self, item: Type, span: Span) -> List {
        let header = self.f.local(Rep::I32);
        let raise = self.raise("MemoryError", "there is no memory for the list", span);
        self.emit(Stmt::Alloc(header, Expr::I64(0), raise));
        let list = List { item, header: Expr::Local(header), origin: None };
        let items = self.new_items(&list, Expr::I64(FIRST), raise);
        for (at, value) in [(ITEMS, Expr::Local(items)), (LENGTH, Expr::I32(0)), (CAPACITY, Expr::I32(FIRST as i32))] {
            self.emit(Stmt::Store(Mem::Word, list.header.clone(), at, value));
        }
        list
    }

    /// A list of what will be appended to it: then the program is lowered again. `item` is known already.
    pub(super) fn open_list(&mut self, item: Option<Type>, span: Span) -> List {
        let frame = self.frame();
        let key = (frame.function, frame.types.clone(), span, String::new());
        let number = self.origins.iter().position(|origin| *origin == key).unwrap_or_else(|| {
            self.origins.push(key.clone());
            self.origins.len() - 1
        });
        let item = self.heads.get(&key).cloned().or(item).unwrap_or(Type::Open(number));
        List { origin: Some(number), ..self.new_list(item, span) }
    }

    /// Reading an item of a list whose items' type is not known yet. At first it is taken to be a bool, which widens to any
    /// number; where that is no good, the list is taken to be empty, so that nothing behind can be reached.
    pub(super) fn known_items(&mut self, list: &List, span: Span) -> Result<()> {
        if !matches!(list.item, Type::Open(_)) {
            return Ok(());
        }
        self.guessed = true;
        if !self.skips {
            return Ok(());
        }
        let error = typing(span, "What the list holds is not known here.").hint("Append to it before it is read.");
        self.dead = error.as_ref().err().cloned();
        error
    }

    /// An i64.
    pub(super) fn list_length(&mut self, list: &List) -> Expr {
        let length = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), LENGTH));
        self.temp(op(Op::I64ExtendI32U, [length]))
    }

    /// The address of an item, less the block's header.
    fn item_address(&mut self, list: &List, at: Expr) -> Expr {
        let items = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), ITEMS));
        let address = op(Op::I32Add, [items, op(Op::I32Mul, [wrap(at), Expr::I32(stride(&list.item) as i32)])]);
        self.temp(address)
    }

    /// The item at an index in range, which the statement holds while it lasts.
    pub(super) fn list_item(&mut self, list: &List, at: Expr) -> Val {
        let item = self.borrowed_item(list, at);
        for owner in item.owners() {
            self.hold(owner);
        }
        item
    }

    /// The item at an index in range, its references being the list's.
    fn borrowed_item(&mut self, list: &List, at: Expr) -> Val {
        if let Type::Open(_) = list.item {
            return Val::Num(Num::bool(Expr::Local(self.f.local(Rep::I32))));
        }
        let address = self.item_address(list, at);
        let Type::Number { dtype, weak } = list.item else {
            let parts = reps(&list.item).into_iter().enumerate();
            let parts: Vec<_> =
                parts.map(|(i, rep)| Expr::Load(slot(rep), Box::new(address.clone()), 16 + 8 * i as u32)).collect();
            let parts: Vec<_> = parts.into_iter().map(|part| self.temp(part)).collect();
            return self.assemble(&list.item, &mut parts.into_iter());
        };
        let re = self.temp(Expr::Load(mem(dtype), Box::new(address.clone()), 16));
        let im =
            dtype.is_complex().then(|| self.temp(Expr::Load(mem(dtype), Box::new(address), 16 + dtype.size() / 2)));
        Val::Num(Num { dtype, weak, re, im })
    }

    /// Stores a value of the items' type at an index in range; its references are the list's from now on.
    fn give_item(&mut self, list: &List, at: Expr, val: &Val) {
        let address = self.item_address(list, at);
        for (i, part) in val.parts().into_iter().enumerate() {
            let (mem, width) = match &list.item {
                Type::Number { dtype, .. } => (mem(*dtype), dtype.size() / 2),
                _ => (slot(self.f.rep(&part)), 8),
            };
            self.emit(Stmt::Store(mem, address.clone(), 16 + i as u32 * width, part));
        }
    }

    /// Stores at an index in range; the value has the items' type.
    pub(super) fn list_store(&mut self, list: &List, at: Expr, val: &Val) {
        for owner in val.owners() {
            self.emit(Stmt::Incref(owner));
        }
        let old = self.borrowed_item(list, at.clone());
        self.give_item(list, at, val);
        for owner in old.owners() {
            self.emit(Stmt::Decref(owner));
        }
    }

    /// Appends a value of the items' type.
    pub(super) fn list_append(&mut self, list: &List, val: &Val, span: Span) {
        let val = self.settle(val.clone());
        for owner in val.owners() {
            self.emit(Stmt::Incref(owner));
        }
        let length = self.list_length(list);
        let capacity = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), CAPACITY));
        let capacity = self.temp(op(Op::I64ExtendI32U, [capacity]));
        let outer = std::mem::take(&mut self.code);
        // Twice the room: appending takes constant time on average.
        let grown = self.temp(mul(capacity.clone(), Expr::I64(2)));
        let raise = self.raise("MemoryError", "there is no memory for the list to grow", span);
        let items = self.new_items(list, grown.clone(), raise);
        let old = self.temp(Expr::Load(Mem::Word, Box::new(list.header.clone()), ITEMS));
        self.copy_words(&old, &Expr::Local(items), &mul(length.clone(), Expr::I64(stride(&list.item))));
        if !owners(&list.item).is_empty() {
            // The items have moved: their references, too.
            self.emit(Stmt::Store(Mem::Word, old.clone(), STRIDE, Expr::I32(0)));
        }
        self.emit(Stmt::Decref(old));
        self.emit(Stmt::Store(Mem::Word, list.header.clone(), ITEMS, Expr::Local(items)));
        self.emit(Stmt::Store(Mem::Word, list.header.clone(), CAPACITY, wrap(grown)));
        let grow = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::If(op(Op::I64Eq, [length.clone(), capacity]), grow, Vec::new()));
        self.give_item(list, length.clone(), &val);
        self.emit(Stmt::Store(Mem::Word, list.header.clone(), LENGTH, wrap(add(length, Expr::I64(1)))));
    }

    /// What an empty list holds is known now: the program is lowered again.
    pub(super) fn tell(&mut self, origin: usize, item: Type) {
        let key = self.origins[origin].clone();
        self.heads.insert(key, item);
        self.again = true;
    }

    /// A value as an item of a list, whose items' type it tells where that is open.
    pub(super) fn as_item(&mut self, list: &List, val: Val, what: &str, span: Span) -> Result<Val> {
        let val = self.force(val, span)?;
        let ty = Self::storable(val.ty(), span)?;
        let (both, origin) = match list.item {
            Type::Open(origin) => (Some(ty.clone()), Some(origin)),
            _ => (list.item.unify(&ty), list.origin),
        };
        if both.as_ref() != Some(&list.item) {
            if let (Some(origin), Some(both)) = (origin, both) {
                self.tell(origin, both);
            }
            return typing(span, format!("{} is {what} a list of {}.", ty.describe(), list.item.describe()));
        }
        let val = self.convert(val, &list.item);
        Ok(self.settle(val))
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
    pub(super) fn list_method(&mut self, list: &List, mut args: Args) -> Result<Val> {
        let span = args.span;
        let plain = args.keywords.is_empty();
        match (args.name.as_str(), args.positional.as_slice()) {
            ("append", [item]) if plain => {
                let item = self.as_item(list, item.clone(), "appended to", span)?;
                self.list_append(list, &item, span);
                Ok(Val::None)
            }
            ("pop", [] | [_]) if plain => {
                let given = args.positional.first();
                let at = match given {
                    Some(Val::Num(num)) if num.dtype.is_int() => num.re.clone(),
                    None => Expr::I64(-1),
                    _ => return typing(span, "pop takes an int."),
                };
                self.known_items(list, span)?;
                let at = self.list_index(list, at, "pop index out of range", span);
                let item = self.borrowed_item(list, at.clone());
                for owner in item.owners() {
                    self.own(owner);
                }
                let length = self.list_length(list);
                let last = self.temp(sub(length, Expr::I64(1)));
                if given.is_some() {
                    // What lies behind it moves up.
                    let counter = self.f.local(Rep::I64);
                    let outer = std::mem::take(&mut self.code);
                    let next = self.borrowed_item(list, add(Expr::Local(counter), Expr::I64(1)));
                    self.give_item(list, Expr::Local(counter), &next);
                    let body = std::mem::replace(&mut self.code, outer);
                    let shift = crate::ir::For { counter, start: at, stop: last.clone(), step: 1, body };
                    self.emit(Stmt::For(Box::new(shift)));
                }
                self.emit(Stmt::Store(Mem::Word, list.header.clone(), LENGTH, wrap(last)));
                Ok(item)
            }
            _ => {
                // The prelude's, whose list this may tell what it holds.
                args.positional.insert(0, Val::List(list.clone()));
                let name = format!("list.{}", args.name);
                args.name.clone_from(&name);
                match self.call_prelude(&name, args)? {
                    Some(found) => Ok(found),
                    None => unsupported(span, format!("{name} is not compiled.")),
                }
            }
        }
    }

    /// `[a, b, c]`
    pub(super) fn list_literal(&mut self, items: Vec<Val>, span: Span) -> Result<Val> {
        let ty = items.iter().skip(1).fold(items.first().and_then(Val::ty), |ty, item| ty?.unify(&item.ty()?));
        if ty.is_none() && !items.is_empty() {
            return unsupported(span, "Only lists of items of one type are compiled.").hint("Use a tuple.");
        }
        let ty = ty.map(|ty| Self::storable(Some(ty), span)).transpose()?;
        let list = self.open_list(ty, span);
        for item in items {
            let item = self.convert(item, &list.item);
            self.list_append(&list, &item, span);
        }
        Ok(self.unnamed(list))
    }
}
