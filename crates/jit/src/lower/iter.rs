//! What a `for` goes through.

use super::Lower;
use super::val::{Array, Num, Val};
use crate::ast::{Comp, Expr as Ast, ExprKind, Stmt as AstStmt};
use crate::build::{add, mul, op, select};
use crate::error::{Result, Span, typing};
use crate::ir::{Expr, Op, Stmt};
use crate::sorted::Set;
use crate::types::Type;

impl Lower<'_> {
    /// `for target in iter`
    pub(super) fn for_loop(
        &mut self,
        span: Span,
        target: &Ast,
        iter: Val,
        at: Span,
        body: &[AstStmt],
        orelse: &[AstStmt],
    ) -> Result<()> {
        if let Val::Tuple(items) | Val::Named(_, _, items) = &iter {
            return self.unrolled(span, target, items.clone(), body, orelse);
        }
        let names = Self::loop_names(target, body);
        if let Val::Range(bounds) = iter {
            return self.count(span, &names, orelse, bounds, |lower, counter| {
                lower.iteration(target, Self::int_val(counter), body)
            });
        }
        if self.contains_list(&iter) {
            self.known_lists(&iter, span)?;
            return self.for_list(span, target, &iter, body, orelse);
        }
        let Some(length) = self.iter_length(&iter) else {
            return typing(at, format!("{} cannot be gone through.", iter.describe()));
        };
        let bounds = [Expr::I64(0), length, Expr::I64(1)];
        self.count(span, &names, orelse, bounds, |lower, counter| {
            let item = lower.iter_item(&iter, counter);
            lower.iteration(target, item, body)
        })
    }

    /// One more reference to what is gone through by a variable that gets another value in the loop.
    pub(super) fn hold_gone_through(&mut self, iter: &Val, target: &Ast, body: &[AstStmt]) {
        for owner in owners(iter) {
            let frame = self.frame();
            let of = |name: &String| frame.env.get(name).is_some_and(|each| each.val.owners().contains(&owner));
            if Self::loop_names(target, body).iter().any(of) {
                self.hold(owner);
            }
        }
    }

    /// As `known_items`, of all lists that are gone through.
    fn known_lists(&mut self, iter: &Val, span: Span) -> Result<()> {
        match iter {
            Val::List(list) => self.known_items(list, span),
            Val::Enumerate(of, _) => self.known_lists(of, span),
            Val::Zip(items) => items.iter().try_for_each(|item| self.known_lists(item, span)),
            _ => Ok(()),
        }
    }

    fn contains_list(&self, iter: &Val) -> bool {
        match iter {
            Val::List(_) => true,
            Val::Enumerate(of, _) => self.contains_list(of),
            Val::Zip(items) => items.iter().any(|item| self.contains_list(item)),
            _ => false,
        }
    }

    /// A list may grow or shrink while it is gone through: its length is looked at in each iteration.
    fn for_list(&mut self, span: Span, target: &Ast, iter: &Val, body: &[AstStmt], orelse: &[AstStmt]) -> Result<()> {
        let names = Self::loop_names(target, body);
        let counter = self.f.local(crate::ir::Rep::I64);
        self.emit(Stmt::Set(counter, Expr::I64(-1)));
        self.repeat(span, &names, orelse, |lower, labels| {
            let head = lower.label();
            lower.emit(Stmt::Set(counter, add(Expr::Local(counter), Expr::I64(1))));
            let Some(length) = lower.iter_length(iter) else { return typing(span, "This cannot be gone through.") };
            let over = op(Op::I64GeS, [Expr::Local(counter), length]);
            lower.emit(Stmt::If(over, vec![Stmt::Br(labels.end)], Vec::new()));
            if let Some(ctx) = lower.frame().loops.last_mut() {
                ctx.next = head;
            }
            let item = lower.iter_item(iter, Expr::Local(counter));
            lower.iteration(target, item, body)?;
            if lower.frame().reachable {
                lower.carry();
                lower.emit(Stmt::Br(head));
            }
            let inside = std::mem::take(&mut lower.code);
            lower.emit(Stmt::Loop(head, inside));
            Ok(true)
        })
    }

    /// How many items there are to go through: an i64; `None` of what cannot be gone through.
    pub(super) fn iter_length(&mut self, iter: &Val) -> Option<Expr> {
        Some(match iter {
            Val::Range([start, stop, step]) => {
                let trips = self.trips(start, stop, step);
                self.temp(trips)
            }
            Val::Array(array) => array.shape.first()?.clone(),
            Val::Indices(shape) | Val::Flat(Array { shape, .. }) => self.size(shape),
            Val::List(list) => self.list_length(list),
            Val::Tuple(items) | Val::Named(_, _, items) => Expr::I64(items.len() as i64),
            Val::Enumerate(of, _) => self.iter_length(of)?,
            Val::Zip(items) => {
                let mut least: Option<Expr> = None;
                for item in items {
                    let length = self.iter_length(item)?;
                    least = Some(match least {
                        Some(least) => {
                            let shorter = op(Op::I64LtS, [length.clone(), least.clone()]);
                            self.temp(select(shorter, length, least))
                        }
                        None => length,
                    });
                }
                least.unwrap_or(Expr::I64(0))
            }
            _ => return None,
        })
    }

    /// The item at an index that is in range.
    pub(super) fn iter_item(&mut self, iter: &Val, at: Expr) -> Val {
        match iter {
            Val::Range([start, _, step]) => Self::int_val(add(start.clone(), mul(at, step.clone()))),
            Val::Array(array) => {
                let item = self.item(array, at);
                self.settle(item)
            }
            Val::List(list) => self.list_item(list, at),
            Val::Indices(shape) => {
                let indices = self.unravelled(shape, at);
                Val::Tuple(indices.into_iter().map(Self::int_val).collect())
            }
            Val::Flat(array) => {
                let indices = self.unravelled(&array.shape, at);
                let address = Self::address(&array.data, &array.strides, &indices);
                Val::Num(self.load_element(array.ty.dtype, address))
            }
            Val::Tuple(items) | Val::Named(_, _, items) => self.choose(items, at),
            Val::Enumerate(of, start) => {
                let item = self.iter_item(of, at.clone());
                Val::Tuple(vec![Self::int_val(add(start.clone(), at)), item])
            }
            Val::Zip(items) => Val::Tuple(items.iter().map(|item| self.iter_item(item, at.clone())).collect()),
            _ => Val::None,
        }
    }

    /// The indices of the element at a place in C order.
    fn unravelled(&mut self, shape: &[Expr], at: Expr) -> Vec<Expr> {
        let mut left = self.temp(at);
        let mut indices = Vec::new();
        for (axis, length) in shape.iter().enumerate().rev() {
            if axis == 0 {
                indices.push(left.clone());
                break;
            }
            // Of an axis without elements nothing is gone through; and nothing may divide by 0.
            let some = select(op(Op::I64Eqz, [length.clone()]), Expr::I64(1), length.clone());
            let some = self.temp(some);
            indices.push(self.temp(op(Op::I64RemU, [left.clone(), some.clone()])));
            left = self.temp(op(Op::I64DivU, [left, some]));
        }
        indices.reverse();
        indices
    }

    /// One of a tuple's items of one type, by an index in range.
    pub(super) fn choose(&mut self, items: &[Val], at: Expr) -> Val {
        let ty = items.iter().skip(1).fold(items.first().and_then(Val::ty), |ty, item| ty?.unify(&item.ty()?));
        let (Some(ty), Some(last)) = (ty, items.last()) else { return Val::None };
        let mut chosen = self.convert(last.clone(), &ty).parts();
        for (i, item) in items.iter().enumerate().rev().skip(1) {
            let here = self.temp(op(Op::I64Eq, [at.clone(), Expr::I64(i as i64)]));
            let parts = self.convert(item.clone(), &ty).parts();
            chosen = parts.into_iter().zip(chosen).map(|(part, other)| select(here.clone(), part, other)).collect();
        }
        let chosen: Vec<_> = chosen.into_iter().map(|part| self.temp(part)).collect();
        self.assemble(&ty, &mut chosen.into_iter())
    }

    /// `[element for ...]`: a list, filled by nested loops.
    pub(super) fn comprehension(&mut self, span: Span, element: &Ast, generators: &[Comp]) -> Result<Val> {
        // The first element tells the type; its code is thrown away.
        let item = self.item_type(span, element, generators)?;
        let item = Self::storable(Some(item), span)?;
        let list = self.new_list(item.clone(), span);
        self.generate(generators, &mut |lower| {
            let val = lower.expr(element)?;
            let val = lower.convert(val, &item);
            lower.list_append(&list, &val, span);
            Ok(())
        })?;
        Ok(self.unnamed(list))
    }

    /// The type of a comprehension's elements.
    pub(super) fn item_type(&mut self, span: Span, element: &Ast, generators: &[Comp]) -> Result<Type> {
        let code = std::mem::take(&mut self.code);
        let temps = std::mem::take(&mut self.temps);
        let env = self.frame().env.clone();
        let mut ty = None;
        for generator in generators {
            let iter = self.expr(&generator.iter)?;
            let iter = self.settle(iter);
            let item = match &iter {
                Val::Tuple(items) if items.is_empty() => return typing(span, "There is nothing to go through."),
                _ if self.iter_length(&iter).is_none() => {
                    return typing(generator.iter.span, format!("{} cannot be gone through.", iter.describe()));
                }
                // A counter that no one knows.
                _ => {
                    let counter = Expr::Local(self.f.local(crate::ir::Rep::I64));
                    self.iter_item(&iter, counter)
                }
            };
            self.assign(&generator.target, item)?;
            for test in &generator.ifs {
                self.truth(test)?;
            }
        }
        let val = self.expr(element)?;
        ty = ty.or(val.ty());
        self.code = code;
        self.temps = temps;
        self.frame().env = env;
        match ty {
            Some(ty) => Ok(ty),
            None => typing(element.span, format!("A list of {} is not compiled.", val.describe())),
        }
    }

    /// Nested loops of a comprehension around what happens with each element.
    pub(super) fn generate(
        &mut self,
        generators: &[Comp],
        each: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else { return each(self) };
        let mut names = Set::new();
        super::names::target_names(&generator.target, &mut names);
        let hidden: Vec<_> = names.iter().map(|name| (name.clone(), self.frame().env.remove(name))).collect();
        let iter = self.expr(&generator.iter)?;
        let iter = self.settle(iter);
        let Some(length) = self.iter_length(&iter) else {
            return typing(generator.iter.span, format!("{} cannot be gone through.", iter.describe()));
        };
        // A walrus inside may give its name another value.
        owners(&iter).into_iter().for_each(|owner| self.hold(owner));
        let each = std::cell::RefCell::new(each);
        let at = Span { end_line: generator.target.span.line, ..generator.target.span };
        self.count(at, &Set::new(), &[], [Expr::I64(0), length, Expr::I64(1)], |lower, counter| {
            let outer = std::mem::take(&mut lower.temps);
            let item = lower.iter_item(&iter, counter);
            lower.assign(&generator.target, item)?;
            let mut keep = Expr::I32(1);
            for test in &generator.ifs {
                let condition = lower.truth(test)?;
                keep = crate::build::and(keep, condition);
            }
            lower.branch(keep, |lower| lower.generate(rest, &mut **each.borrow_mut()), |_| Ok(()))?;
            lower.release_temps();
            lower.temps = outer;
            Ok(())
        })?;
        for (name, binding) in hidden {
            self.restore(&name, binding);
        }
        Ok(())
    }

    /// Whether all of (true) or any of the elements of a generator are true.
    pub(super) fn quantify(&mut self, all: bool, element: &Ast, generators: &[Comp]) -> Result<Val> {
        let found = self.f.local(crate::ir::Rep::I32);
        let out = self.label();
        self.emit(Stmt::Set(found, Expr::I32(i32::from(all))));
        let outer = std::mem::take(&mut self.code);
        self.generate(generators, &mut |lower| {
            let truth = lower.truth(element)?;
            let decides = if all { crate::build::not(truth) } else { truth };
            let decided = vec![Stmt::Set(found, Expr::I32(i32::from(!all))), Stmt::Br(out)];
            lower.emit(Stmt::If(decides, decided, Vec::new()));
            Ok(())
        })?;
        let body = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::Block(out, body));
        Ok(Val::Num(Num::bool(Expr::Local(found))))
    }

    /// The element and the loops of a generator or list handed to a function.
    pub(super) fn as_generator(expr: &Ast) -> Option<(&Ast, &[Comp])> {
        match &expr.kind {
            ExprKind::ListComp(element, generators) => Some((element, generators)),
            _ => None,
        }
    }
}

/// The owners of what is gone through.
fn owners(iter: &Val) -> Vec<Expr> {
    match iter {
        Val::Enumerate(of, _) => owners(of),
        Val::Zip(items) => items.iter().flat_map(owners).collect(),
        Val::Flat(array) => vec![array.owner.clone()],
        other => other.owners(),
    }
}
