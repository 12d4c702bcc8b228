//! What makes the typed form faster. Each pass keeps its meaning.

mod address;
mod affine;
mod bounds;
mod copies;
mod dead;
mod dependence;
mod hoist;
mod jam;
mod lanes;
mod linear;
mod promote;
mod values;
mod vectorize;

use std::fmt::Write;

use crate::Options;
use crate::ir::Module;

/// Improves all functions of a module, and says what was done.
pub fn optimize(module: &mut Module, options: &Options) -> String {
    let mut report = String::new();
    for function in &mut module.functions {
        copies::propagate(function);
        dead::remove(function);
        let proven = bounds::prove(function);
        copies::propagate(function);
        let doubled = bounds::version(function);
        copies::propagate(function);
        dead::remove(function);
        // Before the vectoriser, which takes inner loops first: it does what has been laid side by side.
        let jammed = jam::jam(function, &mut module.imports);
        let mut notes = Vec::new();
        let vectors = if options.scalar {
            0
        } else {
            vectorize::vectorize(function, &mut module.imports, options.fastmath, &mut notes)
        };
        // What has become no vector loop, and what is left over by those; before its addresses become pointers.
        let promoted = promote::promote(function, &mut module.imports);
        let pointers = address::reduce(function);
        let hoisted = hoist::hoist(function);
        copies::propagate(function);
        dead::remove(function);
        let _ = writeln!(
            report,
            "{}: {proven} bounds checks proven, {doubled} loops with checks in front, {hoisted} expressions out of loops, \
             {promoted} loops that keep in a local what they store, \
             {jammed} loops four iterations side by side, \
             {pointers} pointers, {vectors} loops vectorised",
            function.name
        );
        for note in notes {
            let _ = writeln!(report, "  a loop is not vectorised: {note}");
        }
    }
    report
}
