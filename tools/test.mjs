#!/usr/bin/env node
// All tests, tier by tier: sets up and builds what is missing, runs every tier even where one fails, two at a time, and
// closes with the line "N passed, M failed". A tier that ran no test has failed.
//
//   npm test [-- --only TIER,...]
import { build } from "./build.mjs";
import { attempt, main, Stop } from "./lib/process.mjs";
import { duration } from "./lib/progress.mjs";
import { setup } from "./setup.mjs";
import { TIERS } from "./test/tiers.mjs";

/** @typedef {import("./test/tiers.mjs").Tier} Tier */
/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/** How many tiers run at once. */
const AT_ONCE = 2;

/** How long a tier may take, in milliseconds; one that hangs is ended, and the others still say how they went. */
const PATIENCE = 40 * 60_000;

/**
 * @param {string[]} words
 * @returns {Tier[]}
 */
function choose(words) {
  if (words.length === 0) return TIERS;
  const [option, list, ...rest] = words;
  if (option !== "--only" || !list || rest.length > 0) throw new Stop("npm test [-- --only TIER,...]");
  const names = list.split(",");
  const known = TIERS.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name)) throw new Stop(`${name} is no tier; they are ${known.join(", ")}.`);
  return TIERS.filter(({ name }) => names.includes(name));
}

/**
 * Runs one tier to its end and prints it: a line, and where it failed all that it said.
 * @param {Tier} tier
 * @returns {Promise<Counts>}
 */
async function runTier(tier) {
  const start = Date.now();
  const { code, output } = await tier.run((command, args, options) =>
    attempt(command, args, { timeout: PATIENCE, ...options }),
  );
  const counts = tier.count(output);
  if (counts.passed + counts.failed === 0) counts.failed = 1;
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  const line = `${tier.name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${duration(Date.now() - start)})`;
  console.log(counts.failed > 0 ? `\n---- ${tier.name} failed ----\n${output.trimEnd()}\n---- ${line}\n` : line);
  return counts;
}

/**
 * @param {Tier[]} tiers
 * @returns {Promise<Counts[]>}
 */
async function runAll(tiers) {
  const waiting = [...tiers];
  /** @type {Map<Tier, Promise<void>>} */
  const running = new Map();
  /** @type {Counts[]} */
  const results = [];
  // Tiers that use the same thing would wait for one another.
  const fits = (/** @type {Tier} */ tier) => !tier.uses || [...running.keys()].every(({ uses }) => uses !== tier.uses);
  while (waiting.length > 0 || running.size > 0) {
    const next = running.size < AT_ONCE ? waiting.find(fits) : undefined;
    if (!next) {
      await Promise.race(running.values());
      continue;
    }
    waiting.splice(waiting.indexOf(next), 1);
    const done = runTier(next).then((counts) => {
      results.push(counts);
      running.delete(next);
    });
    running.set(next, done);
  }
  return results;
}

await main(async () => {
  const start = Date.now();
  const tiers = choose(process.argv.slice(2));
  await setup({ for: [...new Set(tiers.flatMap((tier) => tier.setup))] });
  await build([...new Set(tiers.flatMap((tier) => tier.artefacts))]);
  console.log(`set-up and build took ${duration(Date.now() - start)}\n`);
  const results = await runAll(tiers);
  const sum = (/** @type {keyof Counts} */ key) => results.reduce((total, counts) => total + counts[key], 0);
  console.log(`\n${tiers.length} tiers in ${duration(Date.now() - start)}`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") > 0 ? 1 : 0;
});
