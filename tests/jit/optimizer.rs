//! The optimiser against the program without it: generated programs leave the same memory, the same result and the same
//! exception, whether the passes are on or off.

mod generate;
mod machine;

use std::cell::RefCell;

use ferrodide_jit::{DType, Type, compile};
use generate::{Draws, Program, program};
use machine::{Machine, Outcome};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// An argument array's place in the buffer that all of them share.
struct Window {
    start: usize,
    shape: Vec<usize>,
    strides: Vec<i64>,
    dtype: DType,
}

/// The bytes that arrays may lie in: six places, far enough from each other that arrays of two never meet.
const BUFFER: usize = 11_400;
const FAR: i64 = 1800;

/// Short ones, and some that are longer than a vectorised loop's step.
fn length(draws: &mut Draws, ndim: usize, axis: usize) -> usize {
    let (most, more) = match (ndim, axis) {
        (1, _) => (9, 24),
        (_, 0) => (3, 0),
        _ => (5, 12),
    };
    let length = draws.int(0, most) as usize;
    length + more * draws.pick(2)
}

fn window(draws: &mut Draws, code: &str, ndim: usize, layout: char) -> Window {
    let dtype = DType::from_code(code).expect("a dtype");
    let size = dtype.size() as i64;
    let shape: Vec<usize> = (0..ndim).map(|axis| length(draws, ndim, axis)).collect();
    let mut strides = vec![size; ndim];
    if ndim == 2 {
        let inner = usize::from(layout != 'F');
        strides[1 - inner] = size * shape[inner] as i64;
    }
    if layout == 'A' {
        let factor = draws.int(-2, 2);
        strides.iter_mut().for_each(|stride| *stride *= factor);
    }
    // Neither direction leaves the buffer, and arrays of one place often meet; they are aligned to their elements. Floats
    // meet nothing of another kind: which NaN an operation gives is open, and would be seen in it.
    let kind = match dtype {
        DType::F64 | DType::C128 => 0,
        DType::F32 | DType::C64 => 1,
        _ => 2,
    };
    let middle = FAR * 2 / 3 + (kind * 2 + draws.int(0, 1)) * FAR;
    let start = (middle + draws.int(0, 40) * size) as usize;
    Window { start, shape, strides, dtype }
}

struct Call {
    windows: Vec<Window>,
    numbers: [i64; 2],
    s: f64,
}

fn call_of(draws: &mut Draws, program: &Program) -> Call {
    let windows = program
        .arrays
        .iter()
        .zip(&program.layouts)
        .map(|(array, &layout)| window(draws, array.code, array.ndim, layout))
        .collect();
    Call { windows, numbers: [0, 1].map(|_| draws.int(-3, 9) + draws.int(0, 1) * 16), s: draws.int(-4, 4) as f64 / 2.0 }
}

/// Small numbers of the dtype that lies at the buffer's start, so that floats are no NaN.
fn buffer(call: &Call) -> Vec<u8> {
    let mut bytes = vec![0; BUFFER];
    let dtype = call.windows[0].dtype;
    let size = dtype.size() as usize;
    for (i, chunk) in bytes.chunks_exact_mut(size).enumerate() {
        let number = (i as i64 * 7) % 11 - 3;
        let data = match dtype {
            DType::F64 => (number as f64 * 0.75).to_le_bytes(),
            DType::F32 => {
                let mut wide = [0; 8];
                wide[..4].copy_from_slice(&(number as f32 * 0.75).to_le_bytes());
                wide
            }
            _ => number.to_le_bytes(),
        };
        chunk.copy_from_slice(&data[..size]);
    }
    bytes
}

/// What a run gave, and each array behind it.
fn run(program: &Program, call: &Call, options: &str, seen: &mut Seen) -> Result<(Outcome, Vec<String>), String> {
    let compiled = compile(&program.text, &program.types, options).map_err(|error| error.message.clone())?;
    seen.add(&compiled.report);
    let mut machine = Machine::new(&compiled);
    let base = machine.place(&buffer(call), [(0, BUFFER)]);
    let mut slots = Vec::new();
    let mut places = Vec::new();
    for window in &call.windows {
        let start = slots.len();
        slots.extend([(base + window.start) as u64, 0]);
        slots.extend(window.shape.iter().map(|&length| length as u64));
        slots.extend(window.strides.iter().map(|&stride| stride as u64));
        places.push(slots[start..].to_vec());
    }
    slots.extend(call.numbers.map(|number| number as u64));
    slots.push(call.s.to_bits());
    let outcome = machine.call(&slots);
    let types = program.types.split_whitespace().map(|each| Type::parse(each).expect("a type"));
    let arrays = types.zip(&places).map(|(ty, place)| machine.show_argument(&ty, place).unwrap_or_default());
    let mut memory: Vec<String> = arrays.collect();
    // What lies between the arrays' elements, by the bytes.
    let mut left = machine.bytes(base, BUFFER).to_vec();
    for window in &call.windows {
        for (i, j) in (0..window.shape[0]).flat_map(|i| (0..*window.shape.get(1).unwrap_or(&1)).map(move |j| (i, j))) {
            let inner = window.strides.get(1).map_or(0, |stride| stride * j as i64);
            let at = (window.start as i64 + i as i64 * window.strides[0] + inner) as usize;
            left[at..at + window.dtype.size() as usize].fill(0);
        }
    }
    memory.push(format!("{left:?}"));
    Ok((outcome, memory))
}

