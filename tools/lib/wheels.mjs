// The wheels of dist/, by the way in that they are.
import { existsSync, readdirSync } from "node:fs";
import { at } from "./paths.mjs";
import { Stop } from "./process.mjs";

/** How the names of the wheels end. */
const ENDINGS = { wheel: "_wasm32.whl", universal: "-py3-none-any.whl", native: /_(x86_64|aarch64|arm64|amd64)\.whl$/ };

/** @typedef {keyof typeof ENDINGS} Backend */

/**
 * @param {string} backend
 * @returns {asserts backend is Backend}
 */
export function checkBackend(backend) {
  if (!(backend in ENDINGS)) throw new Stop(`--backend is ${backend}; it may be ${Object.keys(ENDINGS).join(", ")}.`);
}

/**
 * The names of the wheels of one kind in dist/, or in a folder like it.
 * @param {Backend} backend
 */
export function wheelsOf(backend, folder = at("dist")) {
  const ending = ENDINGS[backend];
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => (typeof ending === "string" ? name.endsWith(ending) : ending.test(name)));
}

/**
 * The path of the one wheel of a kind.
 * @param {Backend} backend
 */
export function findWheel(backend) {
  const [name, ...others] = wheelsOf(backend);
  if (!name) throw new Stop(`dist/ lacks its wheel "${backend}". Run npm run build -- ${backend}.`);
  if (others.length > 0)
    throw new Stop(`dist/ has more than one wheel "${backend}": remove them and run npm run build.`);
  return at("dist", name);
}
