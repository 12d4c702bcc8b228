//! A machine to run compiled programs on: wasmi, a memory of a few pages with a pattern between its blocks, and an allocator
//! that knows which of them are left.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod value;

use std::collections::BTreeMap;

use ferrodide_jit::{ArrayType, Compiled, DType, Layout, Type};
use value::Value;
use wasmi::{Caller, Engine, Error, F32, F64, Linker, Memory, MemoryType, Module, Store, TypedFunc, V128};

const PAGES: u32 = 4;
/// Where the slots are, and from where on everything else.
const SLOTS: usize = 64;
const BLOCKS: usize = 4096;
/// What lies between blocks, in fresh and in freed ones.
const BETWEEN: u8 = 0xa5;
const FRESH: u8 = 0xcd;
const FREED: u8 = 0xdd;
const GAP: usize = 48;

/// The allocator's books.
struct Heap {
    next: usize,
    /// Address and bytes of each block that is not freed.
    live: BTreeMap<usize, usize>,
    /// All that may be written to, ever.
    spans: Vec<(usize, usize)>,
}

/// What a run gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What `run` returned.
    pub status: i32,
    /// The result as Python writes it; empty after an exception.
    pub result: String,
    /// Blocks that nobody has freed, but for the result's.
    pub leaked: usize,
    /// Whether a byte outside all blocks has changed.
    pub stray: bool,
}

/// A compiled program with its memory.
pub struct Machine {
    store: Store<Heap>,
    memory: Memory,
    run: TypedFunc<i32, i32>,
    result: Type,
    slots: usize,
}

fn malloc(mut caller: Caller<'_, Heap>, memory: Memory, bytes: i32) -> i32 {
    let (data, heap) = memory.data_and_store_mut(&mut caller);
    let (start, bytes) = (heap.next, bytes as u32 as usize);
    if bytes > data.len() || start + bytes + GAP > data.len() {
        return 0;
    }
    data[start..start + bytes].fill(FRESH);
    heap.live.insert(start, bytes);
    heap.spans.push((start, bytes));
    heap.next = (start + bytes).next_multiple_of(16) + GAP;
    start as i32
}

fn free(mut caller: Caller<'_, Heap>, memory: Memory, address: i32) -> Result<(), Error> {
    let (data, heap) = memory.data_and_store_mut(&mut caller);
    let Some(bytes) = heap.live.remove(&(address as usize)) else {
        return Err(Error::new(format!("{address} is freed, where no block is")));
    };
    data[address as usize..address as usize + bytes].fill(FREED);
    Ok(())
}

/// A function of `math`: the standard library's, which is good enough to compare two runs.
fn unary(name: &str) -> fn(f64) -> f64 {
    match name {
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "exp" => f64::exp,
        "log" => f64::ln,
        "tanh" => f64::tanh,
        other => panic!("the machine has no function {other}"),
    }
}

fn binary(name: &str) -> fn(f64, f64) -> f64 {
    match name {
        "pow" | "power" => f64::powf,
        "atan2" | "arctan2" => f64::atan2,
        "hypot" => f64::hypot,
        "fmod" => |x, y| x % y,
        other => panic!("the machine has no function {other}"),
    }
}

fn lanes_f64(x: V128) -> [f64; 2] {
    let bits = x.as_u128();
    [f64::from_bits(bits as u64), f64::from_bits((bits >> 64) as u64)]
}

fn vector_f64(x: [f64; 2]) -> V128 {
    V128::from(u128::from(x[0].to_bits()) | u128::from(x[1].to_bits()) << 64)
}

fn lanes_f32(x: V128) -> [f32; 4] {
    let bits = x.as_u128();
    [0, 32, 64, 96].map(|shift| f32::from_bits((bits >> shift) as u32))
}

fn vector_f32(x: [f32; 4]) -> V128 {
    V128::from((0..4).map(|i| u128::from(x[i].to_bits()) << (32 * i)).sum::<u128>())
}

fn define_math(linker: &mut Linker<Heap>, name: &str) -> Result<(), Error> {
    let two = ["pow", "atan2", "arctan2", "hypot", "fmod"].iter().any(|each| name.starts_with(each));
    let (base, suffix) = name.split_once("_f").map_or((name, ""), |(base, suffix)| (base, suffix));
    if two {
        let f = binary(base);
        let narrow = move |x: f32, y: f32| f(f64::from(x), f64::from(y)) as f32;
        match suffix {
            "64x2" => linker.func_wrap("math", name, move |x: V128, y: V128| {
                let (x, y) = (lanes_f64(x), lanes_f64(y));
                vector_f64([0, 1].map(|i| f(x[i], y[i])))
            }),
            "32x4" => linker.func_wrap("math", name, move |x: V128, y: V128| {
                let (x, y) = (lanes_f32(x), lanes_f32(y));
                vector_f32([0, 1, 2, 3].map(|i| narrow(x[i], y[i])))
            }),
            "32" => linker.func_wrap("math", name, move |x: F32, y: F32| F32::from(narrow(x.into(), y.into()))),
            _ => linker.func_wrap("math", name, move |x: F64, y: F64| F64::from(f(x.into(), y.into()))),
        }?;
    } else {
        let f = unary(base);
        match suffix {
            "64x2" => linker.func_wrap("math", name, move |x: V128| vector_f64(lanes_f64(x).map(f))),
            "32x4" => {
                linker.func_wrap("math", name, move |x: V128| vector_f32(lanes_f32(x).map(|x| f(f64::from(x)) as f32)))
            }
            "32" => linker.func_wrap("math", name, move |x: F32| F32::from(f(f64::from(f32::from(x))) as f32)),
            _ => linker.func_wrap("math", name, move |x: F64| F64::from(f(x.into()))),
        }?;
    }
    Ok(())
}

