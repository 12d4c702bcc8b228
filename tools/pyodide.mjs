// Python in Node: Pyodide from .tools/pyodide, with packages and a ferrodide wheel in it. Used by npm run py, npm start
// -- --once, npm run bench and the tests.
import { existsSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { at, tool } from "./lib/paths.mjs";
import { Stop } from "./lib/process.mjs";
import { findWheel } from "./lib/wheels.mjs";
import { fetchPackages } from "./setup/pyodide.mjs";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */

/** Folders of the machine that a program must not see in place of Pyodide's own. */
const NOT_MOUNTED = ["dev", "lib", "proc", "sys"];

/**
 * @typedef {object} Options
 * @property {string[]} [packages] of Pyodide's distribution, with all that they need
 * @property {"wheel" | "universal" | "none"} [backend] the ferrodide wheel of dist/ to install; the PyO3 one unless told
 * @property {Record<string, string>} [env] laid over HOME and what begins with FERRODIDE_
 * @property {boolean} [hostFiles] let the program see the machine's files at their own paths
 * @property {Record<string, string>} [mounts] path in Python -> folder of this machine
 */

/**
 * Pyodide ready for a program, its output going straight through.
 * @param {Options} [options]
 * @returns {Promise<Pyodide>}
 */
export async function startPyodide({
  packages = ["numpy"],
  backend = "wheel",
  env = {},
  hostFiles = false,
  mounts = {},
} = {}) {
  await fetchPackages(packages);
  const { loadPyodide } = await import("pyodide");
  const pyodide = await loadPyodide({
    indexURL: `${tool("pyodide")}/`,
    env: { HOME: "/home/pyodide", PYTHONUNBUFFERED: "1", ...ferrodideEnv(), ...env },
    ...(hostFiles && { fsInit: mountHostFiles }),
  });
  pyodide.setStdout({ write: (bytes) => writeAll(1, bytes), isatty: process.stdout.isTTY === true });
  pyodide.setStderr({ write: (bytes) => writeAll(2, bytes), isatty: process.stderr.isTTY === true });
  for (const [path, folder] of Object.entries(mounts)) {
    if (!existsSync(folder)) throw new Stop(`${folder} is missing, so that it cannot be mounted at ${path}.`);
    await pyodide.mountNodeFS(path, folder);
  }
  const quiet = { messageCallback: () => {}, errorCallback: (/** @type {string} */ text) => console.error(text) };
  await pyodide.loadPackage(packages, quiet);
  if (backend !== "none") await pyodide.loadPackage(findWheel(backend), quiet);
  return pyodide;
}

/** This process's variables that are meant for ferrodide. */
const ferrodideEnv = () =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith("FERRODIDE_") && value ? [[name, value]] : [],
    ),
  );

/**
 * The folders of this machine's root at their own paths, beside Pyodide's own.
 * @param {any} FS
 */
async function mountHostFiles(FS) {
  for (const name of readdirSync("/")) {
    if (NOT_MOUNTED.includes(name)) continue;
    try {
      if (!readdirSync(`/${name}`)) continue;
    } catch {
      continue; // a file, or a folder that this user may not read
    }
    FS.mkdirTree(`/${name}`);
    FS.mount(FS.filesystems.NODEFS, { root: `/${name}` }, `/${name}`);
  }
}

/**
 * Writes all bytes at once: a pipe may be full for a moment.
 * @param {number} descriptor
 * @param {Uint8Array} bytes
 */
function writeAll(descriptor, bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EAGAIN") throw error;
    }
  }
  return bytes.length;
}

/**
 * What to run: a file, or a module of a name.
 * @typedef {{file: string} | {module: string}} Program
 */

/**
 * Runs a program as __main__.
 * @param {Pyodide} pyodide
 * @param {Program} program
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function runProgram(pyodide, program, args) {
  const code = readFileSync(at("tools", "run_program.py"), "utf8");
  const namespace = pyodide.runPython("{'__name__': 'run_program'}");
  pyodide.runPython(code, { globals: namespace, filename: "run_program.py" });
  const pyArgs = pyodide.toPy(args);
  return "file" in program
    ? namespace.get("run_file")(program.file, pyArgs)
    : namespace.get("run_module")(program.module, pyArgs);
}
