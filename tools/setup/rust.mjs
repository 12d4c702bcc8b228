// Set-up of Rust: a native cargo, the two WebAssembly targets, and a WebAssembly linker.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, tool } from "../lib/paths.mjs";
import { attempt, isExecutable, run, Stop, which } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { forcedRoad, roadFile, TARGETS, versionOf } from "../lib/rust.mjs";
import { setupDebian } from "./rust-debian.mjs";

/** How long rustup may take: a server that does not answer must not hold set-up for ever. */
const RUSTUP_LIMIT = 300_000;

/** @typedef {import("../lib/rust.mjs").Road} Road */

/** A native cargo of the version that Cargo.toml asks for. */
export async function setupNativeRust() {
  const version = await versionOf("rustc");
  if (!version || !(await versionOf("cargo")))
    throw new Stop("Rust is missing: install it from https://rustup.rs, then run this again.");
  const wanted = /^rust-version = "([^"]+)"/m.exec(readFileSync(at("Cargo.toml"), "utf8"))?.[1] ?? "0";
  const found = /^rustc (\d+\.\d+)/.exec(version)?.[1] ?? "0";
  if (minor(found) < minor(wanted))
    throw new Stop(`Rust ${wanted} or newer is needed and ${version} is on PATH: run rustup update stable.`);
}

/** @param {string} version */
const minor = (version) => Number(version.split(".")[0]) * 1000 + Number(version.split(".")[1] ?? 0);

/** clippy and rustfmt, which rustup's minimal profile leaves out. */
export async function setupRustLinters() {
  for (const [component, command] of [
    ["clippy", "cargo-clippy"],
    ["rustfmt", "rustfmt"],
  ]) {
    if (await versionOf(command)) continue;
    const hint = `${component} is missing: run rustup component add ${component}, or install your distribution's package.`;
    if (!which("rustup")) throw new Stop(hint);
    await step(`set-up: ${component}`, () =>
      run("rustup", ["component", "add", component], { timeout: RUSTUP_LIMIT, failed: hint }),
    );
  }
}

/** Both WebAssembly targets by one road or the other. */
export async function setupWasmRust() {
  const forced = forcedRoad();
  if (forced !== "debian" && (await setupRustup())) return;
  if (forced === "rustup")
    throw new Stop("rustup could not add the WebAssembly targets, and FERRODIDE_RUST asks for rustup.");
  await setupDebian();
}

/**
 * rustup's road.
 * @returns {Promise<boolean>} whether it led to the end
 */
async function setupRustup() {
  if (!which("rustup")) return false;
  const sysroot = (await run("rustc", ["--print", "sysroot"])).trim();
  const lacking = () =>
    Object.values(TARGETS).filter((target) => !existsSync(join(sysroot, "lib/rustlib", target, "lib")));
  if (lacking().length > 0) {
    // A machine that has gone the other road once does not ask an unreachable server again.
    if (existsSync(roadFile("debian")) && forcedRoad() !== "rustup") return false;
    const added = await step(`set-up: rustup target add ${lacking().join(" ")}`, () =>
      attempt("rustup", ["target", "add", ...lacking()], { timeout: RUSTUP_LIMIT }),
    );
    if (added.code !== 0 || lacking().length > 0) {
      const reason = /^error: (.*)$/m.exec(added.output)?.[1] ?? "its server did not answer in time";
      console.log(`set-up: rustup could not add them (${reason}); going on with the distribution's own Rust`);
      return false;
    }
  }
  const wasmLd = findWasmLd(sysroot);
  if (!wasmLd)
    throw new Stop("wasm-ld is missing: rustup's toolchain has none, so install your distribution's lld (lld-22).");
  const road = { name: "rustup", rustc: (await versionOf("rustc")) ?? "", wasmLd };
  const text = JSON.stringify(road);
  if (!existsSync(roadFile("rustup")) || readFileSync(roadFile("rustup"), "utf8") !== text) {
    mkdirSync(tool(), { recursive: true });
    // cargo does not see that a target was added again: an old folder would fail with "can't find crate".
    rmSync(at("target", "rustup"), { recursive: true, force: true });
    writeFileSync(roadFile("rustup"), text);
  }
  return true;
}

/**
 * The WebAssembly linker of a rustup toolchain, or of LLVM 22.
 * @param {string} sysroot
 */
function findWasmLd(sysroot) {
  const hosts = readdirSync(join(sysroot, "lib/rustlib"));
  return [...hosts.map((host) => join(sysroot, "lib/rustlib", host, "bin/gcc-ld/wasm-ld")), which("wasm-ld-22")].find(
    (file) => file && isExecutable(file),
  );
}
