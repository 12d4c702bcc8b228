#!/usr/bin/env node
// Every static check, each by name; all run even where one fails.
//
//   npm run lint [-- --fix]      --fix formats and mends what the tools can mend themselves
import { tarballs } from "./build/npm.mjs";
import { build } from "./build.mjs";
import { at, tool, venvPython } from "./lib/paths.mjs";
import { attempt, main, prependPath, Stop } from "./lib/process.mjs";
import { duration } from "./lib/progress.mjs";
import { nativeEnv, wasmEnv } from "./lib/rust.mjs";
import { setup } from "./setup.mjs";

/** @typedef {{name: string, command: string, args: string[], env?: Record<string, string | undefined>}} Check */

/** Where Python sources are; without the examples of Markdown files, which line up their comments. */
const PYTHON = ["benches", "crates/jit/prelude", "python", "tests", "tools", "www"];
const DENY = ["--", "-D", "warnings"];

/**
 * @param {boolean} fix
 * @returns {Check[]}
 */
function checks(fix) {
  const venv = (/** @type {string} */ name) => tool("venv", "bin", name);
  const npm = (/** @type {string} */ name) => at("node_modules", ".bin", name);
  const native = { ...nativeEnv, PYO3_PYTHON: venvPython };
  return [
    { name: "rustfmt", command: "cargo", args: ["fmt", "--all", ...(fix ? [] : ["--check"])] },
    {
      name: "clippy",
      command: "cargo",
      args: ["clippy", "--locked", "--workspace", "--all-targets", ...DENY],
      env: native,
    },
    {
      name: "clippy (wasm)",
      command: "cargo",
      args: [
        "clippy",
        "--locked",
        "-p",
        "ferrodide",
        "-p",
        "ferrodide-js",
        "-p",
        "ferrodide-compiler",
        "--target",
        "wasm32-unknown-unknown",
        ...DENY,
      ],
      env: wasmEnv("lint", ["-Ctarget-feature=+simd128"]),
    },
    { name: "ruff", command: venv("ruff"), args: ["check", ...(fix ? ["--fix"] : []), ...PYTHON] },
    { name: "ruff format", command: venv("ruff"), args: ["format", ...(fix ? [] : ["--check"]), ...PYTHON] },
    { name: "mypy", command: venv("mypy"), args: ["--strict", at("python", "ferrodide")] },
    { name: "biome", command: npm("biome"), args: ["check", "--error-on-warnings", ...(fix ? ["--write"] : [])] },
    { name: "tsc", command: npm("tsc"), args: ["--project", at("tsconfig.json")] },
    { name: "publint", command: npm("publint"), args: ["--strict", ...tarballs()] },
    // ESM alone, on purpose; and a .wasm file has no types.
    {
      name: "are the types wrong",
      command: npm("attw"),
      args: [...tarballs(), "--profile", "esm-only", "--exclude-entrypoints", "ferrodide_bg.wasm"],
    },
    { name: "architecture", command: process.execPath, args: [at("tools", "check-architecture.mjs")] },
    { name: "jit golden", command: venv("python"), args: [at("tools", "jit_golden.py"), "--check"] },
    { name: "math tables", command: venv("python"), args: [at("tools", "math_tables.py"), "--check"] },
    { name: "jit prelude", command: venv("python"), args: [at("tools", "jit_prelude.py"), "--check"] },
    { name: "bench table", command: process.execPath, args: [at("tools", "bench-table.mjs"), "--check"] },
  ];
}

await main(async () => {
  const words = process.argv.slice(2);
  if (words.some((word) => word !== "--fix")) throw new Stop("npm run lint [-- --fix]");
  await setup({ for: ["node", "linters", "python", "wasm", "wasm-tools"] });
  // The types of the JavaScript sources come from the built module, and the package is checked as it is packed.
  await build(["npm"], { quiet: true });
  let failed = 0;
  const all = checks(words.includes("--fix"));
  for (const { name, command, args, env } of all) {
    const start = Date.now();
    const { code, output } = await attempt(command, args, { env: { PATH: prependPath(tool("bin")), ...env } });
    if (code !== 0) failed += 1;
    const time = duration(Date.now() - start);
    console.log(code === 0 ? `${name}: ok (${time})` : `\n---- ${name} failed (${time})\n${output.trimEnd()}\n`);
  }
  console.log(`lint: ${all.length - failed} checks passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
