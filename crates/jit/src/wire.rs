//! The wire form of a Python function: nested lists of words and strings, read into [`crate::ast`].

use crate::ast::*;
use crate::error::{Hint, Result, Span, internal, unsupported};

/// A list, a word or a string.
enum Item {
    List(Vec<Item>),
    Word(String),
    Text(String),
}

/// Reads a program: its functions, the entry first.
///
/// # Errors
/// An internal error where the text is no program: the Python side writes it.
pub fn read(text: &str) -> Result<Vec<Function>> {
    let mut bytes = Bytes { text, at: 0 };
    let item = bytes.item(0)?;
    let rest = item.tagged("program")?;
    rest.iter().map(function).collect()
}

/// Reads one function, as the prelude has them.
///
/// # Errors
/// An internal error where the text is no function.
pub fn read_function(text: &str) -> Result<Function> {
    function(&Bytes { text, at: 0 }.item(0)?)
}

/// Lists in lists. Twice as deep as Python's own parser takes brackets; lowering goes as deep, on a stack of 2 MB or of a
/// browser's.
const DEEPEST: usize = 400;

struct Bytes<'a> {
    text: &'a str,
    at: usize,
}

impl Bytes<'_> {
    fn blank(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() && bytes[self.at].is_ascii_whitespace() {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn item(&mut self, depth: usize) -> Result<Item> {
        if depth > DEEPEST {
            return unsupported(Span::default(), "The function is nested too deeply to be compiled.")
                .hint("Divide its longest expression, or its longest chain of elif, into several.");
        }
        match self.blank() {
            Some(b'(') => {
                self.at += 1;
                let mut items = Vec::new();
                while self.blank() != Some(b')') {
                    items.push(self.item(depth + 1)?);
                }
                self.at += 1;
                Ok(Item::List(items))
            }
            Some(b'"') => self.string(),
            Some(b')') | None => internal(Span::default(), "the program's text ends too early"),
            Some(_) => {
                let rest = &self.text[self.at..];
                let end = rest.find([' ', '(', ')', '"', '\n']).unwrap_or(rest.len());
                self.at += end;
                Ok(Item::Word(rest[..end].to_owned()))
            }
        }
    }

    fn string(&mut self) -> Result<Item> {
        let mut text = String::new();
        let mut characters = self.text[self.at + 1..].char_indices();
        while let Some((i, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += i + 2;
                    return Ok(Item::Text(text));
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, other)) => text.push(other),
                    None => break,
                },
                other => text.push(other),
            }
        }
        internal(Span::default(), "a string of the program does not end")
    }
}

impl Item {
    fn list(&self) -> Result<&[Item]> {
        match self {
            Item::List(items) => Ok(items),
            Item::Word(word) | Item::Text(word) => {
                internal(Span::default(), format!("a list was expected, not {word}"))
            }
        }
    }

    fn word(&self) -> Result<&str> {
        match self {
            Item::Word(word) | Item::Text(word) => Ok(word),
            Item::List(_) => internal(Span::default(), "a word was expected, not a list"),
        }
    }

    fn tagged(&self, tag: &str) -> Result<&[Item]> {
        match self.list()? {
            [first, rest @ ..] if first.word()? == tag => Ok(rest),
            _ => internal(Span::default(), format!("({tag} ...) was expected")),
        }
    }

    fn absent(&self) -> bool {
        matches!(self, Item::Word(word) if word == "_")
    }

    fn number<T: std::str::FromStr>(&self) -> Result<T> {
        let word = self.word()?;
        word.parse().or_else(|_| internal(Span::default(), format!("{word} is no number")))
    }

    fn optional<T>(&self, read: impl FnOnce(&Item) -> Result<T>) -> Result<Option<T>> {
        if self.absent() { Ok(None) } else { read(self).map(Some) }
    }

    fn text(&self) -> Result<String> {
        self.word().map(str::to_owned)
    }
}

fn span(item: &Item) -> Result<Span> {
    let word = item.word()?;
    // The prelude has lines only, and not everywhere.
    if word == "_" {
        return Ok(Span::default());
    }
    let mut parts = word.split(':').map(str::parse::<u32>);
    let mut next = || match parts.next() {
        Some(Ok(part)) => Ok(part),
        None => Ok(0),
        _ => internal(Span::default(), format!("{word} is no place")),
    };
    Ok(Span { line: next()?, col: next()?, end_line: next()?, end_col: next()? })
}

fn wrong<T>(what: &str) -> Result<T> {
    internal(Span::default(), format!("the program has a wrong {what}"))
}

fn function(item: &Item) -> Result<Function> {
    let [id, name, file, _, params, body] = item.tagged("function")? else { return wrong("function") };
    Ok(Function {
        id: id.number()?,
        name: name.text()?,
        file: file.text()?,
        params: params.tagged("params")?.iter().map(param).collect::<Result<_>>()?,
        body: body.tagged("body")?.iter().map(stmt).collect::<Result<_>>()?,
    })
}

