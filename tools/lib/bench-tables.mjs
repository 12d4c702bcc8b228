// The results of benches/ as tables of Markdown.

/** @typedef {{ours_ms: number, peer_ms: number, speedup: number}} Measured */
/**
 * A case. `wanted` is the speedup that it is meant to have, at the largest size only; `first` is what was measured
 * first, where it was measured again.
 * @typedef {Measured & {name: string, family?: string, size: string, data?: string, peer: string, wanted?: number,
 *   first?: Measured}} Row
 */
/**
 * @typedef {{environment: Record<string, string | number>, results: Row[],
 *   failures: {name: string, size: string, error: string}[]}} Report
 */
/** @typedef {Record<string, Report>} Reports by the name of their column */

/** The most that a patched call may take, in times of the unpatched one. */
const MOST_TIME = 1.05;
const LARGEST = "1,000,000";
const GROUP = /^(patched|pandas|sklearn) /;

/** @param {Row} row */
const isSlower = (row) => row.speedup * MOST_TIME < 1;

/** Not slower is all that a row of 1x is meant to be. @param {Row} row */
const isBelow = ({ wanted, speedup }) => wanted !== undefined && speedup * (wanted === 1 ? MOST_TIME : 1) < wanted;

/** @param {Row} row */
const label = (row) => row.name.replace(GROUP, "");

/** What a call is without its dtype and what follows: "sum f8 axis 0" is one of sum. @param {Row} row */
const callOf = (row) => label(row).replace(/ [fiucb]\d+\b.*$/, "");

/**
 * @param {Report} report
 * @param {string[]} groups
 */
const rowsOf = (report, ...groups) => report.results.filter((row) => groups.includes(row.name.split(" ")[0]));

/** @param {Report} report */
const largestOf = (report) => rowsOf(report, "patched").filter((row) => row.size === LARGEST);

/** @param {number | undefined} speedup */
export const shown = (speedup) =>
  speedup === undefined ? "" : `${speedup < 10 ? speedup.toFixed(2) : Math.round(speedup)}x`;

/** @param {number} milliseconds */
const time = (milliseconds) => (milliseconds < 100 ? milliseconds.toPrecision(3) : `${Math.round(milliseconds)}`);

/** @param {number[]} numbers */
export const geometricMean = (numbers) => Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @returns {[string, T[]][]} in the order of the first of each
 */
function groupBy(items, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

/**
 * @param {string[]} head
 * @param {string[][]} rows the first cells are text, the rest numbers
 * @param {number} texts
 */
export const table = (head, rows, texts) => [
  `| ${head.join(" | ")} |`,
  `|${head.map((_, column) => (column < texts ? "---|" : "---:|")).join("")}`,
  ...rows.map((cells) => `| ${cells.join(" | ")} |`),
];

/**
 * One table of rows that the first report has: their time unpatched there, and each report's speedup.
 * @param {Reports} reports
 * @param {Row[]} rows
 */
function speedTable(reports, rows) {
  const names = Object.keys(reports);
  const cells = rows.map((row) => {
    const found = Object.values(reports).map(({ results }) =>
      results.find((other) => other.name === row.name && other.size === row.size),
    );
    const below = names.filter((_, index) => found[index] && isBelow({ ...found[index], wanted: row.wanted }));
    const where = below.length === names.length ? "below" : `below in ${below.join(", ")}`;
    return [
      label(row),
      row.data ?? row.size,
      time(row.peer_ms),
      ...found.map((other) => shown(other?.speedup)),
      row.wanted === undefined ? "" : row.wanted === 1 ? "not slower" : `${row.wanted}x`,
      below.length > 0 ? where : "",
    ];
  });
  return table(["call", "operands", `ms unpatched, ${names[0]}`, ...names, "wanted", ""], cells, 2);
}

/**
 * Patched calls at their largest sizes, a table for each family.
 * @param {Reports} reports
 */
export function speeds(reports) {
  const [first] = Object.values(reports);
  return groupBy(largestOf(first), (row) => row.family ?? "").flatMap(([family, rows]) => {
    const mean = shown(geometricMean(rows.map((row) => row.speedup)));
    return [`**${family || "all"}** (geometric mean ${mean})`, "", ...speedTable(reports, rows), ""];
  });
}

/**
 * Patched calls at every size; what is slower than unpatched is set in bold.
 * @param {Report} report
 */
export function bySize(report) {
  const results = rowsOf(report, "patched");
  const sizes = [...new Set(results.map((row) => row.size))];
  const rows = groupBy(results, label).map(([name, row]) => [
    name,
    ...sizes.map((size) => {
      const cell = row.find((each) => each.size === size);
      return cell && isSlower(cell) ? `**${shown(cell.speedup)}**` : shown(cell?.speedup);
    }),
  ]);
  return table(["call", ...sizes], rows, 1);
}

/**
 * pandas and scikit-learn on top; no line where the first report has none of them.
 * @param {Reports} reports
 */
export function libraries(reports) {
  const rows = rowsOf(Object.values(reports)[0], "pandas", "sklearn");
  return groupBy(rows, (row) => row.family ?? "").flatMap(([family, some]) => [
    `**${family}**`,
    "",
    ...speedTable(reports, some),
    "",
  ]);
}

/**
 * The numbers over all patched calls, in sentences.
 * @param {Report} report
 */
export function summary(report) {
  const [all, largest] = [rowsOf(report, "patched"), largestOf(report)];
  if (largest.length === 0) return [];
  const mean = (/** @type {Row[]} */ rows) => geometricMean(rows.map((row) => row.speedup));
  const calls = groupBy(largest, callOf).map(([, rows]) => mean(rows));
  const worst = all.reduce((low, row) => (row.speedup < low.speedup ? row : low));
  const slower = all.filter(isSlower);
  const wanted = largest.filter((row) => row.wanted !== undefined);
  const below = `${wanted.filter(isBelow).length} of ${wanted.length} rows with a wanted speedup are below it.`;
  return [
    `- At the largest size: the geometric mean of ${largest.length} rows is ${shown(mean(largest))}; with each of the ` +
      `${calls.length} calls counted once, whatever its dtypes and axes, ${shown(geometricMean(calls))}.${wanted.length > 0 ? ` ${below}` : ""}`,
    `- At all sizes: the worst of ${all.length} is ${shown(worst.speedup)} (${label(worst)}, ${worst.size}); ` +
      `${slower.length} take more than ${MOST_TIME} of the unpatched time${slower.length > 0 ? ":" : "."}`,
    ...slower.map((row) => `  - ${label(row)}, ${row.size}: ${shown(row.speedup)}${again(row)}`),
  ];
}

/** @param {Row} row */
const again = ({ first }) => (first ? ` (measured twice; first ${shown(first.speedup)})` : "");

/**
 * Everything that one run has to say.
 * @param {Report} report
 */
export function runTables(report) {
  const reports = { here: report };
  const patched = rowsOf(report, "patched").length > 0;
  return [
    "",
    ...(patched ? [...speeds(reports), ...bySize(report), ""] : []),
    ...libraries(reports),
    ...summary(report),
    "",
  ];
}
