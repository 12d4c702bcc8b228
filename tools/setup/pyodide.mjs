// Set-up of Pyodide: .tools/pyodide becomes a complete indexURL folder. The runtime comes from npm, its packages from
// Pyodide's CDN or from a wheel on PyPI that carries the same files, and the pure test packages from PyPI.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { run, Stop } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { hashOf, isStamped, sha256, stamp, unstamp } from "../lib/stamps.mjs";
import { pip } from "./python.mjs";

/** What is always there; npm run py fetches others that a program asks for. */
const BASE_PACKAGES = ["hypothesis", "micropip", "numpy", "packaging", "pandas", "pytest", "scikit-learn", "scipy"];

/** A PyPI wheel that carries Pyodide's packages of this very lock file, for where the CDN cannot be reached. */
const CARRIER = "open-webui==0.12.4";

/** How long the CDN may take to begin to answer, and to finish. */
const CDN_ANSWER_LIMIT = 8_000;
const CDN_FILE_LIMIT = 300_000;

const home = tool("pyodide");
const npmHome = at("node_modules", "pyodide");
const testWheels = at("tools", "pyodide-wheels.json");

/**
 * @typedef {object} LockEntry
 * @property {string} name
 * @property {string} version
 * @property {string} file_name
 * @property {string} sha256
 * @property {string[]} depends
 * @property {string[]} imports
 * @property {string} install_dir
 * @property {string} package_type
 * @property {boolean} unvendored_tests
 */

/** @returns {{info: {abi_version: string, python: string, platform: string}, packages: Record<string, LockEntry>}} */
export const npmLock = () => JSON.parse(readFileSync(join(npmHome, "pyodide-lock.json"), "utf8"));

export async function setupPyodide() {
  const wanted = hashOf([join(npmHome, "package.json"), testWheels]) + BASE_PACKAGES;
  if (!isStamped("pyodide", wanted) || !existsSync(join(home, "pyodide-lock.json"))) {
    unstamp("pyodide");
    mkdirSync(home, { recursive: true });
    for (const name of readdirSync(npmHome))
      if (/\.(mjs|wasm|zip|json)$/.test(name)) copyFileSync(join(npmHome, name), join(home, name));
    await addTestWheels();
    stamp("pyodide", wanted);
  }
  await fetchPackages(BASE_PACKAGES);
}

/**
 * Makes sure that packages of Pyodide's distribution, and all that they need, are in .tools/pyodide.
 * @param {string[]} names
 */
export async function fetchPackages(names) {
  const wanted = closure(names, JSON.parse(readFileSync(join(home, "pyodide-lock.json"), "utf8")).packages);
  let missing = wanted.filter((entry) => !existsSync(join(home, entry.file_name)));
  if (missing.length === 0) return;
  const label = `set-up: Pyodide packages (${missing.map((entry) => entry.name).join(", ")})`;
  missing = await step(label, () => fromCdn(missing));
  if (missing.length > 0) missing = await step(`set-up: the same from ${CARRIER}`, () => fromCarrier(missing));
  if (missing.length > 0)
    throw new Stop(
      `Pyodide's CDN cannot be reached and ${CARRIER} on PyPI lacks ${missing.map((entry) => entry.name).join(", ")}.`,
    );
}

/**
 * Entries of a lock file with everything that they depend on.
 * @param {string[]} names
 * @param {Record<string, LockEntry>} packages
 * @returns {LockEntry[]}
 */
function closure(names, packages) {
  const normal = (/** @type {string} */ name) => name.toLowerCase().replaceAll(/[-_.]+/g, "-");
  const byName = new Map(Object.entries(packages).map(([name, entry]) => [normal(name), entry]));
  /** @type {Map<string, LockEntry>} */
  const found = new Map();
  const visit = (/** @type {string} */ name) => {
    const entry = byName.get(normal(name));
    if (!entry) throw new Stop(`${name} is no package of Pyodide's distribution.`);
    if (found.has(entry.name)) return;
    found.set(entry.name, entry);
    entry.depends.forEach(visit);
  };
  names.forEach(visit);
  return [...found.values()];
}

