#!/usr/bin/env node
// The cross product of tests/cross: calls of everything that ferrodide.patch() serves, over layouts, dtypes, values, sizes
// and keywords, in Node's Pyodide with the patch; native NumPy, unpatched, says what must come out.
//
//   npm run cross                          all calls
//   npm run cross -- --every 10            each tenth of every function
//   npm run cross -- --only sort,unique    some functions
//   npm run cross -- --call 'np.sort(op("float64", (3,), "nan", "gaps", 7))'    one call, on every side
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { at, tool, venvPython } from "./lib/paths.mjs";
import { attempt, main, run, Stop } from "./lib/process.mjs";
import { duration } from "./lib/progress.mjs";
import { hashOf, isStamped, stamp, unstamp } from "./lib/stamps.mjs";
import { setup } from "./setup.mjs";

/** How many processes share the calls. */
const PARTS = 2;
/** A call that takes longer never comes back. */
const STUCK_AFTER = 180_000;
/** How many failures of a function are printed. */
const SHOWN = 5;

const program = (/** @type {string} */ name) => at("tests", "cross", name);
const PYODIDE = [at("tools", "py.mjs"), "--no-build", "--packages", "numpy,scipy"];
const COLUMNS = ["calls", "hits", "equal", "within", "narrow", "platform", "better", "failed"];

/** @typedef {{name: string, seconds: number, counts: Record<string, number>, platform: Record<string, number>, examples: Record<string, string>}} Row */
/** @typedef {{name: string, index: number, call: string, why: string}} Failure */

/**
 * What native NumPy says, computed once for these calls.
 * @param {number} every
 * @param {string} only
 * @returns {Promise<string>} the folder
 */
async function oracle(every, only) {
  const name = `cross-${every}${only && `-${only}`}`;
  const folder = tool("cross", name);
  const sources = ["generator", "operands", "outcomes", "unspecific", "oracle", "calls"];
  const files = [...sources, "calls_order", "calls_number", "calls_linalg"].map((each) => program(`${each}.py`));
  const wanted = hashOf([...files, at("tools", "requirements.txt")]);
  if (isStamped(name, wanted) && existsSync(folder)) return folder;
  unstamp(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const parts = Array.from({ length: PARTS }, (_, part) => part);
  // One thread each: the parts share the machine as it is.
  const env = { OPENBLAS_NUM_THREADS: "1" };
  const args = (/** @type {number} */ part) => [program("oracle.py"), folder, `${every}`, `${part}`, `${PARTS}`, only];
  const said = await Promise.all(parts.map((part) => run(venvPython, args(part), { env })));
  // LAPACK has a say on the same stream.
  const versions = said.join("\n").split("\n");
  writeFileSync(`${folder}/versions`, versions.filter((line) => line.includes("outcomes of")).join("\n"));
  stamp(name, wanted);
  return folder;
}

/**
 * One process's calls, in as many processes as it takes: a crash ends one, and has a name.
 * @param {string} folder
 * @param {number} part
 * @param {string} only
 */
async function check(folder, part, only) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {Failure[]} */
  const failures = [];
  const progress = `${folder}/progress.${part}`;
  rmSync(progress, { force: true });
  for (let skip = 0; ; ) {
    const { output, why } = await watch(
      [...PYODIDE, program("check.py"), folder, `${part}`, `${skip}`, only],
      progress,
    );
    const lines = output.split("\n");
    const told = (/** @type {string} */ word) =>
      lines.filter((line) => line.startsWith(word)).map((line) => JSON.parse(line.slice(word.length)));
    rows.push(...told("ROW "));
    failures.push(...told("FAIL "));
    if (lines.includes("DONE")) return { rows, failures };
    if (!existsSync(progress)) throw new Stop(`${output.trimEnd()}\n\ntests/cross/check.py did not begin (${why}).`);
    const [done, name, index, ...call] = readFileSync(progress, "utf8").trim().split(/\s+/);
    if (Number(done) <= skip) throw new Stop(`${output.trimEnd()}\n\ntests/cross/check.py did not go on (${why}).`);
    skip = Number(done);
    const last = output.trimEnd().split("\n").slice(-12).join("\n    ");
    failures.push({ name, index: Number(index), call: call.join(" "), why: `a crash (${why})\n    ${last}` });
  }
}

/**
 * Runs Node on a program, and ends it where its progress stands still.
 * @param {string[]} args
 * @param {string} progress
 * @returns {Promise<{output: string, why: string}>}
 */
