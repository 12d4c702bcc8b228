//! Values as Python writes them.

use ferrodide_jit::DType;

/// A number, or a list or tuple of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An int or a bool.
    Int(i128),
    /// A float, or a complex number.
    Number(f64, f64),
    /// A list or tuple.
    Items(Vec<Value>),
    /// None, or a string.
    Other,
}

impl Value {
    /// Reads values with commas between them.
    pub fn parse_all(text: &str) -> Vec<Value> {
        let mut rest = text.trim_start();
        let mut values = Vec::new();
        while !rest.is_empty() && !rest.starts_with([']', ')']) {
            let (value, after) = Self::parse(rest);
            values.push(value);
            rest = after.trim_start().trim_start_matches(',').trim_start();
        }
        values
    }

    /// Reads one value; what is behind it is given back.
    fn parse(text: &str) -> (Value, &str) {
        match text.as_bytes()[0] {
            open @ (b'[' | b'(') => {
                let close = if open == b'[' { b']' } else { b')' };
                let mut depth = 0;
                let end = text
                    .bytes()
                    .position(|byte| {
                        depth += i32::from(byte == open) - i32::from(byte == close);
                        depth == 0
                    })
                    .expect("a closing bracket");
                (Value::Items(Self::parse_all(&text[1..end])), &text[end + 1..])
            }
            b'"' | b'\'' => {
                let end = 1 + text[1..].find(&text[..1]).expect("a closing quote");
                (Value::Other, &text[end + 1..])
            }
            _ => {
                let end = text.find([',', ']', ')']).unwrap_or(text.len());
                (Self::number(text[..end].trim()), &text[end..])
            }
        }
    }

    fn number(word: &str) -> Value {
        if let Ok(int) = word.parse() {
            return Value::Int(int);
        }
        match word {
            "True" => return Value::Int(1),
            "False" => return Value::Int(0),
            "None" => return Value::Other,
            _ => {}
        }
        let float = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{word} is no number"));
        match word.strip_suffix('j') {
            Some(parts) => {
                let split = parts.rfind(['+', '-']).unwrap_or(0);
                Value::Number(if split == 0 { 0.0 } else { float(&parts[..split]) }, float(&parts[split..]))
            }
            None => Value::Number(float(word), 0.0),
        }
    }

    /// Of a list or tuple.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Items(items) => items,
            _ => &[],
        }
    }

    /// As an array: its shape and numbers.
    pub fn array(&self, ndim: usize) -> (Vec<usize>, Vec<&Value>) {
        let mut shape = Vec::new();
        let mut level = vec![self];
        for _ in 0..ndim {
            shape.push(level.first().map_or(0, |first| first.items().len()));
            level = level.iter().flat_map(|each| each.items()).collect();
        }
        (shape, level)
    }

    fn parts(&self) -> (f64, f64) {
        match self {
            Value::Int(int) => (*int as f64, 0.0),
            Value::Number(re, im) => (*re, *im),
            _ => panic!("a number is wanted, not {self:?}"),
        }
    }

    /// The bytes in an array.
    pub fn bytes(&self, dtype: DType) -> Vec<u8> {
        match dtype.real() {
            real @ (DType::F32 | DType::F64) => {
                let (re, im) = self.parts();
                let part = |x: f64| match real {
                    DType::F32 => (x as f32).to_le_bytes().to_vec(),
                    _ => x.to_le_bytes().to_vec(),
                };
                let mut bytes = part(re);
                if dtype.is_complex() {
                    bytes.extend(part(im));
                }
                bytes
            }
            _ => match self {
                Value::Int(int) => int.to_le_bytes()[..dtype.size() as usize].to_vec(),
                other => panic!("an int is wanted, not {other:?}"),
            },
        }
    }

    /// In the slots of an argument: integers have 64 bits there.
    pub fn slots(&self, dtype: DType) -> Vec<u64> {
        let wide = if dtype.is_int() { DType::I64 } else { dtype };
        let bytes = self.bytes(wide);
        let part = if dtype.is_complex() { bytes.len() / 2 } else { bytes.len() };
        bytes
            .chunks(part)
            .map(|chunk| {
                let mut slot = [0; 8];
                slot[..chunk.len()].copy_from_slice(chunk);
                u64::from_le_bytes(slot)
            })
            .collect()
    }
}

/// A number from its bytes, as Python writes it; what is behind them counts for nothing.
pub fn show(dtype: DType, bytes: &[u8]) -> String {
    let size = dtype.real().size() as usize;
    let mut wide = [0; 8];
    wide[..size].copy_from_slice(&bytes[..size]);
    let bits = u64::from_le_bytes(wide);
    let float = |bits: u64| match dtype.real() {
        DType::F32 => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    };
    match dtype {
        DType::Bool => if bits == 0 { "False" } else { "True" }.to_owned(),
        DType::F32 | DType::F64 => format!("{:?}", float(bits)),
        DType::C64 | DType::C128 => {
            let mut imaginary = [0; 8];
            imaginary[..size].copy_from_slice(&bytes[size..2 * size]);
            format!("{:?}{:+?}j", float(bits), float(u64::from_le_bytes(imaginary)))
        }
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => bits.to_string(),
        _ => {
            let unused = 64 - 8 * size as u32;
            (((bits << unused) as i64) >> unused).to_string()
        }
    }
}
