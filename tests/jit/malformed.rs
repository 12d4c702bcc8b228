//! Programs that nobody has written: the compiler refuses them with an error, and never panics.

#[path = "../../fuzz/src/jit.rs"]
mod fuzz;

use ferrodide_jit::{Kind, compile};
use proptest::prelude::*;

/// A function of one parameter with this body.
fn function(body: &str) -> String {
    format!(
        "(program (function 0 \"f\" \"f.py\" 1 (params (param 1:0:1:1 x plain _)) (body {body} (return 1:0:1:1 \
         (name 1:0:1:1 x)))))"
    )
}

#[test]
fn every_truncation_is_an_error() {
    let text = include_str!("golden/overlap_guard.wire").trim_end();
    for end in 0..text.len() {
        let error = compile(&text[..end], "f8[1C] f8[1C] float", "").expect_err("a part is no program");
        assert_eq!(error.kind, Kind::Internal, "{error}");
    }
}

#[test]
fn types_that_are_none_are_errors() {
    let text = function("(pass 1:0:1:1)");
    for types in ["f9", "f8[", "f8[0C]", "f8[5C]", "(int", "", "\"", "int,", "P(x:", "é"] {
        assert!(compile(&text, types, "").is_err(), "{types}");
    }
}

/// Statements or expressions in each other, so deep as the wire form may be and deeper.
fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn deep_nesting_is_an_error_or_compiles() {
    for depth in [10, 100, 300, 480, 990, 5000, 200_000] {
        let one = "(value 1:0:1:1 (int 1))";
        for (open, inner, close) in [
            ("(un 1:0:1:1 USub ", one, ")"),
            ("(bin 1:0:1:1 Add (name 1:0:1:1 x) ", one, ")"),
            ("(bin 1:0:1:1 Pow ", one, " (name 1:0:1:1 x))"),
            ("(ifexp 1:0:1:1 (name 1:0:1:1 x) ", one, " (name 1:0:1:1 x))"),
            ("(tuple 1:0:1:1 ", one, ")"),
            ("(bool 1:0:1:1 And (name 1:0:1:1 x) ", one, ")"),
            ("(call 1:0:1:1 (value 1:0:1:1 (function \"abs\")) (", one, ") ())"),
        ] {
            let value = nested(open, inner, close, depth);
            let _ = compile(&function(&format!("(expr 1:0:1:1 {value})")), "int", "");
        }
        for (open, close) in [
            ("(if 1:0:1:1 (name 1:0:1:1 x) (", ") ())"),
            ("(if 1:0:1:1 (name 1:0:1:1 x) ((pass 1:0:1:1)) (", "))"),
            ("(while 1:0:1:1 (name 1:0:1:1 x) (", ") ())"),
            (
                "(for 1:0:1:1 (name 1:0:1:1 i) (call 1:0:1:1 (value 1:0:1:1 (function \"range\")) ((name 1:0:1:1 x)) ()) (",
                ") ())",
            ),
        ] {
            let _ = compile(&function(&nested(open, "(pass 1:0:1:1)", close, depth)), "int", "");
        }
        let types = nested("(", "int", ")", depth);
        let _ = compile(&function("(pass 1:0:1:1)"), &types, "");
    }
}

#[test]
fn a_long_chain_of_calls_is_an_error_or_compiles() {
    for count in [10, 60, 300, 2000] {
        let mut text = "(program".to_owned();
        for i in 0..count {
            let value = if i + 1 < count {
                format!("(call 1:0:1:1 (value 1:0:1:1 (jit {})) ((name 1:0:1:1 x)) ())", i + 1)
            } else {
                "(name 1:0:1:1 x)".to_owned()
            };
            text += &format!(
                " (function {i} \"f\" \"f.py\" 1 (params (param 1:0:1:1 x plain _)) (body (return 1:0:1:1 {value})))"
            );
        }
        text += ")";
        let _ = compile(&text, "int", "");
    }
}

#[test]
fn types_that_grow_with_each_call_are_an_error() {
    let call = "(call 1:0:1:1 (value 1:0:1:1 (jit 0)) ((tuple 1:0:1:1 (name 1:0:1:1 x) (name 1:0:1:1 x))) ())";
    for body in [format!("(expr 1:0:1:1 {call})"), format!("(return 1:0:1:1 {call})")] {
        assert!(compile(&function(&body), "int", "").is_err());
    }
}

/// Each input after its length in two bytes, the lower one first.
#[test]
fn the_fuzz_targets_inputs_are_refused_or_valid() {
    let mut pack: &[u8] = include_bytes!("../../fuzz/corpus/jit.pack");
    let mut inputs = 0;
    while let [low, high, rest @ ..] = pack {
        let (input, after) = rest.split_at(usize::from(u16::from_le_bytes([*low, *high])));
        fuzz::run(input);
        (pack, inputs) = (after, inputs + 1);
    }
    assert!(inputs > 10, "{inputs} inputs");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_programs_are_refused_or_valid(data in proptest::collection::vec(any::<u8>(), 0..40)) {
        fuzz::run(&data);
    }

    #[test]
    fn any_text_is_refused(text in "[()\" a-z0-9:_\\\\]{0,60}", types in "[()a-z0-9\\[\\]:, \"]{0,20}") {
        let _ = compile(&text, &types, "");
        let _ = compile(&function(&text), &types, "");
    }
}