fn param(item: &Item) -> Result<Param> {
    let [at, name, kind, default] = item.tagged("param")? else { return wrong("parameter") };
    Ok(Param { span: span(at)?, name: name.text()?, star: kind.word()? == "star", default: default.optional(value)? })
}

fn block(item: &Item) -> Result<Vec<Stmt>> {
    item.list()?.iter().map(stmt).collect()
}

fn stmt(item: &Item) -> Result<Stmt> {
    let [tag, at, rest @ ..] = item.list()? else { return wrong("statement") };
    let kind = match (tag.word()?, rest) {
        ("assign", [targets, value]) if !targets.list()?.is_empty() => {
            StmtKind::Assign(exprs(targets.list()?)?, expr(value)?)
        }
        ("augassign", [op, target, value]) => StmtKind::AugAssign(bin_op(op)?, expr(target)?, expr(value)?),
        ("expr", [value]) => StmtKind::Expr(expr(value)?),
        ("if", [test, body, orelse]) => StmtKind::If(expr(test)?, block(body)?, block(orelse)?),
        ("while", [test, body, orelse]) => StmtKind::While(expr(test)?, block(body)?, block(orelse)?),
        ("for", [target, iter, body, orelse]) => {
            StmtKind::For(Box::new((expr(target)?, expr(iter)?)), block(body)?, block(orelse)?)
        }
        ("break", []) => StmtKind::Break,
        ("continue", []) => StmtKind::Continue,
        ("pass", []) => StmtKind::Pass,
        ("return", [value]) => StmtKind::Return(value.optional(expr)?),
        ("assert", [test, message]) => StmtKind::Assert(expr(test)?, message.optional(Item::text)?),
        ("raise", [name, message]) => StmtKind::Raise(name.text()?, message.optional(Item::text)?),
        ("del", targets) => StmtKind::Del(exprs(targets)?),
        ("unsupported", [what]) => StmtKind::Unsupported(what.text()?),
        _ => return wrong("statement"),
    };
    Ok(Stmt { span: span(at)?, kind })
}

fn exprs(items: &[Item]) -> Result<Vec<Expr>> {
    items.iter().map(expr).collect()
}

fn boxed(item: &Item) -> Result<Box<Expr>> {
    expr(item).map(Box::new)
}

fn expr(item: &Item) -> Result<Expr> {
    let [tag, at, rest @ ..] = item.list()? else { return wrong("expression") };
    let kind = match (tag.word()?, rest) {
        ("name", [name]) => ExprKind::Name(name.text()?),
        ("value", [item]) => ExprKind::Value(value(item)?),
        ("bin", [op, left, right]) => ExprKind::Bin(bin_op(op)?, boxed(left)?, boxed(right)?),
        ("un", [op, operand]) => {
            let op = match op.word()? {
                "UAdd" => UnOp::Pos,
                "USub" => UnOp::Neg,
                "Not" => UnOp::Not,
                "Invert" => UnOp::Invert,
                _ => return wrong("unary operator"),
            };
            ExprKind::Un(op, boxed(operand)?)
        }
        ("bool", [op, rest @ ..]) => ExprKind::Bool(op.word()? == "And", exprs(rest)?),
        ("cmp", [left, rest @ ..]) => {
            let pairs = rest.iter().map(|pair| match pair.list()? {
                [op, right] => Ok((cmp_op(op)?, expr(right)?)),
                _ => wrong("comparison"),
            });
            ExprKind::Cmp(boxed(left)?, pairs.collect::<Result<_>>()?)
        }
        ("ifexp", [test, then, orelse]) => ExprKind::IfExp(boxed(test)?, boxed(then)?, boxed(orelse)?),
        ("call", [function, args, keywords]) => {
            let keywords = keywords.list()?.iter().map(|keyword| match keyword.tagged("kw")? {
                [name, value] => Ok((name.text()?, expr(value)?)),
                _ => wrong("keyword"),
            });
            ExprKind::Call(boxed(function)?, exprs(args.list()?)?, keywords.collect::<Result<_>>()?)
        }
        ("star", [value]) => ExprKind::Star(boxed(value)?),
        ("attr", [value, name]) => ExprKind::Attr(boxed(value)?, name.text()?),
        ("sub", [value, index]) => ExprKind::Sub(boxed(value)?, boxed(index)?),
        ("slice", [low, high, step]) => {
            ExprKind::Slice(low.optional(boxed)?, high.optional(boxed)?, step.optional(boxed)?)
        }
        ("tuple", items) => ExprKind::Tuple(exprs(items)?),
        ("list", items) => ExprKind::List(exprs(items)?),
        ("listcomp", [element, generators @ ..]) => {
            let generators = generators.iter().map(|generator| match generator.tagged("comp")? {
                [target, iter, ifs] => Ok(Comp { target: expr(target)?, iter: expr(iter)?, ifs: exprs(ifs.list()?)? }),
                _ => wrong("comprehension"),
            });
            ExprKind::ListComp(boxed(element)?, generators.collect::<Result<_>>()?)
        }
        ("walrus", [name, value]) => ExprKind::Walrus(name.text()?, boxed(value)?),
        ("unsupported", [what]) => ExprKind::Unsupported(what.text()?),
        _ => return wrong("expression"),
    };
    Ok(Expr { span: span(at)?, kind })
}

