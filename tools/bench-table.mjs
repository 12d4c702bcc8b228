#!/usr/bin/env node
// The tables of speedups in README.md and benches/README.md, from the newest dated results in benches/results/.
//
//   node tools/bench-table.mjs [--check]      --check only says whether the files show them
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { bySize, geometricMean, libraries, shown, speeds, summary, table } from "./lib/bench-tables.mjs";
import { jitTables } from "./lib/jit-tables.mjs";
import { at } from "./lib/paths.mjs";
import { main, Stop } from "./lib/process.mjs";

/** @typedef {import("./lib/bench-tables.mjs").Report} Report */
/** @typedef {import("./lib/jit-tables.mjs").JitReport} JitReport */

const SPEEDUPS = ["<!-- begin: tools/bench-table.mjs -->", "<!-- end -->"];
const PROGRAMS = ["<!-- begin: tools/bench-table.mjs, jit -->", "<!-- end of jit -->"];
const COLUMNS = { wheel: "PyO3 wheel", universal: "universal wheel", chromium: "PyO3 wheel, Chromium" };

/**
 * @param {string} kind
 * @returns {Report | undefined}
 */
function newestIfAny(kind) {
  const name = readdirSync(at("benches", "results"))
    .filter((file) => new RegExp(`^\\d{4}-\\d\\d-\\d\\d-${kind}\\.json$`).test(file))
    .sort()
    .at(-1);
  return name && JSON.parse(readFileSync(at("benches", "results", name), "utf8"));
}

/**
 * @param {string} kind
 * @returns {Report}
 */
function newest(kind) {
  const report = newestIfAny(kind);
  if (!report)
    throw new Stop(`benches/results has no results named DATE-${kind}.json; npm run bench -- --json writes them.`);
  return report;
}

/** The kernels called by name. */
function kernels() {
  const reports = Object.keys(COLUMNS).map(newest);
  const [wheel, universal, chromium] = reports.map((report) => report.environment);
  const dates = [...new Set(reports.map((report) => report.environment.date))].join(", ");
  const rows = reports[0].results.map(({ name, size, peer }) => [
    name,
    size,
    peer,
    ...reports.map((report) => shown(report.results.find((row) => row.name === name)?.speedup)),
  ]);
  const milliseconds = (/** @type {string | number} */ value) => Math.round(Number(value));
  return [
    `Pyodide ${wheel.pyodide} (NumPy ${wheel.numpy}, SciPy ${wheel.scipy}) in ${wheel.engine} and in ${chromium.engine},`,
    `${dates}, ${wheel.cores} shared cores of an ${wheel.cpu}; ours and the peer interleaved in one run, medians, all copies`,
    "included. Read the ratios, and run it where you are: `npm run bench`. The same rows as JSON, with times and versions:",
    "[benches/results/](benches/results/).",
    "",
    ...table(["call", "size", "peer", ...Object.values(COLUMNS)], rows, 3),
    "",
    `The PyO3 wheel has ${Math.round(Number(wheel.wheel_bytes) / 1000)} kB, and \`import ferrodide\` took ` +
      `${milliseconds(wheel.import_ms)} ms after NumPy (${milliseconds(universal.import_ms)} ms with the universal wheel).`,
    "",
    ...sentence(),
  ];
}

/** What a patch does to NumPy's own calls, in a sentence. */
function sentence() {
  const results = newest("patched-wheel").results.filter((row) => row.name.startsWith("patched "));
  const largest = results.filter((row) => row.size === "1,000,000").map((row) => row.speedup);
  const slowest = Math.min(...results.map((row) => row.speedup));
  return [
    `Through \`ferrodide.patch()\`, ${largest.length} calls of NumPy's own at 1,000,000 elements are ` +
      `${geometricMean(largest).toFixed(1)} times as fast (geometric mean); of all sizes from 10 elements on, the worst ` +
      `runs at ${slowest.toFixed(2)} of its speed: [benches/README.md](benches/README.md).`,
  ];
}

/** NumPy's own calls, patched against unpatched, and the libraries on top. */
function patched() {
  const node = newest("patched-wheel");
  const chromium = newestIfAny("patched-chromium");
  const reports = { Node: node, ...(chromium && { Chromium: chromium }) };
  const { pyodide, numpy, scipy, pandas, "scikit-learn": sklearn } = node.environment;
  const versions = [
    `NumPy ${numpy}, SciPy ${scipy}`,
    ...(pandas ? [`pandas ${pandas}`] : []),
    ...(sklearn ? [`scikit-learn ${sklearn}`] : []),
  ].join(", ");
  const where = Object.values(reports).map(({ environment: { engine, date } }) => `${engine}, ${date}`);
  const onTop = libraries(reports);
  return [
    "The same call with and without `ferrodide.patch()`, interleaved in one run, medians; Pyodide",
    `${pyodide} (${versions}), PyO3 wheel; ${where.join("; ")}.`,
    "f8 is float64, i2 int16, u1 uint8, c16 complex128.",
    "",
    "### In short",
    "",
    ...Object.entries(reports).flatMap(([name, report]) => [`${name}:`, "", ...summary(report), ""]),
    "### At the largest size",
    "",
    ...speeds(reports),
    ...(onTop.length > 0 ? ["### Libraries on top, unchanged", "", ...onTop] : []),
    "### By the number of elements",
    "",
    "In Node. A matrix of as many elements is square, and has 512 x 512 at most in products; decompositions have",
    "256 x 256 and 512 x 512 at the last two sizes. Bold: more than 1.05 of the unpatched time.",
    "",
    ...bySize(node),
  ];
}

/** The programs of the compiler, beside native Numba; no line before there are results. */
function programs() {
  const report = /** @type {JitReport | undefined} */ (/** @type {unknown} */ (newestIfAny("jit-wheel")));
  if (!report) return [];
  const { pyodide, numpy, engine, date, cores, cpu, numba, numba_python: python } = report.environment;
  return [
    `Pyodide ${pyodide} (NumPy ${numpy}) in ${engine}, and native Numba ${numba} (Python ${python}), one thread, in turns;`,
    `${date}, ${cores} shared cores of an ${cpu}; medians, warm.`,
    "",
    ...jitTables(report),
  ];
}

/** @type {[string, string[], () => string[]][]} */
const TABLES = [
  ["README.md", SPEEDUPS, kernels],
  ["benches/README.md", SPEEDUPS, patched],
  ["benches/README.md", PROGRAMS, programs],
];

await main(async () => {
  const words = process.argv.slice(2);
  if (words.some((word) => word !== "--check")) throw new Stop("node tools/bench-table.mjs [--check]");
  let stale = 0;
  for (const [name, [begin, close], lines] of TABLES) {
    const text = readFileSync(at(name), "utf8");
    const [start, end] = [text.indexOf(begin), text.indexOf(close)];
    if (start < 0 || end < start) throw new Stop(`${name} lacks the lines ${begin} and ${close}.`);
    const made = `${text.slice(0, start + begin.length)}\n${lines().join("\n")}\n${text.slice(end)}`;
    if (made === text) continue;
    if (!words.includes("--check")) writeFileSync(at(name), made);
    else {
      console.log(`${name} does not show the newest results; node tools/bench-table.mjs puts them there.`);
      stale = 1;
    }
  }
  return stale;
});
