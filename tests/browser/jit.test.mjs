// Compiled functions in a page: Ctrl-C, policies, and what may never end the interpreter.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import { findWheel } from "../../tools/lib/wheels.mjs";
import { bareSite, ISOLATED, startPython } from "./python.mjs";
import { browserFor, open } from "./site.mjs";

const browser = await browserFor();
const BACKENDS = /** @type {const} */ (["wheel", "universal"]);

/** From the signal to Python's exception. A busy machine gets three tries. */
const WITHIN = 100;
const TRIES = 3;

/** What runs in the worker: it answers with what a piece of code gives, and when. */
const WORKER = `
const { loadPyodide } = await import(ORIGIN + "/pyodide/pyodide.mjs");
const pyodide = await loadPyodide({ indexURL: ORIGIN + "/pyodide/" });
await pyodide.loadPackage(["numpy", WHEEL], { messageCallback: () => {} });
let count = 0;
onmessage = ({ data: { signals, code } }) => {
  count += 1;
  if (signals) pyodide.setInterruptBuffer(signals);
  postMessage("begins");
  try {
    postMessage({ result: String(pyodide.runPython(code, { filename: "program" + count + ".py" })), ended: Date.now() });
  } catch (error) {
    postMessage({ error: error.message, ended: Date.now() });
  }
};
postMessage("ready");
`;

for (const backend of BACKENDS)
  test(`a page that may share memory interrupts a compiled loop in its worker: ${backend}`, async () => {
    const { page, close } = await open(browser, await bareSite(ISOLATED));
    assert.ok(await page.evaluate(() => crossOriginIsolated));
    const origin = new URL(page.url()).origin;
    const wheel = `${origin}/dist/${basename(findWheel(backend))}`;
    const source = WORKER.replaceAll("ORIGIN", JSON.stringify(origin)).replaceAll("WHEEL", JSON.stringify(wheel));
    await page.evaluate(async (source) => {
      const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(address, { type: "module" });
      const next = () =>
        new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        });
      await next();
      const signals = new Uint8Array(new SharedArrayBuffer(1));
      Object.assign(globalThis, {
        async ask(/** @type {string} */ code, /** @type {boolean} */ shared, /** @type {number} */ after) {
          worker.postMessage({ code, signals: shared && signals });
          await next();
          const ending = next();
          if (!after) return ending;
          await new Promise((resolve) => setTimeout(resolve, after));
          const start = Date.now();
          signals[0] = 2;
          const { ended, ...answer } = /** @type {any} */ (await ending);
          return { ...answer, took: ended - start };
        },
      });
    }, source);
    /** @param {string} code @param {boolean} shared @param {number} after */
    const ask = (code, shared, after = 0) =>
      page.evaluate(
        ([code, shared, after]) => /** @type {any} */ (globalThis).ask(code, shared, after),
        /** @type {const} */ ([code, shared, after]),
      );
    const program = `
from ferrodide.jit import njit

@njit
def loop(n):
    s = 0
    for i in range(n):
        s ^= i * i
    return s

loop(5)
`;
    // Compiled before the page has handed over its buffer.
    assert.equal((await ask(program, false)).result, "28");
    for (const code of ["loop(1 << 62)", `${program}\nloop(1 << 62)`]) {
      const took = [];
      while (took.length < TRIES && !(Math.min(...took) < WITHIN)) {
        const answer = await ask(code, true, 200);
        assert.match(answer.error ?? answer.result, /KeyboardInterrupt\n$/);
        took.push(answer.took);
      }
      assert.ok(Math.min(...took) < WITHIN, `it went on for ${took} ms`);
      assert.equal((await ask("loop(5), 1 + 1", true)).result, "(28, 2)");
    }
    await close();
  });

for (const backend of BACKENDS)
  test(`a page whose policy comes to forbid WebAssembly: jit falls back, njit says why: ${backend}`, async () => {
    const { page, close } = await open(browser, await bareSite());
    const files = {
      "loops.py":
        "from ferrodide.jit import jit, njit\n\n@jit\ndef lenient(x):\n    return x + 1\n\n@njit\ndef strict(x):\n    return x + 2\n",
    };
    const python = await startPython(page, { backend, files });
    assert.deepEqual(await python("import loops\n[loops.lenient(1), loops.strict(1)]"), [2, 3]);
    // Python itself cannot start without it, so that the policy arrives afterwards.
    await page.evaluate(() => {
      const policy = document.createElement("meta");
      Object.assign(policy, { httpEquiv: "Content-Security-Policy", content: "script-src 'self'" });
      document.head.append(policy);
    });
    const [known, fallen, warned, said] = await python(`
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    fallen = [loops.lenient(1.5), loops.lenient(1.5), loops.lenient(2j)]
try:
    loops.strict(1.5)
    said = "nothing"
except Exception as error:
    said = f"{type(error).__name__}: {error}"
[[loops.lenient(2), loops.strict(2)], [str(each) for each in fallen], [str(each.message) for each in caught], said]
`);
    assert.deepEqual(known, [3, 4]);
    assert.deepEqual(fallen, ["2.5", "2.5", "(1+2j)"]);
    assert.equal(warned.length, 1);
    assert.match(warned[0], /lenient runs as plain Python.*\n.*Content-Security-Policy forbids to compile WebAssembly/);
    assert.match(said, /^UnsupportedError: .*Content-Security-Policy forbids[\s\S]*needs 'wasm-unsafe-eval'/);
    await close(/Content.Security.Policy|^violation: script-src wasm-eval/);
  });

