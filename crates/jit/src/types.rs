//! The types of values, and how they promote.
//!
//! A Python int, float or complex is weak: beside a NumPy type of its kind or a higher one it takes that one's width (NEP
//! 50). Integers are 64 bits as soon as anything is computed from them.

use std::fmt;

/// The dtype of an array's elements, or of a NumPy scalar.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    C64,
    C128,
}

use DType::*;

/// Each with the name that types are written with, and NumPy's.
const NAMES: [(DType, &str, &str); 13] = [
    (Bool, "b1", "bool"),
    (I8, "i1", "int8"),
    (I16, "i2", "int16"),
    (I32, "i4", "int32"),
    (I64, "i8", "int64"),
    (U8, "u1", "uint8"),
    (U16, "u2", "uint16"),
    (U32, "u4", "uint32"),
    (U64, "u8", "uint64"),
    (F32, "f4", "float32"),
    (F64, "f8", "float64"),
    (C64, "c8", "complex64"),
    (C128, "c16", "complex128"),
];

impl DType {
    /// The name that types are written with: `f8`.
    pub fn code(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// NumPy's name: `float64`.
    pub fn name(self) -> &'static str {
        NAMES[self as usize].2
    }

    /// The one with a code.
    pub fn from_code(code: &str) -> Option<Self> {
        NAMES.iter().find(|each| each.1 == code).map(|each| each.0)
    }

    /// The one with a name of NumPy's, or with a string that NumPy takes for it.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|each| each.1 == name || each.2 == name).map(|each| each.0);
        found.or(match name {
            "bool_" | "?" => Some(Bool),
            "int" | "int_" | "intp" | "longlong" => Some(I64),
            "uint" | "uintp" | "ulonglong" => Some(U64),
            "byte" => Some(I8),
            "ubyte" => Some(U8),
            "short" => Some(I16),
            "ushort" => Some(U16),
            "intc" => Some(I32),
            "uintc" => Some(U32),
            "float" | "double" | "d" => Some(F64),
            "single" | "f" => Some(F32),
            "complex" | "cdouble" => Some(C128),
            "csingle" => Some(C64),
            _ => None,
        })
    }

    /// Bytes of an element.
    pub fn size(self) -> u32 {
        match self {
            Bool | I8 | U8 => 1,
            I16 | U16 => 2,
            I32 | U32 | F32 => 4,
            I64 | U64 | F64 | C64 => 8,
            C128 => 16,
        }
    }

    /// Whether it is an integer's, with or without a sign.
    pub fn is_int(self) -> bool {
        matches!(self, I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64)
    }

    /// Whether it is an integer's without a sign.
    pub fn is_unsigned(self) -> bool {
        matches!(self, U8 | U16 | U32 | U64)
    }

    /// Whether it is float32 or float64.
    pub fn is_float(self) -> bool {
        matches!(self, F32 | F64)
    }

    /// Whether it is complex64 or complex128.
    pub fn is_complex(self) -> bool {
        matches!(self, C64 | C128)
    }

    /// Of a complex one its parts'; else itself.
    pub fn real(self) -> Self {
        match self {
            C64 => F32,
            C128 => F64,
            other => other,
        }
    }

    /// The complex one with these parts.
    pub fn complex(self) -> Self {
        if matches!(self, F32 | C64) { C64 } else { C128 }
    }

    /// bool, integer, float, complex.
    fn kind(self) -> u8 {
        match self {
            Bool => 0,
            F32 | F64 => 2,
            C64 | C128 => 3,
            _ => 1,
        }
    }

    /// NumPy's `promote_types`.
    pub fn promote(self, other: Self) -> Self {
        let (low, high) = if self.kind() <= other.kind() { (self, other) } else { (other, self) };
        match (low.kind(), high.kind()) {
            (0, _) => high,
            (1, 1) => promote_ints(low, high),
            (1, _) => {
                // float32 holds integers of 16 bits.
                let narrow = low.size() <= 2;
                match high {
                    F32 if !narrow => F64,
                    C64 if !narrow => C128,
                    _ => high,
                }
            }
            (2, 3) => {
                if low == F64 {
                    C128
                } else {
                    high
                }
            }
            _ => {
                if low.size() >= high.size() {
                    low
                } else {
                    high
                }
            }
        }
    }
}

