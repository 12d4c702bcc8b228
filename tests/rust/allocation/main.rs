//! Every allocation of every kernel made to fail: the answer is `Error::OutOfMemory` (or the right result, where a fast
//! path has another way), nothing is written, and the next call is right.
//!
//! Whatever aborts the process where it is refused may only ask for what a fallible request has shown to be there. A new
//! kernel enters with a case in the file of its family; `every_function_has_a_case` fails until it has one.

// Names of functions are needed, and not inlined: an unoptimised native build.
#![cfg(all(not(target_arch = "wasm32"), debug_assertions))]

mod along;
mod arrays;
mod case;
mod linear;
mod tally;
mod text;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use case::Case;
use ferrodide::Error;
use tally::{Maker, Plan, Request, plan, take_notes};

fn cases() -> Vec<Case> {
    [along::cases(), arrays::cases(), linear::cases(), text::cases()].into_iter().flatten().collect()
}

/// What a crate may take without asking: less than an error's message.
const UNASKED: usize = 256;

/// Fails where a request that cannot be refused takes more than what a fallible one has just shown to be there.
fn check_infallible(what: &str, notes: &[Request]) {
    for (number, Request { maker, bytes, live, granted, .. }) in notes.iter().enumerate() {
        match maker {
            Maker::Fallible => {}
            Maker::Crate => assert!(
                live <= granted || *bytes <= UNASKED,
                "{what}: request {number}, {bytes} bytes of a crate's, makes {live}; only {granted} were asked for"
            ),
            Maker::Infallible(trace) => panic!("{what}: request {number}, of {bytes} bytes, cannot fail:\n{trace}"),
        }
    }
}

/// How many refusals a case survived.
fn refuse_each(case: &Case) -> usize {
    let what = format!("{} {}", case.names[0], case.what);
    // What a thread keeps from its first call on is there for the others.
    plan(Plan::Grant);
    let good = case.run();
    assert_eq!(good.result, Ok(()), "{what}");
    plan(Plan::Note);
    assert_eq!(case.run(), good, "{what}: two calls differ");
    let notes = take_notes();
    check_infallible(&what, &notes);
    let (mut refusals, mut parts) = (0, 0);
    let fallible = (0..notes.len()).filter(|&number| notes[number].maker == Maker::Fallible);
    for number in fallible {
        for refusal in [Plan::RefuseOne(number), Plan::RefuseFrom(number)] {
            plan(refusal);
            let outcome = case.run();
            match &outcome.result {
                Err(Error::OutOfMemory { .. }) => {
                    parts += usize::from(outcome.after != outcome.before);
                    assert!(case.partial || parts == 0, "{what}: {refusal:?} left a part behind");
                }
                _ => assert!(case.agree(&outcome, &good), "{what}: {refusal:?}: {outcome:?}, expected {good:?}"),
            }
            plan(Plan::Grant);
            assert_eq!(case.run(), good, "{what}: after {refusal:?}");
            refusals += 1;
        }
    }
    assert_eq!(case.partial, parts > 0, "{what}: is no case that leaves a part behind");
    refusals
}

