//! Which variables statements assign.

use crate::ast::{Expr as Ast, ExprKind, Stmt as AstStmt, StmtKind};
use crate::sorted::Set;

/// The variables that statements assign.
pub(super) fn assigned(stmts: &[AstStmt]) -> Set<String> {
    let mut names = Set::new();
    stmts.iter().for_each(|stmt| assigned_by(stmt, &mut names));
    names
}

fn assigned_by(stmt: &AstStmt, names: &mut Set<String>) {
    match &stmt.kind {
        StmtKind::Assign(targets, value) => {
            targets.iter().for_each(|target| target_names(target, names));
            walrus(value, names);
        }
        StmtKind::AugAssign(_, target, value) => {
            target_names(target, names);
            walrus(value, names);
        }
        StmtKind::Del(targets) => targets.iter().for_each(|target| target_names(target, names)),
        StmtKind::If(test, body, orelse) | StmtKind::While(test, body, orelse) => {
            walrus(test, names);
            body.iter().chain(orelse).for_each(|stmt| assigned_by(stmt, names));
        }
        StmtKind::For(head, body, orelse) => {
            target_names(&head.0, names);
            walrus(&head.1, names);
            body.iter().chain(orelse).for_each(|stmt| assigned_by(stmt, names));
        }
        StmtKind::Expr(value) | StmtKind::Return(Some(value)) | StmtKind::Assert(value, _) => walrus(value, names),
        _ => {}
    }
}

pub(super) fn target_names(target: &Ast, names: &mut Set<String>) {
    match &target.kind {
        ExprKind::Name(name) => {
            names.insert(name.clone());
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| target_names(item, names)),
        ExprKind::Star(item) => target_names(item, names),
        _ => {}
    }
}

/// The names that `:=` assigns in an expression.
pub(super) fn walrus(expr: &Ast, names: &mut Set<String>) {
    match &expr.kind {
        ExprKind::Walrus(name, value) => {
            names.insert(name.clone());
            walrus(value, names);
        }
        ExprKind::Bin(_, a, b) => [a, b].into_iter().for_each(|each| walrus(each, names)),
        ExprKind::Un(_, a) | ExprKind::Star(a) | ExprKind::Attr(a, _) => walrus(a, names),
        ExprKind::Bool(_, items) | ExprKind::Tuple(items) | ExprKind::List(items) => {
            items.iter().for_each(|each| walrus(each, names));
        }
        ExprKind::Cmp(left, rest) => {
            walrus(left, names);
            rest.iter().for_each(|each| walrus(&each.1, names));
        }
        ExprKind::IfExp(a, b, c) => [a, b, c].into_iter().for_each(|each| walrus(each, names)),
        ExprKind::Call(function, args, keywords) => {
            walrus(function, names);
            args.iter().chain(keywords.iter().map(|each| &each.1)).for_each(|each| walrus(each, names));
        }
        ExprKind::Sub(a, b) => [a, b].into_iter().for_each(|each| walrus(each, names)),
        ExprKind::Slice(low, high, step) => {
            [low, high, step].into_iter().flatten().for_each(|each| walrus(each, names));
        }
        _ => {}
    }
}
