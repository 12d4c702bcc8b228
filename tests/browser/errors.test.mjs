// What can go wrong on the way, and the one sentence that the page then shows.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { findWheel } from "../../tools/lib/wheels.mjs";
import { browserFor, open, STRICT, sentence, site, textOf } from "./site.mjs";

const browser = await browserFor();
const url = await site();

/** An empty folder, gone at the end. */
function folder() {
  const path = mkdtempSync(join(tmpdir(), "ferrodide-browser-"));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("no wheel is built", async () => {
  const bare = await site({ folders: { "/dist/": folder() } });
  const { page, close } = await open(browser, `${bare}/?run=1`);
  assert.equal(
    await sentence(page),
    'The ferrodide wheel "wheel" is not built yet: run npm run build, then reload this page.',
  );
  assert.ok((await textOf(page, "#error pre")).includes("findWheel"));
  await close();
});

test("the wheel answers 404", async () => {
  const { page, close } = await open(browser, `${url}/?run=1`, undefined, (page) =>
    page.context().route("**/*_wasm32.whl", (route) => route.fulfill({ status: 404, body: "not here" })),
  );
  assert.match(
    await sentence(page),
    /^\/dist\/ferrodide-.*_wasm32\.whl could not be loaded \(HTTP 404\): run npm run build, then reload this page\.$/,
  );
  await close(/status of 404/);
});

test("Pyodide does not load", async () => {
  const { page, close } = await open(browser, `${url}/?run=1`, undefined, (page) =>
    page.context().route("**/pyodide.mjs", (route) => route.fulfill({ status: 404, body: "not here" })),
  );
  assert.match(await sentence(page), /^Python could not be loaded: .*pyodide\.mjs/);
  await close(/status of 404/);
});

test("the worker's script does not load", async () => {
  const { page, close } = await open(browser, `${url}/?run=1`, undefined, (page) =>
    page.context().route("**/worker.js", (route) => route.fulfill({ status: 404, body: "not here" })),
  );
  assert.match(await sentence(page), /^The worker that runs Python could not start: .* Reload this page/);
  await close(/status of 404/);
});

test("the page's policy forbids WebAssembly", async () => {
  const closed = await site({ headers: { "Content-Security-Policy": "script-src 'self'" } });
  for (const path of ["/?run=1", "/strict.html"]) {
    const { page, close } = await open(browser, closed + path);
    assert.equal(
      await sentence(page),
      "ferrodide: this page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src.",
    );
    await close(/Content.Security.Policy|^violation: script-src wasm-eval/);
  }
});

test("the page's policy forbids the eval that the universal wheel needs", async () => {
  const strict = await site({ headers: STRICT });
  const { page, close } = await open(browser, `${strict}/?run=1&quick=1&road=universal`);
  assert.match(
    await sentence(page),
    /^ferrodide: this page's Content-Security-Policy forbids eval, which the universal wheel needs; load the npm package/,
  );
  await close(/Content.Security.Policy/);
});

test("a browser without SIMD", async () => {
  // The engine's SIMD needs SSE 4.1.
  const old = await browserFor(["--js-flags=--no-enable-sse4-1"]);
  const { page, close } = await open(old, `${url}/strict.html`);
  assert.equal(await page.evaluate(() => "WebAssembly" in window), true);
  const expected =
    /^ferrodide: this browser has no WebAssembly SIMD, which the kernels are built with; update it \(.*\)\.$/;
  assert.match(await sentence(page), expected);
  await close();
  for (const road of ["wheel", "universal", "javascript"]) {
    const demo = await open(old, `${url}/?run=1&road=${road}`);
    assert.match(await sentence(demo.page), expected);
    await demo.close();
  }
});

test("a browser without SIMD, where Python imports the wheel itself", async () => {
  const old = await browserFor(["--js-flags=--no-enable-sse4-1"]);
  const { page, close } = await open(old, `${url}/strict.html`);
  for (const kind of /** @type {const} */ (["wheel", "universal"])) {
    const message = await page.evaluate(
      async (wheel) => {
        const { loadPyodide } = await import(new URL("/pyodide/pyodide.mjs", location.href).href);
        const pyodide = await loadPyodide({ indexURL: "/pyodide/" });
        await pyodide.loadPackage(wheel, { messageCallback: () => {} });
        try {
          pyodide.runPython("import ferrodide");
          return "imported";
        } catch (error) {
          return /** @type {Error} */ (error).message;
        }
      },
      `${url}/dist/${basename(findWheel(kind))}`,
    );
    assert.match(message, /\nImportError: ferrodide: this browser has no WebAssembly SIMD, .*; update it \(.*\)\.\n$/);
  }
  await close();
});

test("a browser without WebAssembly", async () => {
  const { page, close } = await open(browser, `${url}/?run=1`, undefined, (page) =>
    page.context().route("**/worker.js", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `delete globalThis.WebAssembly;\n${await response.text()}` });
    }),
  );
  assert.equal(
    await sentence(page),
    "ferrodide: this browser has no WebAssembly; use a current Chrome, Firefox or Safari.",
  );
  await close();
});

test("a wheel of another ABI", async () => {
  const wheel = findWheel("wheel");
  const dist = folder();
  // The name of the compiled module, of the same length: nothing else in the archive moves.
  const text = readFileSync(wheel, "latin1");
  assert.ok(text.includes("_core.cpython-314-"));
  writeFileSync(join(dist, basename(wheel)), text.replaceAll("_core.cpython-314-", "_core.cpython-313-"), "latin1");
  const wrong = await site({ folders: { "/dist/": dist } });
  const { page, close } = await open(browser, `${wrong}/?run=1&quick=1`);
  assert.match(
    await sentence(page),
    /^ferrodide: the compiled module in this wheel \(_core\.cpython-313-.*\) does not load in CPython 3\.14 on emscripten \(.*\); install the wheel for this Python, or ferrodide-\*-py3-none-any\.whl, which runs in every Pyodide\.$/,
  );
  await close();
});

test("the program raises", async () => {
  const demo = folder();
  cpSync(at("www", "demo"), demo, { recursive: true });
  const runner = readFileSync(join(demo, "runner.py"), "utf8");
  writeFileSync(
    join(demo, "runner.py"),
    runner.replace("def run(", "def run(*_):\n    raise ValueError('on purpose')\n\ndef other("),
  );
  const broken = await site({ folders: { "/demo/": demo } });
  const { page, close } = await open(browser, `${broken}/?run=1&quick=1`);
  assert.equal(await sentence(page), "Python stopped with ValueError: on purpose");
  assert.match(await textOf(page, "#error pre"), /Traceback[\s\S]*runner\.py/);
  // The next run starts afresh.
  await page.click("#run");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Loading"));
  assert.ok(!(await page.isVisible("#error")));
  await close();
});
