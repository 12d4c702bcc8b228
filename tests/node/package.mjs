// The npm package as a user has it: unpacked from the tarball of dist/, imported by its exports.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { at } from "../../tools/lib/paths.mjs";

/** @typedef {typeof import("../../js/index.js")} Ferrodide */
/** @typedef {import("../../js/index.js").NdArray} NdArray */
/** @typedef {import("../../js/index.js").TypedArray} TypedArray */

/** @type {string[]} */
const projects = [];
process.once("exit", () => {
  for (const project of projects) rmSync(project, { recursive: true, force: true });
});

/** A new project folder with the package installed in it; gone when this process ends. */
export function installed() {
  const tarballs = readdirSync(at("dist")).filter((name) => name.endsWith(".tgz"));
  if (tarballs.length !== 1) throw new Error(`dist/ has ${tarballs.length} tarballs; run npm run build -- npm.`);
  const project = mkdtempSync(join(tmpdir(), "ferrodide-node-"));
  projects.push(project);
  const target = join(project, "node_modules", "ferrodide");
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", at("dist", tarballs[0]), "-C", target, "--strip-components=1"]);
  return project;
}

/**
 * What `import NAME` finds in such a project.
 * @param {string} project
 * @param {string} name
 */
export const resolved = (project, name) => createRequire(join(project, "index.js")).resolve(name);

/** A package of its own, not started: each call gives new modules. */
export async function fresh(project = installed()) {
  return /** @type {Ferrodide} */ (await import(pathToFileURL(resolved(project, "ferrodide")).href));
}

/** A package that is started. */
export async function started() {
  const ferrodide = await fresh();
  await ferrodide.init();
  return ferrodide;
}

/**
 * Takes an error apart.
 * @param {() => unknown} call
 * @returns {{name: string, message: string}}
 */
export function thrown(call) {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw new Error(`not an Error: ${error}`);
  }
  throw new Error("nothing was thrown");
}
