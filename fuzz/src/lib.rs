//! One function for each family of kernels: it makes a call of what the fuzzer's bytes say, and fails where the kernel
//! panics or differs from a plain twin.
//!
//! libFuzzer calls them (`fuzz_targets/`), and so does `tests/rust/fuzz_corpora.rs`, with the inputs in `corpus/`.

#[macro_use]
mod input;
mod batched;
mod binning;
mod decompositions;
mod einsum;
mod indexing;
mod math;
mod matrix;
mod multiply;
#[path = "../../tests/rust/oracle/mod.rs"]
mod oracle;
mod products;
mod search;
mod sets;
mod signal;
mod sorting;
mod spatial;
mod stats;
mod strided;
mod strings;
mod view;

use input::Input;

/// Makes one call of what the input says, and checks it.
type Target = fn(&mut Input);

/// The targets by their names.
pub const TARGETS: [(&str, Target); 15] = [
    ("batched", batched::run),
    ("binning", binning::run),
    ("decompositions", decompositions::run),
    ("einsum", einsum::run),
    ("indexing", indexing::run),
    ("math", math::run),
    ("products", products::run),
    ("search", search::run),
    ("sets", sets::run),
    ("signal", signal::run),
    ("sorting", sorting::run),
    ("spatial", spatial::run),
    ("stats", stats::run),
    ("strings", strings::run),
    ("view", view::run),
];

/// Runs one input of a target.
pub fn run(target: &str, data: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of the table");
    run(&mut Input::new(data));
}
