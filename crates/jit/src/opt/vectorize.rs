//! Loops over numbers next to each other are done two doubles (or 64-bit integers) or four floats at a time.
//!
//! A loop is taken whose body is assignments, stores and counted loops that run alike for all its iterations, and whose stores
//! go each to its own place: an address is compared with every other one, while compiling where both start alike, in front
//! of the loop where they do not. An innermost loop is tried first; where it carries a sum from one iteration to the next, the
//! loop around it may still go on several at a time, and every sum keeps its order. The vector loop leaves at least one
//! iteration to the loop as it was, so that what is read behind it has its last value.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::affine::{Affine, Sum, affine, narrowed};
use super::bounds::{local_definitions, sets};
use super::dependence::Access;
use super::lanes::{adder, splat, vector_adder, zero};
use super::linear::Definitions;
use super::promote;
use crate::build::{add, and, op, select, sub};
use crate::ir::{Expr, For, Function, Local, Mem, Op, Rep, Stmt};
use crate::sorted::Map;

/// An imported function: name, operands, result.
pub(super) type Import = (String, Vec<Rep>, Rep);

/// Vectorises what can be. Says how many loops, and for each other innermost one why not.
pub fn vectorize(function: &mut Function, imports: &mut Vec<Import>, fastmath: bool, notes: &mut Vec<String>) -> usize {
    let mut count = 0;
    let mut body = std::mem::take(&mut function.body);
    in_stmts(&mut body, function, imports, fastmath, notes, &mut count);
    function.body = body;
    count
}

fn in_stmts(
    stmts: &mut Vec<Stmt>,
    function: &mut Function,
    imports: &mut Vec<Import>,
    fastmath: bool,
    notes: &mut Vec<String>,
    count: &mut usize,
) {
    let mut i = 0;
    while i < stmts.len() {
        let mut replacement = None;
        match &mut stmts[i] {
            Stmt::If(_, then, otherwise) => {
                in_stmts(then, function, imports, fastmath, notes, count);
                in_stmts(otherwise, function, imports, fastmath, notes, count);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => in_stmts(body, function, imports, fastmath, notes, count),
            Stmt::For(each) => {
                let (before, said) = (*count, notes.len());
                if each.body.iter().any(Stmt::holds_loop) {
                    in_stmts(&mut each.body, function, imports, fastmath, notes, count);
                }
                if *count == before {
                    let promoted = promote::nest(each, function);
                    match Vectoriser::new(each, promoted.as_ref(), function, imports, fastmath)
                        .and_then(|mut made| made.run())
                    {
                        Ok(made) => {
                            notes.truncate(said);
                            replacement = Some(made);
                        }
                        Err(why) => notes.push(why),
                    }
                }
            }
            _ => {}
        }
        if let Some(made) = replacement {
            *count += 1;
            let added = made.len();
            stmts.splice(i..=i, made);
            i += added - 1;
        }
        i += 1;
    }
}

/// Whether there is nothing in a body but assignments, stores, and counted loops of them.
pub(super) fn is_plain(stmts: &[Stmt]) -> bool {
    stmts.iter().all(|stmt| match stmt {
        Stmt::Set(..) | Stmt::Store(..) => true,
        Stmt::Block(_, body) => is_plain(body),
        Stmt::For(each) => is_plain(&each.body),
        _ => false,
    })
}

/// Calls `visit` with each assignment and store, and with each inner loop in front of its body.
pub(super) fn each_stmt<'a>(stmts: &'a [Stmt], visit: &mut impl FnMut(&'a Stmt)) {
    for stmt in stmts {
        match stmt {
            Stmt::Block(_, body) => each_stmt(body, visit),
            Stmt::For(each) => {
                visit(stmt);
                each_stmt(&each.body, visit);
            }
            _ => visit(stmt),
        }
    }
}

pub(super) struct Vectoriser<'a> {
    pub(super) each: &'a For,
    /// As it was written: what is left over is done by it.
    rest: &'a For,
    /// Where the vector loop begins.
    pub(super) start: Expr,
    /// Whether inner loops must run for the vector loop to be right.
    promoted: bool,
    pub(super) function: &'a mut Function,
    pub(super) imports: &'a mut Vec<Import>,
    /// What the body sets, and the counter.
    pub(super) changed: HashSet<Local>,
    /// Of these, what differs from one iteration to the next, and the counter.
    pub(super) varying: HashSet<Local>,
    /// All that is set but the inner counters.
    pub(super) opaque: HashSet<Local>,
    pub(super) definitions: Definitions,
    /// The numbers' representation.
    pub(super) rep: Rep,
    pub(super) lanes: i64,
    /// Locals that are carried from one iteration to the next by a sum, and what is added.
    pub(super) sums: Map<Local, Expr>,
    /// The sums' vectors, one for each copy of the body.
    pub(super) totals: Vec<Map<Local, Local>>,
    /// The vectors of the other locals, for each copy.
    pub(super) vectors: Vec<HashMap<Local, Local>>,
    /// The vector loop's counter.
    pub(super) counter: Local,
    /// In front of the loop.
    pub(super) before: Vec<Stmt>,
    pub(super) splats: Vec<(Expr, Local)>,
}

