//! Statements.

use super::flow::Labels;
use super::names::{assigned, target_names};
use super::val::{List, Num, Val};
use super::{Binding, Lower};
use crate::ast::{BinOp, Expr as Ast, ExprKind, Stmt as AstStmt, StmtKind};
use crate::build::{not, op};
use crate::error::{Result, Span, internal, typing, unsupported};
use crate::ir::{Expr, For, Op, Stmt};
use crate::sorted::Set;

impl Lower<'_> {
    /// Statements, as far as they can be reached.
    pub(super) fn block(&mut self, stmts: &[AstStmt]) -> Result<()> {
        for stmt in stmts {
            if !self.frame().reachable {
                break;
            }
            self.span = stmt.span;
            let outer = std::mem::take(&mut self.temps);
            let (frames, loops) = (self.frames.len(), self.frame().loops.len());
            if let Err(error) = self.deeper(stmt.span, |lower| lower.stmt(stmt)) {
                let Some(mut why) = self.dead.take() else { return Err(error) };
                // All of this is thrown away: what matters is what is appended elsewhere.
                self.trace(&mut why);
                self.skipped.get_or_insert(why);
                self.frames.truncate(frames);
                let frame = self.frame();
                frame.loops.truncate(loops);
                frame.reachable = false;
            }
            if self.frame().reachable {
                self.release_temps();
            }
            self.temps = outer;
        }
        Ok(())
    }

    fn stmt(&mut self, stmt: &AstStmt) -> Result<()> {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Assign(targets, value) => {
                let val = self.expr(value)?;
                let val = self.settle(val);
                // Several names: giving one its value must not end what another is to have.
                if targets.len() > 1 || !matches!(targets[0].kind, ExprKind::Name(_)) {
                    for owner in val.owners() {
                        self.hold(owner);
                    }
                }
                for target in targets {
                    self.assign(target, val.clone())?;
                }
                Ok(())
            }
            StmtKind::AugAssign(operator, target, value) => self.aug_assign(*operator, target, value, span),
            StmtKind::Expr(value) => self.expr(value).map(|_| ()),
            StmtKind::If(test, body, orelse) => {
                let condition = self.truth(test)?;
                let condition = self.temp(condition);
                self.release_temps();
                self.branch(condition, |lower| lower.block(body), |lower| lower.block(orelse))
            }
            StmtKind::While(test, body, orelse) => self.while_loop(span, test, body, orelse),
            StmtKind::For(head, body, orelse) => {
                let iter = self.expr(&head.1)?;
                let iter = self.settle(iter);
                self.hold_gone_through(&iter, &head.0, body);
                // What is gone through lives as long as the loop: to the function's end where a return leaves it.
                let held = std::mem::take(&mut self.temps);
                for &local in &held {
                    self.frame().owners.insert((format!("for {local}"), 0), local);
                }
                self.for_loop(span, &head.0, iter, head.1.span, body, orelse)?;
                self.temps.extend(held);
                Ok(())
            }
            StmtKind::Break => {
                if let Some(ctx) = self.frame().loops.last_mut() {
                    ctx.broke = true;
                }
                self.leave(|ctx| ctx.exit)
            }
            StmtKind::Continue => self.leave(|ctx| ctx.next),
            StmtKind::Pass => Ok(()),
            // Two ways out: the one without a call first, which may be recursive.
            StmtKind::Return(Some(Ast { kind: ExprKind::IfExp(test, then, otherwise), .. }))
                if then.calls() || otherwise.calls() =>
            {
                let condition = self.truth(test)?;
                let condition = self.temp(condition);
                let (condition, first, second) = match then.calls() && !otherwise.calls() {
                    true => (not(condition), otherwise, then),
                    false => (condition, then, otherwise),
                };
                self.branch(condition, |lower| lower.return_expr(first, span), |lower| lower.return_expr(second, span))
            }
            StmtKind::Return(value) => {
                let val = match value {
                    Some(value) => self.expr(value)?,
                    None => Val::None,
                };
                self.ret(val, span)
            }
            StmtKind::Assert(test, message) => {
                let condition = self.truth(test)?;
                self.check(condition, "AssertionError", message.clone().unwrap_or_default(), span);
                Ok(())
            }
            StmtKind::Raise(class, message) => {
                let raise = self.raise(class, message.clone().unwrap_or_default(), span);
                self.emit(Stmt::Raise(raise));
                self.frame().reachable = false;
                Ok(())
            }
            StmtKind::Del(targets) => {
                for target in targets {
                    if let ExprKind::Sub(of, index) = &target.kind
                        && let list @ Val::List(_) = self.expr(of)?
                        && !matches!(index.kind, ExprKind::Slice(..))
                    {
                        let at = self.expr(index)?;
                        self.prelude_call("prelude.list_delete", vec![list, at], target.span)?;
                        continue;
                    }
                    let ExprKind::Name(name) = &target.kind else {
                        return unsupported(target.span, "Only variables and items of lists can be deleted.");
                    };
                    // From here on it has no value, also in the next iteration.
                    let val = self.read(name, target.span)?;
                    let flag = self.f.local(crate::ir::Rep::I32);
                    self.emit(Stmt::Set(flag, Expr::I32(0)));
                    self.frame().env.insert(name.clone(), Binding { val, defined: Some(flag) });
                }
                Ok(())
            }
            StmtKind::Unsupported(what) => unsupported(span, format!("{what} is not compiled.")),
        }
    }

    /// `return value`, where that may not be known yet.
    fn return_expr(&mut self, value: &Ast, span: Span) -> Result<()> {
        let val = self.expr(value)?;
        self.ret(val, span)
    }

    fn leave(&mut self, to: impl Fn(&super::LoopCtx) -> crate::ir::Label) -> Result<()> {
        self.release_temps();
        self.carry();
        let Some(label) = self.frame().loops.last().map(to) else {
            return internal(self.span, "break or continue outside of a loop");
        };
        self.emit(Stmt::Br(label));
        self.frame().reachable = false;
        Ok(())
    }

    /// `return`
    pub(super) fn ret(&mut self, val: Val, span: Span) -> Result<()> {
        let val = self.settle(val);
        if let Val::Method(of, name) = &val {
            return typing(span, format!("{} has no attribute {name} that is a value.", of.describe()));
        }
        let Some(ty) = val.ty() else {
            // A function or a range, to a caller that it is inlined into.
            let frame = self.frame();
            if frame.result.is_some() || !frame.loops.is_empty() {
                return typing(span, format!("{} cannot be returned here.", val.describe()));
            }
            frame.result = Some(val.clone());
            frame.reachable = false;
            for owner in val.owners() {
                self.emit(Stmt::Incref(owner));
            }
            return Ok(());
        };
        let known = self.frame().result.as_ref().map(Val::ty);
        match known {
            None => {
                let (result, _) = self.hollow_locals(&ty);
                self.frame().result = Some(result);
                if let Some(key) = self.frame().key.clone()
                    && let Some(instance) = self.instances.get_mut(&key)
                    && instance.result.is_none()
                {
                    instance.result = Some(ty);
                }
            }
            Some(Some(known)) => match known.unify(&ty) {
                Some(both) if both == known => {}
                Some(both) => {
                    let wider = self.frame().wider.take().and_then(|wider| wider.unify(&both)).unwrap_or(both);
                    self.frame().wider = Some(wider);
                    self.frame().reachable = false;
                    return Ok(());
                }
                None => {
                    return typing(
                        span,
                        format!("The function returns {} here and {} elsewhere.", ty.describe(), known.describe()),
                    );
                }
            },
            Some(None) => return typing(span, "The function returns things of two kinds."),
        }
        let Some(result) = self.frame().result.clone() else { return internal(span, "a result is missing") };
        let ty = result.ty().unwrap_or(ty_none());
        let val = self.convert(val, &ty);
        // A result in memory outlives the variables.
        for owner in val.owners() {
            if owner != Expr::I32(0) {
                self.emit(Stmt::Incref(owner));
            }
        }
        for (part, value) in result.parts().into_iter().zip(val.parts()) {
            if let Expr::Local(local) = part {
                self.emit(Stmt::Set(local, value));
            }
        }
        let exit = self.frame().exit;
        self.release_temps();
        self.emit(Stmt::Br(exit));
        self.frame().reachable = false;
        Ok(())
    }

    /// `target = val`
    pub(super) fn assign(&mut self, target: &Ast, val: Val) -> Result<()> {
        match &target.kind {
            ExprKind::Name(name) => {
                self.bind(name, val);
                Ok(())
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let items = self.unpack(val, targets, target.span)?;
                for (target, item) in targets.iter().zip(items) {
                    let target = if let ExprKind::Star(inner) = &target.kind { inner } else { target };
                    self.assign(target, item)?;
                }
                Ok(())
            }
            ExprKind::Sub(value, index) => {
                let into = self.expr(value)?;
                self.store(into, index, val, target.span)
            }
            _ => unsupported(target.span, "This cannot be assigned to."),
        }
    }

    fn unpack(&mut self, val: Val, targets: &[Ast], span: Span) -> Result<Vec<Val>> {
        let wanted = targets.len();
        if let Some(star) = targets.iter().position(|target| matches!(target.kind, ExprKind::Star(_))) {
            let (Val::Tuple(mut items) | Val::Named(_, _, mut items)) = val else {
                return typing(span, "Only a tuple is unpacked into a starred name.");
            };
            if items.len() + 1 < wanted {
                return typing(span, format!("{} values are unpacked into {wanted} names.", items.len()));
            }
            let rest: Vec<_> = items.drain(star..items.len() + star + 1 - wanted).collect();
            items.insert(star, Val::Tuple(rest));
            return Ok(items);
        }
        let describe = val.describe();
        let items = match val {
            Val::Tuple(items) | Val::Named(_, _, items) => items,
            Val::Array(array) => {
                let fits = op(Op::I64Eq, [array.shape[0].clone(), Expr::I64(wanted as i64)]);
                let message = format!("the array has not {wanted} elements to unpack");
                self.check(fits, "ValueError", message, span);
                let mut items = Vec::new();
                for i in 0..wanted {
                    let item = self.item(&array, Expr::I64(i as i64));
                    items.push(self.settle(item));
                }
                items
            }
            Val::List(list) => {
                let length = self.list_length(&list);
                let fits = op(Op::I64Eq, [length, Expr::I64(wanted as i64)]);
                self.check(fits, "ValueError", format!("the list has not {wanted} items to unpack"), span);
                let mut items = Vec::new();
                self.known_items(&list, span)?;
                for i in 0..wanted {
                    items.push(self.list_item(&list, Expr::I64(i as i64)));
                }
                items
            }
            _ => return typing(span, format!("{describe} cannot be unpacked.")),
        };
        if items.len() != wanted {
            return typing(span, format!("{} values are unpacked into {wanted} names.", items.len()));
        }
        Ok(items)
    }

    fn aug_assign(&mut self, operator: BinOp, target: &Ast, value: &Ast, span: Span) -> Result<()> {
        match &target.kind {
            ExprKind::Name(name) => {
                let old = self.read(name, target.span)?;
                let by = self.expr(value)?;
                if let Val::Array(array) = &old {
                    return self.array_in_place(operator, array.clone(), by, span);
                }
                let new = self.binary(operator, old, by, span)?;
                self.bind(name, new);
                Ok(())
            }
            ExprKind::Sub(of, index) => {
                let into = self.expr(of)?;
                let place = self.place(into, index, target.span)?;
                let old = self.load_place(&place, target.span)?;
                let by = self.expr(value)?;
                // What was picked is a copy, which goes back.
                if let (Val::Array(array), super::index::Place::View(_)) = (&old, &place) {
                    return self.array_in_place(operator, array.clone(), by, span);
                }
                let new = self.binary(operator, old, by, span)?;
                self.store_place(&place, new, span)
            }
            _ => unsupported(target.span, "This cannot be assigned to."),
        }
    }

    fn while_loop(&mut self, span: Span, test: &Ast, body: &[AstStmt], orelse: &[AstStmt]) -> Result<()> {
        let (mut names, mut bound) = (assigned(body), Set::new());
        super::names::walrus(test, &mut bound);
        names.extend(bound.iter().cloned());
        self.repeat(span, &names, orelse, |lower, labels| {
            let before = std::mem::take(&mut lower.code);
            let condition = lower.truth(test)?;
            lower.release_temps();
            let forever = condition == Expr::I32(1);
            let never = condition == Expr::I32(0);
            if !forever {
                let condition = if bound.is_empty() { condition } else { lower.temp(condition) };
                let outer = std::mem::take(&mut lower.code);
                // What the condition has bound counts behind the loop, too.
                if !bound.is_empty() {
                    lower.carry();
                }
                lower.emit(Stmt::Br(labels.end));
                let leaves = std::mem::replace(&mut lower.code, outer);
                lower.emit(Stmt::If(not(condition), leaves, Vec::new()));
            }
            let head = lower.label();
            if !never {
                // `continue` carries and goes to the head.
                if let Some(ctx) = lower.frame().loops.last_mut() {
                    ctx.next = head;
                }
                lower.block(body)?;
                if lower.frame().reachable {
                    lower.carry();
                    lower.emit(Stmt::Br(head));
                }
            }
            let repeated = std::mem::take(&mut lower.code);
            // What follows from shapes is computed in each iteration.
            let mut inside = before;
            inside.extend(repeated);
            lower.emit(Stmt::Loop(head, inside));
            Ok(!forever)
        })
    }

    /// Counts `counter` from `start` to `stop`, around a body that gets the labels.
    pub(super) fn count(
        &mut self,
        span: Span,
        names: &Set<String>,
        orelse: &[AstStmt],
        bounds: [Expr; 3],
        body: impl Fn(&mut Self, Expr) -> Result<()>,
    ) -> Result<()> {
        self.count_dyn(span, names, orelse, bounds, &body)
    }

    fn count_dyn(
        &mut self,
        span: Span,
        names: &Set<String>,
        orelse: &[AstStmt],
        bounds: [Expr; 3],
        body: &dyn Fn(&mut Self, Expr) -> Result<()>,
    ) -> Result<()> {
        let [start, stop, step] = bounds;
        let (start, stop, step) = (self.temp(start), self.temp(stop), self.temp(step));
        // A step that is not known, or whose last addition could overflow: the iterations are counted.
        let known = match step {
            Expr::I64(step @ (1 | -1)) => Some(step),
            Expr::I64(step) if step.unsigned_abs() < 1 << 31 && small(&start) && small(&stop) => Some(step),
            _ => None,
        };
        let trips = match known {
            Some(_) => stop.clone(),
            None => {
                let trips = self.trips(&start, &stop, &step);
                self.temp(trips)
            }
        };
        self.repeat(span, names, orelse, |lower, labels: Labels| {
            let derived = std::mem::take(&mut lower.code);
            let counter = lower.f.local(crate::ir::Rep::I64);
            let value = match known {
                Some(_) => Expr::Local(counter),
                None => {
                    let offset = op(Op::I64Mul, [Expr::Local(counter), step.clone()]);
                    lower.temp(op(Op::I64Add, [start.clone(), offset]))
                }
            };
            body(lower, value)?;
            if lower.frame().reachable {
                lower.carry();
            }
            let mut inside = derived;
            inside.append(&mut lower.code);
            let (start, step) = if let Some(step) = known { (start.clone(), step) } else { (Expr::I64(0), 1) };
            let body = vec![Stmt::Block(labels.next, inside)];
            lower.emit(Stmt::For(Box::new(For { counter, start, stop: trips.clone(), step, body })));
            Ok(true)
        })
    }

    /// How many numbers a range has.
    pub(super) fn trips(&mut self, start: &Expr, stop: &Expr, step: &Expr) -> Expr {
        use crate::build::{add, select, sub};
        let up = op(Op::I64GtS, [step.clone(), Expr::I64(0)]);
        let size = self.temp(select(up.clone(), step.clone(), sub(Expr::I64(0), step.clone())));
        let (low, high) = (
            self.temp(select(up.clone(), start.clone(), stop.clone())),
            self.temp(select(up, stop.clone(), start.clone())),
        );
        let some = op(Op::I64LtS, [low.clone(), high.clone()]);
        let distance = self.temp(sub(sub(high, low), Expr::I64(1)));
        // Unsigned: the distance may not fit a signed number; and a step of 0 was refused.
        let size = select(op(Op::I64Eqz, [size.clone()]), Expr::I64(1), size);
        let trips = add(op(Op::I64DivU, [distance, size]), Expr::I64(1));
        select(some, trips, Expr::I64(0))
    }

    /// A loop's body: the target is assigned, then the statements run.
    pub(super) fn iteration(&mut self, target: &Ast, val: Val, body: &[AstStmt]) -> Result<()> {
        self.assign(target, val)?;
        self.release_temps();
        self.block(body)
    }

    /// `for target in tuple`: once for each item, with its type.
    pub(super) fn unrolled(
        &mut self,
        span: Span,
        target: &Ast,
        items: Vec<Val>,
        body: &[AstStmt],
        orelse: &[AstStmt],
    ) -> Result<()> {
        if leaves(body) {
            return self.unrolled_with_exits(span, target, &items, body, orelse);
        }
        for item in items {
            if !self.frame().reachable {
                return Ok(());
            }
            self.iteration(target, item, body)?;
        }
        if self.frame().reachable { self.block(orelse) } else { Ok(()) }
    }

    /// As `unrolled`, where `break` or `continue` leave an iteration: its variables are a loop's.
    fn unrolled_with_exits(
        &mut self,
        span: Span,
        target: &Ast,
        items: &[Val],
        body: &[AstStmt],
        orelse: &[AstStmt],
    ) -> Result<()> {
        let mut names = assigned(body);
        let mut targets = Set::new();
        target_names(target, &mut targets);
        let ty = items.iter().skip(1).fold(items.first().and_then(Val::ty), |ty, item| ty?.unify(&item.ty()?));
        // A target of several types has none behind an iteration.
        if ty.is_some() {
            names.extend(targets.iter().cloned());
        } else {
            for name in &targets {
                names.remove(name);
                self.frame().env.remove(name);
            }
        }
        self.repeat(span, &names, orelse, |lower, _| {
            let derived = std::mem::take(&mut lower.code);
            for item in items {
                let item = match &ty {
                    Some(ty) => lower.convert(item.clone(), ty),
                    None => item.clone(),
                };
                let next = lower.label();
                if let Some(ctx) = lower.frame().loops.last_mut() {
                    ctx.next = next;
                    if ty.is_none() {
                        // It is not carried from one iteration to the next.
                        ctx.outside.extend(targets.iter().cloned());
                    }
                }
                let outer = std::mem::replace(&mut lower.code, derived.clone());
                lower.enter_iteration();
                lower.iteration(target, item, body)?;
                if lower.frame().reachable {
                    lower.carry();
                }
                let inside = std::mem::replace(&mut lower.code, outer);
                lower.emit(Stmt::Block(next, inside));
                lower.frame().reachable = true;
            }
            lower.enter_iteration();
            Ok(true)
        })
    }

    /// The names that a loop over `target` with this body assigns.
    pub(super) fn loop_names(target: &Ast, body: &[AstStmt]) -> Set<String> {
        let mut names = assigned(body);
        target_names(target, &mut names);
        names
    }

    /// A list's value for a variable that is bound without a name.
    pub(super) fn unnamed(&mut self, list: List) -> Val {
        self.own(list.header.clone());
        Val::List(list)
    }

    /// Puts a binding back that a comprehension hid.
    pub(super) fn restore(&mut self, name: &str, binding: Option<Binding>) {
        match binding {
            Some(binding) => self.frame().env.insert(name.to_owned(), binding),
            None => self.frame().env.remove(name),
        };
    }

    /// A number from an integer expression.
    pub(super) fn int_val(expr: Expr) -> Val {
        Val::Num(Num::int(expr))
    }
}

fn ty_none() -> crate::types::Type {
    crate::types::Type::None
}

/// A constant far from the ends of 64 bits.
fn small(bound: &Expr) -> bool {
    matches!(bound, Expr::I64(value) if value.unsigned_abs() < 1 << 62)
}

/// Whether a `break` or `continue` leaves the loop that these statements are the body of.
fn leaves(stmts: &[AstStmt]) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break | StmtKind::Continue => true,
        StmtKind::If(_, body, orelse) => leaves(body) || leaves(orelse),
        StmtKind::While(_, _, orelse) | StmtKind::For(_, _, orelse) => leaves(orelse),
        _ => false,
    })
}
