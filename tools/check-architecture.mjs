#!/usr/bin/env node
// The invariants of ARCHITECTURE.md that a machine can hold: prints each breach, and ends with exit code 1 if there is one.
import { existsSync, readFileSync } from "node:fs";
import { extname, relative } from "node:path";
import { at, root } from "./lib/paths.mjs";
import { main, run } from "./lib/process.mjs";
import { nativeEnv } from "./lib/rust.mjs";
import { filesUnder } from "./lib/stamps.mjs";

/** Pure Rust crates, and what they may never depend on. */
const PURE_CRATES = ["ferrodide", "ferrodide-jit"];
const FOREIGN = ["pyo3", "numpy", "wasm-bindgen", "js-sys", "web-sys", "serde-wasm-bindgen"];

const MOST_LINES = 600;
const SOURCES = ["src", "crates", "bindings", "js", "python", "www", "tests", "benches", "tools", "fuzz"].map((name) =>
  at(name),
);
const ENDINGS = [".rs", ".py", ".pyi", ".js", ".mjs", ".ts", ".css", ".html"];

/** How many lines above an unsafe block its reason may begin. */
const REACH = 6;

/**
 * The crates that a crate is built from, on every target.
 * @param {string} crate
 */
async function dependencies(crate) {
  const args = [
    "tree",
    "--locked",
    "-p",
    crate,
    "-e",
    "normal",
    "--target",
    "all",
    "--prefix",
    "none",
    "--format",
    "{p}",
  ];
  return (await run("cargo", args, { env: nativeEnv })).split("\n").map((line) => line.split(" ")[0]);
}

/**
 * Lines that open an unsafe block or implementation with no "SAFETY:" in the comment above.
 * @param {string} text
 * @returns {number[]} counted from 1
 */
function unexplained(text) {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const code = line.replace(/\/\/.*$/, "").replace(/"(?:[^"\\]|\\.)*"/g, '""');
    if (!/\bunsafe\s*(\{|impl\b)/.test(code)) return [];
    const above = lines.slice(Math.max(0, index - REACH), index + 1);
    return above.some((each) => each.includes("SAFETY:")) ? [] : [index + 1];
  });
}

await main(async () => {
  /** @type {string[]} */
  const breaches = [];
  for (const crate of PURE_CRATES) {
    const found = (await dependencies(crate)).filter((name) => FOREIGN.includes(name));
    for (const name of new Set(found))
      breaches.push(`The crate ${crate} depends on ${name}; it must know neither Python nor JavaScript.`);
  }
  for (const file of filesUnder(SOURCES.filter((path) => existsSync(path)))) {
    if (!ENDINGS.includes(extname(file))) continue;
    const name = relative(root, file);
    const text = readFileSync(file, "utf8");
    const count = text.split("\n").length - 1;
    if (count > MOST_LINES)
      breaches.push(`${name} has ${count} lines; past ${MOST_LINES} a second family lives in it.`);
    if (name.endsWith(".rs"))
      for (const line of unexplained(text))
        breaches.push(`${name}:${line}: an unsafe block with no "// SAFETY:" above it.`);
  }
  for (const breach of breaches) console.log(breach);
  return breaches.length > 0 ? 1 : 0;
});
