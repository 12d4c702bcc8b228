#!/usr/bin/env node
// Builds the artefacts of pkg/ and dist/ whose inputs changed, and prints their sizes.
//
//   npm run build [-- wheel|universal|native|npm|pkg ...]
import { readFileSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildCompiler, COMPILER } from "./build/compiler.mjs";
import { buildNpm, NPM } from "./build/npm.mjs";
import { buildPkg, PKG } from "./build/pkg.mjs";
import { buildNative, buildWheel, NATIVE, WHEEL } from "./build/pyo3.mjs";
import { buildUniversal, UNIVERSAL } from "./build/universal.mjs";
import { withLock } from "./lib/lock.mjs";
import { at, root } from "./lib/paths.mjs";
import { main, Stop } from "./lib/process.mjs";
import { step } from "./lib/progress.mjs";
import { road, versionOf } from "./lib/rust.mjs";
import { hashOf, isStamped, sha256, stamp, unstamp } from "./lib/stamps.mjs";
import { setup } from "./setup.mjs";

/**
 * @typedef {object} Artefact
 * @property {string[]} needs other artefacts that it is made of
 * @property {string[]} setup parts of set-up that its building uses
 * @property {"wasm" | "native" | "none"} rust whose compiler makes it
 * @property {string[]} inputs files and folders; what they hold decides whether it is up to date
 * @property {() => string[]} outputs its files, none where it is not built
 * @property {() => Promise<void>} build
 */

/** In the order in which they are built. @type {Record<string, Artefact>} */
const ARTEFACTS = {
  pkg: { ...PKG, build: buildPkg },
  compiler: { ...COMPILER, build: buildCompiler },
  wheel: { ...WHEEL, build: buildWheel },
  universal: { ...UNIVERSAL, build: buildUniversal },
  native: { ...NATIVE, build: buildNative },
  npm: { ...NPM, build: buildNpm },
};

/**
 * The most that each shipped file may weigh, in bytes; pack_wheel.py reads the compiler's share from the same file.
 * @type {Record<string, number>}
 */
const BUDGET = JSON.parse(readFileSync(at("tools", "budget.json"), "utf8"));

/** What decides how anything is built. */
const RECIPES = ["build", "build.mjs", "emscripten-linker.mjs", "lib/rust.mjs", "requirements.txt"].map((name) =>
  at("tools", name),
);

/**
 * @param {string[]} [names] all artefacts unless told
 * @param {{quiet?: boolean}} [options] quiet: print only what is built
 */
export async function build(names = Object.keys(ARTEFACTS), { quiet = false } = {}) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const choose = (/** @type {string} */ name) => {
    const artefact = ARTEFACTS[name];
    if (!artefact) throw new Stop(`${name} is no artefact; they are ${Object.keys(ARTEFACTS).join(", ")}.`);
    artefact.needs.forEach(choose);
    chosen.add(name);
  };
  names.forEach(choose);
  await withLock("build", async () => {
    for (const name of Object.keys(ARTEFACTS).filter((each) => chosen.has(each))) await bringUpToDate(name);
  });
  for (const name of chosen) if (!quiet) report(name);
  for (const name of chosen) checkSizes(name);
}

/** @param {string} name */
async function bringUpToDate(name) {
  const artefact = ARTEFACTS[name];
  const before = await inputHash(artefact);
  if (before && isStamped(`build-${name}`, before + outputHash(artefact))) return;
  unstamp(`build-${name}`);
  await setup({ for: artefact.setup });
  const after = await inputHash(artefact);
  await step(`build: ${name}`, artefact.build);
  if (artefact.outputs().length === 0) throw new Stop(`The build of ${name} ended well but left no file.`);
  stamp(`build-${name}`, after + outputHash(artefact));
}

/**
 * What an artefact is made from, or undefined where the compiler is not set up yet.
 * @param {Artefact} artefact
 * @returns {Promise<string | undefined>}
 */
async function inputHash({ rust, inputs, needs }) {
  const compiler = { wasm: wasmCompiler, native: () => versionOf("rustc"), none: () => "none" };
  const made = needs.flatMap((need) => ARTEFACTS[need].outputs());
  const which = await compiler[rust]();
  return which && sha256([which, hashOf([...RECIPES, ...inputs]), hashOf(made)].join("\n"));
}

function wasmCompiler() {
  try {
    return JSON.stringify(road());
  } catch (error) {
    if (error instanceof Stop) return undefined;
    throw error;
  }
}

/** @param {Artefact} artefact */
const outputHash = ({ outputs }) => `${outputs().length}:${hashOf(outputs())}`;

/** @param {string} name */
function report(name) {
  for (const file of ARTEFACTS[name].outputs()) {
    if (!/\.(whl|tgz|wasm)$/.test(file)) continue;
    const { size } = statSync(file);
    const zipped = file.endsWith(".wasm") ? ` (${kB(gzipSync(readFileSync(file)).length)} gzip)` : "";
    console.log(`${relative(root, file)}  ${kB(size)}${zipped}`);
  }
}

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/**
 * Holds what is shipped of an artefact to the budget. What has no line there is for this machine alone.
 * @param {string} name
 */
function checkSizes(name) {
  for (const file of ARTEFACTS[name].outputs()) {
    const path = relative(root, file);
    const { size } = statSync(file);
    for (const [pattern, limit] of Object.entries(BUDGET)) {
      const [start, end] = pattern.split("*");
      const meant = end === undefined ? path === pattern : path.startsWith(start) && path.endsWith(end);
      if (meant && size > limit)
        throw new Stop(`${path} is ${kB(size)}; it may be ${kB(limit)} at most (tools/budget.json).`);
    }
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await main(async () => {
    const names = process.argv.slice(2);
    await build(names.length > 0 ? names : undefined);
  });
