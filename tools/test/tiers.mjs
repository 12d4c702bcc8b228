// The tiers of npm test: what each needs, what it runs, and how its own runner says how it went.
import { existsSync, readdirSync } from "node:fs";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { nativeEnv, wasmEnv } from "../lib/rust.mjs";

/** @typedef {import("../test.mjs").Counts} Counts */
/** @typedef {typeof import("../lib/process.mjs").attempt} Attempt */

/**
 * @typedef {object} Tier
 * @property {string} name
 * @property {string[]} setup parts of set-up
 * @property {string[]} artefacts what must be built
 * @property {string} [uses] a thing that only one tier at a time can use
 * @property {(attempt: Attempt) => Promise<{code: number, output: string}>} run
 * @property {(output: string) => Counts} count
 */

/**
 * The sum of the numbers that a pattern finds.
 * @param {string} text
 * @param {RegExp} pattern
 */
const total = (text, pattern) => [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);

/** "test result: ok. 3 passed; 0 failed; 1 ignored; ...", once for each test program. @param {string} output */
const countCargo = (output) => ({
  passed: total(output, /^test result: .*?(\d+) passed/gm),
  failed: total(output, /^test result: .*? (\d+) failed/gm),
  skipped: total(output, /^test result: .*? (\d+) ignored/gm),
});

/** The last line, as "3 failed, 40 passed, 1 skipped, 2 errors in 1.20s". @param {string} output */
const countPytest = (output) => {
  const last = output.split("\n").findLast((line) => /\d+ \w+.* in [\d.]+s/.test(line)) ?? "";
  return {
    passed: total(last, /(\d+) (?:passed|xfailed)/g),
    failed: total(last, /(\d+) (?:failed|errors?|xpassed)/g),
    skipped: total(last, /(\d+) skipped/g),
  };
};

