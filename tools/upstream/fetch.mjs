// Set-up of npm run upstream: the test files of the NumPy and SciPy releases that Pyodide has, out of a wheel on PyPI.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { run, Stop } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { isStamped, sha256, stamp, unstamp } from "../lib/stamps.mjs";
import { npmLock } from "../setup/pyodide.mjs";
import { pip } from "../setup/python.mjs";

/**
 * @typedef {object} Plan modules.json
 * @property {Record<string, {version: string, sha256: string}>} releases the wheels that carry the tests
 * @property {string[]} modules their test files
 * @property {Record<string, string>} quick the part for npm test: file -> which of its tests, as pytest's -k takes it
 */

/** @returns {Plan} */
export const plan = () => JSON.parse(readFileSync(at("tools", "upstream", "modules.json"), "utf8"));

/** Where a release's files are laid, as they are in its wheel. @param {string} name */
export const filesOf = (name) => tool("upstream", "files", `${name}-${plan().releases[name].version}`);

/** The platform of the wheels: any would do, and this one's are the smallest. */
const PLATFORM = ["--platform=macosx_14_0_arm64", "--python-version=3.14"];

export async function setupUpstream() {
  const { releases, modules } = plan();
  const wanted = sha256(JSON.stringify([releases, modules]));
  const complete = Object.keys(releases).every((name) => existsSync(filesOf(name)));
  if (complete && isStamped("upstream", wanted)) return;
  unstamp("upstream");
  rmSync(tool("upstream", "files"), { recursive: true, force: true });
  for (const name of Object.keys(releases)) await step(`set-up: the tests of ${name}`, () => fetchTests(name));
  stamp("upstream", wanted);
}

/** @param {string} name */
async function fetchTests(name) {
  const { releases, modules } = plan();
  const { version, sha256 } = releases[name];
  const there = npmLock().packages[name].version;
  if (there !== version)
    throw new Stop(`Pyodide has ${name} ${there}; tools/upstream/modules.json has the tests of ${version}.`);
  const cache = tool("cache", `upstream-${name}`);
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const requirements = join(cache, "requirements.txt");
  writeFileSync(requirements, `${name}==${version} --hash=sha256:${sha256}\n`);
  const options = ["--no-deps", "--only-binary=:all:", "--require-hashes", ...PLATFORM];
  await pip(["download", ...options, "--dest", cache, "--requirement", requirements]);
  const wheel = readdirSync(cache).find((file) => file.endsWith(".whl")) ?? "";
  const folders = new Set(modules.filter((module) => module.startsWith(`${name}/`)).map(dirname));
  const script = at("tools", "upstream", "unpack_tests.py");
  await run(venvPython, [script, join(cache, wheel), filesOf(name), `${name}/conftest.py`, ...folders]);
  rmSync(cache, { recursive: true, force: true });
}
