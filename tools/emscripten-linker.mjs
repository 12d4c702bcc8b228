#!/usr/bin/env node
// The linker of the PyO3 wheel. rustc calls it as it would call emcc; a Rust side module needs nothing of the Emscripten
// SDK but this one link, so wasm-ld does it; FERRODIDE_WASM_LD names it. wasm-opt is not worth its half minute
// here: without the functions' names the wheel would be 1 % smaller, and no faster.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What emcc does for a side module with wasm exceptions, in wasm-ld's words. */
const SIDE_MODULE = [
  "-shared",
  "--experimental-pic",
  "--no-entry",
  "--import-memory",
  "--unresolved-symbols=import-dynamic",
  "--gc-sections",
  "-O2",
  "--export-if-defined=__wasm_call_ctors",
  "--export-if-defined=__wasm_apply_data_relocs",
  "-mllvm",
  "-wasm-enable-eh",
  "-mllvm",
  "-wasm-enable-sjlj",
  "--strip-all",
];

/**
 * Turns emcc's arguments into wasm-ld's: objects, libraries and the output as they are, EXPORTED_FUNCTIONS as exports.
 * emcc's other settings are what SIDE_MODULE says in full.
 * @param {string[]} args
 */
function translate(args) {
  /** @type {string[]} */
  const inputs = [];
  /** @type {string[]} */
  const exported = [];
  let output = "";
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (arg === "-o") output = args[++index];
    else if (arg === "-s") exported.push(...exportsOf(args[++index]));
    else if (arg.startsWith("-s")) exported.push(...exportsOf(arg.slice(2)));
    else if (arg === "-L") inputs.push(arg, args[++index]);
    else if (arg.startsWith("-L") || !arg.startsWith("-")) inputs.push(arg);
  }
  return [...SIDE_MODULE, ...exported.map((name) => `--export=${name}`), "-o", output, ...inputs];
}

/**
 * The functions of a setting EXPORTED_FUNCTIONS: a list in JSON or with commas, or a file of one; C's names carry an
 * underscore.
 * @param {string} setting
 * @returns {string[]}
 */
function exportsOf(setting) {
  const value = /^EXPORTED_FUNCTIONS=(.*)$/s.exec(setting)?.[1];
  if (value === undefined) return [];
  const text = value.startsWith("@") ? readFileSync(value.slice(1), "utf8") : value;
  const names = text.trim().startsWith("[") ? JSON.parse(text) : text.split(/[\n,]/).filter(Boolean);
  return names.map((/** @type {string} */ name) => name.replace(/^_/, ""));
}

const linker = process.env.FERRODIDE_WASM_LD || "wasm-ld";
const { status, error } = spawnSync(linker, translate(process.argv.slice(2)), { stdio: "inherit" });
if (error) console.error(`${linker} cannot be started: ${error.message}`);
process.exitCode = status ?? 1;
