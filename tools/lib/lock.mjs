// One set-up or build at a time in a checkout: a second one waits for the first.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { tool } from "./paths.mjs";

/** Milliseconds between two looks at a lock, and until a person is told of the wait. */
const PAUSE = 250;
const TELL_AFTER = 3_000;

/** The locks that this process holds: taking one again is free. @type {Set<string>} */
const held = new Set();

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  if (held.has(name)) return work();
  mkdirSync(tool(), { recursive: true });
  const file = tool(`${name}.lock`);
  await take(name, file);
  held.add(name);
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    held.delete(name);
    release();
  }
}

/**
 * @param {string} name
 * @param {string} file
 */
async function take(name, file) {
  for (let waited = 0; ; waited += PAUSE) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const owner = readOwner(file);
    if (owner !== undefined && !isAlive(owner)) rmSync(file, { force: true });
    else {
      if (waited === TELL_AFTER) console.error(`Waiting for the ${name} of process ${owner} in this folder.`);
      await sleep(PAUSE);
    }
  }
}

/** @param {string} file */
function readOwner(file) {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
