#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ferrodide_fuzz::run("einsum", data));
