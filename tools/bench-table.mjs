#!/usr/bin/env node
// README's table of speedups, from the newest dated results in benches/results/.
//
//   node tools/bench-table.mjs [--check]      --check only says whether README shows them
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { at } from "./lib/paths.mjs";
import { main, Stop } from "./lib/process.mjs";

/** @typedef {{name: string, size: string, peer: string, speedup: number}} Row */
/** @typedef {{environment: Record<string, string | number>, results: Row[]}} Report */

const [BEGIN, END] = ["<!-- begin: tools/bench-table.mjs -->", "<!-- end -->"];
const COLUMNS = { wheel: "PyO3 wheel", universal: "universal wheel", chromium: "PyO3 wheel, Chromium" };

/**
 * @param {string} kind
 * @returns {Report}
 */
function newest(kind) {
  const folder = at("benches", "results");
  const name = readdirSync(folder)
    .filter((file) => new RegExp(`^\\d{4}-\\d\\d-\\d\\d-${kind}\\.json$`).test(file))
    .sort()
    .at(-1);
  if (!name)
    throw new Stop(`benches/results has no results named DATE-${kind}.json; npm run bench -- --json writes them.`);
  return JSON.parse(readFileSync(at("benches", "results", name), "utf8"));
}

/** @param {number} speedup */
const shown = (speedup) => `${speedup < 10 ? speedup.toFixed(2) : Math.round(speedup)}x`;

function table() {
  const reports = Object.keys(COLUMNS).map(newest);
  const [wheel, universal, chromium] = reports.map((report) => report.environment);
  const dates = [...new Set(reports.map((report) => report.environment.date))].join(", ");
  const lines = [
    `Pyodide ${wheel.pyodide} (NumPy ${wheel.numpy}, SciPy ${wheel.scipy}) in ${wheel.engine} and in ${chromium.engine},`,
    `${dates}, ${wheel.cores} shared cores of an ${wheel.cpu}; ours and the peer interleaved in one run, medians, all copies`,
    "included. Read the ratios, and run it where you are: `npm run bench`. The same rows as JSON, with times and versions:",
    "[benches/results/](benches/results/).",
    "",
    `| call | size | peer | ${Object.values(COLUMNS).join(" | ")} |`,
    `|---|---|---|${"---:|".repeat(reports.length)}`,
  ];
  for (const { name, size, peer } of reports[0].results) {
    const speedups = reports.map((report) => report.results.find((row) => row.name === name)?.speedup);
    const cells = speedups.map((speedup) => (speedup === undefined ? "" : shown(speedup)));
    lines.push(`| ${[name, size, peer, ...cells].join(" | ")} |`);
  }
  const kilobytes = Math.round(Number(wheel.wheel_bytes) / 1000);
  lines.push(
    "",
    `The PyO3 wheel has ${kilobytes} kB, and \`import ferrodide\` took ${Math.round(Number(wheel.import_ms))} ms after NumPy` +
      ` (${Math.round(Number(universal.import_ms))} ms with the universal wheel).`,
  );
  return lines.join("\n");
}

await main(async () => {
  const words = process.argv.slice(2);
  if (words.some((word) => word !== "--check")) throw new Stop("node tools/bench-table.mjs [--check]");
  const readme = readFileSync(at("README.md"), "utf8");
  const [start, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Stop(`README.md lacks the lines ${BEGIN} and ${END}.`);
  const made = `${readme.slice(0, start + BEGIN.length)}\n${table()}\n${readme.slice(end)}`;
  if (made === readme) return 0;
  if (words.includes("--check")) {
    console.log("README.md does not show the newest results; node tools/bench-table.mjs puts them there.");
    return 1;
  }
  writeFileSync(at("README.md"), made);
  return 0;
});
