// f.inspect_wasm(): what it prints is assembled by WABT, and must be the bytes that run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { startPyodide } from "../../tools/pyodide.mjs";

const FEATURES = {
  bulk_memory: true,
  multi_value: true,
  mutable_globals: true,
  relaxed_simd: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
};

const { default: createWabt } = await import("wabt");
const wabt = await createWabt();

/** @param {string} name @param {string} text */
function assembled(name, text) {
  const module = wabt.parseWat(`${name}.wat`, text, FEATURES);
  try {
    module.validate();
    return Buffer.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/**
 * Python's answer: names, texts and modules.
 * @param {import("pyodide").PyodideInterface} pyodide
 * @param {string} code whose last value is a list of (name, text, bytes)
 * @returns {Promise<[string, string, Buffer][]>}
 */
async function answers(pyodide, code) {
  const found = await pyodide.runPythonAsync(code);
  const list = found.toJs({ create_pyproxies: false });
  found.destroy();
  return list.map((/** @type {any[]} */ [name, text, bytes]) => [name, text, Buffer.from(bytes)]);
}

const pyodide = await startPyodide({ packages: ["numpy"], mounts: { "/benches": at("benches") } });

test("the text of every program of the benchmark is its bytes", async () => {
  const all = await answers(
    pyodide,
    `
import sys
sys.path.append("/benches")
import jit
from ferrodide.jit import njit

found = []
for options in ({}, {"fastmath": True, "boundscheck": False}):
    for name in jit.NAMES:
        module = jit.load(name)
        compiled = jit.decorate(module, njit(**options))
        compiled(*module.arguments("small"))
        [(signature, text)] = compiled.inspect_wasm().items()
        assert compiled.inspect_wasm(signature) == text
        found.append((name, text, compiled.overloads[signature].wasm))
found
`,
  );
  assert.ok(all.length > 60);
  for (const [name, text, bytes] of all) assert.deepEqual(assembled(name, text), bytes, name);
  assert.ok(all.some(([, text]) => text.includes("f64x2.mul") && text.includes("v128.load")));
});

test("every instruction that the text form knows is WABT's of that name", async () => {
  const [[name, text, bytes]] = await answers(
    pyodide,
    `
from ferrodide.jit import _wat

def number(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])

def section(code, *entries):
    content = number(len(entries)) + b"".join(entries)
    return bytes([code]) + number(len(content)) + content

place = lambda width: number(width.bit_length() - 1) + number(300)
known = [bytes([op]) for op, each in _wat._PLAIN.items() if each not in ("else", "end")]
known += [bytes([op, 0]) for op in _wat._INDEXED]
known += [bytes([op]) + place(width) for op, (_, width) in _wat._MEMORY.items()]
known += [b"\\xfc" + number(op) for op in _wat._SATURATING] + [b"\\xfc\\x0a\\0\\0", b"\\xfc\\x0b\\0"]
known += [b"\\xfd" + number(op) for op in _wat._VECTOR]
known += [b"\\xfd" + number(op) + b"\\1" for op in _wat._LANES]
known += [b"\\xfd" + number(op) + place(width) for op, (_, width) in _wat._VECTOR_MEMORY.items()]
known += [b"\\xfd" + number(op) + place(width) + b"\\1" for op, (_, width) in _wat._LANE_MEMORY.items()]
known += [b"\\xfd\\x0c" + bytes(range(16)), b"\\xfd\\x0d" + bytes(range(16, 32)), b"\\x28\\1\\4"]
known += [b"\\x41\\x7f", b"\\x41\\x80\\x80\\x80\\x80\\x78", b"\\x42\\xff\\0", b"\\x42\\x80\\x7f"]
floats = ["0000803f", "000000bf", "0000807f", "000080ff", "0000c07f", "0100a0ff", "01000000", "ffff7f7f"]
known += [b"\\x43" + bytes.fromhex(each) for each in floats]
doubles = ["9a9999999999b93f", "000000000000f07f", "000000000000f8ff", "010000000000f47f", "0100000000000000", "0000000000000080"]
known += [b"\\x44" + bytes.fromhex(each) for each in doubles]
# Behind unreachable there are operands of any type.
body = b"\\1\\2\\x7f" + b"".join(b"\\0" + each for each in known) + b"\\0\\x0b"
wasm = b"".join((
    b"\\0asm\\1\\0\\0\\0",
    section(1, b"\\x60\\0\\0"),
    section(2, b"\\3env\\6memory\\2\\0\\0"),
    section(3, b"\\0"),
    section(6, b"\\x7f\\1\\x41\\x7f\\x0b"),
    section(10, number(len(body)) + body),
))
assert len(known) > 400
[("instructions", _wat.wat(wasm), wasm)]
`,
  );
  assert.deepEqual(assembled(name, text), bytes);
});

test("bytes that the compiler does not write are no text", async () => {
  const said = await pyodide.runPythonAsync(`
from ferrodide.jit import InternalError, _wat

def refusal(wasm):
    try:
        return _wat.wat(wasm)
    except InternalError as error:
        return error.reason

head = b"\\0asm\\1\\0\\0\\0"
code = head + b"\\1\\4\\1\\x60\\0\\0\\3\\2\\1\\0"
[refusal(each) for each in (b"wasm", head + b"\\x0b\\1\\0", code + b"\\x0a\\5\\1\\3\\0\\x06\\x0b", head + b"\\1\\2\\0\\0")]
`);
  assert.deepEqual(said.toJs(), [
    "the compiled module does not begin as one.",
    "the compiled module has a section 11, which has no text form here.",
    "the compiled module has no known instruction at byte 1 of a function.",
    "the compiled module's section 1 is longer than it says.",
  ]);
  said.destroy();
});
