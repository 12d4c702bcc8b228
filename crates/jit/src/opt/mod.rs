//! What makes the typed form faster. Each pass keeps its meaning.

mod address;
mod affine;
mod bounds;
mod copies;
mod dead;
mod hoist;
mod linear;

use std::fmt::Write;

use crate::Options;
use crate::ir::Module;

/// Improves all functions of a module, and says what was done.
pub fn optimize(module: &mut Module, _options: &Options) -> String {
    let mut report = String::new();
    for function in &mut module.functions {
        copies::propagate(function);
        dead::remove(function);
        let proven = bounds::prove(function);
        copies::propagate(function);
        let doubled = bounds::version(function);
        copies::propagate(function);
        dead::remove(function);
        let pointers = address::reduce(function);
        let hoisted = hoist::hoist(function);
        copies::propagate(function);
        dead::remove(function);
        let _ = writeln!(
            report,
            "{}: {proven} bounds checks proven, {doubled} loops with checks in front, {hoisted} expressions out of loops, \
             {pointers} pointers",
            function.name
        );
    }
    report
}
