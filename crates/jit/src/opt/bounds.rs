//! Bounds checks: those that the loops' own bounds prove are removed; of the others in an innermost loop, those whose index
//! is a sum are asked once in front of it, and the loop is there twice, without and with them.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::copies::{each_expr, set_counts};
use super::linear::{Definitions, Linear};
use crate::build::{and, op};
use crate::ir::{Expr, For, Function, Local, Op, Stmt};

/// Counters around a statement, and between what they run.
#[derive(Clone)]
struct Counter {
    local: Local,
    /// The least and the greatest value, both reached only if the loop runs.
    low: Option<Linear>,
    high: Option<Linear>,
    /// Whether both are sums of lengths, so that a small sum with it does not wrap around.
    small: bool,
}

/// What is known of the locals of a function.
pub struct Facts {
    /// What locals set once stand for.
    pub definitions: Definitions,
    /// Lengths: not negative, and below 2^31.
    lengths: HashSet<Local>,
}

impl Facts {
    /// Of a function as it is.
    pub fn of(function: &Function) -> Self {
        let counts = set_counts(function);
        let mut facts = Facts { definitions: HashMap::default(), lengths: HashSet::default() };
        facts.collect(&function.body, &counts, &mut Vec::new());
        facts
    }

    /// A loop's counter does not change inside of it: what is set there once from it is read there alone.
    fn collect(&mut self, stmts: &[Stmt], counts: &[u32], counters: &mut Vec<Local>) {
        for stmt in stmts {
            match stmt {
                Stmt::Set(local, value) if counts[*local as usize] == 1 => {
                    // Only of what cannot change either.
                    let mut fixed = true;
                    value.walk(&mut |part| match part {
                        Expr::Local(part) => fixed &= counts[*part as usize] == 1 || counters.contains(part),
                        Expr::Load(..) => fixed = false,
                        _ => {}
                    });
                    if fixed {
                        self.definitions.insert(*local, value.clone());
                    }
                }
                Stmt::Check(Expr::Op(Op::I64LtU, args), _) => {
                    if let [_, Expr::Local(length)] = args.as_slice()
                        && counts[*length as usize] == 1
                    {
                        self.lengths.insert(*length);
                    }
                }
                Stmt::If(_, then, otherwise) => {
                    self.collect(then, counts, counters);
                    self.collect(otherwise, counts, counters);
                }
                Stmt::Block(_, body) | Stmt::Loop(_, body) => self.collect(body, counts, counters),
                Stmt::For(each) => {
                    counters.push(each.counter);
                    self.collect(&each.body, counts, counters);
                    counters.pop();
                }
                _ => {}
            }
        }
    }
}

impl Facts {
    /// Whether a sum is of lengths and of counters between such, so that it is far from wrapping around.
    fn is_small(&self, sum: &Linear, counters: &[Counter]) -> bool {
        let small = |local: &Local| {
            self.lengths.contains(local) || counters.iter().any(|counter| counter.local == *local && counter.small)
        };
        small_factors(sum) && sum.terms.keys().all(small)
    }

    /// A loop's bound as the integer that it is, not only as one that is equal modulo 2^64: a local itself, or a small sum.
    fn exact(&self, bound: &Expr, counters: &[Counter]) -> Option<Linear> {
        let sum = Linear::of(bound, &self.definitions).filter(|sum| self.is_small(sum, counters));
        match bound {
            Expr::Local(local) => Some(sum.unwrap_or_else(|| Linear::local(*local))),
            _ => sum,
        }
    }
}

/// Removes the checks that are proven, and the wrap of indices that are never negative. Says how many.
pub fn prove(function: &mut Function) -> usize {
    let mut facts = Facts::of(function);
    let mut proven = 0;
    let mut body = std::mem::take(&mut function.body);
    walk(&mut body, &mut facts, &mut Vec::new(), &mut proven);
    function.body = body;
    proven
}