fn promote_ints(a: DType, b: DType) -> DType {
    if a.is_unsigned() == b.is_unsigned() {
        return if a.size() >= b.size() { a } else { b };
    }
    let (unsigned, signed) = if a.is_unsigned() { (a, b) } else { (b, a) };
    if signed.size() > unsigned.size() {
        return signed;
    }
    match unsigned.size() {
        1 => I16,
        2 => I32,
        4 => I64,
        _ => F64,
    }
}

/// How an array lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Row by row, without gaps.
    C,
    /// Column by column, without gaps.
    F,
    /// Anyhow.
    Any,
}

/// The type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArrayType {
    /// Of its elements.
    pub dtype: DType,
    /// Dimensions.
    pub ndim: u8,
    /// In memory.
    pub layout: Layout,
    /// Whether it may not be written to.
    pub readonly: bool,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A number; weak where it is Python's own.
    Number {
        /// Its representation.
        dtype: DType,
        /// Whether Python's own.
        weak: bool,
    },
    /// None.
    None,
    /// A string, known while compiling.
    Str(String),
    /// Nothing handed over: the parameter's default counts.
    Omitted,
    /// A tuple.
    Tuple(Vec<Type>),
    /// A named tuple: its name and fields.
    Named(String, Vec<(String, Type)>),
    /// An array.
    Array(ArrayType),
    /// A list.
    List(Box<Type>),
    /// Of the items of an empty list, by the number of the list: what is appended will tell.
    Open(usize),
    /// `range(...)`
    Range,
    /// A function or type, by its canonical name.
    Function(String),
    /// A compiled function.
    Jit(u32),
}

impl Type {
    /// Python's int.
    pub const INT: Type = Type::Number { dtype: I64, weak: true };
    /// Python's float.
    pub const FLOAT: Type = Type::Number { dtype: F64, weak: true };
    /// Python's bool.
    pub const BOOL: Type = Type::Number { dtype: Bool, weak: true };
    /// Python's complex.
    pub const COMPLEX: Type = Type::Number { dtype: C128, weak: true };

    /// A NumPy scalar's type.
    pub fn number(dtype: DType) -> Self {
        Type::Number { dtype, weak: false }
    }

    /// Its dtype, if a number's.
    pub fn dtype(&self) -> Option<DType> {
        match self {
            Type::Number { dtype, .. } => Some(*dtype),
            _ => None,
        }
    }

    /// The type that leaves compiled code: a list that nothing was appended to is one of bools.
    pub fn closed(&self) -> Self {
        match self {
            Type::Tuple(items) => Type::Tuple(items.iter().map(Type::closed).collect()),
            Type::Named(name, fields) => {
                Type::Named(name.clone(), fields.iter().map(|(field, ty)| (field.clone(), ty.closed())).collect())
            }
            Type::List(item) if matches!(**item, Type::Open(_)) => Type::List(Box::new(Type::BOOL)),
            other => other.clone(),
        }
    }

    /// Whether a value of it can leave compiled code: lists of numbers, of what else there is.
    pub fn leaves(&self) -> bool {
        match self {
            Type::Number { .. } | Type::None | Type::Str(_) | Type::Omitted | Type::Array(_) => true,
            Type::Tuple(items) => items.iter().all(Type::leaves),
            Type::Named(_, fields) => fields.iter().all(|field| field.1.leaves()),
            Type::List(item) => matches!(**item, Type::Number { .. }),
            Type::Open(_) | Type::Range | Type::Function(_) | Type::Jit(_) => false,
        }
    }

