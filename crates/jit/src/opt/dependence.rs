//! Whether the accesses of a loop's body may be done several iterations at a time.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap as HashMap;

use super::affine::{Affine, Sum, affine, narrowed};
use super::vectorize::{Vectoriser, why};
use crate::build::{and, op, or, select, sub, wrap};
use crate::ir::{Expr, For, Local, Op, Rep, Stmt};
use crate::sorted::Set;

/// More pairs than this are not compared in front of a loop.
const MOST_PAIRS: usize = 12;

/// A read or write of memory in the body.
pub struct Access {
    /// The counter of the innermost loop around it, if it is in one of the body's.
    within: Option<Local>,
    /// Over the loop's counter; inner counters are left, and what else changes in the body is looked through if it can be.
    at: Affine,
    offset: u32,
    size: u32,
    stores: bool,
}

/// An inner loop's counter, its first and its last value.
pub struct Inner {
    counter: Local,
    pub step: i64,
    pub first: Expr,
    pub last: Expr,
}

impl Access {
    /// Whether its elements lie next to each other.
    fn is_next(&self) -> bool {
        self.at.step == Sum { constant: self.size as i32, terms: Vec::new() }
    }

    /// Whether it is a store with gaps.
    pub fn scatters(&self) -> bool {
        self.stores && !self.is_next()
    }
}

