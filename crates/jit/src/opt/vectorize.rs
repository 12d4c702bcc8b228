//! Innermost loops over numbers next to each other are done two doubles (or 64-bit integers) or four floats at a time.
//!
//! A loop is taken whose body is assignments and stores alone, where each store goes to its own place: an address is
//! compared with every other one, while compiling where both start alike, in front of the loop where they do not. The vector
//! loop leaves at least one iteration to the loop as it was, so that what is read behind it has its last value.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::affine::{Affine, Sum, affine, narrowed};
use super::bounds::{local_definitions, sets};
use super::lanes::{VECTOR_FUNCTIONS, adder, splat, vector_adder, vector_op, zero};
use super::linear::Definitions;
use crate::build::{add, and, mul, op, select, sub};
use crate::ir::{Expr, For, Function, Local, Mem, Op, Rep, Stmt};

/// An imported function: name, operands, result.
type Import = (String, Vec<Rep>, Rep);

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
                if each.body.iter().any(holds_loop) {
                    in_stmts(&mut each.body, function, imports, fastmath, notes, count);
                } else {
                    match Vectoriser::new(each, function, imports, fastmath).and_then(|mut made| made.run()) {
                        Ok(made) => replacement = Some(made),
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

fn holds_loop(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::For(_) | Stmt::Loop(..) => true,
        Stmt::Block(_, body) => body.iter().any(holds_loop),
        Stmt::If(_, then, otherwise) => then.iter().chain(otherwise).any(holds_loop),
        _ => false,
    }
}

/// Assignments and stores, out of the blocks around them; `None` where there is anything else.
fn flat<'a>(stmts: &'a [Stmt], into: &mut Vec<&'a Stmt>) -> Option<()> {
    for stmt in stmts {
        match stmt {
            Stmt::Set(..) | Stmt::Store(..) => into.push(stmt),
            Stmt::Block(_, body) => flat(body, into)?,
            _ => return None,
        }
    }
    Some(())
}

pub(super) struct Vectoriser<'a> {
    pub(super) each: &'a For,
    function: &'a mut Function,
    imports: &'a mut Vec<Import>,
    pub(super) body: Vec<&'a Stmt>,
    changed: HashSet<Local>,
    definitions: Definitions,
    /// The numbers' representation.
    rep: Rep,
    lanes: i64,
    /// Locals that are carried from one iteration to the next by a sum, and what is added.
    sums: BTreeMap<Local, Expr>,
    /// In front of the loop.
    before: Vec<Stmt>,
    splats: Vec<(Expr, Local)>,
}

pub(super) fn why<T>(reason: &str) -> Result<T, String> {
    Err(reason.to_owned())
}

impl<'a> Vectoriser<'a> {
    fn new(
        each: &'a For,
        function: &'a mut Function,
        imports: &'a mut Vec<Import>,
        fastmath: bool,
    ) -> Result<Self, String> {
        if each.step != 1 {
            return why("its step is not 1");
        }
        let mut body = Vec::new();
        if flat(&each.body, &mut body).is_none() {
            return why("it has branches, checks or calls");
        }
        let mut changed = HashSet::from([each.counter]);
        sets(&each.body, &mut changed);
        let definitions = local_definitions(&each.body, &changed, each.counter);
        let mut reps = HashSet::new();
        for stmt in &body {
            match stmt {
                Stmt::Store(mem, ..) | Stmt::Set(_, Expr::Load(mem, ..)) => {
                    match mem {
                        Mem::F64 | Mem::F32 | Mem::I64 => reps.insert(mem.rep()),
                        _ => return why("its numbers are neither float64, float32 nor int64"),
                    };
                }
                _ => {}
            }
        }
        // What is computed without memory has a representation too.
        if reps.is_empty() {
            return why("it reads and writes no memory");
        }
        let [rep] = reps.into_iter().collect::<Vec<_>>()[..] else { return why("it mixes numbers of several sizes") };
        let lanes = if rep == Rep::F32 { 4 } else { 2 };
        let mut made = Self {
            each,
            function,
            imports,
            body,
            changed,
            definitions,
            rep,
            lanes,
            sums: BTreeMap::new(),
            before: Vec::new(),
            splats: Vec::new(),
        };
        made.find_sums(fastmath)?;
        Ok(made)
    }

