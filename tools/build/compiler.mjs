// pkg/_compiler.wasm: the compiler of @jit as a module of its own, which both wheels for Pyodide carry.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { at } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";
import { TARGETS, wasmEnv } from "../lib/rust.mjs";
import { RUSTFLAGS } from "./pkg.mjs";
import { optimise } from "./wasm-opt.mjs";

export const FILE = at("pkg", "_compiler.wasm");

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const COMPILER = {
  needs: [],
  setup: ["node", "wasm"],
  rust: "wasm",
  inputs: [at("Cargo.toml"), at("Cargo.lock"), at("crates"), at("bindings", "compiler")],
  outputs: () => [FILE].filter((file) => existsSync(file)),
};

export async function buildCompiler() {
  // The flags of pkg.mjs, and so its folder.
  const env = wasmEnv("build", RUSTFLAGS);
  await run("cargo", ["build", "--release", "--locked", "-p", "ferrodide-compiler", "--target", TARGETS.web], { env });
  mkdirSync(at("pkg"), { recursive: true });
  // Compressed, -O1 leaves the module as small as -Oz does, and is quicker.
  await optimise(join(String(env.CARGO_TARGET_DIR), TARGETS.web, "release", "_compiler.wasm"), FILE, "-O1");
}
