// The PyO3 wheels, by maturin: the side module for Pyodide, and the native one for this machine.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { prependPath, run, which } from "../lib/process.mjs";
import { nativeEnv, TARGETS, versionOf, wasmEnv } from "../lib/rust.mjs";
import { hashOf, isStamped, sha256, stamp } from "../lib/stamps.mjs";
import { wheelsOf } from "../lib/wheels.mjs";
import { npmLock } from "../setup/pyodide.mjs";
import { pip } from "../setup/python.mjs";
import { FILE as COMPILER_FILE } from "./compiler.mjs";
import { CORE } from "./pkg.mjs";

const INPUTS = [
  ...CORE,
  at("bindings", "python"),
  at("bindings", "fused"),
  at("python"),
  at("pyproject.toml"),
  at("README.md"),
  at("LICENSE"),
];

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const WHEEL = {
  needs: ["compiler"],
  setup: ["node", "python", "wasm"],
  rust: "wasm",
  inputs: INPUTS,
  outputs: () => wheelsOf("wheel").map((name) => at("dist", name)),
};

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const NATIVE = {
  needs: [],
  setup: ["python", "rust"],
  rust: "native",
  inputs: INPUTS,
  outputs: () => [...wheelsOf("native").map((name) => at("dist", name)), tool("native")],
};

/**
 * Builds a wheel, which takes the place of an older one only when it is whole.
 * @param {import("../lib/wheels.mjs").Backend} backend
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @param {Record<string, string>} [more] files to put into it: name there -> path
 */
async function maturin(backend, args, env, more = {}) {
  const stage = tool("stage", backend);
  rmSync(stage, { recursive: true, force: true });
  await run(tool("venv", "bin", "maturin"), ["build", "--release", "--locked", "--out", stage, ...args], { env });
  if (backend === "wheel") for (const name of readdirSync(stage)) await packWheel(join(stage, name), more);
  for (const name of wheelsOf(backend)) rmSync(at("dist", name));
  mkdirSync(at("dist"), { recursive: true });
  for (const name of readdirSync(stage)) copyFileSync(join(stage, name), at("dist", name));
}

export async function buildWheel() {
  const { python, abi_version, platform } = npmLock().info;
  const version = python.split(".").slice(0, 2).join(".");
  const env = wasmEnv("build", ["-Ctarget-feature=+simd128", "-Crelocation-model=pic"]);
  const emscripten = platform.replace("emscripten_", "").replaceAll("_", ".");
  relinkIfDriverChanged(String(env.CARGO_TARGET_DIR));
  const fused = await buildFused(version);
  const real = (await versionOf("emcc", ["-dumpversion"])) === emscripten;
  const wheelEnv = {
    ...env,
    PYO3_CROSS_PYTHON_VERSION: version,
    PYODIDE_ABI_VERSION: abi_version,
    ...(real
      ? { CARGO_TARGET_WASM32_UNKNOWN_EMSCRIPTEN_LINKER: which("emcc") }
      : { PATH: [emccStub(emscripten), env.PATH ?? prependPath(tool("bin"))].join(delimiter) }),
  };
  const args = ["--target", TARGETS.pyodide, "--interpreter", `python${version}`];
  await maturin("wheel", args, wheelEnv, {
    "ferrodide/_fused.wasm": fused,
    "ferrodide/jit/_compiler.wasm": COMPILER_FILE,
  });
}

/**
 * Packs a wheel for the network: as small as deflate allows, with more files.
 * @param {string} wheel
 * @param {Record<string, string>} [files] name there -> path
 */
export async function packWheel(wheel, files = {}) {
  await run(venvPython, [at("tools", "build", "pack_wheel.py"), wheel, ...Object.entries(files).flat()]);
}

/**
 * The module of the loops that take relaxed SIMD, which the wheel carries beside `_core`.
 * @param {string} version of Python
 */
async function buildFused(version) {
  const env = wasmEnv("fused", ["-Ctarget-feature=+simd128,+relaxed-simd", "-Crelocation-model=pic"]);
  relinkIfDriverChanged(String(env.CARGO_TARGET_DIR));
  await run("cargo", ["build", "--release", "--locked", "-p", "ferrodide-fused", "--target", TARGETS.pyodide], {
    env: { ...env, PYO3_CROSS_PYTHON_VERSION: version },
  });
  return join(String(env.CARGO_TARGET_DIR), TARGETS.pyodide, "release", "_fused.wasm");
}

/**
 * cargo does not know what the linker is made of: where that changed, the linked module goes.
 * @param {string} folder cargo's target folder
 */
function relinkIfDriverChanged(folder) {
  const driver = hashOf([at("tools", "emscripten-linker.mjs")]);
  const name = `linked-${sha256(folder)}`;
  if (isStamped(name, driver)) return;
  const release = join(folder, TARGETS.pyodide, "release");
  for (const place of [release, join(release, "deps")])
    for (const file of existsSync(place) ? readdirSync(place) : [])
      if (/^(_core|_fused)/.test(file) && file.endsWith(".wasm")) rmSync(join(place, file));
  stamp(name, driver);
}

/**
 * A folder with an emcc that only says its version, which is all that maturin asks of it.
 * @param {string} version
 */
function emccStub(version) {
  mkdirSync(tool("emcc"), { recursive: true });
  writeFileSync(tool("emcc", "emcc"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  return tool("emcc");
}

export async function buildNative() {
  await maturin("native", ["--interpreter", tool("venv", "bin", "python"), "--compatibility", "linux"], nativeEnv);
  rmSync(tool("native"), { recursive: true, force: true });
  const [wheel] = wheelsOf("native");
  await pip(["install", "--no-deps", "--no-index", "--target", tool("native"), at("dist", wheel)]);
}
