//! Specialisations: a function of the module for each choice of argument types that a function is called with.

use super::val::reps;
use super::{Instance, Lower, new_function};
use crate::ast;
use crate::error::{Hint, Result, Span, internal, typing};
use crate::ir::{Expr, Stmt};
use crate::prelude;
use crate::types::Type;

impl Lower<'_> {
    /// A specialisation that is called: its index in the module, and its result's type.
    pub(super) fn instance(&mut self, id: u32, types: &[Type], span: Span) -> Result<(usize, Type)> {
        // Errors in the prelude are told at the line of the call: each has a specialisation of its own.
        let line = if prelude::is(id) { self.blamed(span).1.line } else { 0 };
        let key = (id, types.to_vec(), line);
        if let Some(instance) = self.instances.get(&key) {
            return match &instance.result {
                Some(result) => Ok((instance.index, result.clone())),
                None => {
                    // Another way out of the function may tell: then it is lowered again.
                    let error = typing(span, "What the recursive call returns is not known before the call.")
                        .hint("Return without recursion somewhere: `if n < 2: return 1`.");
                    self.dead = error.as_ref().err().cloned();
                    self.unsettled = true;
                    error
                }
            };
        }
        let Some(function) = self.program.iter().position(|each| each.id == id) else {
            return internal(span, "a called function is not in the program");
        };
        let index = self.module.functions.len();
        self.module.functions.push(new_function(""));
        // Without a value to return, what a recursive call returns is known.
        let result = (!returns_value(&self.program[function].body)).then_some(Type::None);
        self.instances.insert(key.clone(), Instance { index, result });
        let mut wanted = None;
        loop {
            let name = &self.program[function].name;
            let f = std::mem::replace(&mut self.f, new_function(name));
            let code = std::mem::take(&mut self.code);
            let temps = std::mem::take(&mut self.temps);
            let mut args = Vec::new();
            for (param, ty) in self.program[function].params.iter().zip(types) {
                let locals: Vec<_> = reps(ty).into_iter().map(|rep| Expr::Local(self.f.local(rep))).collect();
                self.f.params += locals.len();
                args.push((param.name.clone(), ty.clone(), locals));
            }
            let bound = args.into_iter().map(|(name, ty, locals)| (name, self.assemble(&ty, &mut locals.into_iter())));
            let bound = bound.collect();
            let before = self.skipped.take();
            let (result, wider) = self.body_inline(function, bound, wanted.clone(), span, Some(key.clone()))?;
            let unsettled = std::mem::take(&mut self.unsettled);
            let unknown = std::mem::replace(&mut self.skipped, before).filter(|_| unsettled);
            let Some(ty) = result.ty() else {
                return typing(span, format!("The function returns {}, which cannot leave it.", result.describe()));
            };
            for owner in result.owners() {
                // The caller's reference.
                self.emit(Stmt::Incref(owner));
            }
            for part in result.parts() {
                let local = match part {
                    Expr::Local(local) => local,
                    other => {
                        let local = self.f.local(self.f.rep(&other));
                        self.emit(Stmt::Set(local, other));
                        local
                    }
                };
                self.f.results.push(local);
            }
            self.release_temps();
            self.f.body = std::mem::replace(&mut self.code, code);
            self.temps = temps;
            let made = std::mem::replace(&mut self.f, f);
            let known = self.instances.get(&key).and_then(|instance| instance.result.clone());
            // What a recursive call was taken to return must be what is returned in the end.
            let settled = known.as_ref().is_none_or(|known| *known == ty);
            if let Some(unknown) = unknown {
                // Nothing else returns anything.
                if known.is_none() || wanted.is_some() {
                    return Err(unknown);
                }
            } else if wider.is_none() && settled {
                self.module.functions[index] = made;
                self.instances.insert(key, Instance { index, result: Some(ty.clone()) });
                return Ok((index, ty));
            }
            let next = wider.unwrap_or(ty);
            if wanted.as_ref() == Some(&next) {
                return internal(span, "the result's type does not settle");
            }
            if let Some(instance) = self.instances.get_mut(&key) {
                instance.result = Some(next.clone());
            }
            wanted = Some(next);
        }
    }
}

/// Whether one of the statements returns a value.
fn returns_value(stmts: &[ast::Stmt]) -> bool {
    use ast::StmtKind as Kind;
    stmts.iter().any(|stmt| match &stmt.kind {
        Kind::Return(value) => value.is_some(),
        Kind::If(_, body, orelse) | Kind::While(_, body, orelse) | Kind::For(_, body, orelse) => {
            returns_value(body) || returns_value(orelse)
        }
        _ => false,
    })
}
