//! Small programs in the wire form, drawn from numbers: nested loops with affine indices over arrays that may overlap.

use std::fmt::Write;

/// Where the program's decisions come from: when they run out, each is 0.
pub struct Draws<'a> {
    numbers: &'a [u16],
    line: u32,
}

/// An array that the program knows.
#[derive(Clone)]
pub struct Known {
    name: String,
    /// As its type has it: `f8`.
    pub code: &'static str,
    /// One or two.
    pub ndim: usize,
}

/// A generated program.
pub struct Program {
    /// The wire form.
    pub text: String,
    /// Of the parameters: the arrays, then `n`, `m` and `s`.
    pub types: String,
    /// The array parameters.
    pub arrays: Vec<Known>,
    /// Of which layout each is.
    pub layouts: Vec<char>,
}

/// Deeper loops are not made.
const DEEPEST: usize = 3;

struct Writer<'a, 'b> {
    draws: &'a mut Draws<'b>,
    arrays: Vec<Known>,
    /// The counters of the loops around.
    counters: Vec<&'static str>,
    /// Statements that may still be made.
    left: usize,
    loops: usize,
}

impl<'a> Draws<'a> {
    /// From these numbers.
    pub fn new(numbers: &'a [u16]) -> Self {
        Self { numbers, line: 0 }
    }

    /// One of `0..below`.
    pub fn pick(&mut self, below: usize) -> usize {
        match self.numbers.split_first() {
            Some((&first, rest)) => {
                self.numbers = rest;
                usize::from(first) % below
            }
            None => 0,
        }
    }

    /// An integer of a range, near 0 first.
    pub fn int(&mut self, low: i64, high: i64) -> i64 {
        let drawn = self.pick((high - low + 1) as usize) as i64;
        let near = 0i64.clamp(low, high);
        if near + drawn <= high { near + drawn } else { high - drawn }
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.pick(choices.len())]
    }

    /// A place in a line of its own.
    fn at(&mut self) -> String {
        self.line += 1;
        format!("{0}:0:{0}:1", self.line)
    }
}

/// Draws a program.
pub fn program(draws: &mut Draws) -> Program {
    let count = 1 + draws.pick(3);
    let mut arrays = Vec::new();
    let mut layouts = Vec::new();
    for i in 0..count {
        let code = draws.of(&["f8", "f8", "f8", "f4", "i8", "i8", "i4", "u1"]);
        let ndim = 1 + usize::from(draws.pick(4) == 3);
        layouts.push(draws.of(&['C', 'C', 'A', 'F']));
        arrays.push(Known { name: format!("a{i}"), code, ndim });
    }
    let mut types = String::new();
    let mut params = String::new();
    for (array, layout) in arrays.iter().zip(&layouts) {
        write!(types, "{}[{}{layout}] ", array.code, array.ndim).expect("written");
        write!(params, "(param 1:0:1:1 {} plain _) ", array.name).expect("written");
    }
    let parameters = arrays.clone();
    let mut writer = Writer { draws, arrays, counters: Vec::new(), left: 14, loops: 0 };
    // What is carried along, and what indices are made of.
    let mut body = writer.assign("t", "(value 1:0:1:1 (float 0x1.8p+0))");
    body += &writer.assign("k", "(value 1:0:1:1 (int 2))");
    body += &writer.array();
    let statements = writer.block(3);
    body += &statements;
    let text = format!(
        "(program (function 0 \"f\" \"f.py\" 1 (params {params}(param 1:0:1:1 n plain _) (param 1:0:1:1 m plain _) \
         (param 1:0:1:1 s plain _)) (body {body} (return 1:0:1:1 (tuple 1:0:1:1 (name 1:0:1:1 s) (name 1:0:1:1 t) \
         (name 1:0:1:1 k))))))"
    );
    Program { text, types: format!("{types}int int float"), arrays: parameters, layouts }
}

fn int(value: i64) -> String {
    format!("(value 1:0:1:1 (int {value}))")
}

fn name(name: &str) -> String {
    format!("(name 1:0:1:1 {name})")
}

fn call(function: &str, args: &[String]) -> String {
    format!("(call 1:0:1:1 (value 1:0:1:1 (function \"{function}\")) ({}) ())", args.join(" "))
}

