// Set-up of npm run jit-census: the packages of releases.json, out of their wheels on PyPI, which are Python alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { isStamped, sha256, stamp, unstamp } from "../lib/stamps.mjs";
import { pip } from "../setup/python.mjs";

/** @returns {Record<string, {version: string, sha256: string}>} by the name of the project */
export const releases = () => JSON.parse(readFileSync(at("tools", "jit-census", "releases.json"), "utf8"));

/** Where the packages are. */
export const folder = tool("census", "packages");

/** The name to import, where it is not the project's. @type {Record<string, string>} */
const IMPORTED = { "umap-learn": "umap" };

/** @param {string} project */
export const packageOf = (project) => IMPORTED[project] ?? project;

export async function setupCensus() {
  const wanted = sha256(JSON.stringify(releases()));
  const complete = Object.keys(releases()).every((project) => existsSync(join(folder, packageOf(project))));
  if (complete && isStamped("census", wanted)) return;
  unstamp("census");
  const cache = tool("cache", "census");
  for (const path of [folder, cache]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  }
  await step("set-up: packages that use Numba", async () => {
    const requirements = join(cache, "requirements.txt");
    const lines = Object.entries(releases()).map(
      ([name, { version, sha256 }]) => `${name}==${version} --hash=sha256:${sha256}\n`,
    );
    writeFileSync(requirements, lines.join(""));
    const options = ["--no-deps", "--only-binary=:all:", "--require-hashes"];
    await pip(["download", ...options, "--dest", cache, "--requirement", requirements]);
    for (const wheel of readdirSync(cache).filter((file) => file.endsWith(".whl")))
      await run(venvPython, ["-m", "zipfile", "-e", join(cache, wheel), folder]);
  });
  rmSync(cache, { recursive: true, force: true });
  stamp("census", wanted);
}