fn walk(stmts: &mut Vec<Stmt>, facts: &mut Facts, counters: &mut Vec<Counter>, proven: &mut usize) {
    stmts.retain_mut(|stmt| {
        each_expr(stmt, &mut |expr| unwrap(expr, facts, counters));
        match stmt {
            // Without its wrap it may have become a sum.
            Stmt::Set(local, value) => {
                if let Some(known) = facts.definitions.get_mut(local) {
                    known.clone_from(value);
                }
            }
            Stmt::Check(Expr::Op(Op::I64LtU, args), _) => {
                let holds = match args.as_slice() {
                    [at, length] => is_below(at, length, facts, counters),
                    _ => false,
                };
                *proven += usize::from(holds);
                return !holds;
            }
            Stmt::If(_, then, otherwise) => {
                walk(then, facts, counters, proven);
                walk(otherwise, facts, counters, proven);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => walk(body, facts, counters, proven),
            Stmt::For(each) => {
                counters.push(counter(each, facts, counters));
                walk(&mut each.body, facts, counters, proven);
                counters.pop();
            }
            _ => {}
        }
        true
    });
}

fn counter(each: &For, facts: &Facts, counters: &[Counter]) -> Counter {
    let (first, bound) = (facts.exact(&each.start, counters), facts.exact(&each.stop, counters));
    let small = [&first, &bound].iter().all(|sum| sum.as_ref().is_some_and(|sum| facts.is_small(sum, counters)));
    let (low, high) = if each.step > 0 {
        (first, bound.map(|stop| stop.plus(&Linear::constant(1), -1)))
    } else {
        (bound.map(|stop| stop.plus(&Linear::constant(1), 1)), first)
    };
    Counter { local: each.counter, low, high, small }
}

/// Takes away the wrap around of an index that is not negative.
fn unwrap(expr: &mut Expr, facts: &Facts, counters: &[Counter]) {
    match expr {
        Expr::Op(_, args) | Expr::Import(_, args) | Expr::Pack(args) => {
            args.iter_mut().for_each(|arg| unwrap(arg, facts, counters))
        }
        Expr::Select(parts) => {
            parts.iter_mut().for_each(|part| unwrap(part, facts, counters));
            if let Some(plain) = wrapped(parts)
                && Linear::of(&plain, &facts.definitions).is_some_and(|at| is_natural(&at, facts, counters))
            {
                *expr = plain;
            }
        }
        Expr::Load(_, address, _) => unwrap(address, facts, counters),
        Expr::Lane(_, _, vector) => unwrap(vector, facts, counters),
        _ => {}
    }
}

/// The index in `index < 0 ? index + length : index`.
fn wrapped(parts: &[Expr; 3]) -> Option<Expr> {
    match parts {
        [Expr::Op(Op::I64LtS, args), Expr::Op(Op::I64Add, _), plain]
            if args[0] == *plain && args[1] == Expr::I64(0) =>
        {
            Some(plain.clone())
        }
        _ => None,
    }
}

/// The smallest (or greatest) a sum gets: counters are replaced by their bounds, from the inside out.
fn extreme(at: &Linear, greatest: bool, counters: &[Counter]) -> Option<Linear> {
    let mut at = at.clone();
    for counter in counters.iter().rev() {
        let factor = at.factor(counter.local);
        if factor == 0 {
            continue;
        }
        let bound = if (factor > 0) == greatest { counter.high.as_ref() } else { counter.low.as_ref() };
        at = at.without(counter.local).plus(bound?, factor);
    }
    Some(at)
}

fn small_factors(at: &Linear) -> bool {
    at.constant.unsigned_abs() < 1 << 40 && at.terms.values().all(|factor| factor.unsigned_abs() < 1 << 20)
}

/// Whether a sum is not negative.
fn is_natural(at: &Linear, facts: &Facts, counters: &[Counter]) -> bool {
    extreme(at, false, counters).is_some_and(|least| {
        small_factors(&least)
            && least.constant >= 0
            && least.terms.iter().all(|(local, factor)| *factor > 0 && facts.lengths.contains(local))
    })
}

/// The index may be known modulo 2^64: where the sum lies between 0 and a length, it is the index.
fn is_below(at: &Expr, length: &Expr, facts: &Facts, counters: &[Counter]) -> bool {
    let (Some(at), Some(length)) = (Linear::of(at, &facts.definitions), facts.exact(length, counters)) else {
        return false;
    };
    if !is_natural(&at, facts, counters) {
        return false;
    }
    extreme(&at.plus(&length, -1), true, counters).is_some_and(|most| {
        small_factors(&most)
            && most.constant < 0
            && most.terms.iter().all(|(local, factor)| *factor < 0 && facts.lengths.contains(local))
    })
}

/// Doubles the innermost loops that have checks which can be asked in front of them. Says how many.
pub fn version(function: &mut Function) -> usize {
    let mut doubled = 0;
    let mut body = std::mem::take(&mut function.body);
    version_in(&mut body, function, &mut doubled);
    function.body = body;
    doubled
}

fn version_in(stmts: &mut Vec<Stmt>, function: &mut Function, doubled: &mut usize) {
    let mut i = 0;
    while i < stmts.len() {
        match &mut stmts[i] {
            Stmt::If(_, then, otherwise) => {
                version_in(then, function, doubled);
                version_in(otherwise, function, doubled);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => version_in(body, function, doubled),
            Stmt::For(each) => {
                if let Some(replacement) = versioned(each, function) {
                    *doubled += 1;
                    let count = replacement.len();
                    stmts.splice(i..=i, replacement);
                    i += count - 1;
                } else {
                    version_in(&mut each.body, function, doubled);
                }
            }
            _ => {}
        }
        i += 1;
    }
}

/// Whether there are loops in it that do not count, or calls.
fn escapes(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Loop(..) | Stmt::Call(..) => true,
        Stmt::Block(_, body) => escapes(body),
        Stmt::If(_, then, otherwise) => escapes(then) || escapes(otherwise),
        Stmt::For(each) => escapes(&each.body),
        _ => false,
    })
}

