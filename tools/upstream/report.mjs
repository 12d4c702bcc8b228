// What the runs of npm run upstream say together: which tests a kernel served, and which fail because of it.

/** @typedef {import("./runs.mjs").Run} Run */
/** @typedef {import("./runs.mjs").Result} Result */
/** @typedef {{test: string, reason: string}} Exclusion */
/** @typedef {{floor: {all: number, quick: number}, excluded: Exclusion[]}} Excluded excluded.json */

/**
 * @typedef {object} Failure
 * @property {string} test
 * @property {string} plain its outcome without the patch
 * @property {string} patched
 * @property {string} reason
 * @property {string[]} kernels that served it
 * @property {string} [failure] a traceback
 */

/**
 * @typedef {object} ModuleReport
 * @property {string} module
 * @property {number} passed with the patch
 * @property {number} hit passed, and a kernel served it: only these count as ours
 * @property {number} skipped by the tests themselves, or expected to fail
 * @property {Record<string, string>} excluded test -> why
 * @property {Failure[]} ours pass without the patch, and not with it
 * @property {Failure[]} both fail without the patch as well
 * @property {Record<string, number>} kernels kernel -> tests that it served
 * @property {{plain: number, patched: number}} seconds
 */

/** @param {Result | undefined} result */
const passes = (result) => result?.outcome === "passed" || result?.outcome === "xpassed";

/** @param {Result | undefined} result */
const fails = (result) => result === undefined || result.outcome === "failed" || result.outcome === "crashed";

/**
 * @param {string} module
 * @param {{plain: Run, patched: Run}} runs
 * @param {Exclusion[]} exclusions
 * @returns {ModuleReport}
 */
export function compare(module, { plain, patched }, exclusions) {
  const reasons = new Map(exclusions.map(({ test, reason }) => [test, reason]));
  const excluded = Object.entries(patched.excluded).map(([test, entry]) => [test, reasons.get(entry) ?? ""]);
  /** @type {ModuleReport} */
  const report = {
    module,
    passed: 0,
    hit: 0,
    skipped: 0,
    excluded: Object.fromEntries(excluded),
    ours: [],
    both: [],
    kernels: {},
    seconds: { plain: plain.seconds, patched: patched.seconds },
  };
  for (const test of new Set([...plain.tests.keys(), ...patched.tests.keys()])) {
    const [without, with_] = [plain.tests.get(test), patched.tests.get(test)];
    const kernels = Object.keys(with_?.hits ?? {});
    for (const name of kernels) report.kernels[name] = (report.kernels[name] ?? 0) + 1;
    if (passes(with_)) {
      report.passed += 1;
      if (kernels.length > 0) report.hit += 1;
    } else if (passes(without) || fails(with_)) {
      const list = fails(without) ? report.both : report.ours;
      const outcomes = { plain: without?.outcome ?? "not collected", patched: with_?.outcome ?? "not collected" };
      list.push({ test, ...outcomes, reason: with_?.reason ?? "", kernels, failure: with_?.failure });
    } else report.skipped += 1;
  }
  return report;
}

/**
 * What is wrong with the list of exclusions: entries that match no test, and too many of them.
 * @param {ModuleReport[]} reports
 * @param {Run[]} runs
 * @param {Exclusion[]} exclusions
 * @param {number} share the most of all tests that may be excluded
 * @returns {string[]}
 */
export function checkExclusions(reports, runs, exclusions, share) {
  const used = new Set(runs.flatMap(({ excluded }) => Object.values(excluded)));
  const here = exclusions.filter(({ test }) => reports.some(({ module }) => test.startsWith(`${module}::`)));
  const wrong = here.filter(({ test }) => !used.has(test)).map(({ test }) => `excluded.json: ${test} is no test.`);
  for (const { test, reason } of exclusions) if (!reason) wrong.push(`excluded.json: ${test} has no reason.`);
  const count = reports.reduce((sum, { excluded }) => sum + Object.keys(excluded).length, 0);
  const all = count + runs.reduce((sum, { tests }) => sum + tests.size, 0);
  if (count > share * all) wrong.push(`${count} of ${all} tests are excluded, more than ${share * 100} %.`);
  return wrong;
}

/** @param {ModuleReport[]} reports */
export function printReport(reports) {
  const columns = /** @type {const} */ (["passed", "hit", "skipped"]);
  const rows = reports.map((report) => [
    report.module,
    ...columns.map((name) => String(report[name])),
    String(Object.keys(report.excluded).length),
    String(report.both.length),
    String(report.ours.length),
    `${report.seconds.plain.toFixed(0)}s`,
    `${report.seconds.patched.toFixed(0)}s`,
  ]);
  const sums =
    rows.length > 0 ? rows[0].slice(1).map((_, i) => rows.reduce((sum, row) => sum + parseInt(row[i + 1], 10), 0)) : [];
  const head = ["module", "passed", "kernel hit", "skipped", "excluded", "fail anyway", "ours", "plain", "patched"];
  const table = [head, ...rows, ["all", ...sums.map((sum, i) => (i < 6 ? String(sum) : `${sum}s`))]];
  const widths = head.map((_, i) => Math.max(...table.map((row) => row[i].length)));
  for (const row of table)
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "));
  printCounts("tests that each kernel served", total(reports.map(({ kernels }) => kernels)));
  printCounts("fail without the patch as well", count(reports.flatMap(({ both }) => both.map(({ reason }) => reason))));
  printCounts("excluded", count(reports.flatMap(({ excluded }) => Object.values(excluded))));
  for (const { test, plain, patched, reason, kernels } of reports.flatMap(({ ours }) => ours)) {
    console.log(`\nOURS ${test}\n  ${plain} without the patch, ${patched} with it: ${reason}`);
    console.log(`  kernels: ${kernels.join(", ") || "none"}`);
  }
}

/** @param {Record<string, number>[]} tables */
function total(tables) {
  /** @type {Record<string, number>} */
  const sums = {};
  for (const table of tables)
    for (const [name, number] of Object.entries(table)) sums[name] = (sums[name] ?? 0) + number;
  return sums;
}

/** @param {string[]} words */
const count = (words) => total(words.map((word) => ({ [word]: 1 })));

/**
 * @param {string} title
 * @param {Record<string, number>} counts
 */
function printCounts(title, counts) {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (rows.length > 0) console.log(`\n${title}:`);
  for (const [name, number] of rows) console.log(`${String(number).padStart(7)}  ${name}`);
}
