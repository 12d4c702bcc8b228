//! Where ways join: what each variable is, and the locals that hold it.

use std::collections::hash_map::Entry;

use super::val::{Val, zero};
use super::{Binding, Env, LoopCtx, Lower};
use crate::ast::Stmt as AstStmt;
use crate::build;
use crate::error::{Result, Span, internal, typing};
use crate::ir::{Expr, Label, Local, Rep, Stmt};
use crate::sorted::{Map, Set};
use crate::types::Type;

/// A loop is lowered again at most so often: each time one of its variables has a wider type, or none.
const MOST_ATTEMPTS: usize = 100;

/// Stands for the type of a variable that has no type in a loop, since it has two.
const CONFLICT: Type = Type::Omitted;

impl Lower<'_> {
    /// Lowers two ways from here, each into code of its own, and joins them.
    pub(super) fn branch(
        &mut self,
        condition: Expr,
        then: impl FnOnce(&mut Self) -> Result<()>,
        otherwise: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        match condition {
            Expr::I32(0) => return otherwise(self),
            Expr::I32(_) => return then(self),
            _ => {}
        }
        let before = self.frame().env.clone();
        let outer = std::mem::take(&mut self.code);
        then(self)?;
        let mut first = std::mem::take(&mut self.code);
        let first_env = std::mem::replace(&mut self.frame().env, before);
        let first_reached = std::mem::replace(&mut self.frame().reachable, true);
        otherwise(self)?;
        let mut second = std::mem::replace(&mut self.code, outer);
        let second_env = std::mem::take(&mut self.frame().env);
        let second_reached = self.frame().reachable;
        self.frame().reachable = first_reached || second_reached;
        let outer = std::mem::take(&mut self.code);
        let env = match (first_reached, second_reached) {
            (true, true) => self.join(first_env, &mut first, second_env, &mut second),
            (false, _) => second_env,
            (true, false) => first_env,
        };
        // What follows from a shape is computed behind the ways that set it.
        let derived = std::mem::replace(&mut self.code, outer);
        self.frame().env = env;
        self.emit(Stmt::If(condition, first, second));
        self.code.extend(derived);
        Ok(())
    }

    fn join(&mut self, a: Env, first: &mut Vec<Stmt>, mut b: Env, second: &mut Vec<Stmt>) -> Env {
        let mut joined = Env::new();
        for (name, in_a) in a {
            let binding = match b.remove(&name) {
                Some(in_b) if in_a == in_b => in_a,
                Some(in_b) => self.join_bindings(in_a, first, in_b, second),
                None => self.join_missing(in_a, first, second),
            };
            joined.insert(name, binding);
        }
        for (name, in_b) in b {
            let binding = self.join_missing(in_b, second, first);
            joined.insert(name, binding);
        }
        joined
    }

    fn join_bindings(&mut self, a: Binding, first: &mut Vec<Stmt>, b: Binding, second: &mut Vec<Stmt>) -> Binding {
        let val = self.join_vals(a.val, first, b.val, second);
        let defined = (a.defined != b.defined).then(|| {
            let flag = self.f.local(Rep::I32);
            for (code, defined) in [(first, a.defined), (second, b.defined)] {
                code.push(Stmt::Set(flag, defined.map_or(Expr::I32(1), Expr::Local)));
            }
            flag
        });
        Binding { val, defined: defined.or(a.defined) }
    }

    fn join_vals(&mut self, a: Val, first: &mut Vec<Stmt>, b: Val, second: &mut Vec<Stmt>) -> Val {
        if a == b {
            return a;
        }
        let (Some(ty_a), Some(ty_b)) = (a.ty(), b.ty()) else {
            return Val::Conflict(a.ty().unwrap_or(Type::None), b.ty().unwrap_or(Type::None));
        };
        let Some(ty) = ty_a.unify(&ty_b) else { return Val::Conflict(ty_a, ty_b) };
        let locals: Vec<_> = super::val::reps(&ty).into_iter().map(|rep| self.f.local(rep)).collect();
        self.set_in(first, &locals, &a, &ty);
        self.set_in(second, &locals, &b, &ty);
        let mut parts = locals.into_iter().map(Expr::Local);
        self.assemble(&ty, &mut parts)
    }

    /// Sets locals to a value made one of a type, at the end of some code.
    fn set_in(&mut self, code: &mut Vec<Stmt>, locals: &[Local], val: &Val, ty: &Type) {
        std::mem::swap(&mut self.code, code);
        let val = self.convert(val.clone(), ty);
        self.set_all(locals, val.parts());
        std::mem::swap(&mut self.code, code);
    }

    /// Sets locals all at once: none of the values sees another's change.
    fn set_all(&mut self, locals: &[Local], mut values: Vec<Expr>) {
        let conflict = (1..values.len()).any(|i| locals[..i].iter().any(|&local| values[i].reads(local)));
        if conflict {
            for value in &mut values {
                if !matches!(value, Expr::I32(_) | Expr::I64(_) | Expr::F32(_) | Expr::F64(_)) {
                    let copy = self.f.local(self.f.rep(value));
                    let original = std::mem::replace(value, Expr::Local(copy));
                    self.code.push(Stmt::Set(copy, original));
                }
            }
        }
        for (&local, value) in locals.iter().zip(values) {
            if value != Expr::Local(local) {
                self.emit(Stmt::Set(local, value));
            }
        }
    }

    /// A variable that only one way defines.
    fn join_missing(&mut self, has: Binding, defines: &mut Vec<Stmt>, other: &mut Vec<Stmt>) -> Binding {
        let flag = self.f.local(Rep::I32);
        defines.push(Stmt::Set(flag, has.defined.map_or(Expr::I32(1), Expr::Local)));
        other.push(Stmt::Set(flag, Expr::I32(0)));
        let Some(ty) = has.val.ty() else { return Binding { val: has.val, defined: Some(flag) } };
        let locals: Vec<_> = super::val::reps(&ty).into_iter().map(|rep| self.f.local(rep)).collect();
        self.set_in(defines, &locals, &has.val, &ty);
        for &local in &locals {
            other.push(Stmt::Set(local, zero(self.f.locals[local as usize])));
        }
        let mut parts = locals.into_iter().map(Expr::Local);
        Binding { val: self.assemble(&ty, &mut parts), defined: Some(flag) }
    }

    /// A variable's value where it is read.
    pub(super) fn read(&mut self, name: &str, span: Span) -> Result<Val> {
        let Some(binding) = self.frame().env.get(name).cloned() else {
            // It may have one from an iteration before: the loop starts again, with a type for it that widens to any.
            let depth = self.frames.len();
            let frame = self.frame();
            let (function, types) = (frame.function, frame.types.clone());
            let around = frame.loops.iter().find(|ctx| ctx.assigned.contains(name) && !ctx.outside.contains(name));
            if let Some(at) = around.map(|ctx| ctx.span) {
                let key = (function, types, at, name.to_owned());
                // Once only: then it has no value even so (it was deleted).
                if let Entry::Vacant(entry) = self.heads.entry(key) {
                    entry.insert(Type::BOOL);
                    self.restart = Some((depth, at));
                }
            }
            return typing(span, format!("The variable {name} has no value here."));
        };
        if let Val::Conflict(a, b) = &binding.val {
            let (a, b) = (a.describe(), b.describe());
            return typing(
                span,
                if a == b {
                    format!("The variable {name} is {a} in front of the loop, and something else behind an iteration.")
                } else {
                    format!("The variable {name} is {a} on one way to here and {b} on another.")
                },
            );
        }
        if let Some(flag) = binding.defined {
            // Without a value in this iteration, it may have the one from before: the loop starts again.
            let depth = self.frames.len();
            let frame = self.frame();
            let (function, types) = (frame.function, frame.types.clone());
            let around = frame
                .loops
                .iter()
                .find(|ctx| ctx.assigned.contains(name) && !ctx.outside.contains(name) && !ctx.phis.contains_key(name));
            if let (Some(at), Some(ty)) = (around.map(|ctx| ctx.span), binding.val.ty()) {
                self.heads.insert((function, types, at, name.to_owned()), ty);
                self.restart = Some((depth, at));
                return typing(span, format!("The variable {name} may have no value here."));
            }
            let message = format!("cannot access local variable '{name}' where it is not associated with a value");
            self.check(Expr::Local(flag), "UnboundLocalError", message, span);
            let checked = Binding { defined: None, ..binding.clone() };
            self.frame().env.insert(name.to_owned(), checked);
        }
        Ok(binding.val)
    }

    /// Gives a variable a value, and keeps alive what it refers to.
    pub(super) fn bind(&mut self, name: &str, val: Val) {
        let val = self.settle(val);
        for (i, owner) in val.owners().into_iter().enumerate() {
            let key = (name.to_owned(), i);
            let known = self.frame().owners.get(&key).copied();
            if owner == Expr::I32(0) && known.is_none() {
                continue;
            }
            let local = known.unwrap_or_else(|| {
                let local = self.f.local(Rep::I32);
                self.f.owners.push(local);
                self.frame().owners.insert(key, local);
                local
            });
            self.emit(Stmt::Incref(owner.clone()));
            self.emit(Stmt::Decref(Expr::Local(local)));
            self.emit(Stmt::Set(local, owner));
        }
        self.frame().env.insert(name.to_owned(), Binding { val, defined: None });
    }

    /// Lowers a loop. `head` makes what is repeated, and says whether the loop can end by itself; it is called again, from the
    /// start, where the loop turned out to need wider types.
    ///
    /// `head` gets the labels of the exit, of the next iteration and of the normal end.
    pub(super) fn repeat(
        &mut self,
        span: Span,
        assigned: &Set<String>,
        orelse: &[AstStmt],
        head: impl Fn(&mut Self, Labels) -> Result<bool>,
    ) -> Result<()> {
        self.repeat_dyn(span, assigned, orelse, &head)
    }

    /// There once in the binary, whatever the loops are.
    fn repeat_dyn(
        &mut self,
        span: Span,
        assigned: &Set<String>,
        orelse: &[AstStmt],
        head: &dyn Fn(&mut Self, Labels) -> Result<bool>,
    ) -> Result<()> {
        let before = self.frame().env.clone();
        let outer = std::mem::take(&mut self.code);
        let mut attempts = 0;
        loop {
            attempts += 1;
            if attempts > MOST_ATTEMPTS {
                return internal(span, "the types of a loop's variables do not settle");
            }
            let labels = Labels { exit: self.label(), next: self.label(), end: self.label() };
            let (function, types) = (self.frame().function, self.frame().types.clone());
            let (mut phis, mut conflicts) = (Env::new(), Env::new());
            for name in assigned {
                let guess = self.heads.get(&(function, types.clone(), span, name.clone())).cloned();
                if let (None, Some(ty)) = (before.get(name), &guess)
                    && *ty != CONFLICT
                {
                    let (val, locals) = self.hollow_locals(ty);
                    let flag = self.f.local(Rep::I32);
                    for local in locals.into_iter().chain([flag]) {
                        let value = zero(self.f.locals[local as usize]);
                        self.emit(Stmt::Set(local, value));
                    }
                    phis.insert(name.clone(), Binding { val, defined: Some(flag) });
                    continue;
                }
                let Some(binding) = before.get(name).cloned() else { continue };
                let Some(own) = binding.val.ty() else { continue };
                // Of one type in front of the loop, of another behind an iteration.
                if guess == Some(CONFLICT) {
                    let val = Val::Conflict(own.clone(), own);
                    conflicts.insert(name.clone(), Binding { val, defined: None });
                    continue;
                }
                let ty = guess.unwrap_or(own);
                let converted = self.convert(binding.val, &ty);
                let (val, locals) = self.hollow_locals(&ty);
                self.set_all(&locals, converted.parts());
                // It may be deleted in an iteration.
                let lost = self.heads.contains_key(&(function, types.clone(), span, format!("{name}?")));
                let defined = (lost || binding.defined.is_some()).then(|| {
                    let flag = self.f.local(Rep::I32);
                    self.emit(Stmt::Set(flag, binding.defined.map_or(Expr::I32(1), Expr::Local)));
                    flag
                });
                phis.insert(name.clone(), Binding { val, defined });
            }
            let start = std::mem::take(&mut self.code);
            // What follows from a shape is computed where the iteration starts.
            let mut derived = Env::new();
            for (name, phi) in &phis {
                let ty = phi.val.ty().unwrap_or(Type::None);
                let val = self.assemble(&ty, &mut phi.val.parts().into_iter());
                derived.insert(name.clone(), Binding { val, defined: phi.defined });
            }
            self.frame().env.extend(derived);
            self.frame().env.extend(conflicts.clone());
            let derivation = std::mem::take(&mut self.code);
            self.frame().loops.push(LoopCtx {
                exit: labels.exit,
                next: labels.next,
                phis,
                late: Env::new(),
                wider: Map::new(),
                outside: before.keys().cloned().collect(),
                assigned: assigned.clone(),
                span,
                broke: false,
            });
            self.code = derivation.clone();
            let (depth, loops) = (self.frames.len(), self.frame().loops.len());
            let ends = match head(self, labels) {
                Ok(ends) => ends,
                Err(error) => {
                    if self.restart != Some((depth, span)) {
                        return Err(error);
                    }
                    self.restart = None;
                    self.code.clear();
                    let frame = self.frame();
                    frame.loops.truncate(loops - 1);
                    frame.env.clone_from(&before);
                    frame.reachable = true;
                    continue;
                }
            };
            let mut body = std::mem::take(&mut self.code);
            let Some(ctx) = self.frame().loops.pop() else { break };
            if !ctx.wider.is_empty() {
                for (name, ty) in ctx.wider {
                    self.heads.insert((function, types.clone(), span, name), ty);
                }
                self.frame().env.clone_from(&before);
                self.frame().reachable = true;
                continue;
            }
            self.code = outer;
            self.code.extend(start);
            // Those first assigned in the loop have no value before it.
            for binding in ctx.late.values() {
                for part in binding.val.parts().iter().chain(&binding.defined.map(Expr::Local)) {
                    if let Expr::Local(local) = part {
                        let value = zero(self.f.locals[*local as usize]);
                        self.emit(Stmt::Set(*local, value));
                    }
                }
            }
            let mut env = before;
            for (name, phi) in ctx.phis.into_iter().chain(ctx.late).chain(conflicts) {
                env.insert(name, phi);
            }
            self.frame().env = env;
            self.frame().reachable = ends;
            let outside = std::mem::take(&mut self.code);
            // After the loop, shapes are those of the last iteration.
            self.rederive();
            let after = std::mem::take(&mut self.code);
            if ends && !orelse.is_empty() {
                self.code = after.clone();
                let at_end = self.frame().env.clone();
                self.block(orelse)?;
                let mut otherwise = std::mem::take(&mut self.code);
                let reached = self.frame().reachable;
                if ctx.broke {
                    // A break leaves with the variables as they are in the locals; the else part goes on from there.
                    let env = std::mem::take(&mut self.frame().env);
                    let mut none = Vec::new();
                    let skip = self.label();
                    let joined = if reached { self.join(at_end, &mut none, env, &mut otherwise) } else { at_end };
                    let derived = std::mem::replace(&mut self.code, outside);
                    body = vec![Stmt::Block(labels.end, body)];
                    body.append(&mut otherwise);
                    body.push(Stmt::Br(skip));
                    let mut inner = vec![Stmt::Block(labels.exit, body)];
                    inner.extend(after);
                    inner.append(&mut none);
                    self.emit(Stmt::Block(skip, inner));
                    self.code.extend(derived);
                    self.frame().env = joined;
                    self.frame().reachable = true;
                } else {
                    self.code = outside;
                    self.emit(Stmt::Block(labels.end, body));
                    self.code.append(&mut otherwise);
                }
                return Ok(());
            }
            self.frame().reachable = ends || ctx.broke;
            self.code = outside;
            self.emit(Stmt::Block(labels.exit, vec![Stmt::Block(labels.end, body)]));
            self.code.extend(after);
            return Ok(());
        }
        Ok(())
    }

    /// Computes what follows from the shapes of the variables again.
    fn rederive(&mut self) {
        let names: Vec<_> = self.frame().env.keys().cloned().collect();
        for name in names {
            let Some(binding) = self.frame().env.get(&name).cloned() else { continue };
            if !has_hollow(&binding.val) {
                continue;
            }
            let Some(ty) = binding.val.ty() else { continue };
            let val = self.assemble(&ty, &mut binding.val.parts().into_iter());
            self.frame().env.insert(name, Binding { val, ..binding });
        }
    }

    /// New locals for a value of a type, without what is computed from them.
    pub(super) fn hollow_locals(&mut self, ty: &Type) -> (Val, Vec<Local>) {
        let locals: Vec<_> = super::val::reps(ty).into_iter().map(|rep| self.f.local(rep)).collect();
        (Self::hollow(ty, &mut locals.iter().map(|&local| Expr::Local(local))), locals)
    }

    /// A value of parts, without what is computed from them.
    fn hollow(ty: &Type, parts: &mut impl Iterator<Item = Expr>) -> Val {
        let mut next = || parts.next().unwrap_or(Expr::I32(0));
        match ty {
            Type::Number { dtype, weak } => {
                let re = next();
                let im = dtype.is_complex().then(next);
                Val::Num(super::val::Num { dtype: *dtype, weak: *weak, re, im })
            }
            Type::Array(array) => {
                let (data, owner) = (next(), next());
                let shape: Vec<_> = (0..array.ndim).map(|_| next()).collect();
                let any = array.layout == crate::types::Layout::Any;
                let strides = if any { (0..array.ndim).map(|_| next()).collect() } else { Vec::new() };
                Val::Array(super::val::Array { ty: *array, data, owner, shape, strides })
            }
            Type::Tuple(items) => Val::Tuple(items.iter().map(|item| Self::hollow(item, parts)).collect()),
            Type::Named(name, fields) => Val::Named(
                name.clone(),
                fields.iter().map(|field| field.0.clone()).collect(),
                fields.iter().map(|field| Self::hollow(&field.1, parts)).collect(),
            ),
            Type::List(item) => Val::List(super::val::List { item: (**item).clone(), header: next(), origin: None }),
            Type::Str(text) => Val::Str(text.clone()),
            Type::Range => Val::Range([next(), next(), next()]),
            Type::Function(name) => Val::Function(name.clone()),
            Type::Jit(id) => Val::Jit(*id),
            Type::None | Type::Omitted | Type::Open(_) => Val::None,
        }
    }

    /// The variables are what the innermost loop keeps from one iteration to the next.
    pub(super) fn enter_iteration(&mut self) {
        let Some(ctx) = self.frame().loops.last() else { return };
        let kept: Vec<_> = ctx.phis.iter().chain(&ctx.late).map(|(name, kept)| (name.clone(), kept.clone())).collect();
        let (assigned, outside) = (ctx.assigned.clone(), ctx.outside.clone());
        self.frame().env.retain(|name, _| outside.contains(name) || !assigned.contains(name));
        for (name, kept) in kept {
            let ty = kept.val.ty().unwrap_or(Type::None);
            let val = self.assemble(&ty, &mut kept.val.parts().into_iter());
            self.frame().env.insert(name, Binding { val, ..kept });
        }
    }

    /// The variables, as they are here, go into the locals that the innermost loop keeps them in.
    pub(super) fn carry(&mut self) {
        let env = self.frame().env.clone();
        let Some(ctx) = self.frame().loops.last() else { return };
        let (phis, late) = (ctx.phis.clone(), ctx.late.clone());
        let (mut locals, mut values) = (Vec::new(), Vec::new());
        let mut set = |lower: &mut Self, phi: &Binding, val: Val| {
            let ty = phi.val.ty().unwrap_or(Type::None);
            let val = lower.convert(val, &ty);
            for (part, value) in phi.val.parts().into_iter().zip(val.parts()) {
                if let Expr::Local(local) = part {
                    locals.push(local);
                    values.push(value);
                }
            }
        };
        let (mut wider, mut new, mut kept, mut lost) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (name, binding) in env {
            let phi = phis.get(&name).or_else(|| late.get(&name)).cloned();
            let Some(phi) = phi else {
                new.push((name, binding));
                continue;
            };
            let (Some(own), Some(ty)) = (binding.val.ty(), phi.val.ty()) else {
                wider.push((name, CONFLICT));
                continue;
            };
            match ty.unify(&own) {
                // Where it got no value, it keeps that of an iteration before.
                Some(both) if both == ty && late.contains_key(&name) && binding.defined.is_some() => {
                    kept.push((phi, binding));
                    continue;
                }
                Some(both) if both == ty => set(self, &phi, binding.val),
                Some(both) => wider.push((name.clone(), both)),
                None => wider.push((name.clone(), CONFLICT)),
            }
            match (phi.defined, binding.defined) {
                (Some(flag), defined) => set_flag(&mut self.code, flag, defined),
                (None, Some(_)) => lost.push((format!("{name}?"), Type::BOOL)),
                (None, None) => {}
            }
        }
        let outside = self.frame().loops.last().map(|ctx| ctx.outside.clone()).unwrap_or_default();
        for (name, binding) in new {
            if outside.contains(&name) {
                continue;
            }
            let Some(ty) = binding.val.ty() else { continue };
            let phi = Binding { val: self.hollow_locals(&ty).0, defined: Some(self.f.local(Rep::I32)) };
            if let Some(ctx) = self.frame().loops.last_mut() {
                ctx.late.insert(name, phi.clone());
            }
            kept.push((phi, binding));
        }
        for (phi, binding) in kept {
            if binding.defined.is_some() && binding.defined == phi.defined {
                continue;
            }
            let val = self.convert(binding.val, &phi.val.ty().unwrap_or(Type::None));
            let own: Vec<_> = phi.val.parts().into_iter().filter_map(local).chain(phi.defined).collect();
            for (local, value) in own.into_iter().zip(val.parts().into_iter().chain([Expr::I32(1)])) {
                locals.push(local);
                values.push(match binding.defined {
                    Some(flag) => build::select(Expr::Local(flag), value, Expr::Local(local)),
                    None => value,
                });
            }
        }
        // All at once: one variable's value may be another's of the iteration that ends.
        self.set_all(&locals, values);
        if let Some(ctx) = self.frame().loops.last_mut() {
            ctx.wider.extend(wider.into_iter().chain(lost));
        }
    }
}

fn local(part: Expr) -> Option<Local> {
    match part {
        Expr::Local(local) => Some(local),
        _ => None,
    }
}

fn set_flag(code: &mut Vec<Stmt>, flag: Local, defined: Option<Local>) {
    if defined != Some(flag) {
        code.push(Stmt::Set(flag, defined.map_or(Expr::I32(1), Expr::Local)));
    }
}

/// Whether an array in it has no strides yet.
fn has_hollow(val: &Val) -> bool {
    match val {
        Val::Array(array) => array.strides.len() != array.shape.len(),
        Val::Tuple(items) | Val::Named(_, _, items) => items.iter().any(has_hollow),
        _ => false,
    }
}

/// Where a loop's parts go.
#[derive(Clone, Copy)]
pub(super) struct Labels {
    /// `break`.
    pub exit: Label,
    /// `continue`.
    pub next: Label,
    /// The normal end.
    pub end: Label,
}