impl Machine {
    /// Validates a program and makes it ready.
    pub fn new(compiled: &Compiled) -> Self {
        wasmparser::validate(&compiled.wasm).expect("a valid module");
        let engine = Engine::default();
        let module = Module::new(&engine, &compiled.wasm).expect("a module");
        let heap = Heap { next: BLOCKS, live: BTreeMap::new(), spans: Vec::new() };
        let mut store = Store::new(&engine, heap);
        let memory = Memory::new(&mut store, MemoryType::new(PAGES, Some(PAGES))).expect("memory");
        memory.data_mut(&mut store).fill(BETWEEN);
        let mut linker = Linker::new(&engine);
        linker.define("env", "memory", memory).expect("defined once");
        let defined = linker
            .func_wrap("env", "malloc", move |caller: Caller<'_, Heap>, bytes: i32| malloc(caller, memory, bytes))
            .and_then(|linker| {
                linker.func_wrap("env", "free", move |caller: Caller<'_, Heap>, at: i32| free(caller, memory, at))
            })
            .and_then(|linker| linker.func_wrap("env", "poll", || 0));
        defined.expect("defined once");
        for name in &compiled.imports {
            define_math(&mut linker, name).expect("defined once");
        }
        let instance = linker.instantiate_and_start(&mut store, &module).expect("an instance");
        let run = instance.get_typed_func::<i32, i32>(&store, "run").expect("run: (i32) -> i32");
        store.data_mut().spans.push((SLOTS, 8 * compiled.slots as usize));
        assert!(SLOTS + 8 * compiled.slots as usize <= BLOCKS, "many slots");
        Self { store, memory, run, result: compiled.result.clone(), slots: compiled.slots as usize }
    }

    /// A block of these bytes, for an argument; of it, only `spans` (start and length in it) may be written to.
    pub fn place(&mut self, bytes: &[u8], spans: impl IntoIterator<Item = (usize, usize)>) -> usize {
        let (data, heap) = self.memory.data_and_store_mut(&mut self.store);
        let start = heap.next;
        data[start..start + bytes.len()].copy_from_slice(bytes);
        heap.spans.extend(spans.into_iter().map(|(from, length)| (start + from, length)));
        heap.next = (start + bytes.len()).next_multiple_of(16) + GAP;
        start
    }

    /// Bytes of the memory.
    pub fn bytes(&self, start: usize, length: usize) -> &[u8] {
        &self.memory.data(&self.store)[start..start + length]
    }

    /// Puts an argument into slots.
    pub fn argument(&mut self, ty: &Type, value: &Value, slots: &mut Vec<u64>) {
        match ty {
            Type::Number { dtype, .. } => slots.extend(value.slots(*dtype)),
            Type::Array(array) => self.array(*array, value, slots),
            Type::Tuple(types) => types.iter().zip(value.items()).for_each(|(ty, item)| self.argument(ty, item, slots)),
            Type::Named(_, fields) => {
                fields.iter().zip(value.items()).for_each(|(field, item)| self.argument(&field.1, item, slots));
            }
            _ => {}
        }
    }

    /// An array of the layout that its type says. That of any layout has gaps, and its first axis runs backwards.
    fn array(&mut self, ty: ArrayType, value: &Value, slots: &mut Vec<u64>) {
        let (shape, numbers) = value.array(ty.ndim as usize);
        let size = ty.dtype.size() as i64;
        let mut strides = vec![0; shape.len()];
        let mut next = if ty.layout == Layout::Any { 2 * size } else { size };
        let axes: Vec<_> =
            if ty.layout == Layout::F { (0..shape.len()).collect() } else { (0..shape.len()).rev().collect() };
        for axis in axes {
            strides[axis] = next;
            next *= shape[axis] as i64;
        }
        let mut first = 0;
        if ty.layout == Layout::Any {
            first = strides[0] * (shape[0] as i64 - 1).max(0);
            strides[0] = -strides[0];
        }
        let mut bytes = vec![BETWEEN; next as usize];
        let mut spans = Vec::new();
        for (index, number) in indices(&shape).zip(&numbers) {
            let at = (first + offset(&index, &strides)) as usize;
            bytes[at..at + size as usize].copy_from_slice(&number.bytes(ty.dtype));
            if !ty.readonly {
                spans.push((at, size as usize));
            }
        }
        let start = self.place(&bytes, spans);
        slots.extend([(start as i64 + first) as u64, 0]);
        slots.extend(shape.iter().map(|&length| length as u64));
        slots.extend(strides.iter().map(|&stride| stride as u64));
    }

    /// Calls `run`, and looks what it left.
    pub fn call(&mut self, slots: &[u64]) -> Outcome {
        assert!(slots.len() <= self.slots, "{} slots are too few for {}", self.slots, slots.len());
        let bytes: Vec<u8> = slots.iter().flat_map(|slot| slot.to_le_bytes()).collect();
        self.memory.data_mut(&mut self.store)[SLOTS..SLOTS + bytes.len()].copy_from_slice(&bytes);
        let status = self.run.call(&mut self.store, SLOTS as i32).expect("no trap");
        let mut owners = Vec::new();
        let result = if status == 0 {
            let ty = self.result.clone();
            self.show(&ty, &mut 0, Some(&mut owners))
        } else {
            String::new()
        };
        let live = &self.store.data().live;
        let leaked = live.keys().filter(|&address| !owners.contains(address)).count();
        assert!(owners.iter().all(|owner| live.contains_key(owner)), "a result's memory is freed");
        Outcome { status, result, leaked, stray: self.has_strayed() }
    }

    fn has_strayed(&self) -> bool {
        let heap = self.store.data();
        let mut spans = heap.spans.clone();
        spans.sort_unstable();
        let mut from = 0;
        let mut clean = true;
        // Read-only arguments are in no span; they are no canaries either, so that only what is behind them is compared.
        for (start, length) in spans {
            clean &= self.is_untouched(from, start);
            from = from.max(start + length);
        }
        !(clean && self.is_untouched(from, (PAGES as usize) << 16))
    }

    fn is_untouched(&self, from: usize, to: usize) -> bool {
        from >= to || self.bytes(from, to - from).iter().all(|&byte| byte == BETWEEN)
    }

    fn slot(&self, at: &mut usize) -> u64 {
        let bytes = self.bytes(SLOTS + 8 * *at, 8);
        *at += 1;
        u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
    }

    /// The value in slots, as Python writes it; the owners of its arrays are collected.
    pub fn show(&self, ty: &Type, at: &mut usize, mut owners: Option<&mut Vec<usize>>) -> String {
        match ty {
            Type::Number { dtype, .. } => {
                let mut bytes = self.slot(at).to_le_bytes().to_vec();
                if dtype.is_complex() {
                    bytes.truncate(dtype.real().size() as usize);
                    bytes.extend(&self.slot(at).to_le_bytes()[..dtype.real().size() as usize]);
                }
                value::show(*dtype, &bytes)
            }
            Type::Array(array) => {
                let (start, owner) = (self.slot(at) as u32, self.slot(at) as u32 as usize);
                if let Some(owners) = owners.as_deref_mut()
                    && owner != 0
                {
                    owners.push(owner);
                }
                let shape: Vec<_> = (0..array.ndim).map(|_| self.slot(at) as usize).collect();
                let strides: Vec<_> = (0..array.ndim).map(|_| self.slot(at) as i64).collect();
                self.show_array(array.dtype, i64::from(start), &shape, &strides)
            }
            Type::Tuple(types) => {
                let items: Vec<_> = types.iter().map(|ty| self.show(ty, at, owners.as_deref_mut())).collect();
                format!("({}{})", items.join(", "), if items.len() == 1 { "," } else { "" })
            }
            Type::Named(_, fields) => {
                let items: Vec<_> = fields.iter().map(|field| self.show(&field.1, at, owners.as_deref_mut())).collect();
                format!("({})", items.join(", "))
            }
            _ => "None".to_owned(),
        }
    }

    fn show_array(&self, dtype: DType, start: i64, shape: &[usize], strides: &[i64]) -> String {
        let Some((&length, rest)) = shape.split_first() else {
            return value::show(dtype, self.bytes(start as usize, dtype.size() as usize));
        };
        let items = (0..length).map(|i| self.show_array(dtype, start + i as i64 * strides[0], rest, &strides[1..]));
        format!("[{}]", items.collect::<Vec<_>>().join(", "))
    }

    /// An array argument as it is now, from its slots.
    pub fn show_argument(&self, ty: &Type, slots: &[u64]) -> Option<String> {
        let Type::Array(array) = ty else { return None };
        let ndim = array.ndim as usize;
        let shape: Vec<_> = slots[2..2 + ndim].iter().map(|&length| length as usize).collect();
        let strides: Vec<_> = slots[2 + ndim..2 + 2 * ndim].iter().map(|&stride| stride as i64).collect();
        Some(self.show_array(array.dtype, slots[0] as i64, &shape, &strides))
    }
}

/// The indices of an array, in C order.
fn indices(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let shape = shape.to_vec();
    (0..shape.iter().product()).map(move |mut flat: usize| {
        let mut index = vec![0; shape.len()];
        for axis in (0..shape.len()).rev() {
            index[axis] = flat % shape[axis];
            flat /= shape[axis];
        }
        index
    })
}

fn offset(index: &[usize], strides: &[i64]) -> i64 {
    index.iter().zip(strides).map(|(&i, &stride)| i as i64 * stride).sum()
}
