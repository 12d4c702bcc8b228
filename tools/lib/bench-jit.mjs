// The part "jit" of npm run bench: the compiled programs in Pyodide and under native Numba, in turns, program by program.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { numbaPython, setupNumba } from "../setup/numba.mjs";
import { median } from "./jit-tables.mjs";
import { at, root } from "./paths.mjs";
import { Stop } from "./process.mjs";

/** @typedef {import("./jit-tables.mjs").JitReport} JitReport */
/** @typedef {import("./jit-tables.mjs").Program} Program */
/** @typedef {(what: string, ...given: (string | boolean)[]) => Promise<string>} Ask a function of benches/jit/measure.py */

/** How often Pyodide's turn comes, and Numba's, for each program. */
const ROUNDS = 3;

/** One thread, everywhere. */
const ENV = { NUMBA_NUM_THREADS: "1", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** Whether these parts are the programs of benches/jit/. @param {string} only */
export function isJit(only) {
  const parts = only.split(",").map((part) => part.trim());
  const count = parts.filter((part) => /^jit\b/.test(part)).length;
  if (count > 0 && count < parts.length)
    throw new Stop("The programs of jit are benchmarked in a run of their own: --only jit.");
  return count > 0;
}

/** Native Numba as a process that answers one question after another. */
function startNumba() {
  const child = spawn(numbaPython, [at("benches", "jit", "native.py")], {
    cwd: root,
    env: { ...process.env, ...ENV },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** @param {(string | boolean)[]} question */
    async ask(...question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Stop("Native Numba's process ended: benches/jit/native.py.");
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

/**
 * @param {Record<string, number[]>} all
 * @param {Record<string, number[]>} more
 */
function add(all, more) {
  for (const [name, samples] of Object.entries(more)) all[name] = [...(all[name] ?? []), ...samples];
}

/**
 * One program.
 * @param {string} name
 * @param {Ask} ask
 * @param {ReturnType<typeof startNumba>} numba
 * @param {boolean} quick
 * @returns {Promise<Program>}
 */
async function measure(name, ask, numba, quick) {
  const prepared = JSON.parse(await ask("prepare", name, quick));
  const peer = await numba.ask("prepare", name, quick);
  /** @type {Record<string, number[]>} */
  const ours = {};
  /** @type {Record<string, number[]>} */
  const theirs = {};
  for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
    if (!prepared.error) add(ours, JSON.parse(await ask("samples", name, quick)));
    if (!peer.error) add(theirs, await numba.ask("samples", name, quick));
  }
  await ask("release", name);
  const medians = Object.entries(ours).map(([side, samples]) => [`${side}_ms`, median(samples)]);
  return {
    name,
    ...prepared,
    ...(!prepared.error && { compile_ms: median(prepared.compile_ms), cached_ms: median(prepared.cached_ms) }),
    ...Object.fromEntries(medians),
    ...(peer.error
      ? { numba_error: peer.error }
      : { numba_ms: median(theirs.compiled), numba_compile_ms: peer.compile_ms }),
  };
}

/** A program's line while the run goes on. @param {Program} program */
function line({ name, error, compile_first_ms, interpreter_ms, compiled_small_ms, compiled_ms, numpy_ms, numba_ms }) {
  const shown = (/** @type {number | undefined} */ value, /** @type {string} */ unit) =>
    `${value === undefined ? "-" : value.toFixed(2)}${unit}`.padStart(12);
  const over = (/** @type {number | undefined} */ peer, /** @type {number | undefined} */ ours) =>
    shown(peer && ours && peer / ours, "x");
  if (error) return `${name.padEnd(22)} ${error}`;
  return (
    `${name.padEnd(22)} compiling ${shown(compile_first_ms, " ms")}  full ${shown(compiled_ms, " ms")}` +
    `  interpreter ${over(interpreter_ms, compiled_small_ms)}  NumPy ${over(numpy_ms, compiled_ms)}` +
    `  of Numba's time ${over(compiled_ms, numba_ms)}`
  );
}

/**
 * All of the chosen programs.
 * @param {Ask} ask
 * @param {{only: string, quick: boolean}} choice
 * @returns {Promise<JitReport>}
 */
export async function benchJit(ask, { only, quick }) {
  await setupNumba();
  /** @type {string[]} */
  const names = JSON.parse(await ask("names", only));
  if (names.length === 0) throw new Stop(`No program of benches/jit/programs has ${only} in its name.`);
  const numba = startNumba();
  try {
    const start = Date.now();
    const session = JSON.parse(await ask("session", quick));
    const peer = await numba.ask("session", "", quick);
    /** @type {Program[]} */
    const programs = [];
    for (const name of names) {
      const program = await measure(name, ask, numba, quick);
      programs.push(program);
      console.log(line(program));
    }
    const environment = {
      numba: peer.numba,
      numba_numpy: peer.numpy,
      numba_python: peer.python,
      seconds: Math.round((Date.now() - start) / 100) / 10,
    };
    const { wanted, first_ms, call_us } = session;
    return { environment, wanted, first_ms, call_us: median(call_us), numba_call_us: median(peer.call_us), programs };
  } finally {
    numba.end();
  }
}