#[test]
fn every_allocation_may_fail() {
    let (mut total, mut failed) = (0, Vec::new());
    for (number, case) in cases().iter().enumerate() {
        match std::panic::catch_unwind(AssertUnwindSafe(|| refuse_each(case))) {
            Ok(refusals) => {
                println!("{:5} {} {}", refusals, case.names[0], case.what);
                total += refusals;
            }
            Err(_) => failed.push(format!("{number}: {} {}", case.names[0], case.what)),
        }
    }
    println!("{total} refusals");
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The first call of a thread: what a crate keeps for the next ones is asked for as well. (Ours keep nothing.)
#[test]
fn first_calls_of_a_thread_ask_for_all() {
    for case in [linear::cases(), text::cases()].into_iter().flatten() {
        let first = || {
            plan(Plan::Note);
            let outcome = case.run();
            assert_eq!(outcome.result, Ok(()));
            check_infallible(&format!("the first {} {}", case.names[0], case.what), &take_notes());
        };
        std::thread::scope(|scope| scope.spawn(first).join()).unwrap();
    }
}

/// Functions without a case, and why.
const EXEMPT: &[(&str, &str)] = &[
    ("sort::order::keys", "a part of argpartition, lexsort and rankdata"),
    ("sort::lane::", "parts of sort and argsort, with the scratch that those made"),
    ("sort::radix::", "parts of sort and argsort, with the scratch that those made"),
    ("sort::scalar::", "a few elements; or the plain twin, by the standard library's sort, which tests alone call"),
    ("sort::partition::select_in_place", "in place: a part of partition"),
    ("stats::select::", "parts of median, with the scratch that it made"),
    ("signal::sliding::", "a part of convolve, in place"),
    ("sample::bracket", "a sample of its own size, on the stack"),
    ("sample::weyl", "a number"),
    ("view::", "nothing is allocated for a view"),
    ("spatial::check_shapes", "two numbers"),
    ("linalg::matmul_shape", "some numbers on the stack"),
    ("math::", "loops over memory that is there: unary and binary have a case"),
    ("elements::chunks", "pairs of numbers"),
    ("linalg::batched::in_doubles", "an answer"),
    ("linalg::batched::inv_shape", "some numbers on the stack"),
    ("linalg::batched::det_shape", "some numbers on the stack"),
    ("linalg::batched::solve_shape", "some numbers on the stack"),
    ("linalg::batched::pinv_shape", "some numbers on the stack"),
    ("linalg::batched::qr_shapes", "some numbers on the stack"),
    ("linalg::batched::qr_raw_shapes", "some numbers on the stack"),
    ("linalg::batched::eigh_shapes", "some numbers on the stack"),
    ("linalg::batched::svd_shapes", "some numbers on the stack"),
    ("indexing::take_along", "a loop over memory that is there, as take"),
    ("indexing::compress_rows", "a loop over memory that is there, as compress"),
    ("indexing::count_nonzero", "a number"),
    ("indexing::flatnonzero", "a loop over memory that is there"),
    ("search::interp::in_step", "an answer"),
    ("stats::along::are_finite", "an answer"),
    ("memory::", "what all the others are tested for"),
];

/// The free functions of a source file, by their paths.
fn functions(file: &Path, module: &str, found: &mut BTreeSet<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    for line in text.lines() {
        // With generics, or without.
        let rest = line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub unsafe fn "));
        if let Some(name) = rest.and_then(|rest| rest.split(['(', '<']).next()) {
            found.insert(format!("{module}{name}"));
        }
    }
}

fn all_functions(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        // Vectors of registers, and the tables of numbers.
        if stem == "simd" {
            continue;
        }
        let inner = if matches!(stem, "mod" | "lib") { module.to_string() } else { format!("{module}{stem}::") };
        if path.is_dir() {
            all_functions(&path, &inner, found);
        } else {
            functions(&path, &inner, found);
        }
    }
}

#[test]
fn every_function_has_a_case() {
    let mut found = BTreeSet::new();
    all_functions(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
    assert!(found.len() > 80, "{found:?}");
    let cases = cases();
    let covered: BTreeSet<&str> = cases.iter().flat_map(|case| case.names).copied().collect();
    let exempt = |name: &str| EXEMPT.iter().any(|(start, _)| name.starts_with(start));
    let missing: Vec<_> = found.iter().filter(|name| !covered.contains(name.as_str()) && !exempt(name)).collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
    // A method's case stands under its type's path.
    let methods = covered.iter().filter(|name| name.split("::").any(|part| part.starts_with(char::is_uppercase)));
    let known: BTreeSet<&str> = methods.copied().chain(found.iter().map(String::as_str)).collect();
    let unknown: Vec<_> = covered.iter().filter(|name| !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "no such function: {unknown:?}");
    for (start, _) in EXEMPT {
        assert!(found.iter().any(|name| name.starts_with(start)), "nothing is called {start}");
    }
}
