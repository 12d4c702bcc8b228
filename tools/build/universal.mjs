// The universal wheel, by hatchling: the Python package with the wasm-bindgen module and its glue inside.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { at, projectVersion, tool } from "../lib/paths.mjs";
import { run, Stop } from "../lib/process.mjs";
import { wheelsOf } from "../lib/wheels.mjs";
import { FILE as COMPILER_FILE } from "./compiler.mjs";
import { packWheel } from "./pyo3.mjs";

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const UNIVERSAL = {
  needs: ["pkg", "compiler"],
  setup: ["node", "python"],
  rust: "none",
  inputs: [at("js"), at("python"), at("pyproject.toml"), at("README.md"), at("LICENSE"), at("Cargo.toml")],
  outputs: () => wheelsOf("universal").map((name) => at("dist", name)),
};

export async function buildUniversal() {
  const stage = tool("stage", "universal");
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(at("python", "ferrodide"), join(stage, "ferrodide"), {
    recursive: true,
    filter: (path) => basename(path) !== "__pycache__" && !/^_core\..*(so|pyd)$/.test(basename(path)),
  });
  for (const name of ["README.md", "LICENSE"]) if (existsSync(at(name))) copyFileSync(at(name), join(stage, name));
  writeFileSync(join(stage, "pyproject.toml"), hatchlingProject());
  await embed(join(stage, "ferrodide", "_wasm"));
  copyFileSync(COMPILER_FILE, join(stage, "ferrodide", "jit", "_compiler.wasm"));
  for (const name of wheelsOf("universal")) rmSync(at("dist", name));
  mkdirSync(at("dist"), { recursive: true });
  await run(tool("venv", "bin", "hatchling"), ["build", "--target", "wheel", "--directory", at("dist")], {
    cwd: stage,
  });
  for (const name of wheelsOf("universal")) await packWheel(at("dist", name));
}

/**
 * The module, and its glue as one classic script: Python evaluates it with pyodide.code.run_js.
 * @param {string} folder
 */
async function embed(folder) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(at("pkg", "ferrodide_bg.wasm"), join(folder, "ferrodide_bg.wasm"));
  const { build } = await import("esbuild");
  const bundled = build({
    entryPoints: [at("js", "embedded.js")],
    outfile: join(folder, "glue.js"),
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "ferrodideGlue",
    // The script's value is its exports, and it leaves no global name behind.
    banner: { js: "(() => {" },
    footer: { js: "return ferrodideGlue; })()" },
    target: "es2022",
    // The glue is given bytes and never looks for its module's address.
    define: { "import.meta.url": '"embedded:"' },
    logLevel: "silent",
  });
  await bundled.catch((error) => {
    throw new Stop(`js/embedded.js cannot be bundled: ${error.message}`);
  });
}

/** pyproject.toml's own project table, with hatchling in maturin's place and the workspace's version. */
function hatchlingProject() {
  const tables = readFileSync(at("pyproject.toml"), "utf8").split(/^(?=\[)/m);
  const project = tables.filter((table) => /^\[project(\.|\])/.test(table)).join("");
  if (!/^dynamic = \["version"\]$/m.test(project))
    throw new Stop('pyproject.toml must have dynamic = ["version"] under [project].');
  return [
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    project.replace(/^dynamic = \["version"\]$/m, `version = "${projectVersion()}"`),
    '[tool.hatch.build.targets.wheel]\npackages = ["ferrodide"]\n',
  ].join("\n");
}
