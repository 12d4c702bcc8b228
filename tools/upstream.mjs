#!/usr/bin/env node
// NumPy's and SciPy's own tests in Node's Pyodide, each with ferrodide.patch() and without: for how many of them a kernel
// served a call, and which fail because of it. They come out of the releases on PyPI; tools/upstream/excluded.json says
// which do not run, and why.
//
//   npm run upstream -- [--only NAME] [--select EXPRESSION] [--quick] [--fresh] [--json FILE]
//
// --only takes a part of a file's name, --select what pytest's -k takes; --quick is the part that npm test runs; --fresh
// runs the tests without the patch again, too, whose results are kept.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { at, tool } from "./lib/paths.mjs";
import { main, Stop } from "./lib/process.mjs";
import { duration } from "./lib/progress.mjs";
import { setup } from "./setup.mjs";
import { plan } from "./upstream/fetch.mjs";
import { checkExclusions, compare, printReport } from "./upstream/report.mjs";
import { runModule } from "./upstream/runs.mjs";

/** @typedef {import("./upstream/runs.mjs").Run} Run */

/** How many processes run at once; beside the other tiers of npm test, the quick part has one. */
const AT_ONCE = 2;

/** The most of all tests that may be excluded. */
const MOST_EXCLUDED = 0.02;

function options() {
  const string = /** @type {const} */ ({ type: "string", default: "" });
  const boolean = /** @type {const} */ ({ type: "boolean", default: false });
  try {
    return parseArgs({ options: { only: string, select: string, json: string, quick: boolean, fresh: boolean } })
      .values;
  } catch (error) {
    throw new Stop(
      `${/** @type {Error} */ (error).message}. npm run upstream -- [--only NAME] [--select EXPRESSION] [--quick] [--fresh] [--json FILE]`,
    );
  }
}

/** @returns {import("./upstream/report.mjs").Excluded} */
const excludedTests = () => JSON.parse(readFileSync(at("tools", "upstream", "excluded.json"), "utf8"));

/**
 * Which tests to run: file -> what pytest's -k takes.
 * @param {{only: string, select: string, quick: boolean}} options
 */
function choose({ only, select, quick }) {
  const { modules, quick: part } = plan();
  const chosen = quick ? Object.entries(part) : modules.map((module) => [module, select]);
  const named = chosen.filter(([module]) => module.includes(only));
  if (named.length === 0) throw new Stop(`No file of tests has ${only} in its name: tools/upstream/modules.json.`);
  return named;
}

await main(async () => {
  const { json, fresh, ...given } = options();
  await setup({ for: ["node", "python", "pyodide", "upstream"] });
  await build(["wheel"], { quiet: true });
  const start = Date.now();
  const { floor, excluded } = excludedTests();
  const chosen = choose(given);
  const jobs = chosen.flatMap(([module, select]) => {
    const here = excluded.map(({ test }) => test).filter((test) => test.startsWith(`${module}::`));
    return [false, true].map((patched) => ({ module, patched, excluded: here, select }));
  });
  /** @type {Map<string, {plain?: Run, patched?: Run}>} */
  const runs = new Map(chosen.map(([module]) => [module, {}]));
  const waiting = [...jobs];
  await Promise.all(
    Array.from({ length: given.quick ? 1 : AT_ONCE }, async () => {
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        const run = await runModule(job, { fresh });
        const name = job.patched ? "patched" : "plain";
        Object.assign(runs.get(job.module) ?? {}, { [name]: run });
        console.log(`${job.module}, ${name}: ${run.tests.size} tests (${run.seconds.toFixed(1)}s)`);
      }
    }),
  );
  const reports = [...runs].map(([module, { plain, patched }]) => {
    if (!plain || !patched) throw new Error(`${module} was not run`);
    return compare(module, { plain, patched }, excluded);
  });
  console.log("");
  printReport(reports);
  const wrong = checkExclusions(
    reports,
    [...runs.values()].flatMap(({ patched }) => patched ?? []),
    excluded,
    MOST_EXCLUDED,
  );
  const sum = (/** @type {(report: typeof reports[0]) => number} */ of) =>
    reports.reduce((total, each) => total + of(each), 0);
  for (const { module, passed } of reports) if (passed === 0) wrong.push(`${module}: no test passed.`);
  const hit = sum((report) => report.hit);
  const least = given.only || given.select ? 0 : given.quick ? floor.quick : floor.all;
  if (hit < least)
    wrong.push(`A kernel served ${hit} of the tests that pass; excluded.json expects ${least} at least.`);
  const file = json ? resolve(json) : tool("upstream", "report.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ hit, wrong, modules: reports }, null, 2)}\n`);
  for (const sentence of wrong) console.log(sentence);
  const failed = sum((report) => report.ours.length) + wrong.length;
  console.log(`\nupstream: ${hit} passed with a kernel hit, ${failed} failed (${duration(Date.now() - start)})`);
  return failed > 0 ? 1 : 0;
});