/** The closing lines of node --test. @param {string} output */
const countNode = (output) => ({
  passed: total(output, /^# pass (\d+)/gm),
  failed: total(output, /^# (?:fail|cancelled) (\d+)/gm),
  skipped: total(output, /^# (?:skipped|todo) (\d+)/gm),
});

/** "lint: 9 checks passed, 0 failed". @param {string} output */
const countLint = (output) => ({
  passed: total(output, /^lint: (\d+) checks passed/gm),
  failed: total(output, /^lint: .*, (\d+) failed/gm),
  skipped: 0,
});

/** "cross: 76 functions passed, 0 failed". @param {string} output */
const countCross = (output) => ({
  passed: total(output, /^cross: (\d+) functions passed/gm),
  failed: total(output, /^cross: .*passed, (\d+) failed/gm),
  skipped: 0,
});

/** "upstream: 12345 passed with a kernel hit, 0 failed (1m20s)". @param {string} output */
const countUpstream = (output) => ({
  passed: total(output, /^upstream: (\d+) passed/gm),
  failed: total(output, /^upstream: .*, (\d+) failed/gm),
  skipped: 0,
});

/** As WebAssembly, unoptimised property tests run five times longer, and full debug information as long to load. */
const QUICK = { CARGO_PROFILE_DEV_OPT_LEVEL: "1", CARGO_PROFILE_DEV_DEBUG: "line-tables-only" };

/**
 * The core's own tests as WebAssembly in Node.
 * @param {string} name
 * @param {string[]} flags
 * @returns {Tier}
 */
const wasmTier = (name, flags) => ({
  name,
  setup: ["node", "wasm", "wasm-tools"],
  artefacts: [],
  run: (attempt) =>
    attempt(
      "cargo",
      [
        "test",
        "--locked",
        "-p",
        "ferrodide",
        "--lib",
        "--tests",
        "--target",
        "wasm32-unknown-unknown",
        "--no-fail-fast",
      ],
      {
        env: { ...wasmEnv(name, flags), ...QUICK, WASM_BINDGEN_TEST_TIMEOUT: "600" },
      },
    ),
  count: countCargo,
});

const PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", at("tests", "python")];

/**
 * The one pytest suite inside Node's Pyodide.
 * @param {"wheel" | "universal"} backend
 * @returns {Tier}
 */
const pyodideTier = (backend) => ({
  name: `python-${backend}`,
  setup: ["node", "python", "pyodide"],
  artefacts: [backend],
  run: (attempt) => {
    const packages = "numpy,scipy,pytest,hypothesis";
    const options = ["--no-build", "--backend", backend, "--packages", packages];
    // The suite holds ferrodide.backend() to it.
    const env = { FERRODIDE_TEST_BACKEND: backend === "wheel" ? "pyo3" : backend };
    return attempt(process.execPath, [at("tools", "py.mjs"), ...options, ...PYTEST], { env });
  },
  count: countPytest,
});

/** Node 20 has relaxed SIMD behind a flag; newer ones have it without. */
const RELAXED_SIMD = Number(process.versions.node.split(".")[0]) < 21 ? ["--experimental-wasm-relaxed-simd"] : [];

/** As {@link pyodideTier}, of what the fused loops change, in an engine that has them. @type {Tier} */
const fusedTier = {
  name: "python-fused",
  setup: ["node", "python", "pyodide"],
  artefacts: ["wheel"],
  run: (attempt) => {
    const options = ["--no-build", "--packages", "numpy,scipy,pytest,hypothesis"];
    const chosen = [...PYTEST.slice(0, -1), at("tests", "python", "test_patch_fused.py")];
    const more = [at("tests", "python", "test_patch.py"), "-k", "fused or elementwise or overlap"];
    const env = { FERRODIDE_TEST_BACKEND: "pyo3", FERRODIDE_TEST_FUSED: "1" };
    const args = [...RELAXED_SIMD, at("tools", "py.mjs"), ...options, ...chosen, ...more];
    return attempt(process.execPath, args, { env });
  },
  count: countPytest,
};

/** How long a file of Node's tests may take, in milliseconds: one that waits for ever fails by its name. */
const PATIENCE = 900_000;

/**
 * node --test over a folder.
 * @param {string} folder
 * @returns {(attempt: Attempt) => Promise<{code: number, output: string}>}
 */
const nodeTests = (folder) => (attempt) => {
  const names = existsSync(at(folder)) ? readdirSync(at(folder)) : [];
  const files = names.filter((name) => /\.test\.m?js$/.test(name)).map((name) => at(folder, name));
  if (files.length === 0) return Promise.resolve({ code: 1, output: `${folder} has no *.test.mjs.` });
  const options = ["--test-concurrency=1", `--test-timeout=${PATIENCE}`, "--test-reporter=tap"];
  return attempt(process.execPath, ["--test", ...options, ...files]);
};

/** In the order in which they begin: the longest early. @type {Tier[]} */
export const TIERS = [
  {
    name: "lint",
    setup: ["node", "linters", "python", "wasm", "wasm-tools"],
    artefacts: ["pkg"],
    uses: "target",
    run: (attempt) => attempt(process.execPath, [at("tools", "lint.mjs")]),
    count: countLint,
  },
  {
    name: "browser",
    setup: ["node", "pyodide", "chromium"],
    artefacts: ["pkg", "wheel", "universal", "npm"],
    run: nodeTests("tests/browser"),
    count: countNode,
  },
  wasmTier("wasm-simd", ["-Ctarget-feature=+simd128"]),
  {
    name: "rust",
    setup: ["rust"],
    artefacts: [],
    uses: "target",
    run: (attempt) => attempt("cargo", ["test", "--locked", "-p", "ferrodide", "--no-fail-fast"], { env: nativeEnv }),
    count: countCargo,
  },
  {
    name: "jit",
    setup: ["rust"],
    artefacts: [],
    uses: "target",
    run: (attempt) =>
      attempt("cargo", ["test", "--locked", "-p", "ferrodide-jit", "--no-fail-fast"], { env: nativeEnv }),
    count: countCargo,
  },
  wasmTier("wasm-scalar", []),
  {
    name: "python-native",
    setup: ["python"],
    artefacts: ["native"],
    run: (attempt) =>
      attempt(venvPython, PYTEST, {
        env: { PYTHONPATH: tool("native"), FERRODIDE_TEST_BACKEND: "pyo3" },
      }),
    count: countPytest,
  },
  pyodideTier("wheel"),
  fusedTier,
  {
    name: "upstream",
    setup: ["node", "python", "pyodide", "upstream"],
    artefacts: ["wheel"],
    run: (attempt) => attempt(process.execPath, [at("tools", "upstream.mjs"), "--quick"]),
    count: countUpstream,
  },
  pyodideTier("universal"),
  {
    name: "cross",
    setup: ["node", "python", "pyodide"],
    artefacts: ["wheel"],
    run: (attempt) => attempt(process.execPath, [at("tools", "cross.mjs"), "--no-build", "--every", "10"]),
    count: countCross,
  },
  {
    name: "node",
    setup: ["node", "pyodide"],
    artefacts: ["npm", "wheel", "universal"],
    run: nodeTests("tests/node"),
    count: countNode,
  },
];
