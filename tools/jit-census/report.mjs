// The census as Markdown: how many functions compile, and why the others do not.
import { table } from "../lib/bench-tables.mjs";

/**
 * @typedef {{package: string, function: string, decorator: string, inner: boolean, outcome: string, reason: string,
 *   types: string, message: string, attempts: number}} Attempt a function, and how compiling it went
 */
/**
 * @typedef {{date: string, ferrodide: string, releases: Record<string, string>, wanted: number, functions: Attempt[]}}
 *   Census
 */

/** What an outcome means, for a heading. */
const KINDS = {
  unsupported: "the compiler does not have it",
  typing: "it does not type, for any of the types tried",
  argument: "no argument from outside is that",
  internal: "an error of the compiler's own",
};

/**
 * @param {Attempt[]} all
 * @param {(attempt: Attempt) => boolean} which
 */
const count = (all, which) => all.filter(which).length;

/** @param {Attempt} attempt */
const compiles = ({ outcome }) => outcome === "compiled";

/** @param {number} part @param {number} whole */
const percent = (part, whole) => `${whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10} %`;

/** @param {Attempt[]} functions */
export function shareThatCompiles(functions) {
  return functions.length === 0 ? 0 : count(functions, compiles) / functions.length;
}

/** A table's cell has no bars and no line breaks. @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");

/** @param {Census} census */
export function markdown({ date, ferrodide, releases, wanted, functions }) {
  const compiled = count(functions, compiles);
  const packages = Object.entries(releases).map(([name, version]) => {
    const mine = functions.filter((each) => each.package === name);
    const [all, good] = [mine.length, count(mine, compiles)];
    return [name, version, `${all}`, `${good}`, percent(good, all)];
  });
  /** @type {Map<string, Attempt[]>} */
  const reasons = new Map();
  for (const each of functions)
    if (!compiles(each)) {
      const key = `${each.outcome}\n${each.reason}`;
      reasons.set(key, [...(reasons.get(key) ?? []), each]);
    }
  const sorted = [...reasons.values()].sort((a, b) => b.length - a.length);
  const inner = functions.filter((each) => each.inner);
  /** @param {string} type */
  const handed = (type) => count(functions, (each) => compiles(each) && each.types.includes(type));
  const below = compiled / functions.length < wanted ? ", below" : "";
  return [
    "# Functions of real packages, compiled",
    "",
    `${date}, ferrodide ${ferrodide}: ${compiled} of ${functions.length} functions that Numba compiles in these packages compile`,
    `(${percent(compiled, functions.length)}; wanted: ${wanted * 100} %${below}). \`npm run jit-census\` makes this page.`,
    "",
    "A function counts as compiled if it compiles for some types of its arguments: those that its decorator declares, else",
    "some that are guessed from what it does with them. The others are counted by the first reason that the compiler gave.",
    "An argument that is called is one of a few small compiled functions (`tools/jit-census/instances.py`):",
    `${handed("function:")} of those that compile take one.`,
    `${inner.length} of the functions are made inside of another function, whose variables are given values by what is done with them:`,
    `a function, a flag, a dtype, an array, a number; ${count(inner, compiles)} of these compile. Functions for a GPU and those in tests are left out.`,
    "",
    ...table(["package", "version", "functions", "compile", ""], packages, 2),
    "",
    ...Object.entries(KINDS).flatMap(([kind, meaning]) => {
      const rows = sorted.filter(([{ outcome }]) => outcome === kind);
      if (rows.length === 0) return [];
      const all = rows.reduce((sum, each) => sum + each.length, 0);
      const cells = rows.map((each) => [cell(each[0].reason), cell(each[0].function), `${each.length}`]);
      return [`## ${kind}: ${meaning} (${all})`, "", ...table(["reason", "for example", "functions"], cells, 2), ""];
    }),
  ];
}
