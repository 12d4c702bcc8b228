// Where things live. Every path of the tools is made here.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * A path inside the project.
 * @param {...string} parts
 */
export const at = (...parts) => join(root, ...parts);

/**
 * A path inside .tools/, the git-ignored folder that set-up fills.
 * @param {...string} parts
 */
export const tool = (...parts) => join(root, ".tools", ...parts);

/** The Python of the project's own environment. */
export const venvPython = tool("venv", "bin", "python");

/** The one version of everything that is released: the Cargo workspace's. */
export function projectVersion() {
  const manifest = readFileSync(at("Cargo.toml"), "utf8");
  const table = manifest.split(/^\[/m).find((part) => part.startsWith("workspace.package]")) ?? "";
  const version = /^version\s*=\s*"([^"]+)"/m.exec(table)?.[1];
  if (!version) throw new Error("Cargo.toml has no version under [workspace.package].");
  return version;
}