/// A counted loop of a nest, whose bounds do not change in it.
struct Level {
    counter: Local,
    first: Linear,
    last: Linear,
    step: i64,
}

impl Level {
    fn of(each: &For, changed: &HashSet<Local>, definitions: &Definitions) -> Option<Self> {
        if !(1..=8).contains(&each.step.abs()) {
            return None;
        }
        let bound = |expr: &Expr| {
            Linear::of(expr, definitions).filter(|sum| sum.terms.keys().all(|local| !changed.contains(local)))
        };
        let (first, stop) = (bound(&each.start)?, bound(&each.stop)?);
        let last = match each.step {
            1 => stop.plus(&Linear::constant(1), -1),
            -1 => stop.plus(&Linear::constant(1), 1),
            step => {
                // start + (trips - 1) step, where that is known
                let distance = stop.plus(&first, -1);
                if !distance.terms.is_empty() {
                    return None;
                }
                let toward = if step > 0 { -1 } else { 1 };
                first.plus(&Linear::constant(distance.constant.wrapping_add(toward) / step * step), 1)
            }
        };
        Some(Self { counter: each.counter, first, last, step: each.step })
    }
}

/// The loops of a nest, the outermost first; `None` where one has bounds that change.
fn levels(stmts: &[Stmt], changed: &HashSet<Local>, definitions: &Definitions, into: &mut Vec<Level>) -> Option<()> {
    for stmt in stmts {
        match stmt {
            Stmt::For(each) => {
                into.push(Level::of(each, changed, definitions)?);
                levels(&each.body, changed, definitions, into)?;
            }
            Stmt::Block(_, body) => levels(body, changed, definitions, into)?,
            Stmt::If(_, then, otherwise) => {
                levels(then, changed, definitions, into)?;
                levels(otherwise, changed, definitions, into)?;
            }
            _ => {}
        }
    }
    Some(())
}

/// The locals that statements set.
pub fn sets(stmts: &[Stmt], into: &mut HashSet<Local>) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(local, _) | Stmt::Alloc(local, ..) => {
                into.insert(*local);
            }
            Stmt::Call(_, _, results, _) => into.extend(results),
            Stmt::If(_, then, otherwise) => {
                sets(then, into);
                sets(otherwise, into);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => sets(body, into),
            Stmt::For(each) => {
                into.insert(each.counter);
                sets(&each.body, into);
            }
            _ => {}
        }
    }
}

