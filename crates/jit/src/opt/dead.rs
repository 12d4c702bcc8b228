//! What no effect needs is removed, and the locals are numbered again.

use crate::ir::{Expr, Function, Local, Stmt};
use crate::opt::copies::each_expr;

/// Removes assignments that nothing reads, and statements without effect.
pub fn remove(function: &mut Function) {
    let mut needed = vec![false; function.locals.len()];
    let mut sets: Vec<Vec<Local>> = vec![Vec::new(); function.locals.len()];
    let mut open = Vec::new();
    collect(&function.body, &mut sets, &mut open, &mut Vec::new());
    open.extend(function.results.iter().chain(&function.owners));
    open.extend(0..function.params as Local);
    while let Some(local) = open.pop() {
        if !std::mem::replace(&mut needed[local as usize], true) {
            open.append(&mut sets[local as usize]);
        }
    }
    sweep(&mut function.body, &needed);
    renumber(function);
}

fn reads(expr: &Expr, into: &mut Vec<Local>) {
    expr.walk(&mut |part| {
        if let Expr::Local(local) = part {
            into.push(*local);
        }
    });
}

/// For each local those that its values read; and those that effects read. What a condition around reads is needed by
/// what stands in its branches: one that only decides about what nothing reads is not.
fn collect(stmts: &[Stmt], sets: &mut [Vec<Local>], effects: &mut Vec<Local>, around: &mut Vec<Local>) {
    for stmt in stmts {
        let mut acts = true;
        match stmt {
            Stmt::Set(local, value) => {
                let needs = &mut sets[*local as usize];
                reads(value, needs);
                needs.extend(&*around);
                acts = false;
            }
            Stmt::Store(_, address, _, value) => {
                reads(address, effects);
                reads(value, effects);
            }
            Stmt::If(condition, then, otherwise) => {
                let depth = around.len();
                reads(condition, around);
                collect(then, sets, effects, around);
                collect(otherwise, sets, effects, around);
                around.truncate(depth);
                acts = false;
            }
            Stmt::Block(_, body) => {
                collect(body, sets, effects, around);
                acts = false;
            }
            Stmt::Loop(_, body) => collect(body, sets, effects, around),
            Stmt::For(each) => {
                effects.push(each.counter);
                reads(&each.start, effects);
                reads(&each.stop, effects);
                collect(&each.body, sets, effects, around);
            }
            Stmt::Check(condition, _) => reads(condition, effects),
            Stmt::Call(_, args, results, _) => {
                args.iter().for_each(|arg| reads(arg, effects));
                effects.extend(results);
            }
            Stmt::Alloc(local, bytes, _) => {
                effects.push(*local);
                reads(bytes, effects);
            }
            Stmt::Zero(address, bytes) => {
                reads(address, effects);
                reads(bytes, effects);
            }
            Stmt::Incref(owner) | Stmt::Decref(owner) => reads(owner, effects),
            Stmt::Br(_) | Stmt::Raise(_) => {}
        }
        if acts {
            effects.extend(&*around);
        }
    }
}

fn sweep(stmts: &mut Vec<Stmt>, needed: &[bool]) {
    stmts.retain_mut(|stmt| match stmt {
        Stmt::Set(local, value) => needed[*local as usize] && *value != Expr::Local(*local),
        Stmt::Incref(Expr::I32(0)) | Stmt::Decref(Expr::I32(0)) | Stmt::Check(Expr::I32(1), _) => false,
        Stmt::If(condition, then, otherwise) => {
            sweep(then, needed);
            sweep(otherwise, needed);
            if then.is_empty() && !otherwise.is_empty() {
                *condition = crate::build::not(condition.clone());
                std::mem::swap(then, otherwise);
            }
            !then.is_empty()
        }
        Stmt::Block(_, body) => {
            sweep(body, needed);
            !body.is_empty()
        }
        Stmt::Loop(_, body) => {
            sweep(body, needed);
            true
        }
        Stmt::For(each) => {
            sweep(&mut each.body, needed);
            !each.body.is_empty()
        }
        _ => true,
    });
    // Behind a jump nothing is reached.
    let jumps = |stmt: &Stmt| matches!(stmt, Stmt::Br(_) | Stmt::Raise(_));
    if let Some(at) = stmts.iter().position(jumps) {
        stmts.truncate(at + 1);
    }
}

/// Gives the locals that are left the first numbers.
fn renumber(function: &mut Function) {
    let mut used = vec![false; function.locals.len()];
    used[..function.params].fill(true);
    function.results.iter().chain(&function.owners).for_each(|&local| used[local as usize] = true);
    mark(&mut function.body, &mut used);
    let mut numbers = vec![0; function.locals.len()];
    let mut locals = Vec::new();
    for (i, used) in used.iter().enumerate() {
        if *used {
            numbers[i] = locals.len() as Local;
            locals.push(function.locals[i]);
        }
    }
    function.locals = locals;
    for local in function.results.iter_mut().chain(&mut function.owners) {
        *local = numbers[*local as usize];
    }
    rename(&mut function.body, &numbers);
}

fn mark(stmts: &mut [Stmt], used: &mut [bool]) {
    for stmt in stmts {
        each_expr(stmt, &mut |expr| {
            expr.walk(&mut |part| {
                if let Expr::Local(local) = part {
                    used[*local as usize] = true;
                }
            });
        });
        match stmt {
            Stmt::Set(local, _) | Stmt::Alloc(local, ..) => used[*local as usize] = true,
            Stmt::Call(_, _, results, _) => results.iter().for_each(|&local| used[local as usize] = true),
            Stmt::If(_, then, otherwise) => {
                mark(then, used);
                mark(otherwise, used);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => mark(body, used),
            Stmt::For(each) => {
                used[each.counter as usize] = true;
                mark(&mut each.body, used);
            }
            _ => {}
        }
    }
}

fn rename(stmts: &mut [Stmt], numbers: &[Local]) {
    for stmt in stmts {
        each_expr(stmt, &mut |expr| rename_expr(expr, numbers));
        match stmt {
            Stmt::Set(local, _) | Stmt::Alloc(local, ..) => *local = numbers[*local as usize],
            Stmt::Call(_, _, results, _) => results.iter_mut().for_each(|local| *local = numbers[*local as usize]),
            Stmt::If(_, then, otherwise) => {
                rename(then, numbers);
                rename(otherwise, numbers);
            }
            Stmt::Block(_, body) | Stmt::Loop(_, body) => rename(body, numbers),
            Stmt::For(each) => {
                each.counter = numbers[each.counter as usize];
                rename(&mut each.body, numbers);
            }
            _ => {}
        }
    }
}

fn rename_expr(expr: &mut Expr, numbers: &[Local]) {
    match expr {
        Expr::Local(local) => *local = numbers[*local as usize],
        Expr::Op(_, args) | Expr::Import(_, args) | Expr::Pack(args) => {
            args.iter_mut().for_each(|arg| rename_expr(arg, numbers))
        }
        Expr::Select(parts) => parts.iter_mut().for_each(|part| rename_expr(part, numbers)),
        Expr::Load(_, address, _) => rename_expr(address, numbers),
        Expr::Lane(_, _, vector) => rename_expr(vector, numbers),
        _ => {}
    }
}
