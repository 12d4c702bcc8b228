//! NumPy's functions that are written in the compiled subset itself: `prelude/*.py`, in the wire form.
//!
//! `tools/jit_prelude.py` writes `prelude.wire`: a function a line, behind the names that it is called by. A function is read
//! when it is first called, and stays: programs share it.

use std::sync::OnceLock;

use rustc_hash::FxHashMap as HashMap;

use crate::ast::Function;
use crate::error::{Error, Result};
use crate::wire;

/// The numbers of the prelude's functions start here; Python counts those of a program from 0.
const FIRST: u32 = 1 << 30;

/// A function that may have been read already.
struct Entry {
    text: &'static str,
    read: OnceLock<std::result::Result<Function, Box<Error>>>,
}

struct Index {
    entries: Vec<Entry>,
    names: HashMap<&'static str, usize>,
}

static INDEX: OnceLock<Index> = OnceLock::new();

fn index() -> &'static Index {
    INDEX.get_or_init(|| {
        let (mut entries, mut names) = (Vec::new(), HashMap::default());
        for line in include_str!("prelude.wire").lines() {
            let Some(start) = line.find('(') else { continue };
            names.extend(line[..start].split_whitespace().map(|name| (name, entries.len())));
            entries.push(Entry { text: &line[start..], read: OnceLock::new() });
        }
        Index { entries, names }
    })
}

/// The function of a name: `numpy.cumsum`, `numpy.ndarray.cumsum`.
///
/// # Errors
/// An internal error where the prelude is broken.
pub fn find(name: &str) -> Result<Option<&'static Function>> {
    let index = index();
    let Some(&at) = index.names.get(name) else { return Ok(None) };
    let entry = &index.entries[at];
    let read = entry
        .read
        .get_or_init(|| wire::read_function(entry.text).map(|function| Function { id: FIRST + at as u32, ..function }));
    read.as_ref().map(Some).map_err(Clone::clone)
}

/// Whether a number is that of a function of the prelude.
pub fn is(id: u32) -> bool {
    id >= FIRST
}

/// Whether a function is of the prelude.
pub fn has(function: &Function) -> bool {
    is(function.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_can_be_read() {
        for name in index().names.keys() {
            assert!(find(name).unwrap().is_some(), "{name}");
        }
        assert!(find("numpy.nothing").unwrap().is_none());
    }
}
