#!/usr/bin/env node
// Runs a Python program with ferrodide from dist/: in Node's Pyodide, or natively. The exit code is the program's.
//
//   npm run py -- [--backend wheel|universal|native] [--packages numpy,scipy] [--no-build] (FILE.py | -m MODULE) [ARGUMENT ...]
//
// A wheel that is missing or older than its sources is built first; --no-build takes dist/ as it is.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "./build.mjs";
import { tool, venvPython } from "./lib/paths.mjs";
import { attempt, main, Stop } from "./lib/process.mjs";
import { checkBackend } from "./lib/wheels.mjs";
import { runProgram, startPyodide } from "./pyodide.mjs";
import { setup } from "./setup.mjs";

const USAGE =
  "npm run py -- [--backend wheel|universal|native] [--packages numpy,scipy] [--no-build] (FILE.py | -m MODULE) [ARGUMENT ...]";

/**
 * @typedef {object} CommandLine
 * @property {import("./lib/wheels.mjs").Backend} backend
 * @property {string[]} packages
 * @property {boolean} fresh whether to build what is not up to date
 * @property {import("./pyodide.mjs").Program} program
 * @property {string[]} args
 */

/**
 * @param {string[]} words
 * @returns {CommandLine}
 */
function parse(words) {
  const options = { backend: "wheel", packages: "numpy" };
  let fresh = true;
  for (;;) {
    const word = words.shift();
    if (word === undefined) throw new Stop(`Name a Python file to run: ${USAGE}`);
    const [name, ...joined] = word.split("=");
    if (name === "--backend" || name === "--packages") {
      const value = joined.length > 0 ? joined.join("=") : words.shift();
      if (value === undefined) throw new Stop(`${name} needs a value: ${USAGE}`);
      options[name === "--backend" ? "backend" : "packages"] = value;
      continue;
    }
    if (name === "--no-build") {
      fresh = false;
      continue;
    }
    checkBackend(options.backend);
    const backend = options.backend;
    const packages = options.packages.split(",").filter(Boolean);
    if (word === "-m") {
      const module = words.shift();
      if (module === undefined) throw new Stop(`-m needs the name of a module: ${USAGE}`);
      return { backend, packages, fresh, program: { module }, args: words };
    }
    if (word.startsWith("-")) throw new Stop(`${word} is no option: ${USAGE}`);
    if (!existsSync(word)) throw new Stop(`${word} does not exist.`);
    return { backend, packages, fresh, program: { file: word }, args: words };
  }
}

/**
 * @param {string[]} packages
 * @param {import("./pyodide.mjs").Program} program
 * @param {string[]} args
 */
async function runNatively(packages, program, args) {
  const probe = "import importlib.metadata as m, sys\nfor name in sys.argv[1:]: m.version(name)";
  const found = await attempt(venvPython, ["-c", probe, ...packages]);
  if (found.code !== 0)
    throw new Stop(
      `The native environment lacks one of ${packages.join(", ")}: tools/requirements.txt says what it has.`,
    );
  const command = "file" in program ? [program.file] : ["-m", program.module];
  const env = { PYTHONPATH: tool("native"), PYTHONUNBUFFERED: "1" };
  const { code } = await attempt(venvPython, [...command, ...args], { cwd: process.cwd(), env, show: true });
  return code;
}

await main(async () => {
  // npm runs scripts in the project's root, and says where it was called.
  if (process.env.npm_command && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  const { backend, packages, fresh, program, args } = parse(process.argv.slice(2));
  await setup({ for: ["node", "python", "pyodide"] });
  if (fresh) await build([backend], { quiet: true });
  if (backend === "native") return runNatively(packages, program, args);
  const pyodide = await startPyodide({ packages, backend, hostFiles: true });
  pyodide.FS.chdir(process.cwd());
  return runProgram(pyodide, "file" in program ? { file: resolve(program.file) } : program, args);
});