impl Vectoriser<'_> {
    /// All accesses, in order.
    pub fn accesses(&self) -> Result<Vec<Access>, String> {
        let mut accesses = Vec::new();
        self.collect(&self.each.body, None, &mut accesses)?;
        if accesses.iter().any(|each| each.stores && each.at.step == Sum::default()) {
            return why("it stores to one place again and again");
        }
        Ok(accesses)
    }

    /// What must hold in front of an innermost loop so that nothing meets what it stores to in every iteration.
    pub fn fixed_apart(&mut self) -> Result<Expr, String> {
        let mut accesses = Vec::new();
        self.collect(&self.each.body, None, &mut accesses)?;
        let fixed = |each: &Access| each.at.step == Sum::default();
        let place = |each: &Access| (each.at.start.clone(), each.offset);
        let mut pairs = Vec::new();
        for (i, store) in accesses.iter().enumerate().filter(|each| each.1.stores) {
            for (j, other) in accesses.iter().enumerate() {
                let kept = fixed(store) || fixed(other);
                // The same place is kept in the same local.
                let same = fixed(store) && fixed(other) && place(store) == place(other);
                if kept && !same && !(other.stores && j <= i) {
                    pairs.push((i, j));
                }
            }
        }
        self.ranges_apart(&accesses, pairs, Expr::I32(1))
    }

    fn collect(&self, stmts: &[Stmt], within: Option<Local>, into: &mut Vec<Access>) -> Result<(), String> {
        for stmt in stmts {
            let (mem, address, offset, stores) = match stmt {
                Stmt::Store(mem, address, offset, _) => (mem, address, offset, true),
                Stmt::Set(_, Expr::Load(mem, address, offset)) => (mem, &**address, offset, false),
                Stmt::Block(_, body) => {
                    self.collect(body, within, into)?;
                    continue;
                }
                Stmt::For(inner) => {
                    self.collect(&inner.body, Some(inner.counter), into)?;
                    continue;
                }
                _ => continue,
            };
            let wide = |expr: &Expr| self.is_wide(expr);
            let whole = affine(address, self.each.counter, &self.opaque, &self.definitions)
                .map(|at| Affine { start: narrowed(&at.start, &wide), step: narrowed(&at.step, &wide) });
            let Some(at) = whole.or_else(|| self.find(address)) else {
                return why("an address does not go up in equal steps");
            };
            into.push(Access { within, at, offset: *offset, size: mem.size(), stores });
        }
        Ok(())
    }

    fn is_wide(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Local(local) if self.function.locals.get(*local as usize) == Some(&Rep::I64))
    }

    /// Whether a sum is the same in the whole loop.
    fn is_fixed(&self, sum: &Sum) -> bool {
        sum.terms.iter().all(|(expr, _)| self.is_invariant(expr))
    }

    /// What must hold in front of the loop so that no store meets another access. `width` is the bytes of one iteration.
    pub fn apart(&mut self, accesses: &[Access], width: i64, nested: bool) -> Result<Expr, String> {
        let mut holds = Expr::I32(1);
        let mut pairs = Vec::new();
        for (i, store) in accesses.iter().enumerate().filter(|each| each.1.stores) {
            for (j, other) in accesses.iter().enumerate() {
                if i == j && !nested || other.stores && j < i {
                    continue;
                }
                let alike = store.at.step == other.at.step && store.at.start.terms == other.at.start.terms;
                if !alike {
                    pairs.push((i, j));
                    continue;
                }
                let place = |access: &Access| i64::from(access.at.start.constant) + i64::from(access.offset);
                let ahead = place(other) - place(store);
                if !store.is_next() {
                    holds = and(holds, self.strides_over(store, ahead)?);
                    continue;
                }
                if self.is_fixed(&store.at.start) {
                    let fits = if other.stores || nested {
                        ahead == 0 || ahead.abs() >= width
                    } else {
                        ahead == 0 || ahead > 0 && j < i || ahead <= -width
                    };
                    if !fits {
                        return why("an iteration reads what one before it wrote");
                    }
                    continue;
                }
                // In an inner loop: its steps must be wider than what is done at once.
                if ahead != 0 {
                    return why("an inner loop's accesses may meet");
                }
                let steps = self.inner_steps(store)?;
                let [(_, step)] = steps.as_slice() else { return why("an inner loop's accesses may meet") };
                let size = self.size_of(step.expr());
                holds = and(holds, op(Op::I32GeU, [size, Expr::I32(width as i32)]));
            }
        }
        self.ranges_apart(accesses, pairs, holds)
    }

    /// What must hold so that several iterations may go side by side through the inner loops, of which none has another in
    /// it. `None` where that is not known, or where no store is met again by the next iteration, so that nothing is gained.
    pub fn side_by_side(&mut self) -> Option<Expr> {
        let mut accesses = Vec::new();
        self.collect(&self.each.body, None, &mut accesses).ok()?;
        let place = |each: &Access| (each.at.start.constant, each.offset);
        let (mut holds, mut pairs, mut again) = (Expr::I32(1), Vec::new(), false);
        for (i, store) in accesses.iter().enumerate().filter(|each| each.1.stores) {
            for (j, other) in accesses.iter().enumerate() {
                if other.stores && j < i {
                    continue;
                }
                if store.at.step != other.at.step || store.at.start.terms != other.at.start.terms {
                    pairs.push((i, j));
                    continue;
                }
                if place(store) != place(other) || store.size != other.size {
                    return None;
                }
                let inner = self.inner_steps(store).ok()?;
                let size = Expr::I32(store.size as i32);
                let (step, least) = match (store.at.step == Sum::default(), inner.as_slice()) {
                    // Each round of one inner loop has a place of its own there.
                    (true, [(counter, step)]) if store.within == Some(*counter) && other.within == store.within => {
                        again = true;
                        (step.clone(), size)
                    }
                    (true, _) => return None,
                    (false, []) => (store.at.step.clone(), size),
                    // The whole inner loop lies between an iteration's place and the next one's.
                    (false, [(counter, step)]) if store.within == Some(*counter) && other.within == store.within => {
                        let counters = self.inner_counters().ok()?;
                        let inner = counters.into_iter().find(|each| each.counter == *counter)?;
                        let rounds = wrap(sub(inner.last, inner.first));
                        let length = self.size_of(op(Op::I32Mul, [rounds, step.expr()]));
                        (store.at.step.clone(), op(Op::I32Add, [length, size]))
                    }
                    _ => return None,
                };
                if !self.is_fixed(&step) || !self.is_fixed(&store.at.step) {
                    return None;
                }
                let step = self.size_of(step.expr());
                holds = and(holds, op(Op::I32GeU, [step, least]));
            }
        }
        if !again {
            return None;
        }
        self.ranges_apart(&accesses, pairs, holds).ok()
    }

    /// A difference of addresses without its sign, computed in front of the loop.
    fn size_of(&mut self, step: Expr) -> Expr {
        if let Expr::I32(step) = step {
            return Expr::I32(step.wrapping_abs());
        }
        let step = self.early(step);
        select(op(Op::I32LtS, [step.clone(), Expr::I32(0)]), op(Op::I32Sub, [Expr::I32(0), step.clone()]), step)
    }

    /// What must hold for each inner loop to run at all: what is read in front of one may lie anywhere where it does not.
    pub fn inner_run(&self) -> Result<Expr, String> {
        let mut holds = Expr::I32(1);
        for inner in self.inner_counters()? {
            let (first, last) = if inner.step > 0 { (inner.first, inner.last) } else { (inner.last, inner.first) };
            holds = and(holds, op(Op::I64LeS, [first, last]));
        }
        Ok(holds)
    }

    /// What must hold so that a store with gaps between its elements meets another access with the same gaps, so many bytes
    /// behind it, in the same iteration or in none.
    fn strides_over(&self, store: &Access, ahead: i64) -> Result<Expr, String> {
        let size = i64::from(store.size);
        if !self.is_fixed(&store.at.start) || !self.is_fixed(&store.at.step) {
            return why("an inner loop's accesses may meet");
        }
        if store.at.step.is_constant() {
            let step = i64::from(store.at.step.constant).abs();
            let between = ahead.rem_euclid(step.max(1));
            let clear = if ahead == 0 { step >= size } else { between >= size && between <= step - size };
            return if clear { Ok(Expr::I32(1)) } else { why("what it stores meets itself") };
        }
        if ahead != 0 {
            return why("what it stores is not next to each other");
        }
        let step = store.at.step.expr();
        // -size < step < size, in one question.
        let from = op(Op::I32Add, [step, Expr::I32(size as i32 - 1)]);
        Ok(op(Op::I32GeU, [from, Expr::I32(2 * size as i32 - 1)]))
    }

    /// What must hold, and that of these pairs none meets.
    fn ranges_apart(
        &mut self,
        accesses: &[Access],
        pairs: Vec<(usize, usize)>,
        mut holds: Expr,
    ) -> Result<Expr, String> {
        // Of several accesses to one place the first is asked.
        let same = |a: &Access, b: &Access| a.at == b.at && a.offset == b.offset && a.size == b.size;
        let first = |i: usize| accesses.iter().position(|each| same(each, &accesses[i])).unwrap_or(i);
        let places = pairs.into_iter().map(|(i, j)| (first(i), first(j)));
        let pairs: Set<_> = places.map(|(a, b)| (a.min(b), a.max(b))).collect();
        if pairs.len() > MOST_PAIRS {
            return why("too many arrays may overlap");
        }
        let inner = self.inner_counters()?;
        let mut ranges: HashMap<usize, (Expr, Expr)> = HashMap::default();
        for (i, j) in pairs {
            for at in [i, j] {
                if let Entry::Vacant(entry) = ranges.entry(at) {
                    entry.insert(self.range(&accesses[at], &inner)?);
                }
            }
            let (Some(a), Some(b)) = (ranges.get(&i), ranges.get(&j)) else { continue };
            let below = op(Op::I32LeU, [a.1.clone(), b.0.clone()]);
            let above = op(Op::I32LeU, [b.1.clone(), a.0.clone()]);
            holds = and(holds, or(below, above));
        }
        Ok(holds)
    }

    /// The first and last values of the inner loops' counters.
    pub fn inner_counters(&self) -> Result<Vec<Inner>, String> {
        let mut found = Vec::new();
        self.inner_loops(&self.each.body, &mut found)?;
        Ok(found)
    }

    fn inner_loops(&self, stmts: &[Stmt], into: &mut Vec<Inner>) -> Result<(), String> {
        for stmt in stmts {
            match stmt {
                Stmt::For(inner) => {
                    into.push(self.inner(inner)?);
                    self.inner_loops(&inner.body, into)?;
                }
                Stmt::Block(_, body) => self.inner_loops(body, into)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn inner(&self, inner: &For) -> Result<Inner, String> {
        let bound = |expr: &Expr| {
            let known = super::linear::Linear::of(expr, &self.definitions).map(|sum| sum.expr());
            known.filter(|expr| self.is_invariant(expr))
        };
        let (Some(first), Some(stop)) = (bound(&inner.start), bound(&inner.stop)) else {
            return why("an inner loop's bounds change");
        };
        let last = match inner.step {
            1 => sub(stop, Expr::I64(1)),
            -1 => crate::build::add(stop, Expr::I64(1)),
            _ => return why("an inner loop's step is not 1"),
        };
        Ok(Inner { counter: inner.counter, step: inner.step, first, last })
    }

    /// What an access moves by with each count of the inner loops that it depends on, and their counters.
    fn inner_steps(&self, access: &Access) -> Result<Vec<(Local, Sum)>, String> {
        let mut steps = Vec::new();
        for inner in self.inner_counters()? {
            let (step, _) = split(&access.at.start, inner.counter)?;
            if step != Sum::default() {
                steps.push((inner.counter, step));
            }
        }
        Ok(steps)
    }

    /// The first byte that an access touches in the whole loop, and the one behind the last.
    fn range(&mut self, access: &Access, inner: &[Inner]) -> Result<(Expr, Expr), String> {
        let mut dimensions =
            vec![(access.at.step.clone(), wrap(self.start.clone()), wrap(sub(self.each.stop.clone(), Expr::I64(1))))];
        let mut rest = access.at.start.clone();
        for inner in inner {
            let (step, without) = split(&rest, inner.counter)?;
            rest = without;
            dimensions.push((step, wrap(inner.first.clone()), wrap(inner.last.clone())));
        }
        if !self.is_fixed(&rest) || dimensions.iter().any(|(step, ..)| !self.is_fixed(step)) {
            return why("an address depends on what changes");
        }
        let start = op(Op::I32Add, [rest.expr(), Expr::I32(access.offset as i32)]);
        let (mut low, mut high) = (start.clone(), op(Op::I32Add, [start, Expr::I32(access.size as i32)]));
        for (step, first, last) in dimensions {
            if step == Sum::default() {
                continue;
            }
            let known = step.is_constant().then_some(step.constant);
            let step = step.expr();
            let a = self.early(op(Op::I32Mul, [first, step.clone()]));
            let b = self.early(op(Op::I32Mul, [last, step.clone()]));
            let (least, most) = match known {
                Some(0..) => (a, b),
                Some(_) => (b, a),
                None => {
                    let back = self.early(op(Op::I32LtS, [step, Expr::I32(0)]));
                    (select(back.clone(), b.clone(), a.clone()), select(back, a, b))
                }
            };
            low = op(Op::I32Add, [low, least]);
            high = op(Op::I32Add, [high, most]);
        }
        Ok((self.early(low), self.early(high)))
    }
}

/// A sum as a counter's factor, and the rest without it.
fn split(sum: &Sum, counter: Local) -> Result<(Sum, Sum), String> {
    let (mut step, mut rest) = (Sum::default(), Sum { constant: sum.constant, terms: Vec::new() });
    for (expr, factor) in &sum.terms {
        if !expr.reads(counter) {
            rest.terms.push((expr.clone(), *factor));
            continue;
        }
        let one = Sum { constant: 1, terms: Vec::new() };
        let each = match factor_of(expr, counter) {
            Some(None) => one,
            Some(Some(other)) => Sum::of(other),
            None => return why("an address depends on an inner counter in another way"),
        };
        step = step.plus(&each, *factor);
    }
    Ok((step, rest))
}

/// What a counter is multiplied by in a product; `Some(None)` is nothing.
fn factor_of(expr: &Expr, counter: Local) -> Option<Option<Expr>> {
    match expr {
        Expr::Local(local) if *local == counter => Some(None),
        Expr::Op(Op::I32WrapI64, args) => factor_of(&args[0], counter),
        Expr::Op(Op::I32Mul, args) => {
            let [a, b] = args.as_slice() else { return None };
            let (with, other) = if a.reads(counter) { (a, b) } else { (b, a) };
            if other.reads(counter) {
                return None;
            }
            Some(Some(match factor_of(with, counter)? {
                None => other.clone(),
                Some(more) => op(Op::I32Mul, [more, other.clone()]),
            }))
        }
        _ => None,
    }
}