pub(super) fn why<T>(reason: &str) -> Result<T, String> {
    Err(reason.to_owned())
}

impl<'a> Vectoriser<'a> {
    fn new(
        rest: &'a For,
        promoted: Option<&'a For>,
        function: &'a mut Function,
        imports: &'a mut Vec<Import>,
        fastmath: bool,
    ) -> Result<Self, String> {
        let mut made = Self::bare(promoted.unwrap_or(rest), function, imports)?;
        (made.rest, made.promoted) = (rest, promoted.is_some());
        let (mut reps, mut other) = (HashSet::default(), false);
        each_stmt(&made.each.body, &mut |stmt| {
            let mem = match stmt {
                Stmt::Store(mem, ..) => mem,
                Stmt::Set(local, Expr::Load(mem, ..)) if made.varying.contains(local) => mem,
                _ => return,
            };
            match mem {
                Mem::F64 | Mem::F32 | Mem::I64 => {
                    reps.insert(mem.rep());
                }
                _ => other = true,
            }
        });
        if other {
            return why("its numbers are neither float64, float32 nor int64");
        }
        if reps.is_empty() {
            return why("it reads and writes no memory");
        }
        let [rep] = reps.into_iter().collect::<Vec<_>>()[..] else { return why("it mixes numbers of several sizes") };
        made.rep = rep;
        made.lanes = if rep == Rep::F32 { 4 } else { 2 };
        made.find_sums(fastmath)?;
        Ok(made)
    }

    /// What is known of a loop, whatever its numbers are.
    pub(super) fn bare(
        each: &'a For,
        function: &'a mut Function,
        imports: &'a mut Vec<Import>,
    ) -> Result<Self, String> {
        if each.step != 1 {
            return why("its step is not 1");
        }
        if !is_plain(&each.body) {
            return why("it has branches, checks or calls");
        }
        let mut changed = HashSet::from_iter([each.counter]);
        sets(&each.body, &mut changed);
        let varying = varying(each)?;
        let mut opaque = changed.clone();
        each_stmt(&each.body, &mut |stmt| {
            if let Stmt::For(inner) = stmt {
                opaque.remove(&inner.counter);
            }
        });
        let definitions = local_definitions(&each.body, &changed, each.counter);
        Ok(Self {
            each,
            rest: each,
            start: each.start.clone(),
            promoted: false,
            function,
            imports,
            changed,
            varying,
            opaque,
            definitions,
            rep: Rep::F64,
            lanes: 2,
            sums: Map::new(),
            totals: Vec::new(),
            vectors: Vec::new(),
            counter: 0,
            before: Vec::new(),
            splats: Vec::new(),
        })
    }