/** The CDN's folder for this version, as the pyodide npm package itself has it. */
function cdnBase() {
  const { version } = JSON.parse(readFileSync(join(npmHome, "package.json"), "utf8"));
  const template = /https:\/\/[^`"'\s]+\/v\$\{\w+\}\/full\//.exec(
    readFileSync(join(npmHome, "pyodide.mjs"), "utf8"),
  )?.[0];
  return template?.replace(/\$\{\w+\}/, version);
}

/**
 * Keeps a file if it is the one that the lock names.
 * @param {LockEntry} entry
 * @param {Uint8Array} bytes
 */
function accept(entry, bytes) {
  if (sha256(bytes) !== entry.sha256) return false;
  writeFileSync(join(home, entry.file_name), bytes);
  return true;
}

/**
 * @param {LockEntry[]} entries
 * @returns {Promise<LockEntry[]>} those that it could not give
 */
async function fromCdn(entries) {
  const base = cdnBase();
  if (!base) return entries;
  for (const [index, entry] of entries.entries()) {
    try {
      const aborter = new AbortController();
      const answerTimer = setTimeout(() => aborter.abort(), CDN_ANSWER_LIMIT);
      const response = await fetch(base + entry.file_name, { signal: aborter.signal });
      clearTimeout(answerTimer);
      const fileTimer = setTimeout(() => aborter.abort(), CDN_FILE_LIMIT);
      const bytes = new Uint8Array(await response.arrayBuffer());
      clearTimeout(fileTimer);
      if (!response.ok || !accept(entry, bytes)) return entries.slice(index);
    } catch {
      return entries.slice(index);
    }
  }
  return [];
}

/**
 * @param {LockEntry[]} entries
 * @returns {Promise<LockEntry[]>} those that it could not give
 */
async function fromCarrier(entries) {
  const cache = tool("cache", "carrier");
  rmSync(cache, { recursive: true, force: true });
  // Its Python dependencies and its own requirements on Python do not matter: it is only a container of files.
  await pip(["download", "--no-deps", "--only-binary=:all:", "--python-version=3.12", "--dest", cache, CARRIER]);
  const wheel = readdirSync(cache).find((name) => name.endsWith(".whl"));
  if (!wheel) return entries;
  const script = at("tools", "setup", "unpack_members.py");
  await run(venvPython, [script, join(cache, wheel), cache, ...entries.map((entry) => entry.file_name)]);
  const lacking = entries.filter((entry) => {
    const file = join(cache, entry.file_name);
    return !existsSync(file) || !accept(entry, readFileSync(file));
  });
  rmSync(cache, { recursive: true, force: true });
  return lacking;
}

/** Pure wheels that Pyodide's distribution lacks or has with more dependencies: they join the folder and its lock. */
async function addTestWheels() {
  /** @type {Record<string, LockEntry>} */
  const entries = JSON.parse(readFileSync(testWheels, "utf8"));
  const cache = tool("cache", "test-wheels");
  const list = Object.values(entries);
  await step(`set-up: test packages for Pyodide (${list.map((entry) => entry.name).join(", ")})`, async () => {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    const requirements = join(cache, "requirements.txt");
    writeFileSync(requirements, list.map((e) => `${e.name}==${e.version} --hash=sha256:${e.sha256}\n`).join(""));
    const { python } = npmLock().info;
    const version = python.split(".").slice(0, 2).join(".");
    await pip([
      "download",
      "--no-deps",
      "--only-binary=:all:",
      "--platform=any",
      `--python-version=${version}`,
      "--require-hashes",
      "--dest",
      cache,
      "--requirement",
      requirements,
    ]);
    for (const entry of list) copyFileSync(join(cache, entry.file_name), join(home, basename(entry.file_name)));
    rmSync(cache, { recursive: true, force: true });
  });
  const lock = npmLock();
  Object.assign(lock.packages, entries);
  writeFileSync(join(home, "pyodide-lock.json"), JSON.stringify(lock));
}
