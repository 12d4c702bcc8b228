// The npm package's tarball: js/ and pkg/ side by side, with js/package.json as its manifest.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, projectVersion } from "../lib/paths.mjs";
import { run, Stop } from "../lib/process.mjs";
import { PKG } from "./pkg.mjs";

const STAGE = at("dist", "npm");

/** @type {Omit<import("../build.mjs").Artefact, "build">} */
export const NPM = {
  needs: ["pkg"],
  setup: ["node"],
  rust: "none",
  inputs: [at("js"), at("LICENSE"), at("Cargo.toml")],
  outputs: () => [...tarballs(), STAGE].filter((path) => existsSync(path)),
};

export function tarballs() {
  const names = existsSync(at("dist")) ? readdirSync(at("dist")) : [];
  return names.filter((name) => name.endsWith(".tgz")).map((name) => at("dist", name));
}

export async function buildNpm() {
  for (const path of [...tarballs(), STAGE]) rmSync(path, { recursive: true, force: true });
  // The folders keep their places beside each other, so that js/ finds ../pkg/ here as in the source tree.
  mkdirSync(join(STAGE, "js"), { recursive: true });
  for (const name of readdirSync(at("js")))
    if (/\.(js|d\.ts)$/.test(name)) copyFileSync(at("js", name), join(STAGE, "js", name));
  copyFileSync(at("js", "README.md"), join(STAGE, "README.md"));
  if (existsSync(at("LICENSE"))) copyFileSync(at("LICENSE"), join(STAGE, "LICENSE"));
  mkdirSync(join(STAGE, "pkg"));
  for (const file of PKG.outputs()) copyFileSync(file, join(STAGE, "pkg", file.slice(at("pkg").length + 1)));
  const manifest = JSON.parse(readFileSync(at("js", "package.json"), "utf8"));
  if (manifest.version !== projectVersion())
    throw new Stop(
      `js/package.json says version ${manifest.version} and Cargo.toml ${projectVersion()}: they must be one.`,
    );
  writeFileSync(join(STAGE, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", at("dist")], { cwd: STAGE });
}
