//! The typed form as text, for golden files and for people.

use std::fmt::Write;

use super::{Expr, Function, Module, Rep, Stmt};

/// A whole module.
pub fn module(module: &Module) -> String {
    let mut out = String::new();
    for function in &module.functions {
        write_function(&mut out, function, module);
    }
    for (i, raise) in module.raises.iter().enumerate() {
        let _ = writeln!(out, "raise {i}: {} {:?} line {}", raise.class, raise.message, raise.line);
    }
    out
}

fn rep(rep: Rep) -> &'static str {
    match rep {
        Rep::I32 => "i32",
        Rep::I64 => "i64",
        Rep::F32 => "f32",
        Rep::F64 => "f64",
        Rep::V128 => "v128",
    }
}

fn write_function(out: &mut String, function: &Function, module: &Module) {
    let params: Vec<_> = (0..function.params).map(|i| format!("v{i}: {}", rep(function.locals[i]))).collect();
    let results: Vec<_> = function.results.iter().map(|local| format!("v{local}")).collect();
    let _ = writeln!(out, "function {}({}) -> ({})", function.name, params.join(", "), results.join(", "));
    write_stmts(out, &function.body, 1, module);
}

fn write_stmts(out: &mut String, stmts: &[Stmt], depth: usize, module: &Module) {
    let pad = "  ".repeat(depth);
    let text = |expr: &Expr| expr_text(expr, module);
    for stmt in stmts {
        let _ = match stmt {
            Stmt::Set(local, value) => writeln!(out, "{pad}v{local} = {}", text(value)),
            Stmt::Store(mem, address, offset, value) => {
                writeln!(out, "{pad}store {mem:?} [{} + {offset}] {}", text(address), text(value))
            }
            Stmt::If(condition, then, otherwise) => {
                let _ = writeln!(out, "{pad}if {}", text(condition));
                write_stmts(out, then, depth + 1, module);
                if !otherwise.is_empty() {
                    let _ = writeln!(out, "{pad}else");
                    write_stmts(out, otherwise, depth + 1, module);
                }
                Ok(())
            }
            Stmt::Block(label, body) => {
                let _ = writeln!(out, "{pad}block @{label}");
                write_stmts(out, body, depth + 1, module);
                Ok(())
            }
            Stmt::Loop(label, body) => {
                let _ = writeln!(out, "{pad}loop @{label}");
                write_stmts(out, body, depth + 1, module);
                Ok(())
            }
            Stmt::For(count) => {
                let (start, stop) = (text(&count.start), text(&count.stop));
                let _ = writeln!(out, "{pad}for v{} from {start} to {stop} step {}", count.counter, count.step);
                write_stmts(out, &count.body, depth + 1, module);
                Ok(())
            }
            Stmt::Br(label) => writeln!(out, "{pad}br @{label}"),
            Stmt::Raise(raise) => writeln!(out, "{pad}raise {raise}"),
            Stmt::Check(holds, raise) => writeln!(out, "{pad}check {} else raise {raise}", text(holds)),
            Stmt::Call(function, args, results, _) => {
                let args: Vec<_> = args.iter().map(text).collect();
                let results: Vec<_> = results.iter().map(|local| format!("v{local}")).collect();
                let name = module.functions.get(*function as usize).map_or("", |function| function.name.as_str());
                writeln!(out, "{pad}{} = call {name}#{function}({})", results.join(", "), args.join(", "))
            }
            Stmt::Alloc(local, bytes, _) => writeln!(out, "{pad}v{local} = alloc {}", text(bytes)),
            Stmt::Zero(address, bytes) => writeln!(out, "{pad}zero [{}] {}", text(address), text(bytes)),
            Stmt::Incref(owner) => writeln!(out, "{pad}incref {}", text(owner)),
            Stmt::Decref(owner) => writeln!(out, "{pad}decref {}", text(owner)),
        };
    }
}

fn expr_text(expr: &Expr, module: &Module) -> String {
    let all = |args: &[Expr]| args.iter().map(|arg| expr_text(arg, module)).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::I32(value) => format!("{value}"),
        Expr::I64(value) => format!("{value}"),
        Expr::F32(value) => format!("{value:?}f"),
        Expr::F64(value) => format!("{value:?}"),
        Expr::Local(local) => format!("v{local}"),
        Expr::Op(op, args) => format!("{}({})", op.text(), all(args)),
        Expr::Select(parts) => format!("select({})", all(parts.as_slice())),
        Expr::Load(mem, address, offset) => format!("load {mem:?} [{} + {offset}]", expr_text(address, module)),
        Expr::Import(import, args) => {
            let name = module.imports.get(*import as usize).map_or("", |import| import.0.as_str());
            format!("{name}({})", all(args))
        }
        Expr::Pack(args) => format!("pack({})", all(args)),
        Expr::Lane(lanes, lane, vector) => format!("lane {} {lane} ({})", rep(*lanes), expr_text(vector, module)),
    }
}
