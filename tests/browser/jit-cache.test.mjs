// Compiled code in IndexedDB: found again by the next page, and done without where there is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bareSite, startPython } from "./python.mjs";
import { browserFor, open } from "./site.mjs";

const browser = await browserFor();
const url = await bareSite();

const FILES = {
  "loops.py": `
import numpy as np
from ferrodide.jit import njit

TABLE = np.arange(5.0)

@njit(cache=True)
def helper(x):
    return x * TABLE[1] + TABLE[2]

@njit(cache=True)
def total(x):
    found = 0.0
    for each in x:
        found += helper(each)
    return found
`,
};

/** Calls, and what has become of them: the result, what the compiler was asked, hits, misses, what explain() says. */
const RUN = `
import json, warnings
from ferrodide._backend import kernels
from ferrodide.jit import _dispatch

asked = []
known = _dispatch.compile_text
_dispatch.compile_text = lambda *texts: asked.append(texts[1]) or known(*texts)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import loops
    import numpy as np
    result = loops.total(np.arange(4.0))
_dispatch.compile_text = known
stats = loops.total.stats
said = [str(each.message) for each in caught]
[result, len(asked), stats.cache_hits.total(), stats.cache_misses.total(), loops.total.explain(), said]
`;
const LOAD = "import ferrodide.jit\nawait ferrodide.jit.load_cache()";
/**
 * Until what waits to be written is written. The loop gives its turn away each time, as gather of tasks that are done does
 * not: they would never leave the set.
 */
const SETTLE = `
import asyncio
from ferrodide.jit import _cache
while tasks := list(getattr(_cache.store(), "_tasks", ())):
    await asyncio.wait(tasks)
_cache.store().reason
`;

for (const backend of /** @type {const} */ (["wheel", "universal"]))
  test(`the next page finds what this one has compiled: ${backend}`, async () => {
    const { page, close } = await open(browser, url);
    let python = await startPython(page, { backend, files: FILES });
    assert.equal(await python(LOAD), 0);
    const [result, asked, hits, misses, said, warned] = await python(RUN);
    assert.deepEqual([result, asked, hits, misses, warned], [14, 1, 0, 1, []]);
    assert.match(said, /It was compiled and goes into the cache \(IndexedDB\)\.$/);
    assert.equal(await python(SETTLE), "");

    await page.reload();
    python = await startPython(page, { backend, files: FILES });
    assert.equal(await python(LOAD), 1);
    const again = await python(RUN);
    assert.deepEqual(again.slice(0, 4), [14, 0, 1, 0]);
    assert.match(again[4], /Compiled code was taken from the cache \(IndexedDB\)\.$/);

    // What a name stands for is a part of it.
    await page.reload();
    const changed = { "loops.py": FILES["loops.py"].replace("TABLE = np.arange(5.0)", "TABLE = np.arange(5)") };
    python = await startPython(page, { backend, files: changed });
    await python(LOAD);
    assert.deepEqual((await python(RUN)).slice(0, 4), [14, 1, 0, 1]);
    await close();
  });

test("a call waits for IndexedDB by itself, where the engine switches stacks", async () => {
  const { page, close } = await open(browser, url);
  assert.ok(await page.evaluate(() => "Suspending" in WebAssembly), "this Chromium does not switch stacks");
  let python = await startPython(page, { files: FILES });
  await python(RUN);
  await python(SETTLE);
  await page.reload();
  python = await startPython(page, { files: FILES });
  assert.deepEqual((await python(RUN)).slice(0, 4), [14, 0, 1, 0]);
  await close();
});

test("where a call cannot wait, it compiles, and explain() says what to await", async () => {
  const { page, close } = await open(browser, url);
  let python = await startPython(page, { files: FILES });
  await python(RUN);
  await python(SETTLE);
  await page.reload();
  python = await startPython(page, { files: FILES });
  const [result, asked, hits, misses, said] = await page.evaluate((code) => {
    const { pyodide } = /** @type {any} */ (globalThis);
    return pyodide.runPython(code).toJs();
  }, RUN);
  assert.deepEqual([result, asked, hits, misses], [14, 1, 0, 1]);
  assert.match(said, /IndexedDB was not read by then: `await ferrodide\.jit\.load_cache\(\)` does it\.$/);
  await close();
});

