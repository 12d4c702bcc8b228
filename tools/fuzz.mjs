#!/usr/bin/env node
// Fuzzes the kernels against their plain twins (fuzz/), and keeps what was found to reach new code.
//
//   npm run fuzz [-- TARGET ...] [--minutes N] [--sanitizer address|none]      10 minutes for each target unless told
//
// A target starts from its checked-in corpus, and from what earlier runs left in target/fuzz/corpus. The corpus is then
// minimised, and packed into fuzz/corpus/TARGET.pack, which `cargo test --test fuzz_corpora` replays. An input that
// fails stops the target, and stays in target/fuzz/artifacts/TARGET.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { at } from "./lib/paths.mjs";
import { attempt, main, run, Stop } from "./lib/process.mjs";
import { duration } from "./lib/progress.mjs";
import { nativeEnv } from "./lib/rust.mjs";
import { sha256 } from "./lib/stamps.mjs";
import { install } from "./setup/wasm-tools.mjs";
import { setup } from "./setup.mjs";

const CARGO_FUZZ = "0.13.2";
/** The most bytes of a target's pack: the shortest inputs come first. */
const MOST_PACKED = 54_000;
/** libFuzzer's: inputs of any length from the start; one that takes so many seconds hangs. */
const FLAGS = ["-max_len=500", "-len_control=0", "-timeout=30", "-rss_limit_mb=4096", "-detect_leaks=0"];

const ALL = readdirSync(at("fuzz", "fuzz_targets"))
  .map((name) => name.replace(/\.rs$/, ""))
  .sort();

// The sanitizer's flags are unstable ones, which a stable compiler takes under this name.
const env = { ...nativeEnv, CARGO_TARGET_DIR: at("target", "fuzz"), RUSTC_BOOTSTRAP: "1" };

function options() {
  const usage = `npm run fuzz [-- TARGET ...] [--minutes N] [--sanitizer address|none]; the targets are ${ALL.join(", ")}.`;
  const string = /** @type {const} */ ({ type: "string" });
  try {
    const { values, positionals } = parseArgs({
      options: { minutes: string, sanitizer: string },
      allowPositionals: true,
    });
    const minutes = Number(values.minutes ?? 10);
    const sanitizer = values.sanitizer ?? "address";
    if (!(minutes > 0) || !["address", "none"].includes(sanitizer)) throw new Error("not understood");
    for (const name of positionals) if (!ALL.includes(name)) throw new Error(`${name} is no target`);
    return { minutes, sanitizer, targets: positionals.length > 0 ? positionals : ALL };
  } catch (error) {
    throw new Stop(`${/** @type {Error} */ (error).message}. ${usage}`);
  }
}

/** @param {string} target */
const packed = (target) => at("fuzz", "corpus", `${target}.pack`);

/**
 * Writes a pack's inputs into a folder, each under its hash as libFuzzer names them.
 * @param {string} target
 * @param {string} folder
 */
function unpack(target, folder) {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(packed(target))) return;
  const pack = readFileSync(packed(target));
  for (let start = 0; start < pack.length; ) {
    const end = start + 2 + pack.readUInt16LE(start);
    const input = pack.subarray(start + 2, end);
    writeFileSync(join(folder, sha256(input).slice(0, 40)), input);
    start = end;
  }
}

/**
 * The shortest inputs of a folder, as many as fit: each after its length in two bytes, the lower one first.
 * @param {string} target
 * @param {string} folder
 */
function pack(target, folder) {
  const inputs = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  inputs.sort((a, b) => a.length - b.length || Buffer.compare(a, b));
  /** @type {Buffer[]} */
  const parts = [];
  let size = 0;
  for (const input of inputs) {
    size += 2 + input.length;
    if (size > MOST_PACKED) break;
    const length = Buffer.alloc(2);
    length.writeUInt16LE(input.length);
    parts.push(length, input);
  }
  const all = Buffer.concat(parts);
  writeFileSync(packed(target), all);
  return { inputs: parts.length / 2, of: inputs.length, bytes: all.length };
}

/**
 * One target's turn; false where an input failed.
 * @param {string} target
 * @param {{minutes: number, sanitizer: string}} options
 */
async function fuzz(target, { minutes, sanitizer }) {
  const start = Date.now();
  const corpus = at("target", "fuzz", "corpus", target);
  const artifacts = at("target", "fuzz", "artifacts", target);
  mkdirSync(artifacts, { recursive: true });
  unpack(target, corpus);
  const common = ["--fuzz-dir", at("fuzz"), "--sanitizer", sanitizer, target, corpus, "--"];
  const seconds = Math.ceil(minutes * 60);
  const { code, output } = await attempt(
    "cargo",
    ["fuzz", "run", ...common, ...FLAGS, `-max_total_time=${seconds}`, `-artifact_prefix=${artifacts}/`],
    { env },
  );
  if (code !== 0) {
    console.log(`${output.split("\n").slice(-60).join("\n")}\n${target}: failed; the input is in ${artifacts}`);
    return false;
  }
  const [, count, cover] = /#(\d+)\s+DONE\s+cov: (\d+)/.exec(output) ?? [];
  // By the code that is reached, not by how often.
  await run("cargo", ["fuzz", "cmin", ...common, ...FLAGS, "-use_counters=0"], { env });
  const kept = pack(target, corpus);
  const time = duration(Date.now() - start);
  console.log(
    `${target}: ${count} executions, ${cover} edges; ${kept.inputs} of ${kept.of} inputs packed, ${kept.bytes} bytes (${time})`,
  );
  return true;
}

await main(async () => {
  const { targets, ...how } = options();
  await setup({ for: ["rust"] });
  await install("cargo-fuzz", CARGO_FUZZ, ["cargo-fuzz"]);
  let failed = 0;
  for (const target of targets) if (!(await fuzz(target, how))) failed += 1;
  return failed > 0 ? 1 : 0;
});