    /// What is carried from one iteration to the next must be sums.
    fn find_sums(&mut self, fastmath: bool) -> Result<(), String> {
        let mut set = HashSet::new();
        let mut carried = HashSet::new();
        let mut uses: HashMap<Local, u32> = HashMap::new();
        for stmt in &self.body {
            let mut read = |expr: &Expr| {
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
                Stmt::Set(_, value) => read(value),
                Stmt::Store(_, address, _, value) => {
                    read(address);
                    read(value);
                }
                _ => {}
            }
            if let Stmt::Set(local, _) = stmt {
                set.insert(*local);
            }
        }
        for local in carried {
            let values: Vec<&Expr> = self
                .body
                .iter()
                .filter_map(|stmt| if let Stmt::Set(to, value) = stmt { (*to == local).then_some(value) } else { None })
                .collect();
            let [value] = values[..] else { return why("a variable is carried from one iteration to the next") };
            // Through the local that the sum may be in first.
            let value = match value {
                Expr::Local(inner) => self
                    .body
                    .iter()
                    .find_map(
                        |stmt| if let Stmt::Set(to, value) = stmt { (to == inner).then_some(value) } else { None },
                    )
                    .unwrap_or(value),
                other => other,
            };
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
                    if self.function.locals[local as usize] != self.rep {
                        return why("it mixes numbers of several sizes");
                    }
                    let added = match args.as_slice() {
                        [Expr::Local(first), added] if *first == local => added,
                        [added, Expr::Local(second)] if *second == local => added,
                        _ => return why("a variable is carried from one iteration to the next"),
                    };
                    self.sums.insert(local, added.clone());
                }
                _ => return why("a variable is carried from one iteration to the next"),
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, address: &Expr) -> Option<Affine> {
        let wide = |expr: &Expr| matches!(expr, Expr::Local(local) if self.function.locals.get(*local as usize) == Some(&Rep::I64));
        let found = affine(address, self.each.counter, &self.changed, &self.definitions)?;
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
        for stmt in &self.body {
            if let Stmt::Set(_, value) | Stmt::Store(_, _, _, value) = stmt {
                value.walk(&mut |part| weight += usize::from(!part.is_leaf()));
            }
        }
        let unroll = match weight {
            0..=12 => 4,
            13..=30 => 2,
            _ => 1,
        };
        let count = self.lanes * unroll;
        let bytes = if self.rep == Rep::F32 { 4 } else { 8 };
        let holds = self.apart(&accesses, count * bytes)?;
        let counter = self.function.local(Rep::I64);
        // The sums' vectors, one for each copy of the body.
        let mut totals: Vec<BTreeMap<Local, Local>> = Vec::new();
        let mut inside = Vec::new();
        for copy in 0..unroll {
            let mut vectors: HashMap<Local, Local> = HashMap::new();
            let mut own = BTreeMap::new();
            for &sum in self.sums.keys() {
                let total = self.function.local(Rep::V128);
                own.insert(sum, total);
            }
            totals.push(own.clone());
            self.copy(copy, counter, &mut vectors, &own, &mut inside)?;
        }
        let trips = sub(self.each.stop.clone(), self.each.start.clone());
        let whole = op(Op::I64And, [sub(trips, Expr::I64(1)), Expr::I64(-count)]);
        let enough = op(Op::I64LtS, [add(self.each.start.clone(), Expr::I64(count)), self.each.stop.clone()]);
        let guard = and(enough, holds);
        let end = self.early(add(self.each.start.clone(), select(guard, whole, Expr::I64(0))));
        for own in &totals {
            for &total in own.values() {
                self.before.push(Stmt::Set(total, splat(self.rep, zero(self.rep))));
            }
        }
        let mut made = std::mem::take(&mut self.before);
        let vector = For { counter, start: self.each.start.clone(), stop: end.clone(), step: count, body: inside };
        made.push(Stmt::For(Box::new(vector)));
        for &sum in self.sums.keys() {
            for own in &totals {
                for lane in 0..self.lanes {
                    let part = Expr::Lane(self.rep, lane as u8, Box::new(Expr::Local(own[&sum])));
                    made.push(Stmt::Set(sum, op(adder(self.rep), [Expr::Local(sum), part])));
                }
            }
        }
        made.push(Stmt::For(Box::new(For { start: end, ..self.each.clone() })));
        Ok(made)
    }

