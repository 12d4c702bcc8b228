// wasm-opt of the npm package binaryen.
import { at } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";

/** What rustc's target and our flags turn on. */
const FEATURES = [
  "--enable-simd",
  "--enable-bulk-memory",
  "--enable-nontrapping-float-to-int",
  "--enable-sign-ext",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
];

/**
 * Optimises a module of wasm32-unknown-unknown; functions' names go.
 * @param {string} from
 * @param {string} to
 * @param {string} level
 */
export async function optimise(from, to, level) {
  const tool = at("node_modules", "binaryen", "bin", "wasm-opt");
  await run(process.execPath, [tool, level, ...FEATURES, from, "-o", to]);
}
