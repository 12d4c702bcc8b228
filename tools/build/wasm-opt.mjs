// wasm-opt from the npm package binaryen, with the features that rustc's targets and our flags turn on.
import { at } from "../lib/paths.mjs";

/** What to give Node before the module's name. */
export const WASM_OPT = [
  at("node_modules", "binaryen", "bin", "wasm-opt"),
  "-O3",
  "--enable-simd",
  "--enable-bulk-memory",
  "--enable-nontrapping-float-to-int",
  "--enable-sign-ext",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
  "--enable-exception-handling",
];