/// What is set once in a loop's body, as far as it follows from what does not change in it, and from the counter.
pub fn local_definitions(body: &[Stmt], changed: &HashSet<Local>, counter: Local) -> Definitions {
    let mut times: HashMap<Local, u32> = HashMap::default();
    count_sets(body, &mut times);
    let mut definitions = Definitions::default();
    define(body, &times, changed, &mut vec![counter], &mut definitions);
    definitions
}

fn count_sets(stmts: &[Stmt], times: &mut HashMap<Local, u32>) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(local, _) | Stmt::Alloc(local, ..) => *times.entry(*local).or_default() += 1,
            Stmt::Call(_, _, results, _) => results.iter().for_each(|local| *times.entry(*local).or_default() += 1),
            Stmt::If(_, then, otherwise) => {
                count_sets(then, times);
                count_sets(otherwise, times);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => count_sets(body, times),
            Stmt::For(each) => {
                *times.entry(each.counter).or_default() += 2;
                count_sets(&each.body, times);
            }
            _ => {}
        }
    }
}

fn define(
    stmts: &[Stmt],
    times: &HashMap<Local, u32>,
    changed: &HashSet<Local>,
    counters: &mut Vec<Local>,
    definitions: &mut Definitions,
) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(local, value) if times.get(local) == Some(&1) => {
                let mut fixed = true;
                value.walk(&mut |part| match part {
                    Expr::Local(part) => {
                        fixed &= counters.contains(part) || !changed.contains(part) || definitions.contains_key(part);
                    }
                    Expr::Load(..) => fixed = false,
                    _ => {}
                });
                if fixed {
                    definitions.insert(*local, value.clone());
                }
            }
            Stmt::If(_, then, otherwise) => {
                define(then, times, changed, counters, definitions);
                define(otherwise, times, changed, counters, definitions);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => define(body, times, changed, counters, definitions),
            Stmt::For(each) => {
                counters.push(each.counter);
                define(&each.body, times, changed, counters, definitions);
                counters.pop();
            }
            _ => {}
        }
    }
}

/// An index without the question whether it is negative: as it is, or from the end where it is likely to be.
fn straight(parts: &[Expr; 3], definitions: &Definitions) -> Option<Expr> {
    let plain = wrapped(parts)?;
    let backwards = Linear::of(&plain, definitions)
        .is_some_and(|sum| sum.constant < 0 && sum.terms.values().all(|factor| *factor < 0));
    Some(if backwards { parts[1].clone() } else { plain })
}

/// Removes the wrap around where it follows the sum of a check that is asked in front.
fn look_through(expr: &Expr, definitions: &Definitions, depth: u32) -> Expr {
    match expr {
        Expr::Local(local) if depth < 8 => match definitions.get(local) {
            Some(definition @ Expr::Select(_)) => look_through(definition, definitions, depth + 1),
            _ => expr.clone(),
        },
        Expr::Select(parts) => straight(parts, definitions).unwrap_or_else(|| expr.clone()),
        _ => expr.clone(),
    }
}