    /// The body once, for the vector `copy` of an iteration.
    fn copy(
        &mut self,
        copy: i64,
        counter: Local,
        vectors: &mut HashMap<Local, Local>,
        sums: &BTreeMap<Local, Local>,
        inside: &mut Vec<Stmt>,
    ) -> Result<(), String> {
        let body = self.body.clone();
        let shift = copy * self.lanes;
        let bytes = if self.rep == Rep::F32 { 4 } else { 8 };
        for stmt in body {
            match stmt {
                Stmt::Set(local, Expr::Load(mem, address, offset)) => {
                    let Some(at) = self.find(address) else { return why("an address does not go up in equal steps") };
                    let vector = self.function.local(Rep::V128);
                    let address = self.moved(address, counter);
                    if at.step == Sum::default() {
                        // One number for all.
                        let number = self.function.local(self.rep);
                        inside.push(Stmt::Set(number, Expr::Load(*mem, Box::new(address), *offset)));
                        inside.push(Stmt::Set(vector, splat(self.rep, Expr::Local(number))));
                    } else if at.step == (Sum { constant: bytes as i32, terms: Vec::new() }) {
                        let offset = offset + (shift * bytes) as u32;
                        inside.push(Stmt::Set(vector, Expr::Load(Mem::V128, Box::new(address), offset)));
                    } else {
                        let mut lanes = Vec::new();
                        for lane in 0..self.lanes {
                            let number = self.function.local(self.rep);
                            let steps = op(Op::I32Mul, [at.step.expr(), Expr::I32((shift + lane) as i32)]);
                            let place = op(Op::I32Add, [address.clone(), steps]);
                            inside.push(Stmt::Set(number, Expr::Load(*mem, Box::new(place), *offset)));
                            lanes.push(Expr::Local(number));
                        }
                        inside.push(Stmt::Set(vector, Expr::Pack(lanes)));
                    }
                    vectors.insert(*local, vector);
                }
                Stmt::Set(local, _) if sums.contains_key(local) => {
                    let (total, added) = (sums[local], self.sums[local].clone());
                    let added = self.vector(&added, shift, counter, vectors)?;
                    inside.push(Stmt::Set(total, op(vector_adder(self.rep), [Expr::Local(total), added])));
                }
                Stmt::Set(local, value) => {
                    // A sum in its own local first, or an address: neither is a vector. What is not needed is left out.
                    if !self.is_needed(*local) || self.mentions_sum(value) {
                        continue;
                    }
                    if self.function.locals[*local as usize] != self.rep
                        && self.function.locals[*local as usize] != Rep::I32
                    {
                        continue;
                    }
                    let value = self.vector(value, shift, counter, vectors)?;
                    let vector = self.function.local(Rep::V128);
                    inside.push(Stmt::Set(vector, value));
                    vectors.insert(*local, vector);
                }
                Stmt::Store(_, address, offset, value) => {
                    let value = self.vector(value, shift, counter, vectors)?;
                    let address = self.moved(address, counter);
                    inside.push(Stmt::Store(Mem::V128, address, offset + (shift * bytes) as u32, value));
                }
                _ => return why("it has branches, checks or calls"),
            }
        }
        Ok(())
    }