test("an entry that is damaged is compiled anew, and the next page finds that", async () => {
  const { page, close } = await open(browser, url);
  let python = await startPython(page, { files: FILES });
  await python(RUN);
  await python(SETTLE);
  const count = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("ferrodide.jit");
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction("code", "readwrite");
          let damaged = 0;
          transaction.objectStore("code").openCursor().onsuccess = ({ target }) => {
            const cursor = /** @type {any} */ (target).result;
            if (!cursor) return;
            const data = new Uint8Array(cursor.value.data);
            data[data.length - 20] ^= 1;
            cursor.update({ ...cursor.value, data });
            damaged += 1;
            cursor.continue();
          };
          transaction.oncomplete = () => resolve(damaged);
        };
      }),
  );
  assert.equal(count, 1);
  for (const expected of [
    [14, 1, 0, 1],
    [14, 0, 1, 0],
  ]) {
    await page.reload();
    python = await startPython(page, { files: FILES });
    await python(LOAD);
    assert.deepEqual((await python(RUN)).slice(0, 4), expected);
    await python(SETTLE);
  }
  await close();
});

test("what is too much goes, the least recently used first", async () => {
  const { page, close } = await open(browser, url);
  const python = await startPython(page, { files: FILES });
  const kept = await python(`
from ferrodide.jit import _page_store
import asyncio
_page_store.MOST_BYTES, _page_store.MOST_ENTRIES = 2500, 100
store = _page_store.PageStore()
await store.load()

async def settled():
    while store._tasks:
        await asyncio.wait(list(store._tasks))
    await asyncio.sleep(0.005)

for name in "abc":
    store.put(name, name.encode() * 1000)
    await settled()
other = _page_store.PageStore()
first = (await other.load(), [other.get(name) is not None for name in "abc"], other.get("c") == b"c" * 1000)
_page_store._STALE = 0.0
other.get("b")
while other._tasks:
    await asyncio.wait(list(other._tasks))
await asyncio.sleep(0.005)
store = _page_store.PageStore()
store.put("d", b"d" * 1000)
await settled()
last = _page_store.PageStore()
await last.load()
[*first, [last.get(name) is not None for name in "abcd"]]
`);
  assert.deepEqual(kept, [2, [false, true, true], true, [false, true, false, true]]);
  await close();
});

/**
 * A page whose store refuses still computes, says so once, and says why.
 * @param {import("playwright-core").Page} page
 * @param {RegExp} reason
 */
async function refused(page, reason) {
  const python = await startPython(page, { files: FILES });
  // Some come from no call, while the page writes.
  await python(`
import warnings
warnings.simplefilter("always")
said = []
warnings.showwarning = lambda message, *_: said.append(str(message))
`);
  assert.deepEqual((await python(RUN)).slice(0, 4), [14, 1, 0, 1]);
  await python(SETTLE);
  const [third, fourth, why] = await python("[loops.total(np.arange(3)), loops.helper(2), loops.helper.explain()]");
  assert.deepEqual([third, fourth], [9, 4]);
  assert.match(why, reason);
  await python(SETTLE);
  const all = await python("said");
  assert.equal(all.length, 1, all.join("\n"));
  assert.match(all[0], /^ferrodide: cache=True keeps nothing: /);
  assert.match(all[0], reason);
}

test("a page that may not store anything", async () => {
  // A sandboxed document has an origin of its own, which browsers give no storage.
  const sandboxed = await bareSite({
    "Content-Security-Policy": "sandbox allow-scripts",
    "Access-Control-Allow-Origin": "*",
  });
  const { page, close } = await open(browser, sandboxed);
  await refused(page, /IndexedDB refuses \(.*(SecurityError|denied).*\)/i);
  await close();
});

test("a page whose storage is full", async () => {
  const { page, close } = await open(browser, url);
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(url).origin, quotaSize: 1 });
  await refused(page, /IndexedDB refuses \(QuotaExceededError.*\)/);
  await close();
});