    /// What is carried from one iteration to the next must be sums.
    pub(super) fn find_sums(&mut self, fastmath: bool) -> Result<(), String> {
        let mut uses: HashMap<Local, u32> = HashMap::default();
        let mut carried = HashSet::default();
        self.carried(&self.each.body, &mut HashSet::default(), &mut uses, &mut carried);
        for local in carried {
            let mut values = Vec::new();
            each_stmt(&self.each.body, &mut |stmt| {
                if let Stmt::Set(to, value) = stmt
                    && *to == local
                {
                    values.push(value);
                }
            });
            let [value] = values[..] else { return why("a variable is carried from one iteration to the next") };
            // Through the local that the sum may be in first.
            let mut first = None;
            if let Expr::Local(inner) = value {
                each_stmt(&self.each.body, &mut |stmt| {
                    if let Stmt::Set(to, value) = stmt
                        && to == inner
                    {
                        first = Some(value);
                    }
                });
            }
            let value = first.unwrap_or(value);
            let adds = match self.function.locals[local as usize] {
                Rep::F64 => Op::F64Add,
                Rep::F32 => Op::F32Add,
                Rep::I64 => Op::I64Add,
                _ => return why("a variable is carried from one iteration to the next"),
            };
            let float = adds != Op::I64Add;
            match value {
                Expr::Op(operator, args) if *operator == adds && uses.get(&local) == Some(&1) => {
                    if float && !fastmath {
                        return why("a sum of floats keeps its order (fastmath would not)");
                    }
                    if self.function.locals[local as usize] != self.rep || self.each.body.iter().any(Stmt::holds_loop) {
                        return why("a sum is carried from one iteration to the next");
                    }
                    let added = match args.as_slice() {
                        [Expr::Local(first), added] if *first == local => added,
                        [added, Expr::Local(second)] if *second == local => added,
                        _ => return why("a variable is carried from one iteration to the next"),
                    };
                    self.sums.insert(local, added.clone());
                    self.varying.insert(local);
                }
                _ => return why("a variable is carried from one iteration to the next"),
            }
        }
        Ok(())
    }

    /// What is read before it is set. What an inner loop sets is set in it alone: it may not run.
    fn carried(
        &self,
        stmts: &[Stmt],
        set: &mut HashSet<Local>,
        uses: &mut HashMap<Local, u32>,
        carried: &mut HashSet<Local>,
    ) {
        for stmt in stmts {
            let mut read = |expr: &Expr, set: &HashSet<Local>| {
                expr.walk(&mut |part| {
                    if let Expr::Local(local) = part
                        && self.changed.contains(local)
                    {
                        *uses.entry(*local).or_default() += 1;
                        if !set.contains(local) && *local != self.each.counter {
                            carried.insert(*local);
                        }
                    }
                });
            };
            match stmt {
                Stmt::Set(local, value) => {
                    read(value, set);
                    set.insert(*local);
                }
                Stmt::Store(_, address, _, value) => {
                    read(address, set);
                    read(value, set);
                }
                Stmt::Block(_, body) => self.carried(body, set, uses, carried),
                Stmt::For(inner) => {
                    read(&inner.start, set);
                    read(&inner.stop, set);
                    let mut inside = set.clone();
                    inside.insert(inner.counter);
                    self.carried(&inner.body, &mut inside, uses, carried);
                }
                _ => {}
            }
        }
    }

    pub(super) fn find(&self, address: &Expr) -> Option<Affine> {
        let wide = |expr: &Expr| matches!(expr, Expr::Local(local) if self.function.locals.get(*local as usize) == Some(&Rep::I64));
        let found = affine(address, self.each.counter, &self.varying, &self.definitions)?;
        Some(Affine { start: narrowed(&found.start, &wide), step: narrowed(&found.step, &wide) })
    }

    /// Computed in front of the loop.
    pub(super) fn early(&mut self, expr: Expr) -> Expr {
        if expr.is_leaf() {
            return expr;
        }
        let local = self.function.local(self.function.rep(&expr));
        self.before.push(Stmt::Set(local, expr));
        Expr::Local(local)
    }