fn value(item: &Item) -> Result<Value> {
    let [tag, rest @ ..] = item.list()? else { return wrong("value") };
    Ok(match (tag.word()?, rest) {
        ("int", [number]) => Value::Int(number.number()?),
        ("float", [number]) => Value::Float(hex(number)?),
        ("bool", [number]) => Value::Bool(number.number::<u8>()? != 0),
        ("complex", [re, im]) => Value::Complex(hex(re)?, hex(im)?),
        ("str", [text]) => Value::Str(text.text()?),
        ("none", []) => Value::None,
        ("ellipsis", []) => Value::Ellipsis,
        ("tuple", items) => Value::Tuple(items.iter().map(value).collect::<Result<_>>()?),
        ("function", [name]) => Value::Function(name.text()?),
        ("jit", [id]) => Value::Jit(id.number()?),
        ("class", [name, fields, defaults]) => Value::Class(
            name.text()?,
            fields.list()?.iter().map(Item::text).collect::<Result<_>>()?,
            defaults.list()?.iter().map(|each| each.optional(value)).collect::<Result<_>>()?,
        ),
        ("array", [index, dtype]) => Value::Array(index.number()?, dtype.text()?),
        ("unsupported", [what]) => Value::Unsupported(what.text()?),
        _ => return wrong("value"),
    })
}

/// Python's `float.hex()`: a sign, 0x, one digit, a fraction of thirteen, p and an exponent.
fn hex(item: &Item) -> Result<f64> {
    let word = item.word()?;
    let (negative, size) = match word.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, word),
    };
    let size = match size {
        "inf" => Some(f64::INFINITY),
        "nan" => Some(f64::NAN),
        _ => (|| {
            let (mantissa, exponent) = size.strip_prefix("0x")?.split_once('p')?;
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let bits = u64::from_str_radix(&format!("{whole}{fraction}"), 16).ok()?;
            let exponent = exponent.parse::<i32>().ok()? - 4 * fraction.len() as i32;
            // Both steps are exact: the first stays normal, the second is the number itself.
            let half = exponent / 2;
            Some(bits as f64 * 2f64.powi(half) * 2f64.powi(exponent - half))
        })(),
    };
    match size {
        Some(size) => Ok(if negative { -size } else { size }),
        None => internal(Span::default(), format!("{word} is no float")),
    }
}

fn bin_op(item: &Item) -> Result<BinOp> {
    Ok(match item.word()? {
        "Add" => BinOp::Add,
        "Sub" => BinOp::Sub,
        "Mult" => BinOp::Mul,
        "Div" => BinOp::Div,
        "FloorDiv" => BinOp::FloorDiv,
        "Mod" => BinOp::Mod,
        "Pow" => BinOp::Pow,
        "MatMult" => BinOp::MatMul,
        "LShift" => BinOp::Shl,
        "RShift" => BinOp::Shr,
        "BitOr" => BinOp::BitOr,
        "BitXor" => BinOp::BitXor,
        "BitAnd" => BinOp::BitAnd,
        _ => return wrong("operator"),
    })
}

fn cmp_op(item: &Item) -> Result<CmpOp> {
    Ok(match item.word()? {
        "Eq" => CmpOp::Eq,
        "NotEq" => CmpOp::Ne,
        "Lt" => CmpOp::Lt,
        "LtE" => CmpOp::Le,
        "Gt" => CmpOp::Gt,
        "GtE" => CmpOp::Ge,
        "Is" => CmpOp::Is,
        "IsNot" => CmpOp::IsNot,
        "In" => CmpOp::In,
        "NotIn" => CmpOp::NotIn,
        _ => return wrong("comparison"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_exact() {
        for x in [0.1, -0.1, 1.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 3.5e-310, f64::INFINITY] {
            let bits = x.abs().to_bits();
            let (exponent, mantissa) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
            let text = match exponent {
                0x7ff => "inf".to_owned(),
                0 => format!("0x0.{mantissa:013x}p-1022"),
                _ => format!("0x1.{mantissa:013x}p{:+}", exponent - 1023),
            };
            let sign = if x < 0.0 { "-" } else { "" };
            assert_eq!(hex(&Item::Word(format!("{sign}{text}"))).unwrap(), x);
        }
    }

    #[test]
    fn strings_have_escapes() {
        let mut bytes = Bytes { text: r#" "a\"b\\\nc" "#, at: 0 };
        assert_eq!(bytes.item(0).unwrap().word().unwrap(), "a\"b\\\nc");
    }

    #[test]
    fn broken_texts_are_errors() {
        for text in
            ["", "(", "(program", "(program (function", "(program \"", "(x)", "(program (function 1 f \"f.py\" 1))"]
        {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"(".repeat(100_000)).is_err());
    }
}
