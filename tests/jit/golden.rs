//! Golden files: each small program of `tests/jit/golden/` with its typed form, the report, the text form of its module and
//! what it gives when it runs. `BLESS=1 cargo test -p ferrodide-jit --test golden` writes them anew.
//!
//! A program NAME.py begins with comments: `types:` of the arguments, `options:` and `args:`. NAME.wire is the function of
//! the file's name, and what it calls, in the wire form; `tools/jit_golden.py` writes it.

mod machine;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use ferrodide_jit::{Compiled, Type, compile};
use machine::Machine;
use machine::value::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/jit/golden")
}

/// The rest of the comment `# KEY: ...`.
fn header<'a>(source: &'a str, key: &str) -> &'a str {
    let start = format!("# {key}:");
    source.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or("").trim()
}

fn types_of(text: &str) -> Vec<Type> {
    text.split_whitespace().map(|each| Type::parse(each).unwrap_or_else(|| panic!("{each} is no type"))).collect()
}

fn run(compiled: &Compiled, types: &[Type], args: &[Value]) -> String {
    let mut machine = Machine::new(compiled);
    assert_eq!(types.len(), args.len(), "as many arguments as types");
    let mut slots = Vec::new();
    let starts: Vec<_> = types
        .iter()
        .zip(args)
        .map(|(ty, value)| {
            let start = slots.len();
            machine.argument(ty, value, &mut slots);
            start
        })
        .collect();
    let before: Vec<_> =
        types.iter().zip(&starts).map(|(ty, &start)| machine.show_argument(ty, &slots[start..])).collect();
    let outcome = machine.call(&slots);
    assert!(!outcome.stray, "a byte outside all arrays has changed");
    assert_eq!(outcome.leaked, 0, "memory is left");
    let mut out = String::new();
    match outcome.status {
        0 => writeln!(out, "result: {}", outcome.result),
        status => {
            let error = &compiled.errors[status as usize - 1];
            writeln!(out, "raises: {} in line {}: {}", error.class, error.line, error.message)
        }
    }
    .expect("written");
    for (i, ((ty, &start), before)) in types.iter().zip(&starts).zip(before).enumerate() {
        let after = machine.show_argument(ty, &slots[start..]);
        if after != before {
            writeln!(out, "argument {i}: {}", after.unwrap_or_default()).expect("written");
        }
    }
    out
}

fn golden(path: &Path) -> String {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let (source, wire) = (read(path), read(&path.with_extension("wire")));
    let (types, options) = (header(&source, "types"), header(&source, "options"));
    let compiled = compile(&wire, types, options).unwrap_or_else(|error| panic!("{error}"));
    let ran = run(&compiled, &types_of(types), &Value::parse_all(header(&source, "args")));
    let text = wasmprinter::print_bytes(&compiled.wasm).expect("text");
    let Compiled { result, report, ir, .. } = &compiled;
    format!("returns: {result}\n{ran}\n{report}\n{ir}\n{text}")
}

#[test]
fn programs_compile_and_run_as_they_did() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut paths: Vec<_> = std::fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 20, "only {} programs", paths.len());
    let mut differ = Vec::new();
    for path in paths {
        eprintln!("{}", path.display());
        let made = golden(&path);
        let file = path.with_extension("golden");
        if bless {
            std::fs::write(&file, made).expect("written");
            continue;
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        if let Some((line, (new, old))) =
            made.lines().zip(kept.lines().chain(std::iter::repeat(""))).enumerate().find(|(_, (a, b))| a != b)
        {
            differ.push(format!("{}:{}: it was\n  {old}\nand is\n  {new}", file.display(), line + 1));
        } else if made.len() < kept.len() {
            differ.push(format!("{}: it was longer", file.display()));
        }
    }
    assert!(
        differ.is_empty(),
        "{}\nIf that is meant: BLESS=1 cargo test -p ferrodide-jit --test golden",
        differ.join("\n")
    );
}
