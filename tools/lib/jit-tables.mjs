// The results of benches/jit/ as tables of Markdown.
import { geometricMean, shown, table } from "./bench-tables.mjs";

/**
 * What the compiler is to reach: benches/jit/wanted.py.
 * @typedef {{speedup: number, over_numpy: number, numba_mean: number, numba_worst: number, compile_median_ms: number,
 *   compile_worst_ms: number, cached_ms: number, call_us: number}} Wanted
 */
/**
 * A program, in milliseconds; with `error`, it does not compile or its result is wrong. The interpreter's time and
 * `compiled_small_ms` are of the small arguments, all else of the full ones.
 * @typedef {{name: string, error?: string, compile_first_ms?: number, compile_ms?: number, cached_ms?: number,
 *   interpreter_ms?: number, compiled_small_ms?: number, compiled_ms?: number, numpy_ms?: number, numba_ms?: number,
 *   numba_compile_ms?: number, numba_error?: string}} Program
 */
/**
 * @typedef {{environment: Record<string, string | number>, wanted: Wanted, first_ms: number, call_us: number,
 *   numba_call_us: number, programs: Program[]}} JitReport
 */

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number | undefined} value */
const milliseconds = (value) =>
  value === undefined ? "" : value < 100 ? value.toPrecision(3) : `${Math.round(value)}`;

/**
 * @param {number | undefined} above
 * @param {number | undefined} below
 */
const ratio = (above, below) => (above === undefined || below === undefined ? undefined : above / below);

/** @param {Program} program */
const speedup = (program) => ratio(program.interpreter_ms, program.compiled_small_ms);

/** @param {Program} program */
const overNumpy = (program) => ratio(program.numpy_ms, program.compiled_ms);

/** @param {Program} program */
const timesNumba = (program) => ratio(program.compiled_ms, program.numba_ms);

/**
 * The numbers of those programs that have one.
 * @param {Program[]} programs
 * @param {(program: Program) => number | undefined} number
 */
const numbers = (programs, number) => programs.flatMap((program) => number(program) ?? []);

/** @param {JitReport} report */
export function programTable({ programs, wanted }) {
  const rows = programs.map((program) => {
    if (program.error) return [program.name, ...Array(9).fill(""), program.error.replaceAll(/\s*\n\s*/g, " ")];
    const times = timesNumba(program);
    const marks = [
      ...(times !== undefined && times > wanted.numba_worst ? [`below: past ${wanted.numba_worst}x`] : []),
      ...((program.compile_first_ms ?? 0) > wanted.compile_worst_ms ? ["below: compiling"] : []),
    ];
    return [
      program.name,
      milliseconds(program.interpreter_ms),
      milliseconds(program.compiled_small_ms),
      shown(speedup(program)),
      milliseconds(program.compiled_ms),
      shown(overNumpy(program)),
      milliseconds(program.numba_ms),
      shown(times),
      milliseconds(program.compile_first_ms),
      milliseconds(program.cached_ms),
      marks.join(", "),
    ];
  });
  const head = [
    "program",
    "interpreter, ms",
    "compiled, ms",
    "speedup",
    "compiled, full, ms",
    "over NumPy",
    "native Numba, ms",
    "times Numba's",
    "compiling, ms",
    "cached, ms",
    "",
  ];
  return table(head, rows, 1);
}

/**
 * The numbers over all programs beside those that are wanted.
 * @param {JitReport} report
 */
export function jitSummary({ programs, wanted, first_ms, call_us, numba_call_us }) {
  const failed = programs.filter((program) => program.error);
  const speedups = numbers(programs, speedup);
  const overs = numbers(programs, overNumpy);
  const times = numbers(programs, timesNumba);
  const first = numbers(programs, (program) => program.compile_first_ms);
  const again = numbers(programs, (program) => program.compile_ms);
  const cached = numbers(programs, (program) => program.cached_ms);
  const past = programs.filter((program) => (timesNumba(program) ?? 0) > wanted.numba_worst);
  /** @type {[string, number[], (of: number[]) => number, string, number, boolean][]} */
  const lines = [
    ["over the interpreter, geometric mean of", speedups, geometricMean, "x", wanted.speedup, true],
    ["over the NumPy form, geometric mean of", overs, geometricMean, "x", wanted.over_numpy, true],
    ["times native Numba's time, geometric mean of", times, geometricMean, "x", wanted.numba_mean, false],
    ["times native Numba's time, the worst of", times, (of) => Math.max(...of), "x", wanted.numba_worst, false],
    ["from the decorator to the first result, median of", first, median, " ms", wanted.compile_median_ms, false],
    ["the same, the worst of", first, (of) => Math.max(...of), " ms", wanted.compile_worst_ms, false],
    ["the same from the cache, median of", cached, median, " ms", wanted.cached_ms, false],
    ["a warm call with three arrays, median of", [call_us], median, " µs", wanted.call_us, false],
  ];
  const rows = lines.flatMap(([what, of, value, unit, wish, more]) => {
    if (of.length === 0) return [];
    const number = value(of);
    const below = more ? number < wish : number > wish;
    const text = number < 10 ? number.toFixed(2) : number < 100 ? number.toFixed(1) : Math.round(number);
    const count = unit === " µs" ? what.replace(/, median of$/, "") : `${what} ${of.length}`;
    return [[count, `${text}${unit}`, `${more ? "at least" : "at most"} ${wish}${unit}`, below ? "below" : ""]];
  });
  const percent = Math.round((100 * (programs.length - failed.length)) / programs.length);
  return [
    ...table(["", "is", "wanted", ""], rows, 1),
    "",
    `${programs.length - failed.length} of ${programs.length} programs (${percent} %) compile and are right. ` +
      `${past.length} take more than ${wanted.numba_worst} times as long as with native Numba. ` +
      `The very first function of a session took ${milliseconds(first_ms)} ms to its first result, one compiled once more ` +
      `${again.length > 0 ? milliseconds(median(again)) : "-"} ms (median). A call of native Numba's takes ${numba_call_us.toFixed(2)} µs.`,
  ];
}

/**
 * Everything that one run has to say.
 * @param {JitReport} report
 */
export const jitTables = (report) => [...jitSummary(report), "", ...programTable(report)];

/** Those that do not compile, or are wrong. @param {JitReport} report */
export const failedPrograms = ({ programs }) =>
  programs.flatMap(({ name, error }) => (error ? [{ name: `jit ${name}`, size: "small", error }] : []));