const BAD = `
import numpy as np
from ferrodide.jit import JitError, njit

@njit
def read(x, i):
    return x[i]

@njit
def write(x, i):
    x[i] = 1
    return 0

@njit
def divide(a, b):
    return a // b, a % b

@njit
def deep(n):
    if n == -1:
        return 0
    return deep(n + 1) + 1

@njit
def wide(a, b, c, d, e, n):
    if n == -1.0:
        return 0.0
    x = np.zeros(3)
    t = (a + n, b * n, c - n, d, e, a, b, c)
    x[0] = wide(t[1], t[2], t[3], t[4], t[0], n + 1.0)
    return x[0] + t[0] + t[1] + t[2] + t[3] + t[4] + t[5] + t[6] + t[7]

@njit
def huge(n):
    return np.zeros((n, n))[0, 0]

@njit
def backwards(x):
    x[::-1][:] = x[::2][1]
    return x[-1]

@njit
def shifted(x, y):
    for i in range(len(x) - 1):
        x[i + 1] = y[i]
    return x[-1]

def said(call):
    try:
        return call()
    except JitError as error:
        return type(error).__name__
    except Exception as error:
        frame = error.__traceback__
        while frame.tb_next:
            frame = frame.tb_next
        return f"{type(error).__name__} {frame.tb_frame.f_code.co_name} {frame.tb_lineno}"
`;

for (const backend of BACKENDS)
  test(`nothing that goes wrong in compiled code ends the interpreter: ${backend}`, async () => {
    const { page, close } = await open(browser, await bareSite());
    const python = await startPython(page, { backend, files: { "bad.py": BAD } });
    const found = await python(`
import bad, numpy as np
from bad import said

x = np.arange(5.0)
fixed = np.arange(3); fixed.flags.writeable = False
least = -(2**63)
mine = np.arange(5.0)
[
    *(said(lambda: bad.read(x, i)) for i in (5, -6, 2**62, least)),
    said(lambda: bad.read(x[::-2], 2)), said(lambda: bad.read(x[::-2], 3)), said(lambda: bad.read(x[:0], 0)),
    said(lambda: bad.write(x, 7)), said(lambda: bad.write(fixed, 0)), fixed.tolist(),
    said(lambda: bad.divide(1, 0)), str(said(lambda: bad.divide(least, -1))),
    said(lambda: bad.deep(0)), said(lambda: bad.wide(1.0, 2.0, 3.0, 4.0, 5.0, 0.0)),
    said(lambda: bad.huge(2**40)), said(lambda: bad.huge(2**15)), said(lambda: bad.huge(-1)),
    said(lambda: bad.backwards(x)), said(lambda: bad.backwards(x[:0])),
    said(lambda: bad.shifted(mine, mine)), said(lambda: bad.shifted(np.arange(5.0), np.arange(5.0))),
    said(lambda: bad.read(x, 1)),
]
`);
    const line = (/** @type {string} */ text) => BAD.split("\n").findIndex((each) => each.includes(text)) + 1;
    const index = `IndexError read ${line("return x[i]")}`;
    assert.deepEqual(found, [
      ...[index, index, index, index],
      ...[0, index, index],
      ...[`IndexError write ${line("x[i] = 1")}`, "TypingError", [0, 1, 2]],
      ...[`ZeroDivisionError divide ${line("a // b")}`, `(${-(2n ** 63n)}, 0)`],
      ...[`RecursionError deep ${line("return deep")}`, `RecursionError wide ${line("x[0] = wide")}`],
      ...[`MemoryError huge ${line("np.zeros((n, n))")}`, `MemoryError huge ${line("np.zeros((n, n))")}`],
      `ValueError huge ${line("np.zeros((n, n))")}`,
      ...[2, `IndexError backwards ${line("x[::-1][:]")}`],
      ...[0, 3],
      2,
    ]);
    await close();
  });