impl Writer<'_, '_> {
    fn bin(&mut self, op: &str, a: &str, b: &str) -> String {
        format!("(bin {} {op} {a} {b})", self.draws.at())
    }

    fn assign(&mut self, to: &str, value: &str) -> String {
        format!("(assign {} ({}) {value})", self.draws.at(), name(to))
    }

    /// Perhaps one more array: a view, or new.
    fn array(&mut self) -> String {
        let one = self.arrays.iter().find(|each| each.ndim == 1).cloned();
        let (value, code) = match (self.draws.pick(4), one) {
            (1, Some(of)) => {
                let step = match self.draws.pick(4) {
                    0 => "_".to_owned(),
                    drawn => int([-1, 2, -2][drawn - 1]),
                };
                let low = if self.draws.pick(2) == 0 { "_".to_owned() } else { int(self.draws.int(-6, 6)) };
                let high = if self.draws.pick(2) == 0 { "_".to_owned() } else { int(self.draws.int(-6, 6)) };
                let at = self.draws.at();
                (format!("(sub {at} {} (slice 1:0:1:1 {low} {high} {step}))", name(&of.name)), of.code)
            }
            (2, _) => {
                let length = call("abs", &[name("n")]);
                (call("numpy.zeros", &[length]), "f8")
            }
            _ => return String::new(),
        };
        let text = self.assign("v", &value);
        self.arrays.push(Known { name: "v".to_owned(), code, ndim: 1 });
        text
    }

    fn block(&mut self, most: usize) -> String {
        let count = 1 + self.draws.pick(most);
        let mut text = String::new();
        for _ in 0..count {
            text += &self.statement();
        }
        text
    }

    fn statement(&mut self) -> String {
        if self.left == 0 {
            return format!("(pass {})", self.draws.at());
        }
        self.left -= 1;
        let outside = self.counters.is_empty();
        if outside && self.loops < 3 && self.draws.pick(3) == 2 {
            return self.nest();
        }
        if self.counters.len() < DEEPEST && self.loops < 4 && (outside || self.draws.pick(4) == 3) {
            return self.repeat();
        }
        match self.draws.pick(12) {
            0..=3 => {
                let target = self.element();
                let value = self.value(2);
                format!("(assign {} ({target}) {value})", self.draws.at())
            }
            4 | 5 => {
                let (target, value) = (self.element(), self.value(2));
                let op = self.draws.of(&["Add", "Sub", "Mult"]);
                format!("(augassign {} {op} {target} {value})", self.draws.at())
            }
            6 => {
                let value = self.value(2);
                format!("(augassign {} Add {} {value})", self.draws.at(), name("s"))
            }
            7 => {
                let value = self.value(2);
                let value = call("float", &[value]);
                self.assign("t", &value)
            }
            8 => {
                let value = self.index();
                self.assign("k", &value)
            }
            9 => {
                let value = int(self.draws.int(-2, 3));
                format!("(augassign {} Add {} {value})", self.draws.at(), name("k"))
            }
            _ => {
                let (test, then) = (self.test(), self.then());
                let orelse = if self.draws.pick(3) == 1 { self.then() } else { String::new() };
                format!("(if {} {test} ({then}) ({orelse}))", self.draws.at())
            }
        }
    }

    fn then(&mut self) -> String {
        match self.draws.pick(5) {
            3 => format!("(break {})", self.draws.at()),
            4 => format!("(continue {})", self.draws.at()),
            _ => self.statement(),
        }
    }

    fn repeat(&mut self) -> String {
        self.loops += 1;
        let counter = ["i", "j", "l"][self.counters.len()];
        let mut ends = Vec::new();
        match self.draws.pick(6) {
            0 => {
                let array = self.some_array();
                ends.push(call("len", &[name(&array.name)]));
            }
            1 => ends.push(name("n")),
            2 => ends.extend([int(self.draws.int(-2, 3)), name("n")]),
            3 => ends.extend([name("m"), name("n"), int(self.draws.of(&[1, 2, 3, -1, -2, -9]))]),
            4 => ends.extend([self.end(), int(-1), int(self.draws.of(&[-1, -2, -3, 1]))]),
            _ => ends.extend([int(self.draws.int(-2, 3)), self.end(), int(self.draws.of(&[1, 1, 2, 5]))]),
        }
        self.counters.push(counter);
        let body = self.block(3);
        self.counters.pop();
        let orelse = if self.draws.pick(6) == 5 { self.then_outside() } else { String::new() };
        let range = call("range", &ends);
        format!("(for {} {} {range} ({body}) ({orelse}))", self.draws.at(), name(counter))
    }