    fn run(&mut self) -> Result<Vec<Stmt>, String> {
        let accesses = self.accesses()?;
        // Several vectors in one iteration, where that is little code.
        let mut weight = 0;
        each_stmt(&self.each.body, &mut |stmt| {
            let value = match stmt {
                // Of a read its address counts nothing, as no index does.
                Stmt::Set(_, Expr::Load(..)) => {
                    weight += 1;
                    return;
                }
                Stmt::Set(local, _) if self.function.locals[*local as usize] == Rep::I64 && self.rep != Rep::I64 => {
                    return;
                }
                Stmt::Set(_, value) | Stmt::Store(_, _, _, value) => value,
                _ => return,
            };
            value.walk(&mut |part| weight += usize::from(!part.is_leaf()));
        });
        let unroll = match weight {
            0..=12 => 4,
            13..=30 => 2,
            _ => 1,
        };
        let count = self.lanes * unroll;
        let nested = self.each.body.iter().any(Stmt::holds_loop);
        // A row and a column of one matrix meet where they begin, on its diagonal: one iteration by itself.
        let peeled = nested && accesses.iter().any(Access::scatters);
        if peeled {
            let start = self.each.start.clone();
            let runs = op(Op::I64LtS, [start.clone(), self.each.stop.clone()]);
            self.start = self.early(add(start, select(runs, Expr::I64(1), Expr::I64(0))));
        }
        let mut holds = self.apart(&accesses, count * self.bytes(), nested)?;
        if self.promoted {
            holds = and(holds, self.inner_run()?);
        }
        self.counter = self.function.local(Rep::I64);
        for _ in 0..unroll {
            let mut own = Map::new();
            for &sum in self.sums.keys() {
                own.insert(sum, self.function.local(Rep::V128));
            }
            self.totals.push(own);
            self.vectors.push(HashMap::default());
        }
        let mut inside = Vec::new();
        self.stmts(&self.each.body, &mut inside)?;
        let trips = sub(self.each.stop.clone(), self.start.clone());
        let whole = op(Op::I64And, [sub(trips, Expr::I64(1)), Expr::I64(-count)]);
        let enough = op(Op::I64LtS, [add(self.start.clone(), Expr::I64(count)), self.each.stop.clone()]);
        let guard = and(enough, holds);
        let end = self.early(add(self.start.clone(), select(guard, whole, Expr::I64(0))));
        for own in &self.totals {
            for &total in own.values() {
                self.before.push(Stmt::Set(total, splat(self.rep, zero(self.rep))));
            }
        }
        let mut made = std::mem::take(&mut self.before);
        let (counter, start) = (self.counter, self.start.clone());
        if peeled {
            made.push(Stmt::For(Box::new(For { stop: start.clone(), ..self.rest.clone() })));
        }
        made.push(Stmt::For(Box::new(For { counter, start, stop: end.clone(), step: count, body: inside })));
        for &sum in self.sums.keys() {
            for own in &self.totals {
                for lane in 0..self.lanes {
                    let part = Expr::Lane(self.rep, lane as u8, Box::new(Expr::Local(own[&sum])));
                    made.push(Stmt::Set(sum, op(adder(self.rep), [Expr::Local(sum), part])));
                }
            }
        }
        made.push(Stmt::For(Box::new(For { start: end, ..self.rest.clone() })));
        Ok(made)
    }

    /// Bytes of a number.
    fn bytes(&self) -> i64 {
        if self.rep == Rep::F32 { 4 } else { 8 }
    }

    /// The vector of a local, in a copy of the body.
    fn vector_of(&mut self, copy: usize, local: Local) -> Local {
        if let Some(&known) = self.vectors[copy].get(&local) {
            return known;
        }
        let made = self.function.local(Rep::V128);
        self.vectors[copy].insert(local, made);
        made
    }

    /// The statements, for all copies.
    fn stmts(&mut self, stmts: &[Stmt], out: &mut Vec<Stmt>) -> Result<(), String> {
        for stmt in stmts {
            match stmt {
                Stmt::Block(_, body) => self.stmts(body, out)?,
                Stmt::For(inner) => {
                    let mut body = Vec::new();
                    self.stmts(&inner.body, &mut body)?;
                    out.push(Stmt::For(Box::new(For { body, ..(**inner).clone() })));
                }
                // The same for all iterations.
                Stmt::Set(local, _) if !self.varying.contains(local) => out.push(stmt.clone()),
                Stmt::Set(local, Expr::Load(mem, address, offset)) => self.load(*local, *mem, address, *offset, out)?,
                Stmt::Set(local, _) if self.sums.contains_key(local) => {
                    let added = self.sums[local].clone();
                    for copy in 0..self.vectors.len() {
                        let total = self.totals[copy][local];
                        let added = self.vector(&added, copy)?;
                        out.push(Stmt::Set(total, op(vector_adder(self.rep), [Expr::Local(total), added])));
                    }
                }
                Stmt::Set(local, value) => {
                    // A sum in its own local first, or an address: neither is a vector. What is not needed is left out.
                    let rep = self.function.locals[*local as usize];
                    if !self.is_needed(*local) || self.mentions_sum(value) || (rep != self.rep && rep != Rep::I32) {
                        continue;
                    }
                    let mut made = Vec::new();
                    for copy in 0..self.vectors.len() {
                        let value = if rep == Rep::I32 { self.mask(value, copy)? } else { self.vector(value, copy)? };
                        made.push(value);
                    }
                    for (copy, value) in made.into_iter().enumerate() {
                        let vector = self.vector_of(copy, *local);
                        out.push(Stmt::Set(vector, value));
                    }
                }
                Stmt::Store(mem, address, offset, value) => {
                    let Some(at) = self.find(address) else { return why("an address does not go up in equal steps") };
                    let address = self.moved(address);
                    if at.step != (Sum { constant: self.bytes() as i32, terms: Vec::new() }) {
                        self.scatter(*mem, &address, &at.step, *offset, value, out)?;
                        continue;
                    }
                    for copy in 0..self.vectors.len() {
                        let value = self.vector(value, copy)?;
                        let offset = offset + (copy as i64 * self.lanes * self.bytes()) as u32;
                        out.push(Stmt::Store(Mem::V128, address.clone(), offset, value));
                    }
                }
                _ => return why("it has branches, checks or calls"),
            }
        }
        Ok(())
    }