function watch(args, progress) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let stuck = false;
    let seen = "";
    let since = Date.now();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    const timer = setInterval(() => {
      const now = existsSync(progress) ? readFileSync(progress, "utf8") : "";
      if (now !== seen) since = Date.now();
      seen = now;
      if (Date.now() - since < STUCK_AFTER) return;
      stuck = true;
      child.kill("SIGKILL");
    }, 1000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(timer);
      resolve({ output, why: stuck ? `no answer in ${duration(STUCK_AFTER)}` : `exit ${signal ?? code}` });
    });
  });
}

/**
 * The rows of all parts, one for each function.
 * @param {Row[]} rows
 */
function merged(rows) {
  /** @type {Map<string, Row>} */
  const table = new Map();
  const add = (/** @type {Record<string, number>} */ sum, /** @type {Record<string, number>} */ more) => {
    for (const [key, value] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + value;
  };
  for (const row of rows) {
    const sum = table.get(row.name) ?? { name: row.name, seconds: 0, counts: {}, platform: {}, examples: {} };
    sum.seconds += row.seconds;
    add(sum.counts, row.counts);
    add(sum.platform, row.platform);
    sum.examples = { ...row.examples, ...sum.examples };
    table.set(row.name, sum);
  }
  return [...table.values()];
}

/** @param {Row[]} rows */
function print(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length), 5);
  const line = (/** @type {string} */ name, /** @type {(string | number)[]} */ cells) =>
    `${name.padEnd(width)} ${cells.map((cell) => `${cell}`.padStart(9)).join("")}`;
  console.log(line("", COLUMNS));
  for (const { name, counts } of rows)
    console.log(
      line(
        name,
        COLUMNS.map((key) => counts[key] ?? 0),
      ),
    );
  const sum = (/** @type {string} */ key) => rows.reduce((total, { counts }) => total + (counts[key] ?? 0), 0);
  console.log(line("all", COLUMNS.map(sum)));
  console.log("\nOf the platform, alike without the patch (one example each):");
  for (const { name, platform, examples } of rows)
    for (const [kind, count] of Object.entries(platform))
      console.log(`  ${name}: ${count} ${kind}: ${(examples[kind] ?? "").slice(0, 400)}`);
  console.log(`  floating-point flags that WebAssembly cannot raise, in warnings: ${sum("flags")} calls\n`);
}

/** @param {string} expression */
async function one(expression) {
  await run(venvPython, [program("one.py"), expression]).then((text) => console.log(text.trimEnd()));
  return (await attempt(process.execPath, [...PYODIDE, program("one.py"), expression], { show: true })).code;
}

await main(async () => {
  const start = Date.now();
  const { values } = parseArgs({
    options: {
      every: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      call: { type: "string" },
      build: { type: "boolean", default: true },
    },
    allowNegative: true,
  });
  if (!/^[1-9]\d*$/.test(values.every)) throw new Stop(`--every takes a number of 1 or more, not ${values.every}.`);
  await setup({ for: ["node", "python", "pyodide"] });
  if (values.build) await build(["wheel"], { quiet: true });
  if (values.call !== undefined) return one(values.call);
  const folder = await oracle(Number(values.every), values.only);
  console.log(readFileSync(`${folder}/versions`, "utf8").trimEnd());
  const parts = await Promise.all(Array.from({ length: PARTS }, (_, part) => check(folder, part, values.only)));
  const failures = parts.flatMap((part) => part.failures);
  const rows = merged(parts.flatMap((part) => part.rows));
  print(rows);
  const failed = new Set(failures.map(({ name }) => name));
  for (const name of failed) {
    const those = failures.filter((failure) => failure.name === name);
    for (const { index, call, why } of those.slice(0, SHOWN))
      console.log(`FAILED ${name} ${index}: ${call}\n    ${why}`);
    if (those.length > SHOWN) console.log(`FAILED ${name}: and ${those.length - SHOWN} more`);
  }
  const passed = rows.filter(({ name }) => !failed.has(name)).length;
  const calls = rows.reduce((total, { counts }) => total + (counts.calls ?? 0), 0);
  console.log(`cross: ${calls} calls in ${duration(Date.now() - start)}; ${failures.length} of them failed`);
  console.log(`cross: ${passed} functions passed, ${failed.size} failed`);
  return failed.size > 0 ? 1 : 0;
});