    /// Two loops that run over whole arrays, and add to what both of them, the inner or the outer one alone choose.
    fn nest(&mut self) -> String {
        self.loops += 2;
        let mut text = [String::new(), String::new(), String::new()];
        self.counters.push("i");
        if self.draws.pick(3) == 0 {
            text[0] = self.update("i");
        }
        self.counters.push("j");
        for _ in 0..1 + self.draws.pick(2) {
            let by = self.draws.of(&["j", "j", "i", "ij", "ji", "k"]);
            text[1] += &self.update(by);
        }
        if self.draws.pick(5) == 4 {
            let at = self.draws.of(&["i", "j"]);
            text[1] += &self.assign("k", &name(at));
        }
        self.counters.pop();
        if self.draws.pick(3) == 0 {
            text[2] = self.update("i");
        }
        self.counters.pop();
        let mut ends = [String::new(), String::new()];
        for end in &mut ends {
            let array = self.some_array();
            *end = match self.draws.pick(4) {
                0 => call("range", &[call("len", &[name(&array.name)])]),
                1 => call("range", &[int(self.draws.of(&[0, 1, 8])), call("len", &[name(&array.name)])]),
                2 => call("range", &[name(self.draws.of(&["n", "m"]))]),
                _ => call("range", &[int(self.draws.int(5, 9))]),
            };
        }
        let [before, inner, after] = text;
        if self.draws.pick(3) == 2 {
            // The inner loop alone, and what the outer one would count.
            let outer = self.assign("i", &int(1));
            return format!("{outer}(for {} {} {} ({inner}) ())", self.draws.at(), name("j"), ends[1]);
        }
        let inner = format!("(for {} {} {} ({inner}) ())", self.draws.at(), name("j"), ends[1]);
        format!("(for {} {} {} ({before}{inner}{after}) ())", self.draws.at(), name("i"), ends[0])
    }

    /// An element that counters choose, and something with elements that they choose added to it.
    fn update(&mut self, by: &str) -> String {
        let target = self.chosen(by);
        let known = if by == "i" && self.counters.len() < 2 { "i" } else { "ij" };
        let (a, b) = (self.draws.of(&["j", "i", "ij", "ji"]), self.draws.of(&["i", "j"]));
        let fits = |by: &'static str| if known == "i" { "i" } else { by };
        let first = self.chosen(fits(a));
        let second = if self.draws.pick(2) == 0 { self.chosen(fits(b)) } else { name("s") };
        let value = self.bin("Mult", &first, &second);
        if self.draws.pick(4) == 3 {
            return format!("(assign {} ({target}) {value})", self.draws.at());
        }
        let op = self.draws.of(&["Add", "Sub"]);
        format!("(augassign {} {op} {target} {value})", self.draws.at())
    }

    fn chosen(&mut self, by: &str) -> String {
        let array = self.some_array();
        let (first, last) = (&by[..1], &by[by.len() - 1..]);
        let index = if array.ndim == 2 {
            format!("(tuple 1:0:1:1 {} {})", name(first), name(last))
        } else if self.draws.pick(3) == 2 {
            let near = int(self.draws.of(&[-1, 1, -2, 2, -3, -7, -8, 3]));
            self.bin("Add", &name(last), &near)
        } else {
            name(last)
        };
        format!("(sub {} {} {index})", self.draws.at(), name(&array.name))
    }

    fn then_outside(&mut self) -> String {
        format!("(augassign {} Add {} {})", self.draws.at(), name("k"), int(1))
    }

    fn some_array(&mut self) -> Known {
        let at = self.draws.pick(self.arrays.len());
        self.arrays[at].clone()
    }