    /// Stores the lanes of a value one by one.
    fn scatter(
        &mut self,
        mem: Mem,
        address: &Expr,
        step: &Sum,
        offset: u32,
        value: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<(), String> {
        for copy in 0..self.vectors.len() {
            let vector = self.function.local(Rep::V128);
            let value = self.vector(value, copy)?;
            out.push(Stmt::Set(vector, value));
            for lane in 0..self.lanes {
                let steps = op(Op::I32Mul, [step.expr(), Expr::I32((copy as i64 * self.lanes + lane) as i32)]);
                let number = Expr::Lane(self.rep, lane as u8, Box::new(Expr::Local(vector)));
                out.push(Stmt::Store(mem, op(Op::I32Add, [address.clone(), steps]), offset, number));
            }
        }
        Ok(())
    }

    fn load(&mut self, local: Local, mem: Mem, address: &Expr, offset: u32, out: &mut Vec<Stmt>) -> Result<(), String> {
        let Some(at) = self.find(address) else { return why("an address does not go up in equal steps") };
        let address = self.moved(address);
        for copy in 0..self.vectors.len() {
            let vector = self.vector_of(copy, local);
            let shift = copy as i64 * self.lanes;
            if at.step == (Sum { constant: self.bytes() as i32, terms: Vec::new() }) {
                let offset = offset + (shift * self.bytes()) as u32;
                out.push(Stmt::Set(vector, Expr::Load(Mem::V128, Box::new(address.clone()), offset)));
                continue;
            }
            let mut lanes = Vec::new();
            for lane in 0..self.lanes {
                let number = self.function.local(self.rep);
                let steps = op(Op::I32Mul, [at.step.expr(), Expr::I32((shift + lane) as i32)]);
                let place = op(Op::I32Add, [address.clone(), steps]);
                out.push(Stmt::Set(number, Expr::Load(mem, Box::new(place), offset)));
                lanes.push(Expr::Local(number));
            }
            out.push(Stmt::Set(vector, Expr::Pack(lanes)));
        }
        Ok(())
    }

    /// Whether a value is read in the body by what is not an address.
    fn is_needed(&self, local: Local) -> bool {
        let mut needed = false;
        each_stmt(&self.each.body, &mut |stmt| match stmt {
            Stmt::Set(_, Expr::Load(..)) => {}
            Stmt::Set(_, value) | Stmt::Store(_, _, _, value) => needed |= value.reads(local),
            _ => {}
        });
        needed
    }

    fn mentions_sum(&self, value: &Expr) -> bool {
        self.sums.keys().any(|&sum| value.reads(sum))
    }
}

/// The locals that differ from one iteration of a loop to the next, and its counter.
fn varying(each: &For) -> Result<HashSet<Local>, String> {
    let mut varying = HashSet::from_iter([each.counter]);
    loop {
        let before = varying.len();
        let mut bounds = false;
        each_stmt(&each.body, &mut |stmt| {
            let reads = |expr: &Expr| {
                let mut found = false;
                expr.walk(&mut |part| found |= matches!(part, Expr::Local(local) if varying.contains(local)));
                found
            };
            match stmt {
                Stmt::Set(local, value) if reads(value) => {
                    varying.insert(*local);
                }
                Stmt::For(inner) => bounds |= reads(&inner.start) || reads(&inner.stop),
                _ => {}
            }
        });
        if bounds {
            return why("an inner loop's bounds differ from one iteration to the next");
        }
        if varying.len() == before {
            return Ok(varying);
        }
    }
}
