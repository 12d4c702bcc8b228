//! Damaged programs: the compiler refuses them or compiles them, and never panics; what it compiles is valid.
//!
//! Apart from the kernels' targets, since it needs the compiler: the target `jit` has this file, and so has
//! `tests/jit/malformed.rs`, which replays `corpus/jit.pack`.

use ferrodide_jit::{Kind, compile};

macro_rules! seeds {
    ($($name:literal, $types:literal;)*) => {
        /// Programs to begin with, and the types of their arguments.
        const SEEDS: &[(&str, &str)] =
            &[$((include_str!(concat!("../../tests/jit/golden/", $name, ".wire")), $types)),*];
    };
}

seeds! {
    "overlap_guard", "f8[1C] f8[1C] float";
    "strided", "i2[2A]";
    "appended_list", "int";
    "allocation", "int";
    "view", "f8[1C]";
    "broadcasting", "f8[2C] f8[1C]";
    "complex_numbers", "complex";
    "named_tuple", "Point(x:float,y:float)";
    "inlining", "i8[1C] int";
    "recursion", "int";
    "while_else", "int";
    "string_flag", "float \"double\"";
    "raised", "float";
}

const TYPES: [&str; 16] = [
    "int",
    "float",
    "complex",
    "bool",
    "u8",
    "f4",
    "c8",
    "none",
    "omitted",
    "\"a\"",
    "(int,f8[1C])",
    "P(x:int,y:u1)",
    "f8[1A]",
    "c16[3F]",
    "b1[2Cr]",
    "i4[4C]",
];

const OPTIONS: [&str; 6] = [
    "",
    "fastmath",
    "boundscheck=off interruptible",
    "error_model=numpy simd=off",
    "opt=off",
    "fastmath error_model=numpy",
];

const WORDS: [&str; 24] = [
    "Add",
    "FloorDiv",
    "Pow",
    "MatMult",
    "Is",
    "NotIn",
    "USub",
    "Invert",
    "int",
    "float",
    "str",
    "none",
    "jit",
    "array",
    "function",
    "slice",
    "tuple",
    "list",
    "star",
    "_",
    "9223372036854775807",
    "-1",
    "0x1.8p+1",
    "\"numpy.sum\"",
];

/// What is damaged: single bytes, words, lists with all that is in them.
fn damage(text: &mut String, data: &mut impl Iterator<Item = u8>) -> Option<()> {
    let mut next = || Some(usize::from(data.next()?));
    let kind = next()?;
    let at = |place: usize, text: &str| {
        let mut at = place % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let place = next()? << 8 | next()?;
    let start = at(place, text);
    match kind % 8 {
        0 => text.truncate(start),
        1 => text.insert(start, char::from(next()? as u8)),
        2 => {
            let end = at(start + next()? % 9, text).max(start);
            text.replace_range(start..end, "");
        }
        // A word for another.
        3 | 4 => {
            let (start, end) = word(text, start)?;
            text.replace_range(start..end, WORDS[next()? % WORDS.len()]);
        }
        // A list's copy in the place of another, beside it, or gone.
        kind => {
            let (start, end) = list(text, start)?;
            let (from, to) = list(text, at(next()? << 8 | next()?, text))?;
            let copy = if kind == 7 { String::new() } else { text[from..to].to_owned() };
            text.replace_range(if kind == 6 { start..start } else { start..end }, &copy);
        }
    }
    Some(())
}

/// The word at or behind a place.
fn word(text: &str, from: usize) -> Option<(usize, usize)> {
    let ends = |c: char| matches!(c, ' ' | '(' | ')' | '\n');
    let start = from + text[from..].find(|c| !ends(c))?;
    let length = text[start..].find(ends).unwrap_or(text.len() - start);
    Some((start, start + length))
}

/// The list that begins at or behind a place.
fn list(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find('(')?;
    let mut depth = 0;
    for (i, byte) in text[start..].bytes().enumerate() {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        if depth == 0 {
            return Some((start, start + i + 1));
        }
    }
    None
}

/// Compiles what the input makes of a program, and fails where that panics or gives an invalid module.
pub fn run(data: &[u8]) {
    let mut data = data.iter().copied();
    let mut next = || usize::from(data.next().unwrap_or(0));
    let (seed, how, options) = (next() % SEEDS.len(), next(), OPTIONS[next() % OPTIONS.len()]);
    let (text, types) = SEEDS[seed];
    let mut types = types.to_owned();
    if how % 4 == 3 {
        let other = TYPES[next() % TYPES.len()];
        types = types.split(' ').map(|each| if next() % 2 == 0 { other } else { each }).collect::<Vec<_>>().join(" ");
    }
    let mut text = text.to_owned();
    // Copies of copies grow.
    while text.len() < 20_000 && damage(&mut text, &mut data).is_some() {}
    match compile(&text, &types, options) {
        Ok(compiled) => {
            if let Err(error) = wasmparser::validate(&compiled.wasm) {
                panic!("an invalid module: {error}\n{types}\n{options}\n{text}");
            }
        }
        Err(error) => assert!(
            error.kind == Kind::Internal || !error.message.is_empty(),
            "an error for a person has a message: {error}"
        ),
    }
}
