// pkg/: the wasm-bindgen module, by wasm-pack and wasm-opt.
import { existsSync, renameSync, rmSync } from "node:fs";
import { at } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";
import { wasmEnv } from "../lib/rust.mjs";
import { optimise } from "./wasm-opt.mjs";

/** The kernels and the workspace: part of every Rust artefact's inputs. */
export const CORE = [at("Cargo.toml"), at("Cargo.lock"), at("src"), at("crates")];

/** The stack pointer is exported so that the bridge can restore it after a panic. */
export const RUSTFLAGS = ["-Ctarget-feature=+simd128", "-Clink-arg=--export=__stack_pointer"];

const FILES = ["ferrodide.js", "ferrodide.d.ts", "ferrodide_bg.wasm", "ferrodide_bg.wasm.d.ts"].map((name) =>
  at("pkg", name),
);

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const PKG = {
  needs: [],
  setup: ["node", "wasm", "wasm-tools"],
  rust: "wasm",
  inputs: [...CORE, at("bindings", "js"), at("bindings", "python", "src", "jit", "math.rs")],
  outputs: () => FILES.filter((file) => existsSync(file)),
};

export async function buildPkg() {
  const args = [
    "build",
    at("bindings", "js"),
    "--target",
    "web",
    "--release",
    "--mode",
    "no-install",
    "--no-opt",
    "--no-pack",
  ];
  await run("wasm-pack", [...args, "--out-dir", at("pkg"), "--out-name", "ferrodide", "--", "--locked"], {
    env: wasmEnv("build", RUSTFLAGS),
  });
  const wasm = at("pkg", "ferrodide_bg.wasm");
  await optimise(wasm, `${wasm}.opt`, "-O3");
  renameSync(`${wasm}.opt`, wasm);
  rmSync(at("pkg", ".gitignore"), { force: true });
}