/// A nest of loops twice: in front of it the checks that can be. Of a nest all must be, of an innermost loop some.
fn versioned(each: &For, function: &mut Function) -> Option<Vec<Stmt>> {
    if escapes(&each.body) {
        return None;
    }
    let mut changed = HashSet::from_iter([each.counter]);
    sets(&each.body, &mut changed);
    let definitions = local_definitions(&each.body, &changed, each.counter);
    let mut nest = vec![Level::of(each, &changed, &definitions)?];
    levels(&each.body, &changed, &definitions, &mut nest)?;
    let mut asked: Vec<(Linear, Expr)> = Vec::new();
    let (mut removable, mut left) = (0, 0);
    let mut visit = |at: &Expr, length: &Expr| -> bool {
        let length = Linear::of(length, &definitions);
        let plain = look_through(at, &definitions, 0);
        let sum = Linear::of(&plain, &definitions);
        let (Some(sum), Some(length)) = (sum, length) else {
            left += 1;
            return false;
        };
        let counts = |local: &Local| nest.iter().any(|level| level.counter == *local);
        let fits = length.terms.keys().all(|local| !changed.contains(local))
            && sum.terms.iter().all(|(local, factor)| {
                if counts(local) { factor.unsigned_abs() < 1 << 20 } else { !changed.contains(local) }
            });
        if !fits {
            left += 1;
            return false;
        }
        removable += 1;
        let request = (sum, length.expr());
        if !asked.contains(&request) {
            asked.push(request);
        }
        true
    };
    let mut fast = each.body.clone();
    strip(&mut fast, &mut visit, &definitions);
    if removable == 0 || asked.len() > 24 || (nest.len() > 1 && left > 0) {
        return None;
    }
    let mut before = Vec::new();
    let mut fresh = |function: &mut Function, value: Expr| {
        if value.is_leaf() {
            return value;
        }
        let local = function.local(function.rep(&value));
        before.push(Stmt::Set(local, value));
        Expr::Local(local)
    };
    let mut guard = Expr::I32(1);
    // So few iterations that no sum wraps around between the least and the greatest.
    for level in &nest {
        let distance =
            if level.step > 0 { level.last.plus(&level.first, -1) } else { level.first.plus(&level.last, -1) };
        guard = and(guard, op(Op::I64LtU, [distance.expr(), Expr::I64(1 << 32)]));
    }
    for (sum, length) in asked {
        let end = |greatest: bool| {
            nest.iter().fold(sum.clone(), |at, level| {
                let factor = at.factor(level.counter);
                let bound = if ((factor > 0) == greatest) == (level.step > 0) { &level.last } else { &level.first };
                at.without(level.counter).plus(bound, factor)
            })
        };
        let (least, greatest) = (end(false), end(true));
        guard = and(guard, op(Op::I64LtU, [least.expr(), length.clone()]));
        if greatest != least {
            guard = and(guard, op(Op::I64LtU, [greatest.expr(), length]));
        }
    }
    let guard = fresh(function, guard);
    before.push(Stmt::If(
        guard,
        vec![Stmt::For(Box::new(For { body: fast, ..each.clone() }))],
        vec![Stmt::For(Box::new(each.clone()))],
    ));
    Some(before)
}

/// Removes the checks that `ask` takes over, and the wraps that belong to them.
fn strip(stmts: &mut Vec<Stmt>, ask: &mut impl FnMut(&Expr, &Expr) -> bool, definitions: &Definitions) {
    let mut plain: HashSet<Local> = HashSet::default();
    strip_checks(stmts, ask, &mut plain);
    strip_wraps(stmts, &plain, definitions);
}

fn strip_checks(stmts: &mut Vec<Stmt>, ask: &mut impl FnMut(&Expr, &Expr) -> bool, plain: &mut HashSet<Local>) {
    stmts.retain_mut(|stmt| match stmt {
        Stmt::Check(Expr::Op(Op::I64LtU, args), _) => {
            let [at, length] = args.as_slice() else { return true };
            let taken = ask(at, length);
            if let (true, Expr::Local(local)) = (taken, at) {
                plain.insert(*local);
            }
            !taken
        }
        Stmt::If(_, then, otherwise) => {
            strip_checks(then, ask, plain);
            strip_checks(otherwise, ask, plain);
            true
        }
        Stmt::Block(_, body) => {
            strip_checks(body, ask, plain);
            true
        }
        Stmt::For(each) => {
            strip_checks(&mut each.body, ask, plain);
            true
        }
        _ => true,
    });
}

fn strip_wraps(stmts: &mut [Stmt], plain: &HashSet<Local>, definitions: &Definitions) {
    for stmt in stmts {
        match stmt {
            Stmt::Set(local, value) if plain.contains(local) => {
                if let Expr::Select(parts) = value
                    && let Some(index) = straight(parts, definitions)
                {
                    *value = index;
                }
            }
            Stmt::If(_, then, otherwise) => {
                strip_wraps(then, plain, definitions);
                strip_wraps(otherwise, plain, definitions);
            }
            Stmt::Block(_, body) => strip_wraps(body, plain, definitions),
            Stmt::For(each) => strip_wraps(&mut each.body, plain, definitions),
            _ => {}
        }
    }
}