/// How often something was there to be wrong.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    programs: u32,
    returned: u32,
    proven: u32,
    doubled: u32,
    hoisted: u32,
    kept: u32,
    jammed: u32,
    pointers: u32,
    vectorised: u32,
}

impl Seen {
    fn add(&mut self, report: &str) {
        for (what, count) in [
            (" bounds checks proven", &mut self.proven),
            (" loops with checks in front", &mut self.doubled),
            (" loops that keep in a local", &mut self.kept),
            (" loops four iterations side by side", &mut self.jammed),
            (" expressions out of loops", &mut self.hoisted),
            (" pointers", &mut self.pointers),
            (" loops vectorised", &mut self.vectorised),
        ] {
            let number = report.split(what).next().and_then(|before| before.rsplit(' ').next());
            *count += u32::from(number.is_some_and(|number| number.parse::<u32>().is_ok_and(|number| number > 0)));
        }
    }
}

fn check(numbers: &[u16], options: &str, seen: &mut Seen) -> Result<(), TestCaseError> {
    let mut draws = Draws::new(numbers);
    let program = program(&mut draws);
    let call = call_of(&mut draws, &program);
    let plain = run(&program, &call, &format!("opt=off {options}"), &mut Seen::default());
    let fast = run(&program, &call, options, seen);
    if fast != plain {
        let differ = match (&fast, &plain) {
            (Ok((outcome, fast)), Ok((other, plain))) => {
                let at = fast.iter().zip(plain).position(|(a, b)| a != b);
                format!("{outcome:?}\n{other:?}\n{:?}", at.map(|at| (at, &fast[at], &plain[at])))
            }
            other => format!("{other:?}"),
        };
        return Err(TestCaseError::fail(format!("{differ}\n{} of {}", program.text, program.types)));
    }
    if let Ok((outcome, _)) = fast {
        prop_assert!(!outcome.stray, "a stray write: {}", &program.text);
        prop_assert_eq!(outcome.leaked, 0, "memory is left: {}", &program.text);
        seen.programs += 1;
        seen.returned += u32::from(outcome.status == 0);
    }
    Ok(())
}

/// Draws programs until one differs, and says what was in them.
fn held(options: &str, cases: u32) -> Seen {
    let seen = RefCell::new(Seen::default());
    let mut runner =
        TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() });
    let drawn = proptest::collection::vec(any::<u16>(), 0..400);
    if let Err(error) = runner.run(&drawn, |numbers| check(&numbers, options, &mut seen.borrow_mut())) {
        panic!("{error}");
    }
    seen.into_inner()
}

#[test]
fn passes_change_nothing() {
    let seen = held("", 2000);
    // Else the test says little.
    let Seen { programs, returned, proven, doubled, hoisted, kept, jammed, pointers, vectorised } = seen;
    let least =
        [programs / 12, returned / 3, proven / 3, doubled / 6, hoisted / 6, kept, jammed, pointers / 6, vectorised];
    assert!(least.into_iter().all(|count| count >= 100), "{seen:?}");
}

#[test]
fn passes_change_nothing_without_vectors() {
    let seen = held("simd=off", 700);
    assert!(seen.programs >= 500, "{seen:?}");
}

#[test]
fn passes_change_nothing_where_divisions_do_not_raise() {
    let seen = held("error_model=numpy interruptible", 700);
    assert!(seen.programs >= 500, "{seen:?}");
}

/// Without checks an inner loop that does not run reads nothing: also not what is kept in a local while it runs.
#[test]
fn what_no_loop_reads_may_lie_anywhere() {
    let name = |name: &str| format!("(name 1:0:1:1 {name})");
    let repeat = |counter: &str, end: &str, body: &str| {
        let range = format!("(call 1:0:1:1 (value 1:0:1:1 (function \"range\")) ({}) ())", name(end));
        format!("(for 1:0:1:1 {} {range} ({body}) ())", name(counter))
    };
    let element = |array: &str, at: &str| format!("(sub 1:0:1:1 {} {})", name(array), name(at));
    let sum = format!("(augassign 1:0:1:1 Add {} {})", element("x", "i"), element("y", "j"));
    let body = repeat("i", "n", &repeat("j", "m", &sum));
    let params = ["x", "y", "n", "m"].map(|each| format!("(param 1:0:1:1 {each} plain _)")).join(" ");
    let text = format!("(program (function 0 \"f\" \"f.py\" 1 (params {params}) (body {body})))");
    for options in ["boundscheck=off", "boundscheck=off simd=off"] {
        let compiled = compile(&text, "f8[1C] f8[1C] int int", options).expect("a program");
        assert!(!compiled.report.contains(" 0 loops that keep"), "{}", compiled.report);
        let mut machine = Machine::new(&compiled);
        let base = machine.place(&[0; 64], [(0, 64)]) as u64;
        // So many elements that the last of them would lie behind all memory.
        let outcome = machine.call(&[base, 0, 4, 8, base + 32, 0, 4, 8, 100_000, 0]);
        assert_eq!((outcome.status, outcome.stray), (0, false));
    }
}
