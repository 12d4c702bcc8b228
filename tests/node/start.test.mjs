// How the package starts, what it says before, and that it goes on after a trap.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { at } from "../../tools/lib/paths.mjs";
import { fresh, installed, resolved, started, thrown } from "./package.mjs";

test("the exports: the entry of Node, the module itself, the manifest", () => {
  const project = installed();
  assert.ok(resolved(project, "ferrodide").endsWith("js/node.js"));
  assert.ok(WebAssembly.validate(readFileSync(resolved(project, "ferrodide/ferrodide_bg.wasm"))));
  const manifest = JSON.parse(readFileSync(resolved(project, "ferrodide/package.json"), "utf8"));
  for (const path of [manifest.types, ...Object.values(manifest.exports["."]), manifest.exports["./ferrodide_bg.wasm"]])
    assert.ok(readFileSync(join(project, "node_modules", "ferrodide", path)).length > 0, path);
  assert.ok(readFileSync(join(project, "node_modules", "ferrodide", "LICENSE")).length > 0);
  assert.equal(thrown(() => resolved(project, "ferrodide/js/loader.js")).name, "Error");
});

test("the version is the manifest's", async () => {
  const { version } = await started();
  assert.equal(version(), JSON.parse(readFileSync(at("js", "package.json"), "utf8")).version);
});

test("a call before init says so, and init makes it right", async () => {
  const { init, sort, version } = await fresh();
  for (const call of [() => sort(new Float64Array([2, 1])), () => version()])
    assert.match(thrown(call).message, /^ferrodide: the kernels are not started; call `await init\(\)` first\.$/);
  await init();
  assert.deepEqual(sort(new Float64Array([2, 1])), new Float64Array([1, 2]));
});

test("init again, and two at once, do nothing more", async () => {
  const { default: init, sort } = await fresh();
  await Promise.all([init(), init()]);
  await init();
  assert.deepEqual(sort(new Float64Array([2, 1])), new Float64Array([1, 2]));
});

test("init and initSync take bytes and a compiled module", async () => {
  const project = installed();
  const bytes = readFileSync(resolved(project, "ferrodide/ferrodide_bg.wasm"));
  for (const start of [
    (/** @type {import("./package.mjs").Ferrodide} */ f) => f.init({ module_or_path: bytes }),
    (/** @type {import("./package.mjs").Ferrodide} */ f) => f.initSync({ module: bytes }),
    (/** @type {import("./package.mjs").Ferrodide} */ f) => f.initSync({ module: new WebAssembly.Module(bytes) }),
  ]) {
    const ferrodide = await fresh();
    await start(ferrodide);
    await ferrodide.init();
    ferrodide.initSync({ module: bytes });
    assert.equal(ferrodide.median(new Float64Array([1, 2])), 1.5);
  }
});

test("the browser's entry is the same package", async () => {
  const project = installed();
  const entry = join(project, "node_modules", "ferrodide", "js", "index.js");
  const browser = await import(pathToFileURL(entry).href);
  const node = await fresh();
  assert.deepEqual(Object.keys(browser).sort(), Object.keys(node).sort());
  browser.initSync({ module: readFileSync(resolved(project, "ferrodide/ferrodide_bg.wasm")) });
  assert.equal(browser.levenshtein("a", "b"), 1);
});

test("bytes that are no module fail with a sentence, and a second try may succeed", async () => {
  const { init, initSync, sort } = await fresh();
  const sentence = /^ferrodide: the WebAssembly kernels cannot be loaded \(.+\)\.$/;
  await assert.rejects(init({ module_or_path: new Uint8Array([1, 2, 3]) }), { message: sentence });
  assert.match(thrown(() => initSync({ module: new Uint8Array([1, 2, 3]) })).message, sentence);
  await init();
  assert.equal(sort(new Float64Array([2, 1]))[0], 1);
});

