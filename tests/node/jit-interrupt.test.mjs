// Ctrl-C in compiled code: pyodide.setInterruptBuffer, from another thread, by both roads.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** From the signal to Python's exception. A busy machine gets three tries. */
const WITHIN = 100;
const TRIES = 3;

const PROGRAMS = `
import gc, signal
import numpy as np
from ferrodide.jit import njit, vectorize

@njit
def plain(n):
    s = 0
    for i in range(n):
        s ^= i * i
    return s

@njit
def vectors(x, y, n):
    for k in range(n):
        for i in range(len(x)):
            y[i] += x[i] * k
    return y[0]

@njit
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

@njit
def inner(x, k):
    s = 0.0
    for i in range(len(x)):
        s += x[i] % k
    return s

@njit
def outer(x, n):
    s = 0.0
    k = 1.0
    while k < n:
        s += inner(x, k)
        k += 1.0
    return s

@njit
def holding(n):
    held = np.ones(1 << 18)
    while held[0] < n:
        held[0] += 1e-9
    return held

@vectorize
def slow(x):
    while x > 0.0:
        x += 1.0 - 1e-9
    return x

x, y = np.ones(1000), np.zeros(1000)
ENDLESS = 1 << 62
`;

const CALLS = {
  "a loop": "plain(ENDLESS)",
  "a loop of vectors": "vectors(x, y, ENDLESS)",
  "recursion without a loop": "fib(90)",
  "loops in two functions": "outer(x, 1e300)",
  "while, with an array": "holding(1e300)",
  "a ufunc": "slow(x)",
};
const FEW = {
  "a loop": "plain(5)",
  "a loop of vectors": "vectors(x, y * 0, 2)",
  "recursion without a loop": "fib(5)",
  "loops in two functions": "outer(x, 3)",
  "while, with an array": "holding(1.0)[0]",
  "a ufunc": "slow(x * 0)[0]",
};

/** @param {"wheel" | "universal"} backend */
function interrupts(backend) {
  const signals = new Uint8Array(new SharedArrayBuffer(1));
  /** @type {Worker} */
  let worker;
  before(async () => {
    worker = new Worker(new URL("interrupt-worker.mjs", import.meta.url), { workerData: { signals, backend } });
    await once(worker, "message");
  });
  after(() => worker.terminate());

  /** @param {string} code */
  async function run(code, interruptible = true) {
    worker.postMessage({ code, interruptible, announced: false });
    const [answer] = await once(worker, "message");
    return answer.error ?? answer.result;
  }

  /** How long it goes on after a signal. @param {string} code */
  async function interrupted(code) {
    worker.postMessage({ code, interruptible: true, announced: true });
    await once(worker, "message");
    await sleep(200);
    const ending = once(worker, "message");
    const start = Date.now();
    signals[0] = 2;
    const [{ result, error, ended }] = await ending;
    assert.equal(result, undefined);
    assert.match(error, /KeyboardInterrupt\n$/);
    return ended - start;
  }

  test("what was compiled before the page could interrupt is stopped, and what is compiled after", async () => {
    await run(PROGRAMS, false);
    const before = new Map();
    for (const [name, call] of Object.entries(FEW)) before.set(name, await run(call, false));
    assert.equal(await run("[len(each._known) for each in (plain, fib)]", false), "[1, 1]");
    for (const [name, call] of Object.entries(CALLS)) {
      const took = [];
      while (took.length < TRIES && !(Math.min(...took) < WITHIN)) took.push(await interrupted(call));
      assert.ok(Math.min(...took) < WITHIN, `${name} went on for ${took} ms`);
      assert.equal(await run(FEW[/** @type {keyof typeof FEW} */ (name)]), before.get(name), name);
    }
    await run(PROGRAMS.replaceAll("ENDLESS =", "E ="));
    for (const name of /** @type {const} */ (["a loop", "a ufunc"])) {
      await interrupted(CALLS[name]);
      assert.equal(await run(FEW[name]), before.get(name), name);
    }
    assert.equal(await run("1 + 1"), "2");
  });

  test("an interrupted function gives back what it holds", async () => {
    const inUse = `
import ctypes, struct
from ferrodide.jit import _runtime
gc.collect()
info = ctypes.create_string_buffer(64)
_runtime._page().module._mallinfo(ctypes.addressof(info))
struct.unpack_from("<10i", info)[7]`;
    await interrupted(CALLS["while, with an array"]);
    const start = Number(await run(inUse));
    for (let i = 0; i < 5; i += 1) await interrupted(CALLS["while, with an array"]);
    // One array has 2 MiB.
    assert.ok(Number(await run(inUse)) < start + (1 << 20));
  });

  test("a handler that raises nothing lets the function go on", async () => {
    await run("seen = []\nold = signal.signal(signal.SIGINT, lambda *_: seen.append(1))");
    worker.postMessage({ code: "(plain(3 << 28), len(seen))", interruptible: true, announced: true });
    await once(worker, "message");
    const ending = once(worker, "message");
    await sleep(50);
    signals[0] = 2;
    const [{ result }] = await ending;
    assert.match(result, /^\(-?\d+, 1\)$/);
    await run("signal.signal(signal.SIGINT, old)");
  });
}

for (const backend of /** @type {const} */ (["wheel", "universal"])) describe(backend, () => interrupts(backend));