    /// Whether a value is read in the body by what is not an address.
    fn is_needed(&self, local: Local) -> bool {
        self.body.iter().any(|stmt| match stmt {
            Stmt::Set(_, Expr::Load(..)) => false,
            Stmt::Set(_, value) | Stmt::Store(_, _, _, value) => value.reads(local),
            _ => false,
        })
    }

    fn mentions_sum(&self, value: &Expr) -> bool {
        self.sums.keys().any(|&sum| value.reads(sum))
    }

    /// An address with the vector loop's counter.
    fn moved(&self, address: &Expr, counter: Local) -> Expr {
        match address {
            Expr::Local(local) if *local == self.each.counter => Expr::Local(counter),
            Expr::Local(local) if self.changed.contains(local) => match self.definitions.get(local) {
                Some(definition) => self.moved(definition, counter),
                None => address.clone(),
            },
            Expr::Op(operator, args) => Expr::Op(*operator, args.iter().map(|arg| self.moved(arg, counter)).collect()),
            Expr::Select(parts) => {
                let [a, b, c] = &**parts;
                select(self.moved(a, counter), self.moved(b, counter), self.moved(c, counter))
            }
            other => other.clone(),
        }
    }

    /// The same number in all lanes, made once in front of the loop.
    fn splatted(&mut self, number: &Expr) -> Expr {
        if let Some(known) = self.splats.iter().find(|each| each.0 == *number) {
            return Expr::Local(known.1);
        }
        let local = self.function.local(Rep::V128);
        let rep = self.function.rep(number);
        self.before.push(Stmt::Set(local, splat(rep, number.clone())));
        self.splats.push((number.clone(), local));
        Expr::Local(local)
    }

    fn is_invariant(&self, expr: &Expr) -> bool {
        let mut fixed = true;
        expr.walk(&mut |part| match part {
            Expr::Local(local) => fixed &= !self.changed.contains(local),
            Expr::Load(..) => fixed = false,
            _ => {}
        });
        fixed
    }

    /// A vector of a value's lanes.
    fn vector(
        &mut self,
        expr: &Expr,
        shift: i64,
        counter: Local,
        vectors: &HashMap<Local, Local>,
    ) -> Result<Expr, String> {
        let rep = self.function.rep(expr);
        if self.is_invariant(expr) && rep == self.rep {
            return Ok(self.splatted(expr));
        }
        match expr {
            Expr::Local(local) if vectors.contains_key(local) => Ok(Expr::Local(vectors[local])),
            Expr::Local(local) if self.definitions.contains_key(local) => {
                let definition = self.definitions[local].clone();
                self.vector(&definition, shift, counter, vectors)
            }
            Expr::Op(Op::F64ConvertI64S | Op::F32ConvertI64S | Op::F64ConvertI64U, _) => {
                // Of the counter, or a sum with it: each lane by itself.
                let Expr::Op(convert, args) = expr else { return why("an operation has no vector form") };
                let count = self.moved(&args[0], counter);
                if affine(&args[0], self.each.counter, &self.changed, &self.definitions).is_none() {
                    return why("integers are converted");
                }
                let mut lanes = Vec::new();
                for lane in 0..self.lanes {
                    let at = self.at_lane(&args[0], counter, shift + lane).unwrap_or_else(|| count.clone());
                    lanes.push(op(*convert, [at]));
                }
                Ok(Expr::Pack(lanes))
            }
            Expr::Local(_) if rep == Rep::I64 && self.rep == Rep::I64 => {
                let mut lanes = Vec::new();
                for lane in 0..self.lanes {
                    match self.at_lane(expr, counter, shift + lane) {
                        Some(at) => lanes.push(at),
                        None => return why("a value has no vector form"),
                    }
                }
                Ok(Expr::Pack(lanes))
            }
            Expr::Op(operator, args) => {
                let Some((wide, of)) = vector_op(*operator) else { return why("an operation has no vector form") };
                if of != self.rep && of != Rep::I32 {
                    return why("it mixes numbers of several sizes");
                }
                let args = args.iter().map(|arg| self.vector(arg, shift, counter, vectors));
                Ok(Expr::Op(wide, args.collect::<Result<_, _>>()?))
            }
            Expr::Select(parts) => {
                let [condition, then, otherwise] = &**parts;
                let mask = self.mask(condition, shift, counter, vectors)?;
                let then = self.vector(then, shift, counter, vectors)?;
                let otherwise = self.vector(otherwise, shift, counter, vectors)?;
                Ok(Expr::Op(Op::V128Bitselect, vec![then, otherwise, mask]))
            }
            Expr::Import(import, args) => {
                let (name, params, _) = self.imports[*import as usize].clone();
                let (base, suffix) = match self.rep {
                    Rep::F64 => (name.as_str(), "_f64x2"),
                    Rep::F32 => (name.strip_suffix("_f32").unwrap_or(&name), "_f32x4"),
                    _ => return why("a function has no vector form"),
                };
                if !VECTOR_FUNCTIONS.contains(&base) {
                    return why("a function has no vector form");
                }
                let wide = format!("{base}{suffix}");
                let known = self.imports.iter().position(|each| each.0 == wide).unwrap_or_else(|| {
                    self.imports.push((wide, vec![Rep::V128; params.len()], Rep::V128));
                    self.imports.len() - 1
                });
                let args = args.iter().map(|arg| self.vector(arg, shift, counter, vectors));
                Ok(Expr::Import(known as u32, args.collect::<Result<_, _>>()?))
            }
            _ => why("a value has no vector form"),
        }
    }

