// Knowing whether work is still valid: hashes of what went in, kept under .tools/stamps.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root, tool } from "./paths.mjs";

/** @param {string | Uint8Array} data */
export const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/**
 * All files under some files and folders, in a fixed order. What does not exist has none.
 * @param {string[]} paths
 * @returns {string[]}
 */
export function filesUnder(paths) {
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name !== "__pycache__" && !name.endsWith(".so"));
    return filesUnder(names.sort().map((name) => join(path, name)));
  });
}

/**
 * One hash over the names and contents of files and folders.
 * @param {string[]} paths
 */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const file of filesUnder(paths))
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

/** @param {string} name */
const stampFile = (name) => tool("stamps", name);

/**
 * Whether the work of this name was done with just this input.
 * @param {string} name
 * @param {string} input
 */
export const isStamped = (name, input) =>
  existsSync(stampFile(name)) && readFileSync(stampFile(name), "utf8") === input;

/**
 * @param {string} name
 * @param {string} input
 */
export function stamp(name, input) {
  mkdirSync(tool("stamps"), { recursive: true });
  writeFileSync(stampFile(name), input);
}

/** @param {string} name */
export const unstamp = (name) => rmSync(stampFile(name), { force: true });