    /// A type's text, as [`fmt::Display`] writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { text, at: 0, depth: DEEPEST };
        let found = reader.read()?;
        (reader.at == text.len()).then_some(found)
    }

    /// In words, for messages.
    pub fn describe(&self) -> String {
        match self {
            Type::Number { dtype, weak: true } => match dtype {
                Bool => "bool".into(),
                F64 => "float".into(),
                C128 => "complex".into(),
                _ => "int".into(),
            },
            Type::Number { dtype, .. } => dtype.name().into(),
            Type::None => "None".into(),
            Type::Str(_) => "str".into(),
            Type::Omitted => "a default".into(),
            Type::Tuple(items) => {
                let items: Vec<_> = items.iter().map(Type::describe).collect();
                format!("tuple({})", items.join(", "))
            }
            Type::Named(name, _) => name.clone(),
            Type::Array(array) => format!("array({}, {}d)", array.dtype.name(), array.ndim),
            Type::List(item) if matches!(**item, Type::Open(_)) => "list".into(),
            Type::Open(_) => "what is not known yet".into(),
            Type::List(item) => format!("list({})", item.describe()),
            Type::Range => "range".into(),
            Type::Function(name) => name.clone(),
            Type::Jit(_) => "a compiled function".into(),
        }
    }

    /// What a variable has that is of one type on one way, and of another on another.
    pub fn unify(&self, other: &Self) -> Option<Self> {
        if self == other {
            return Some(self.clone());
        }
        match (self, other) {
            (Type::Number { dtype: a, weak: weak_a }, Type::Number { dtype: b, weak: weak_b }) => {
                // bool and int differ in what they print, not in what they compute.
                let ints = (a.is_int() || *a == Bool) && (b.is_int() || *b == Bool);
                let unsigned = (*a == U64 && (b.is_unsigned() || *b == Bool)) || (*b == U64 && a.is_unsigned());
                let dtype = match (*weak_a, *weak_b) {
                    _ if a == b => *a,
                    _ if ints && unsigned => U64,
                    _ if ints && (*a == U64 || *b == U64) => {
                        if *weak_a || *weak_b {
                            U64
                        } else {
                            F64
                        }
                    }
                    _ if ints => I64,
                    (true, false) => weak_with(*a, *b),
                    (false, true) => weak_with(*b, *a),
                    _ => a.promote(*b),
                };
                Some(Type::Number { dtype, weak: *weak_a && *weak_b })
            }
            (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
                a.iter().zip(b).map(|(a, b)| a.unify(b)).collect::<Option<_>>().map(Type::Tuple)
            }
            (Type::Named(name, a), Type::Named(other, b)) if name == other && a.len() == b.len() => {
                let fields = a.iter().zip(b).map(|(a, b)| Some((a.0.clone(), a.1.unify(&b.1)?)));
                fields.collect::<Option<_>>().map(|fields| Type::Named(name.clone(), fields))
            }
            (Type::List(a), Type::List(_)) if matches!(**a, Type::Open(_)) => Some(other.clone()),
            (Type::List(_), Type::List(b)) if matches!(**b, Type::Open(_)) => Some(self.clone()),
            (Type::Array(a), Type::Array(b)) if a.dtype == b.dtype && a.ndim == b.ndim => {
                let layout = if a.layout == b.layout { a.layout } else { Layout::Any };
                Some(Type::Array(ArrayType { layout, readonly: a.readonly || b.readonly, ..*a }))
            }
            _ => None,
        }
    }
}

/// What a weak number's dtype becomes beside a NumPy type.
pub fn weak_with(weak: DType, strong: DType) -> DType {
    match (weak.kind(), strong.kind()) {
        (weak_kind, strong_kind) if weak_kind <= strong_kind => strong,
        (1, _) => I64,
        (2, _) => F64,
        (_, 2) => strong.complex(),
        _ => C128,
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Number { weak: true, .. } => f.write_str(&self.describe()),
            Type::Number { dtype, .. } => f.write_str(dtype.code()),
            Type::None => f.write_str("none"),
            Type::Str(text) => {
                write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
            }
            Type::Omitted => f.write_str("omitted"),
            Type::Tuple(items) => {
                f.write_str("(")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { "," })?;
                }
                f.write_str(")")
            }
            Type::Named(name, fields) => {
                write!(f, "{name}(")?;
                for (i, (field, item)) in fields.iter().enumerate() {
                    write!(f, "{}{field}:{item}", if i == 0 { "" } else { "," })?;
                }
                f.write_str(")")
            }
            Type::Array(array) => {
                let layout = match array.layout {
                    Layout::C => "C",
                    Layout::F => "F",
                    Layout::Any => "A",
                };
                let readonly = if array.readonly { "r" } else { "" };
                write!(f, "{}[{}{layout}{readonly}]", array.dtype.code(), array.ndim)
            }
            Type::List(item) => write!(f, "list({item})"),
            // These are handed over between compiled functions only.
            Type::Open(list) => write!(f, "open {list}"),
            Type::Range => f.write_str("range"),
            Type::Function(name) => f.write_str(name),
            Type::Jit(id) => write!(f, "function {id}"),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many types may still be in each other.
    depth: u32,
}