    /// A truth value for each lane: all bits or none.
    fn mask(
        &mut self,
        condition: &Expr,
        shift: i64,
        counter: Local,
        vectors: &HashMap<Local, Local>,
    ) -> Result<Expr, String> {
        match condition {
            Expr::Local(local) if vectors.contains_key(local) => Ok(Expr::Local(vectors[local])),
            Expr::Op(Op::I32And, args) | Expr::Op(Op::I32Or, args) | Expr::Op(Op::I32Xor, args) => {
                let wide = match condition {
                    Expr::Op(Op::I32And, _) => Op::V128And,
                    Expr::Op(Op::I32Or, _) => Op::V128Or,
                    _ => Op::V128Xor,
                };
                let args = args.iter().map(|arg| self.mask(arg, shift, counter, vectors));
                Ok(Expr::Op(wide, args.collect::<Result<_, _>>()?))
            }
            Expr::Op(Op::I32Eqz, args) => {
                let inner = self.mask(&args[0], shift, counter, vectors)?;
                Ok(Expr::Op(Op::V128Not, vec![inner]))
            }
            Expr::Op(operator, _) if vector_op(*operator).is_some_and(|each| each.1 == self.rep) => {
                self.vector(condition, shift, counter, vectors)
            }
            _ => why("a condition has no vector form"),
        }
    }

    /// A sum with the counter, as it is in one lane.
    fn at_lane(&self, expr: &Expr, counter: Local, lane: i64) -> Option<Expr> {
        match expr {
            Expr::Local(local) if *local == self.each.counter => Some(add(Expr::Local(counter), Expr::I64(lane))),
            Expr::Local(local) if self.changed.contains(local) => {
                self.definitions.get(local).and_then(|definition| self.at_lane(definition, counter, lane))
            }
            Expr::Local(_) | Expr::I64(_) => Some(expr.clone()),
            Expr::Op(operator @ (Op::I64Add | Op::I64Sub | Op::I64Mul), args) => {
                let (a, b) = (self.at_lane(&args[0], counter, lane)?, self.at_lane(&args[1], counter, lane)?);
                Some(match operator {
                    Op::I64Add => add(a, b),
                    Op::I64Sub => sub(a, b),
                    _ => mul(a, b),
                })
            }
            _ => None,
        }
    }
}
