// The PyO3 wheels, by maturin: the side module for Pyodide, and the native one for this machine.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { at, tool } from "../lib/paths.mjs";
import { prependPath, run, which } from "../lib/process.mjs";
import { nativeEnv, versionOf, wasmEnv } from "../lib/rust.mjs";
import { wheelsOf } from "../lib/wheels.mjs";
import { npmLock } from "../setup/pyodide.mjs";
import { pip } from "../setup/python.mjs";
import { CORE } from "./pkg.mjs";
import { WASM_OPT } from "./wasm-opt.mjs";

const INPUTS = [...CORE, at("bindings", "python"), at("python"), at("pyproject.toml"), at("README.md"), at("LICENSE")];

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const WHEEL = {
  needs: [],
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

/** @param {import("../lib/wheels.mjs").Backend} backend */
const removeOld = (backend) => {
  for (const name of wheelsOf(backend)) rmSync(at("dist", name));
};

const maturin = (/** @type {string[]} */ args, /** @type {Record<string, string | undefined>} */ env) =>
  run(tool("venv", "bin", "maturin"), ["build", "--release", "--locked", "--out", at("dist"), ...args], { env });

export async function buildWheel() {
  removeOld("wheel");
  const { python, abi_version, platform } = npmLock().info;
  const version = python.split(".").slice(0, 2).join(".");
  const env = wasmEnv("build", ["-Ctarget-feature=+simd128", "-Crelocation-model=pic"]);
  const emscripten = platform.replace("emscripten_", "").replaceAll("_", ".");
  const real = (await versionOf("emcc", ["-dumpversion"])) === emscripten;
  await maturin(["--target", "wasm32-unknown-emscripten", "--interpreter", `python${version}`], {
    ...env,
    PYO3_CROSS_PYTHON_VERSION: version,
    PYODIDE_ABI_VERSION: abi_version,
    FERRODIDE_WASM_OPT: JSON.stringify(WASM_OPT),
    ...(real
      ? { CARGO_TARGET_WASM32_UNKNOWN_EMSCRIPTEN_LINKER: which("emcc") }
      : { PATH: [emccStub(emscripten), env.PATH ?? prependPath(tool("bin"))].join(delimiter) }),
  });
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
  removeOld("native");
  await maturin(["--interpreter", tool("venv", "bin", "python"), "--compatibility", "linux"], nativeEnv);
  rmSync(tool("native"), { recursive: true, force: true });
  const [wheel] = wheelsOf("native");
  await pip(["install", "--no-deps", "--no-index", "--target", tool("native"), at("dist", wheel)]);
}
