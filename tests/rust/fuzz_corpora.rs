//! The inputs that fuzzing found worth keeping (`npm run fuzz`), through the fuzz targets' own checks.

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

/// Each input after its length in two bytes, the lower one first.
fn replay(target: &str, mut pack: &[u8]) {
    let mut inputs = 0;
    while let [low, high, rest @ ..] = pack {
        let (input, after) = rest.split_at(usize::from(u16::from_le_bytes([*low, *high])));
        fuzz::run(target, input);
        (pack, inputs) = (after, inputs + 1);
    }
    assert!(inputs > 10, "{target} has {inputs} inputs");
}

macro_rules! targets {
    ($($target:ident),* $(,)?) => {
        $(
            #[cfg_attr(not(target_arch = "wasm32"), test)]
            #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
            fn $target() {
                let name = stringify!($target);
                replay(name, include_bytes!(concat!("../../fuzz/corpus/", stringify!($target), ".pack")));
            }
        )*

        #[cfg_attr(not(target_arch = "wasm32"), test)]
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        fn every_target_is_replayed() {
            assert_eq!(fuzz::TARGETS.map(|(name, _)| name), [$(stringify!($target)),*]);
        }
    };
}
targets!(
    batched,
    binning,
    decompositions,
    einsum,
    indexing,
    math,
    products,
    search,
    sets,
    signal,
    sorting,
    spatial,
    stats,
    strings,
    view,
);
