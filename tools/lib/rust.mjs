// The Rust that builds WebAssembly. There are two roads to it: rustup's targets, or the distribution's own Rust
// with a standard library that set-up built. Native work always goes through the cargo on PATH.
import { existsSync, readFileSync } from "node:fs";
import { at, tool } from "./paths.mjs";
import { attempt, prependPath, Stop, which } from "./process.mjs";

/** The targets: the wasm-bindgen module, and the side module that Pyodide loads. */
export const TARGETS = { web: "wasm32-unknown-unknown", pyodide: "wasm32-unknown-emscripten" };

/** Where the Debian road keeps its compiler wrapper, its sysroot and the build of the standard library. */
export const debian = {
  bin: tool("debian", "bin"),
  sysroot: tool("debian", "sysroot"),
  build: tool("debian", "build"),
};

/** LTO needs the bitcode; and Debian's Rust comes without a linker of its own, which rustc would look for. */
const DEBIAN_FLAGS = ["-Cembed-bitcode=yes", "-Clink-self-contained=no"];

/**
 * What set-up found: written by tools/setup/rust.mjs.
 * @typedef {object} Road
 * @property {"rustup" | "debian"} name
 * @property {string} rustc the version line of its compiler
 * @property {string} wasmLd
 */

/** The road that FERRODIDE_RUST asks for, if it does. */
export function forcedRoad() {
  const name = process.env.FERRODIDE_RUST;
  if (!name || name === "rustup" || name === "debian") return name || undefined;
  throw new Stop(`FERRODIDE_RUST is "${name}"; it may be rustup or debian.`);
}

/** @param {string} name */
export const roadFile = (name) => tool(`rust-${name}.json`);

/** The road to use: the forced one, or rustup's before Debian's. @returns {Road} */
export function road() {
  for (const name of forcedRoad() ? [/** @type {string} */ (forcedRoad())] : ["rustup", "debian"])
    if (existsSync(roadFile(name))) return JSON.parse(readFileSync(roadFile(name), "utf8"));
  throw new Stop("The WebAssembly toolchain is not set up. Run npm run setup.");
}

/**
 * The environment in which cargo, wasm-pack and maturin build for WebAssembly. Each road has its own target folder,
 * as their standard libraries must not mix; so has each purpose whose flags differ.
 * @param {string} purpose
 * @param {string[]} flags for rustc
 * @returns {Record<string, string | undefined>}
 */
export function wasmEnv(purpose, flags) {
  const { name, wasmLd } = road();
  return {
    CARGO_TARGET_DIR: at("target", name, purpose),
    CARGO_ENCODED_RUSTFLAGS: undefined,
    RUSTFLAGS: [...flags, ...(name === "debian" ? DEBIAN_FLAGS : [])].join(" "),
    FERRODIDE_WASM_LD: wasmLd,
    CARGO_TARGET_WASM32_UNKNOWN_EMSCRIPTEN_LINKER: at("tools", "emscripten-linker.mjs"),
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: tool("bin", "wasm-bindgen-test-runner"),
    ...(name === "debian" && {
      PATH: prependPath(debian.bin, tool("bin")),
      RUSTC: `${debian.bin}/rustc`,
      SYSROOT: debian.sysroot, // for clippy, which takes the place of the rustc wrapper
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: `${debian.bin}/wasm-ld`,
    }),
  };
}

/** The environment of native Rust work: nothing of the caller's flags leaks into it. */
export const nativeEnv = { CARGO_TARGET_DIR: at("target"), CARGO_ENCODED_RUSTFLAGS: undefined, RUSTFLAGS: undefined };

/**
 * The version that Cargo.lock resolves for a crate.
 * @param {string} crate
 */
export function lockedVersion(crate) {
  const version = new RegExp(`name = "${crate}"\nversion = "([^"]+)"`).exec(
    readFileSync(at("Cargo.lock"), "utf8"),
  )?.[1];
  if (!version) throw new Stop(`Cargo.lock has no ${crate}.`);
  return version;
}

/**
 * The first line a program says of its version, or undefined where it cannot.
 * @param {string} program
 * @param {string[]} [args]
 */
export async function versionOf(program, args = ["--version"]) {
  if (!program.includes("/") && !which(program)) return undefined;
  if (program.includes("/") && !existsSync(program)) return undefined;
  const { code, stdout } = await attempt(program, args);
  return code === 0 ? stdout.trim().split("\n")[0] : undefined;
}
