// Set-up of wasm-pack and wasm-bindgen's command line, into .tools/bin.
import { mkdirSync } from "node:fs";
import { tool } from "../lib/paths.mjs";
import { attempt, run } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { lockedVersion, nativeEnv, versionOf } from "../lib/rust.mjs";

const WASM_PACK = "0.15.0";

export async function setupWasmTools() {
  // wasm-bindgen's tools must have the very version of the crate.
  await install("wasm-bindgen-cli", lockedVersion("wasm-bindgen"), ["wasm-bindgen", "wasm-bindgen-test-runner"]);
  await install("wasm-pack", WASM_PACK, ["wasm-pack"]);
}

/**
 * @param {string} crate
 * @param {string} version
 * @param {string[]} programs
 */
export async function install(crate, version, programs) {
  const versions = await Promise.all(programs.map((name) => versionOf(tool("bin", name))));
  if (versions.every((text) => text?.split(" ").includes(version))) return;
  await step(`set-up: ${crate} ${version} (some minutes)`, async () => {
    mkdirSync(tool("bin"), { recursive: true });
    const args = ["install", "--root", tool(), "--force", "--version", version, crate];
    const env = { ...nativeEnv, CARGO_TARGET_DIR: undefined };
    // A mirror of crates.io may lack a version that the crate's own lock file names: then any that fits will do.
    if ((await attempt("cargo", [...args, "--locked"], { env })).code === 0) return;
    await run("cargo", args, { env, failed: `cargo could not install ${crate} ${version}.` });
  });
}