/** The package installed into something like a Pyodide: what it registered there, and the memory. */
async function bridge() {
  const ferrodide = await fresh();
  /** @type {Record<string, any>} */
  const modules = {};
  const memory = { HEAPU8: new Uint8Array(1024) };
  const pyodide = {
    _module: memory,
    registerJsModule(/** @type {string} */ name, /** @type {object} */ module) {
      modules[name] = module;
    },
  };
  await ferrodide.installFerrodide(pyodide);
  return { ferrodide, memory, bridge: modules._ferrodide_js };
}

test("installFerrodide starts the kernels and registers them", async () => {
  const { ferrodide, bridge: registered } = await bridge();
  assert.equal(typeof registered.matmul, "function");
  assert.equal(ferrodide.levenshtein("a", "b"), 1);
});

// Each panic leaves a hundred bytes on the kernels' stack of a megabyte, unless it is put back.
test("a panic is an error that names it, time after time, and the next call works", async () => {
  const { ferrodide, bridge: registered } = await bridge();
  for (let i = 0; i < 20_000; i++) {
    const error = thrown(() => registered.panicForTest());
    assert.equal(error.name, "RuntimeError");
    assert.match(
      error.message,
      /^ferrodide: internal error, please report it: .*a panic on purpose.* The next call works\.$/s,
    );
  }
  assert.deepEqual(ferrodide.sort(new Float64Array([2, 1])), new Float64Array([1, 2]));
});

/**
 * Where an array of doubles lies in Pyodide's memory, as Python tells it.
 * @param {number} address
 * @param {number} length
 */
const described = (address, length) => JSON.stringify(["<f8", address, [length], null]);

test("the bridge reads from Pyodide's memory and writes the result there", async () => {
  const { bridge: registered, memory } = await bridge();
  const doubles = new Float64Array(memory.HEAPU8.buffer);
  doubles.set([3, 1, 2], 1);
  registered.sort(described(8, 3), -1, described(40, 3));
  assert.deepEqual([...doubles.subarray(0, 9)], [0, 3, 1, 2, 0, 1, 2, 3, 0]);
  assert.equal(thrown(() => registered.sort(described(8, 3), -1, described(40, 2))).name, "ValueError");
  assert.deepEqual([...doubles.subarray(0, 9)], [0, 3, 1, 2, 0, 1, 2, 3, 0]);
});

test("the bridge looks Pyodide's memory up each time: it grows, and is then another", async () => {
  const { bridge: registered, memory } = await bridge();
  registered.sort(described(0, 1), -1, described(8, 1));
  const { HEAPU8: before } = memory;
  memory.HEAPU8 = new Uint8Array(4096);
  structuredClone(before.buffer, { transfer: [before.buffer] });
  assert.equal(before.length, 0);
  const doubles = new Float64Array(memory.HEAPU8.buffer);
  doubles.set([3, 1, 2], 300);
  registered.sort(described(2400, 3), -1, described(0, 3));
  assert.deepEqual([...doubles.subarray(0, 4)], [1, 2, 3, 0]);
});

test("the types, as a TypeScript project sees them", () => {
  const project = installed();
  copyFileSync(at("tests", "node", "consumer.mts"), join(project, "consumer.mts"));
  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2023", "dom"],
      types: [],
      module,
      moduleResolution,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.mts"] }));
    try {
      execFileSync(process.execPath, [at("node_modules", "typescript", "bin", "tsc"), "-p", project], {
        encoding: "utf8",
      });
    } catch (error) {
      assert.fail(/** @type {any} */ (error).stdout);
    }
  }
});

test("an engine without SIMD gets one sentence, and the module is asked for again later", async (t) => {
  const { init, initSync, median } = await fresh();
  const sentence = /^ferrodide: this browser has no WebAssembly SIMD, .*; update it \(.*\)\.$/;
  const validate = t.mock.method(WebAssembly, "validate", () => false);
  // Such an engine refuses the module itself: any bytes that it refuses stand for it.
  await assert.rejects(init({ module_or_path: new Uint8Array([1, 2, 3]) }), { message: sentence });
  assert.match(thrown(() => initSync({ module: new Uint8Array([1, 2, 3]) })).message, sentence);
  validate.mock.restore();
  await init();
  assert.equal(median(new Float64Array([1, 2])), 1.5);
});
