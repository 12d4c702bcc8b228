// The processes of npm run upstream: each runs one module of tests, patched or plain. Where one dies, the test that was
// running is named, and another process runs the rest.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { at, tool } from "../lib/paths.mjs";
import { attempt, Stop } from "../lib/process.mjs";
import { hashOf, sha256 } from "../lib/stamps.mjs";
import { plan } from "./fetch.mjs";

/**
 * @typedef {object} Job as suite.py takes it
 * @property {string} module a test file
 * @property {boolean} patched
 * @property {string[]} excluded tests that are not to run, as excluded.json has them
 * @property {string} select which tests to run, as pytest's -k takes it; all where it is empty
 * @property {string[]} skip tests that have run before
 * @property {string} record the file for what became of each test
 */

/**
 * @typedef {object} Result of one test
 * @property {"passed" | "failed" | "skipped" | "xfailed" | "xpassed" | "crashed"} outcome
 * @property {Record<string, number>} hits kernel -> calls that it served
 * @property {number} seconds
 * @property {string} [reason] one line, where it did not pass
 * @property {string} [failure] a traceback
 */

/**
 * @typedef {object} Run of one module
 * @property {Map<string, Result>} tests
 * @property {Record<string, string>} excluded test -> the entry that excludes it
 * @property {number} seconds
 */

/** How long a process may take: one that hangs is ended, and its test is named. */
const LIMIT = 15 * 60_000;

/** So many dead processes in one module are no matter of a single test. */
const MOST_CRASHES = 20;

/**
 * @param {Omit<Job, "skip" | "record">} job
 * @param {{fresh: boolean}} options fresh: run it even where the results of the same plain run are kept
 * @returns {Promise<Run>}
 */
export async function runModule(job, { fresh }) {
  const record = recordOf(job);
  const kept = join(dirname(record), "kept.json");
  if (!job.patched && !fresh && existsSync(kept)) return revive(readFileSync(kept, "utf8"));
  const start = Date.now();
  rmSync(dirname(record), { recursive: true, force: true });
  mkdirSync(dirname(record), { recursive: true });
  /** @type {Map<string, Result>} */
  const crashed = new Map();
  for (;;) {
    const output = await runProcess({ ...job, skip: [...finished(record).keys(), ...crashed.keys()], record });
    const { tests, excluded, started, done } = read(record);
    if (done) {
      const run = { tests: new Map([...tests, ...crashed]), excluded, seconds: (Date.now() - start) / 1000 };
      if (!job.patched) writeFileSync(kept, JSON.stringify({ ...run, tests: [...run.tests] }));
      return run;
    }
    if (!started || crashed.size === MOST_CRASHES) throw new Stop(`${tail(output)}\n\n${job.module} could not be run.`);
    const reason = `the interpreter died: ${lastWord(output)}`;
    crashed.set(started, { outcome: "crashed", hits: {}, seconds: 0, reason, failure: tail(output) });
  }
}

/**
 * Runs the rest of a module, until it is done or the interpreter dies.
 * @param {Job} job
 * @returns {Promise<string>} what it printed
 */
async function runProcess(job) {
  const file = `${job.record}.job.json`;
  writeFileSync(file, JSON.stringify(job));
  const { output } = await attempt(process.execPath, [at("tools", "upstream", "inside.mjs"), file], { timeout: LIMIT });
  writeFileSync(`${job.record}.log`, output);
  return output;
}

/**
 * Where the record of a job goes. That of a plain run has a place for all that it depends on, and is kept.
 * @param {Omit<Job, "skip" | "record">} job
 */
function recordOf(job) {
  const name = job.module.replace(/\.py$/, "").replaceAll("/", "-");
  if (job.patched) return tool("upstream", "patched", name, "record.jsonl");
  const makers = ["inside.mjs", "stand_ins.py", "suite.py"].map((file) => at("tools", "upstream", file));
  const pyodide = tool("pyodide", "pyodide-lock.json");
  const key = sha256(JSON.stringify([hashOf([...makers, pyodide]), plan().releases, job.excluded, job.select]));
  return tool("upstream", "plain", `${name}-${key.slice(0, 16)}`, "record.jsonl");
}

/** @param {string} record */
const finished = (record) => (existsSync(record) ? read(record).tests : new Map());

/**
 * What a record says so far.
 * @param {string} record
 */
function read(record) {
  /** @type {Map<string, Result>} */
  const tests = new Map();
  /** @type {Record<string, string>} */
  let excluded = {};
  /** @type {string | undefined} */
  let started;
  let done = false;
  const lines = existsSync(record) ? readFileSync(record, "utf8").split("\n").filter(Boolean) : [];
  for (const line of lines) {
    const { start, end, excluded: without, done: code, ...result } = JSON.parse(line);
    if (start) started = start;
    if (without) {
      excluded = without;
      started = undefined;
    }
    if (end) {
      tests.set(end, result);
      started = undefined;
    }
    // Beyond these, pytest itself failed. It gives 5 where no test is left.
    if (code !== undefined) done = [0, 1, 5].includes(code);
  }
  return { tests, excluded, started, done };
}

/**
 * @param {string} text
 * @returns {Run}
 */
function revive(text) {
  const { tests, ...rest } = JSON.parse(text);
  return { ...rest, tests: new Map(tests) };
}

/** The line of a process's output that says why it died. @param {string} output */
const lastWord = (output) =>
  output.split("\n").findLast((line) => /^\w*Error: | was ended by /.test(line)) ?? "it left no word";

/** @param {string} output */
const tail = (output) => output.trimEnd().split("\n").slice(-30).join("\n");