/// Tuples of tuples, deeper than anybody writes them.
const DEEPEST: u32 = 64;

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn string(&mut self) -> Option<Type> {
        let mut text = String::new();
        let mut characters = self.text[self.at + 1..].char_indices();
        loop {
            match characters.next()? {
                (i, '"') => {
                    self.at += i + 2;
                    return Some(Type::Str(text));
                }
                (_, '\\') => match characters.next()?.1 {
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                (_, other) => text.push(other),
            }
        }
    }

    fn read(&mut self) -> Option<Type> {
        self.depth = self.depth.checked_sub(1)?;
        let found = self.read_here();
        self.depth += 1;
        found
    }

    fn read_here(&mut self) -> Option<Type> {
        match self.peek()? {
            b'"' => return self.string(),
            b'(' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.peek()? != b')' {
                    items.push(self.read()?);
                    if self.peek()? == b',' {
                        self.at += 1;
                    }
                }
                self.at += 1;
                return Some(Type::Tuple(items));
            }
            _ => {}
        }
        let word = self.word().to_owned();
        match (word.as_str(), self.peek()) {
            ("list", Some(b'(')) => {
                self.at += 1;
                let item = self.read()?;
                self.take(b')')?;
                Some(Type::List(Box::new(item)))
            }
            ("", _) => None,
            (_, Some(b'(')) => {
                self.at += 1;
                let mut fields = Vec::new();
                while self.peek()? != b')' {
                    let field = self.word().to_owned();
                    self.take(b':')?;
                    fields.push((field, self.read()?));
                    if self.peek()? == b',' {
                        self.at += 1;
                    }
                }
                self.at += 1;
                Some(Type::Named(word, fields))
            }
            (_, Some(b'[')) => {
                let dtype = DType::from_code(&word)?;
                self.at += 1;
                let ndim = self.peek()?.checked_sub(b'0').filter(|&ndim| (1..=4).contains(&ndim))?;
                self.at += 1;
                let layout = match self.peek()? {
                    b'C' => Layout::C,
                    b'F' => Layout::F,
                    b'A' => Layout::Any,
                    _ => return None,
                };
                self.at += 1;
                let readonly = self.take(b'r').is_some();
                self.take(b']')?;
                Some(Type::Array(ArrayType { dtype, ndim, layout, readonly }))
            }
            ("int", _) => Some(Type::INT),
            ("float", _) => Some(Type::FLOAT),
            ("bool", _) => Some(Type::BOOL),
            ("complex", _) => Some(Type::COMPLEX),
            ("none", _) => Some(Type::None),
            ("omitted", _) => Some(Type::Omitted),
            (code, _) => DType::from_code(code).map(Type::number),
        }
    }
}

/// The types of a blank-separated list.
pub fn parse_types(text: &str) -> Option<Vec<Type>> {
    let mut reader = Reader { text, at: 0, depth: DEEPEST };
    let mut types = Vec::new();
    loop {
        while reader.peek() == Some(b' ') {
            reader.at += 1;
        }
        if reader.at == text.len() {
            return Some(types);
        }
        types.push(reader.read()?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_they_are_written() {
        let text = "int float bool complex f4 c16 none \"a \\\"b\" omitted (int,f8[2Cr]) P(x:int,y:f4[1A]) u1[4F] list(int) ()";
        let types = parse_types(text).unwrap();
        let written: Vec<_> = types.iter().map(Type::to_string).collect();
        assert_eq!(written.join(" "), text);
        for wrong in ["f9", "f8[", "f8[5C]", "f8[1X]", "(int", "P(x", "\"a", "f8[1C]x"] {
            assert!(parse_types(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn promotion_is_numpys() {
        let cases = "b1 i1 i1, i1 u1 i2, i2 u2 i4, i4 u4 i8, i8 u8 f8, i2 f4 f4, i4 f4 f8, u8 f4 f8, i8 c8 c16, f8 c8 c16, \
                     f4 c8 c8, u1 u4 u4, i8 u4 i8, f4 f8 f8, i2 c8 c8";
        for case in cases.split(", ") {
            let mut dtypes = case.split_whitespace().map(|code| DType::from_code(code).unwrap());
            let (a, b, both) = (dtypes.next().unwrap(), dtypes.next().unwrap(), dtypes.next().unwrap());
            assert_eq!((a.promote(b), b.promote(a)), (both, both), "{case}");
        }
    }
}
