// The Debian road: rustc, cargo and the standard library's source come from the distribution's packages, and the
// standard library is built here for both WebAssembly targets, into a sysroot of the project's own.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { at } from "../lib/paths.mjs";
import { asRoot, run, Stop, which } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { debian, roadFile, TARGETS, versionOf } from "../lib/rust.mjs";

const PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld-22"];
const SYSTEM = "/usr/bin";
const RUSTLIB = "/usr/lib/rustlib";
/** What of the packages is used, beside wasm-ld. */
const PROGRAMS = ["rustc", "cargo", "cargo-clippy", "clippy-driver"];
const STD_SOURCE = `${RUSTLIB}/src/rust/library`;

/** What the standard library is built with, for each target; the tests run as wasm on the first. */
const RECIPES = {
  [TARGETS.web]: { crates: "std,panic_abort,test", flags: "-Cembed-bitcode=yes" },
  [TARGETS.pyodide]: { crates: "std,panic_unwind,panic_abort", flags: "-Cembed-bitcode=yes -Crelocation-model=pic" },
};

export async function setupDebian() {
  const missing = () =>
    [...PROGRAMS.map((name) => `${SYSTEM}/${name}`), STD_SOURCE].some((path) => !existsSync(path)) ||
    !which("wasm-ld-22");
  if (missing()) await installPackages();
  if (missing())
    throw new Stop(
      `apt-get installed ${PACKAGES.join(" ")}, but a compiler, its source or wasm-ld-22 is still missing.`,
    );
  const rustc = (await versionOf(`${SYSTEM}/rustc`)) ?? "";
  // With the recipes, so that another one builds it anew.
  const road = JSON.stringify({ name: "debian", rustc, wasmLd: which("wasm-ld-22"), recipes: RECIPES });
  if (existsSync(roadFile("debian")) && readFileSync(roadFile("debian"), "utf8") === road) return;
  rmSync(roadFile("debian"), { force: true });
  layOut();
  for (const target of Object.values(TARGETS))
    await step(`set-up: standard library for ${target}`, () => buildStandardLibrary(target));
  rmSync(debian.build, { recursive: true, force: true });
  // cargo does not see that the sysroot is new: an old folder would fail with "can't find crate".
  rmSync(at("target", "debian"), { recursive: true, force: true });
  writeFileSync(roadFile("debian"), road);
}

async function installPackages() {
  const root = which("apt-get") && (await asRoot());
  if (!root)
    throw new Stop(
      `The WebAssembly targets are missing: run rustup target add ${Object.values(TARGETS).join(" ")}, or as root apt-get install ${PACKAGES.join(" ")}.`,
    );
  await step(`set-up: apt-get install ${PACKAGES.join(" ")}`, async () => {
    await aptInstall(root, PACKAGES);
  });
}

/**
 * @param {string[]} root the words that make a command run as root
 * @param {string[]} packages
 */
export async function aptInstall(root, packages) {
  const [command, ...rest] = [...root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  await run(command, [...rest, "update", "-q"], {
    failed: "apt-get update failed: the package server cannot be reached.",
  });
  await run(command, [...rest, "install", "-q", "-y", "--no-install-recommends", ...packages], {
    failed: `apt-get could not install ${packages.join(" ")}.`,
  });
}

/** A folder of commands that compile with the project's own sysroot, in which the host's part is the system's. */
function layOut() {
  rmSync(debian.sysroot, { recursive: true, force: true });
  rmSync(debian.bin, { recursive: true, force: true });
  mkdirSync(join(debian.sysroot, "lib", "rustlib"), { recursive: true });
  mkdirSync(debian.bin, { recursive: true });
  for (const name of readdirSync(RUSTLIB))
    if (!Object.values(TARGETS).includes(name))
      symlinkSync(join(RUSTLIB, name), join(debian.sysroot, "lib", "rustlib", name));
  const wrapper = `#!/bin/sh\nexec ${SYSTEM}/rustc --sysroot '${debian.sysroot}' "$@"\n`;
  writeFileSync(join(debian.bin, "rustc"), wrapper, { mode: 0o755 });
  for (const name of PROGRAMS.filter((each) => each !== "rustc"))
    symlinkSync(`${SYSTEM}/${name}`, join(debian.bin, name));
  symlinkSync(/** @type {string} */ (which("wasm-ld-22")), join(debian.bin, "wasm-ld"));
}

/**
 * Builds the standard library as the dependency of an empty crate, and keeps its parts.
 * @param {string} target
 */
async function buildStandardLibrary(target) {
  const { crates, flags } = RECIPES[target];
  rmSync(debian.build, { recursive: true, force: true });
  mkdirSync(join(debian.build, "src"), { recursive: true });
  writeFileSync(join(debian.build, "src", "lib.rs"), "#![no_std]\n");
  writeFileSync(
    join(debian.build, "Cargo.toml"),
    '[package]\nname = "std_holder"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n',
  );
  const vendored = existsSync(join(STD_SOURCE, "vendor"))
    ? [
        "--offline",
        "--config",
        'source.crates-io.replace-with="vendored"',
        "--config",
        `source.vendored.directory="${STD_SOURCE}/vendor"`,
      ]
    : [];
  await run(`${SYSTEM}/cargo`, ["build", "--release", `-Zbuild-std=${crates}`, "--target", target, ...vendored], {
    cwd: debian.build,
    env: {
      RUSTC: `${SYSTEM}/rustc`,
      RUSTC_BOOTSTRAP: "1",
      RUSTFLAGS: flags,
      CARGO_ENCODED_RUSTFLAGS: undefined,
      CARGO_TARGET_DIR: join(debian.build, "target"),
    },
    failed: `The standard library for ${target} could not be built from ${STD_SOURCE}.`,
  });
  const built = join(debian.build, "target", target, "release", "deps");
  const home = join(debian.sysroot, "lib", "rustlib", target, "lib");
  mkdirSync(home, { recursive: true });
  for (const file of readdirSync(built))
    if (file.endsWith(".rlib") && !file.startsWith("libstd_holder")) copyFileSync(join(built, file), join(home, file));
}
