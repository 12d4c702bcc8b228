// Running other programs, and stopping with a sentence that a person can act on.
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root, tool } from "./paths.mjs";

/** An error whose message is meant for a person: it is printed alone, with no stack. */
export class Stop extends Error {}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project's root unless told
 * @property {Record<string, string | undefined>} [env] laid over this process's environment; undefined removes a name
 * @property {boolean} [show] let the output through as it comes, instead of keeping it
 * @property {number} [timeout] milliseconds until the program is ended
 */

/**
 * Runs a program to its end and says how it went. Throws only where it cannot be started.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{code: number, output: string, stdout: string}>} output is stdout and stderr as they came
 */
export function attempt(command, args, { cwd = root, env = {}, show = false, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: withEnv(env),
      stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
      timeout,
      killSignal: "SIGKILL",
    });
    let output = "";
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (error) => reject(new Stop(`${command} cannot be started: ${error.message}.`)));
    // What it had started may live on and hold the pipes: they are not waited for.
    child.on("exit", (_, signal) => {
      if (!signal) return;
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    child.on("close", (code, signal) => {
      if (signal) output += `\n${command} was ended by ${signal}.\n`;
      resolve({ code: code ?? 1, output, stdout });
    });
  });
}

/**
 * Runs a program that must succeed. Its output is kept, and shown only where it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions & {failed?: string}} [options] failed: the sentence to stop with
 * @returns {Promise<string>} what it wrote to stdout
 */
export async function run(command, args, { failed, ...options } = {}) {
  const result = await attempt(command, args, options);
  if (result.code !== 0) {
    const tail = result.output.trimEnd().split("\n").slice(-40).join("\n");
    throw new Stop(`${tail}\n\n${failed ?? `${[command, ...args].join(" ")} failed (exit code ${result.code}).`}`);
  }
  return result.stdout;
}

/**
 * Where a program is on PATH, or undefined.
 * @param {string} name
 * @param {string} [path]
 */
export function which(name, path = process.env.PATH ?? "") {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * This process's environment with changes laid over it; .tools/bin comes first on PATH.
 * @param {Record<string, string | undefined>} changes
 */
export function withEnv(changes) {
  /** @type {Record<string, string>} */
  const env = {};
  const all = { ...process.env, PATH: prependPath(tool("bin")), ...changes };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) env[name] = value;
  return env;
}

/**
 * PATH with folders put before it.
 * @param {...string} folders
 */
export const prependPath = (...folders) => [...folders, process.env.PATH ?? ""].join(delimiter);

/** Whether this process may install system packages: the words to put before the command, or undefined. */
export async function asRoot() {
  if (process.getuid?.() === 0) return [];
  if (which("sudo") && (await attempt("sudo", ["-n", "true"])).code === 0) return ["sudo", "-n"];
  return undefined;
}

/**
 * The body of a command-line program: prints a Stop as its sentence and ends with exit code 1.
 * @param {() => Promise<number | void>} body its result is the exit code
 */
export async function main(body) {
  try {
    process.exitCode = (await body()) || 0;
  } catch (error) {
    console.error(error instanceof Stop ? error.message : error);
    process.exitCode = 1;
  }
}
