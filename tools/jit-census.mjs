#!/usr/bin/env node
// How many of the functions that Numba compiles in real packages our compiler takes, and why not the others: a dated JSON
// in benches/results/ and benches/jit/census.md.
//
//   npm run jit-census [-- --only PACKAGE,...]      --only prints what it finds, and writes nothing
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { folder, packageOf, releases, setupCensus } from "./jit-census/fetch.mjs";
import { markdown, shareThatCompiles } from "./jit-census/report.mjs";
import { at, projectVersion, tool, venvPython } from "./lib/paths.mjs";
import { main, run, Stop } from "./lib/process.mjs";
import { setup } from "./setup.mjs";

/** The share of all functions that is to compile. */
const WANTED = 0.7;

function options() {
  try {
    return parseArgs({ options: { only: { type: "string", default: "" } } }).values;
  } catch (error) {
    throw new Stop(`${/** @type {Error} */ (error).message}. npm run jit-census [-- --only PACKAGE,...]`);
  }
}

await main(async () => {
  const { only } = options();
  const chosen = Object.keys(releases()).filter((project) => only === "" || only.split(",").includes(project));
  if (chosen.length === 0) throw new Stop(`--only is ${only}; the packages are ${Object.keys(releases()).join(", ")}.`);
  await setup({ for: ["python"] });
  await setupCensus();
  await build(["native"], { quiet: true });
  const result = tool("census", "result.json");
  await run(venvPython, [at("tools", "jit-census", "census.py"), folder, result, ...chosen.map(packageOf)], {
    env: { PYTHONPATH: tool("native") },
    show: true,
  });
  /** @type {{functions: import("./jit-census/report.mjs").Attempt[]}} */
  const { functions } = JSON.parse(readFileSync(result, "utf8"));
  const date = new Date().toISOString().slice(0, 10);
  const census = {
    date,
    ferrodide: projectVersion(),
    releases: Object.fromEntries(chosen.map((project) => [packageOf(project), releases()[project].version])),
    wanted: WANTED,
    functions,
  };
  const page = markdown(census);
  for (const line of page) console.log(line);
  if (only === "") {
    writeFileSync(at("benches", "results", `${date}-jit-census.json`), `${JSON.stringify(census, null, 1)}\n`);
    writeFileSync(at("benches", "jit", "census.md"), `${page.join("\n").trimEnd()}\n`);
  }
  return shareThatCompiles(functions) < WANTED ? 1 : 0;
});