    fn counter(&mut self) -> String {
        match self.counters.len() {
            0 => name("n"),
            // The innermost first.
            count => {
                let at = count - 1 - self.draws.pick(count);
                name(self.counters[at])
            }
        }
    }

    /// An integer that a range may end at: no product, so that the program ends soon.
    fn end(&mut self) -> String {
        let counter = self.counter();
        let by = int(self.draws.int(-2, 2));
        match self.draws.pick(3) {
            0 => counter,
            1 => self.bin("Add", &counter, &by),
            _ => self.bin("Sub", &name("n"), &counter),
        }
    }

    /// An integer that may be an index.
    fn index(&mut self) -> String {
        let counter = self.counter();
        match self.draws.pick(12) {
            0..=2 => counter,
            3 | 4 => {
                let by = int(self.draws.int(-2, 2));
                self.bin("Add", &counter, &by)
            }
            5 => {
                let (a, b) = (int(self.draws.int(-2, 3)), int(self.draws.int(-3, 4)));
                let scaled = self.bin("Mult", &a, &counter);
                self.bin("Add", &scaled, &b)
            }
            6 => {
                let other = self.counter();
                let op = self.draws.of(&["Add", "Sub"]);
                self.bin(op, &counter, &other)
            }
            7 => {
                let array = self.some_array();
                let length = call("len", &[name(&array.name)]);
                let last = self.bin("Sub", &length, &int(1));
                self.bin("Sub", &last, &counter)
            }
            8 => {
                let (variable, by) = (self.draws.of(&["k", "n", "m"]), int(self.draws.int(-2, 2)));
                self.bin("Add", &name(variable), &by)
            }
            9 => {
                let op = self.draws.of(&["Mod", "FloorDiv"]);
                let by = int(self.draws.of(&[2, 3, -2]));
                self.bin(op, &counter, &by)
            }
            10 => self.bin("Mult", &counter, &counter),
            _ => int(self.draws.int(-4, 7)),
        }
    }

    fn element(&mut self) -> String {
        let array = self.some_array();
        let index = if array.ndim == 1 {
            self.index()
        } else {
            let (a, b) = (self.index(), self.index());
            format!("(tuple 1:0:1:1 {a} {b})")
        };
        format!("(sub {} {} {index})", self.draws.at(), name(&array.name))
    }

    fn value(&mut self, depth: usize) -> String {
        let leaf = depth == 0;
        match self.draws.pick(if leaf { 5 } else { 11 }) {
            0 | 1 => self.element(),
            2 => name(self.draws.of(&["s", "t"])),
            3 => self.counter(),
            4 => match self.draws.pick(2) {
                0 => int(self.draws.int(-3, 3)),
                _ => format!("(value 1:0:1:1 (float {}))", self.draws.of(&["0x1.8p+1", "-0x1.0p-2", "0x0.0p+0"])),
            },
            5..=7 => {
                let (a, b) = (self.value(depth - 1), self.value(depth - 1));
                let op = self.draws.of(&["Add", "Mult", "Sub"]);
                self.bin(op, &a, &b)
            }
            8 => {
                let (a, b) = (self.value(depth - 1), self.value(depth - 1));
                let op = self.draws.of(&["Div", "FloorDiv", "Mod"]);
                self.bin(op, &a, &b)
            }
            9 => {
                let a = self.value(depth - 1);
                match self.draws.pick(4) {
                    0 => call("abs", &[a]),
                    1 => call("numpy.sqrt", &[a]),
                    2 => call("numpy.floor", &[a]),
                    _ => {
                        let b = self.value(depth - 1);
                        call(self.draws.of(&["min", "max"]), &[a, b])
                    }
                }
            }
            _ => {
                let (test, a, b) = (self.test(), self.value(depth - 1), self.value(depth - 1));
                format!("(ifexp {} {test} {a} {b})", self.draws.at())
            }
        }
    }

    fn test(&mut self) -> String {
        let (a, b) = (self.value(0), self.value(0));
        let op = self.draws.of(&["Lt", "GtE", "Eq", "NotEq"]);
        format!("(cmp {} {a} ({op} {b}))", self.draws.at())
    }
}
