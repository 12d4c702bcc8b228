//! Expressions.

use super::Lower;
use super::val::{self, Num, Val};
use crate::ast::{CmpOp, Expr as Ast, ExprKind, Value};
use crate::build::{and, not, op, or, select};
use crate::error::{Hint, Result, Span, internal, typing, unsupported};
use crate::ir::{Expr, Op};
use crate::sorted::Set;
use crate::types::Type;

/// A tuple of more values is not made: they are locals, parameters and results, of which WebAssembly has 1000.
const WIDEST: usize = 250;

/// A tuple, if it is not too wide.
pub(super) fn tuple(items: Vec<Val>, span: Span) -> Result<Val> {
    if items.iter().map(Val::weight).sum::<usize>() > WIDEST {
        return unsupported(span, "The tuple has too many elements.").hint("Use an array.");
    }
    Ok(Val::Tuple(items))
}

impl Lower<'_> {
    /// An expression's value; arrays' elements are computed.
    pub(super) fn expr(&mut self, expr: &Ast) -> Result<Val> {
        let val = self.lazy_expr(expr)?;
        self.force(val, expr.span)
    }

    /// An expression's value; of an operation on arrays it may be what is to be computed.
    pub(super) fn lazy_expr(&mut self, expr: &Ast) -> Result<Val> {
        self.deeper(expr.span, |lower| lower.expr_of_kind(expr))
    }

    fn expr_of_kind(&mut self, expr: &Ast) -> Result<Val> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Name(name) => self.read(name, span),
            ExprKind::Value(value) => self.value(value, span),
            ExprKind::Bin(operator, left, right) => {
                // A call may change what the left side is to be computed from.
                let left = if right.calls() { self.expr(left)? } else { self.lazy_expr(left)? };
                let left = self.settle(left);
                let right = self.lazy_expr(right)?;
                self.binary(*operator, left, right, span)
            }
            ExprKind::Un(operator, operand) => {
                let operand = self.lazy_expr(operand)?;
                self.unary(*operator, operand, span)
            }
            ExprKind::Bool(all, items) => self.bool_expr(*all, items),
            ExprKind::Cmp(left, rest) => self.compare_chain(left, rest, span),
            ExprKind::IfExp(test, then, otherwise) => {
                let condition = self.truth(test)?;
                let condition = self.temp(condition);
                self.choose_expr(condition, then, otherwise, span)
            }
            ExprKind::Call(function, args, keywords) => self.call(function, args, keywords, span),
            ExprKind::Attr(of, name) => {
                let of = self.expr(of)?;
                self.attribute(of, name, span)
            }
            ExprKind::Sub(of, index) => {
                let of = self.expr(of)?;
                self.subscript(of, index, span)
            }
            ExprKind::Tuple(items) => {
                let mut vals = Vec::new();
                for item in items {
                    if let ExprKind::Star(inner) = &item.kind {
                        match self.expr(inner)? {
                            Val::Tuple(more) | Val::Named(_, _, more) => vals.extend(more),
                            other => return typing(item.span, format!("{} is no tuple.", other.describe())),
                        }
                        continue;
                    }
                    let val = self.expr(item)?;
                    vals.push(self.settle(val));
                }
                tuple(vals, span)
            }
            ExprKind::List(items) => {
                let mut vals = Vec::new();
                for item in items {
                    let val = self.expr(item)?;
                    vals.push(self.settle(val));
                }
                self.list_literal(vals, span)
            }
            ExprKind::ListComp(element, generators) => self.comprehension(span, element, generators),
            ExprKind::Walrus(name, value) => {
                let val = self.expr(value)?;
                // What the name stood for may be in use until the statement ends.
                let before = self.frame().env.get(name).map(|binding| binding.val.owners());
                before.into_iter().flatten().for_each(|owner| self.hold(owner));
                self.bind(name, val);
                self.read(name, span)
            }
            ExprKind::Slice(..) => {
                unsupported(span, "This is not sliced.").hint("Slice arrays, lists, tuples and strings.")
            }
            ExprKind::Star(_) => unsupported(span, "A starred expression is not compiled here."),
            ExprKind::Unsupported(what) => unsupported(span, format!("{what} is not compiled.")),
        }
    }

    fn value(&mut self, value: &Value, span: Span) -> Result<Val> {
        match value {
            Value::Array(index, _) => match self.globals.get(*index) {
                Some(val) => Ok(val.clone()),
                None => internal(span, "a global array is missing"),
            },
            Value::Unsupported(what) => unsupported(span, format!("{what} is not known to the compiler.")),
            Value::Int(value) if val::constant(&Value::Int(*value)).is_none() => {
                unsupported(span, "This int does not fit 64 bits.")
            }
            other => match val::constant(other) {
                Some(val) => Ok(val),
                None => unsupported(span, "This constant is not compiled."),
            },
        }
    }

    /// One of two expressions, by a condition.
    fn choose_expr(&mut self, condition: Expr, then: &Ast, otherwise: &Ast, span: Span) -> Result<Val> {
        match condition {
            Expr::I32(0) => return self.expr(otherwise),
            Expr::I32(_) => return self.expr(then),
            _ => {}
        }
        // Without effects both are computed, and no branch is taken.
        let before = self.frame().env.clone();
        let outer = std::mem::take(&mut self.code);
        let first = self.expr(then)?;
        let mut first_code = std::mem::take(&mut self.code);
        let second = self.expr(otherwise)?;
        let mut second_code = std::mem::replace(&mut self.code, outer);
        let plain = first_code.is_empty() && second_code.is_empty();
        if plain
            && let (Val::Num(a), Val::Num(b)) = (&first, &second)
            && let Some(ty) = first.ty().and_then(|ty| ty.unify(&second.ty()?))
            && cheap(&a.re)
            && cheap(&b.re)
        {
            let (Val::Num(a), Val::Num(b)) = (self.convert(first.clone(), &ty), self.convert(second.clone(), &ty))
            else {
                return internal(span, "numbers became something else");
            };
            let im = match (a.im, b.im) {
                (Some(a), Some(b)) => Some(select(condition.clone(), a, b)),
                _ => None,
            };
            return Ok(Val::Num(Num { re: select(condition, a.re, b.re), im, ..a }));
        }
        // Names bound in one of them only (`:=`) are joined like a statement's.
        self.frame().env = before;
        let describe = (first.describe(), second.describe());
        let Some(ty) = first.ty().and_then(|ty| ty.unify(&second.ty()?)) else {
            return typing(span, format!("This is {} or {}: one type is needed.", describe.0, describe.1));
        };
        let (val, locals) = self.hollow_locals(&ty);
        std::mem::swap(&mut self.code, &mut first_code);
        let first = self.convert(first, &ty);
        self.hold_parts(&locals, &first);
        std::mem::swap(&mut self.code, &mut first_code);
        std::mem::swap(&mut self.code, &mut second_code);
        let second = self.convert(second, &ty);
        self.hold_parts(&locals, &second);
        std::mem::swap(&mut self.code, &mut second_code);
        self.emit(crate::ir::Stmt::If(condition, first_code, second_code));
        let mut parts = val.parts().into_iter();
        Ok(self.assemble(&ty, &mut parts))
    }

    fn hold_parts(&mut self, locals: &[crate::ir::Local], val: &Val) {
        for (&local, part) in locals.iter().zip(val.parts()) {
            self.emit(crate::ir::Stmt::Set(local, part));
        }
    }

    /// `a and b`, `a or b`: the value that decides.
    fn bool_expr(&mut self, all: bool, items: &[Ast]) -> Result<Val> {
        let Some((first, rest)) = items.split_first() else {
            return internal(self.span, "an operator has no operands");
        };
        let left = self.expr(first)?;
        let left = self.settle(left);
        if rest.is_empty() {
            return Ok(left);
        }
        let truth = self.truth_of(&left, first.span)?;
        match (&truth, all) {
            (Expr::I32(0), true) | (Expr::I32(1), false) => return Ok(left),
            (Expr::I32(_), _) => return self.bool_expr(all, rest),
            _ => {}
        }
        let truth = self.temp(truth);
        let before = self.frame().env.clone();
        let outer = std::mem::take(&mut self.code);
        let right = self.bool_expr(all, rest)?;
        let mut code = std::mem::replace(&mut self.code, outer);
        // What was checked there was not checked on the way around it.
        self.frame().env = before;
        let bools = |val: &Val| matches!(val, Val::Num(num) if num.dtype == crate::types::DType::Bool);
        let unified = left.ty().and_then(|ty| ty.unify(&right.ty()?));
        let (left, right, ty) = match unified {
            Some(ty) => (left, right, ty),
            // What only its truth is asked of.
            None => {
                std::mem::swap(&mut self.code, &mut code);
                let right = self.truth_of(&right, first.span)?;
                std::mem::swap(&mut self.code, &mut code);
                (Val::Num(Num::bool(truth.clone())), Val::Num(Num::bool(right)), Type::BOOL)
            }
        };
        if code.is_empty()
            && let (Val::Num(a), Val::Num(b)) = (&left, &right)
            && bools(&left)
            && bools(&right)
            && cheap(&b.re)
        {
            let both = if all { and(a.re.clone(), b.re.clone()) } else { or(a.re.clone(), b.re.clone()) };
            return Ok(Val::Num(Num { weak: a.weak && b.weak, ..Num::bool(both) }));
        }
        let (val, locals) = self.hollow_locals(&ty);
        let left = self.convert(left, &ty);
        self.hold_parts(&locals, &left);
        std::mem::swap(&mut self.code, &mut code);
        let right = self.convert(right, &ty);
        self.hold_parts(&locals, &right);
        std::mem::swap(&mut self.code, &mut code);
        let goes_on = if all { truth } else { not(truth) };
        self.emit(crate::ir::Stmt::If(goes_on, code, Vec::new()));
        let mut parts = val.parts().into_iter();
        Ok(self.assemble(&ty, &mut parts))
    }

    fn compare_chain(&mut self, left: &Ast, rest: &[(CmpOp, Ast)], span: Span) -> Result<Val> {
        let calls = rest.iter().any(|each| each.1.calls());
        let mut left = if calls { self.expr(left)? } else { self.lazy_expr(left)? };
        left = self.settle(left);
        let mut all = None;
        for (i, (operator, right)) in rest.iter().enumerate() {
            let outer = std::mem::take(&mut self.code);
            let mut right = self.lazy_expr(right)?;
            if i + 1 < rest.len() {
                right = self.settle(right);
            }
            let result = self.compare(*operator, left, right.clone(), span)?;
            let code = std::mem::replace(&mut self.code, outer);
            left = right;
            let Val::Num(result) = result else {
                if rest.len() > 1 {
                    return unsupported(span, "Arrays are compared one pair at a time.");
                }
                self.code.extend(code);
                return Ok(result);
            };
            all = Some(match all {
                None => {
                    self.code.extend(code);
                    result
                }
                Some(before) if code.is_empty() => {
                    let before: Num = before;
                    Num::bool(and(before.re, result.re))
                }
                // The rest is computed only where it still counts.
                Some(before) => {
                    let holds = self.f.local(crate::ir::Rep::I32);
                    self.emit(crate::ir::Stmt::Set(holds, before.re));
                    let mut code = code;
                    code.push(crate::ir::Stmt::Set(holds, result.re));
                    self.emit(crate::ir::Stmt::If(Expr::Local(holds), code, Vec::new()));
                    Num::bool(Expr::Local(holds))
                }
            });
        }
        match all {
            Some(all) => Ok(Val::Num(all)),
            None => internal(span, "a comparison has no operators"),
        }
    }

    /// `a operator b`
    fn compare(&mut self, operator: CmpOp, a: Val, b: Val, span: Span) -> Result<Val> {
        if matches!(operator, CmpOp::In | CmpOp::NotIn) {
            let found = self.contains(a, b, span)?;
            return Ok(Val::Num(Num::bool(if operator == CmpOp::In { found } else { not(found) })));
        }
        let truth = |holds: bool| Ok(Val::Num(Num::bool(Expr::I32(i32::from(holds)))));
        let equal = matches!(operator, CmpOp::Eq | CmpOp::Is);
        let only_equality = matches!(operator, CmpOp::Eq | CmpOp::Ne | CmpOp::Is | CmpOp::IsNot);
        match (a, b) {
            (Val::Num(a), Val::Num(b)) => {
                let weak = a.weak && b.weak;
                let holds = self.compare_num(operator, a, b, span)?;
                Ok(Val::Num(Num::new(crate::types::DType::Bool, weak, holds)))
            }
            (a @ (Val::Array(_) | Val::Lazy(_)), b) | (a, b @ (Val::Array(_) | Val::Lazy(_))) => {
                if matches!(operator, CmpOp::Is | CmpOp::IsNot) {
                    if a == Val::None || b == Val::None {
                        return truth(!equal);
                    }
                    return unsupported(span, "`is` between arrays is not compiled.");
                }
                self.array_compare(operator, a, b, span)
            }
            (Val::None, Val::None) if only_equality => truth(equal),
            (Val::None, _) | (_, Val::None) if only_equality => truth(!equal),
            (Val::Str(a), Val::Str(b)) => truth(match operator {
                CmpOp::Eq | CmpOp::Is => a == b,
                CmpOp::Ne | CmpOp::IsNot => a != b,
                CmpOp::Lt => a < b,
                CmpOp::Le => a <= b,
                CmpOp::Gt => a > b,
                _ => a >= b,
            }),
            (Val::Str(_), Val::Num(_)) | (Val::Num(_), Val::Str(_)) if only_equality => truth(!equal),
            (Val::Function(a), Val::Function(b)) if only_equality => truth((a == b) == equal),
            (a @ Val::List(_), b @ Val::List(_)) if matches!(operator, CmpOp::Eq | CmpOp::Ne) => {
                let same = self.prelude_call("prelude.list_equal", vec![a, b], span)?;
                let same = self.truth_of(&same, span)?;
                Ok(Val::Num(Num::bool(if operator == CmpOp::Eq { same } else { not(same) })))
            }
            // The members of an enum are named tuples of one value.
            (Val::Named(a, fields, of_a), Val::Named(b, _, of_b))
                if a == b && fields.len() == 1 && fields[0] == "value" =>
            {
                let operator = match operator {
                    CmpOp::Is => CmpOp::Eq,
                    CmpOp::IsNot => CmpOp::Ne,
                    other => other,
                };
                self.compare_tuples(operator, of_a, of_b, span)
            }
            (Val::Tuple(a) | Val::Named(_, _, a), Val::Tuple(b) | Val::Named(_, _, b)) => {
                self.compare_tuples(operator, a, b, span)
            }
            (a, b) => typing(span, format!("{} {} {} is not defined.", a.describe(), operator.symbol(), b.describe())),
        }
    }

    fn compare_tuples(&mut self, operator: CmpOp, a: Vec<Val>, b: Vec<Val>, span: Span) -> Result<Val> {
        let mut equal = Expr::I32(i32::from(a.len() == b.len()));
        match operator {
            CmpOp::Eq | CmpOp::Ne => {
                if a.len() == b.len() {
                    for (a, b) in a.into_iter().zip(b) {
                        let same = self.compare(CmpOp::Eq, a, b, span)?;
                        let same = self.truth_of(&same, span)?;
                        equal = and(equal, same);
                    }
                }
                Ok(Val::Num(Num::bool(if operator == CmpOp::Eq { equal } else { not(equal) })))
            }
            CmpOp::Lt | CmpOp::Le | CmpOp::Gt | CmpOp::Ge => {
                // The first pair that differs decides.
                let longer = match operator {
                    CmpOp::Lt => a.len() < b.len(),
                    CmpOp::Le => a.len() <= b.len(),
                    CmpOp::Gt => a.len() > b.len(),
                    _ => a.len() >= b.len(),
                };
                let strict = if matches!(operator, CmpOp::Lt | CmpOp::Le) { CmpOp::Lt } else { CmpOp::Gt };
                let mut result = Expr::I32(i32::from(longer));
                for (a, b) in a.into_iter().zip(b).collect::<Vec<_>>().into_iter().rev() {
                    let (a, b) = (self.settle(a), self.settle(b));
                    let less = self.compare(strict, a.clone(), b.clone(), span)?;
                    let same = self.compare(CmpOp::Eq, a, b, span)?;
                    let (less, same) = (self.truth_of(&less, span)?, self.truth_of(&same, span)?);
                    result = self.temp(or(less, and(same, result)));
                }
                Ok(Val::Num(Num::bool(result)))
            }
            _ => unsupported(span, "`is` between tuples is not compiled."),
        }
    }

    fn contains(&mut self, item: Val, of: Val, span: Span) -> Result<Expr> {
        match of {
            Val::Tuple(items) | Val::Named(_, _, items) => {
                let item = self.settle(item);
                let mut found = Expr::I32(0);
                for each in items {
                    let same = self.compare(CmpOp::Eq, item.clone(), each, span)?;
                    let same = self.truth_of(&same, span)?;
                    found = or(found, same);
                }
                Ok(found)
            }
            Val::Str(of) => match item {
                Val::Str(item) => Ok(Expr::I32(i32::from(of.contains(&item)))),
                other => typing(span, format!("{} in a string is not defined.", other.describe())),
            },
            Val::Range([start, stop, step]) => {
                let Val::Num(item) = item else { return typing(span, "Only numbers are in a range.") };
                let given = self.temp_num(item);
                let item = self.cast(given.clone(), crate::types::DType::I64).re;
                let item = self.temp(item);
                // A float is in it that is a whole number.
                let whole = self.compare_num(CmpOp::Eq, Num::int(item.clone()), given, span)?;
                let up = op(Op::I64GtS, [step.clone(), Expr::I64(0)]);
                let above =
                    and(op(Op::I64GeS, [item.clone(), start.clone()]), op(Op::I64LtS, [item.clone(), stop.clone()]));
                let below = and(op(Op::I64LeS, [item.clone(), start.clone()]), op(Op::I64GtS, [item.clone(), stop]));
                let inside = select(up.clone(), above, below);
                let size = select(up.clone(), step.clone(), op(Op::I64Sub, [Expr::I64(0), step.clone()]));
                // Not negative, as a number without a sign, and of no length 0.
                let size = self.temp(select(op(Op::I64Eqz, [step.clone()]), Expr::I64(1), size));
                let (near, far) = (self.temp(select(up.clone(), start.clone(), item.clone())), select(up, item, start));
                let left = op(Op::I64RemU, [op(Op::I64Sub, [far, near]), size]);
                let found = self.temp(and(inside, op(Op::I64Eqz, [left])));
                Ok(and(found, whole))
            }
            of @ (Val::Array(_) | Val::List(_)) => self.search_for(item, of, span),
            other => typing(span, format!("`in` is not defined for {}.", other.describe())),
        }
    }

    /// Whether one of the items of a list or one-dimensional array equals a value.
    fn search_for(&mut self, item: Val, of: Val, span: Span) -> Result<Expr> {
        use crate::ir::Stmt;
        let item = self.settle(item);
        let found = self.f.local(crate::ir::Rep::I32);
        let out = self.label();
        let Some(length) = self.iter_length(&of) else { return typing(span, "This has no items.") };
        self.emit(Stmt::Set(found, Expr::I32(0)));
        let outer = std::mem::take(&mut self.code);
        let names = Set::new();
        self.count(span, &names, &[], [Expr::I64(0), length, Expr::I64(1)], |lower, counter| {
            let outer = std::mem::take(&mut lower.temps);
            let each = lower.iter_item(&of, counter);
            let same = lower.compare(CmpOp::Eq, item.clone(), each, span)?;
            let same = lower.truth_of(&same, span)?;
            lower.emit(Stmt::If(same, vec![Stmt::Set(found, Expr::I32(1)), Stmt::Br(out)], Vec::new()));
            lower.release_temps();
            lower.temps = outer;
            Ok(())
        })?;
        let body = std::mem::replace(&mut self.code, outer);
        self.emit(Stmt::Block(out, body));
        Ok(Expr::Local(found))
    }

    /// Whether an expression is true: an i32 of 0 or 1.
    pub(super) fn truth(&mut self, expr: &Ast) -> Result<Expr> {
        // `not`, `and` and `or` need no values here.
        if let ExprKind::Un(crate::ast::UnOp::Not, operand) = &expr.kind {
            return self.truth(operand).map(not);
        }
        let val = self.expr(expr)?;
        self.truth_of(&val, expr.span)
    }

    /// Whether a value is true: an i32 of 0 or 1.
    pub(super) fn truth_of(&mut self, val: &Val, span: Span) -> Result<Expr> {
        Ok(match val {
            Val::Num(num) => self.truth_of_num(num),
            Val::None => Expr::I32(0),
            Val::Str(text) => Expr::I32(i32::from(!text.is_empty())),
            Val::Tuple(items) | Val::Named(_, _, items) => Expr::I32(i32::from(!items.is_empty())),
            Val::List(list) => {
                let length = self.list_length(list);
                op(Op::I64Ne, [length, Expr::I64(0)])
            }
            Val::Array(_) | Val::Lazy(_) => {
                return typing(span, "The truth value of an array is ambiguous.").hint("Use .any(), .all() or .size.");
            }
            other => return typing(span, format!("{} has no truth value.", other.describe())),
        })
    }

    fn attribute(&mut self, of: Val, name: &str, span: Span) -> Result<Val> {
        match (&of, name) {
            (Val::Named(_, fields, items), name) if fields.iter().any(|field| field == name) => {
                let at = fields.iter().position(|field| field == name).unwrap_or(0);
                Ok(items[at].clone())
            }
            (Val::Num(num), "real") => {
                let dtype = num.dtype.real();
                Ok(Val::Num(Num { dtype, im: None, ..num.clone() }))
            }
            (Val::Num(num), "imag") => {
                let dtype = num.dtype.real();
                let re = num.im.clone().unwrap_or_else(|| val::zero(val::rep(dtype)));
                Ok(Val::Num(Num { dtype, im: None, re, ..num.clone() }))
            }
            (Val::Array(_), name) => match self.array_attribute(&of, name)? {
                Some(val) => Ok(val),
                None => Ok(Val::Method(Box::new(of.clone()), name.to_owned())),
            },
            (Val::Function(function), name) => Ok(Val::Function(format!("{function}.{name}"))),
            (Val::Num(_) | Val::List(_) | Val::Tuple(_) | Val::Str(_), name) => {
                Ok(Val::Method(Box::new(of.clone()), name.to_owned()))
            }
            _ => typing(span, format!("{} has no attribute {name}.", of.describe())),
        }
    }
}

/// Whether computing an expression in vain costs next to nothing.
fn cheap(expr: &Expr) -> bool {
    let (mut size, mut dear) = (0, false);
    expr.walk(&mut |part| {
        size += 1;
        dear |= match part {
            Expr::Import(..) | Expr::Load(..) => true,
            Expr::Op(op, _) => op.text().contains("div") || op.text().contains("rem") || op.text().contains("sqrt"),
            _ => false,
        };
    });
    size < 12 && !dear
}
