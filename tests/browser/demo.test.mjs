// The demo page to its end, by each road.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { browserFor, ended, open, STRICT, site, textOf } from "./site.mjs";

/** The longest that the page's own thread may be held up, in ms: the plain Python alone takes seconds. */
const HELD_UP = 1000;

const browser = await browserFor();
const url = await site();

/**
 * That each task is done, with three times and answers that agree.
 * @param {import("playwright-core").Page} page
 */
async function checkTasks(page) {
  assert.equal(await ended(page), "Done.", await textOf(page, "#error"));
  assert.ok(!(await page.isVisible("#error")));
  for (const task of ["digits", "airports"]) {
    const seconds = await page.locator(`#${task} .ways .seconds`).allTextContents();
    assert.equal(seconds.length, 3);
    for (const text of seconds) assert.match(text, /^\d+\.\d{3}$/);
    const bars = await page
      .locator(`#${task} progress`)
      .evaluateAll((all) => all.map((bar) => /** @type {HTMLProgressElement} */ (bar).position));
    assert.deepEqual(bars, [1, 1, 1]);
    assert.match(await textOf(page, `#${task} .verdict.agree`), /All three give the same answers\./);
    assert.equal(await page.locator(`#${task} .chart li`).count(), 3);
  }
}

/** @param {import("playwright-core").Page} page */
const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("by the PyO3 wheel: to its end, the page responsive, nothing from elsewhere, no overflow on a phone", async () => {
  const { page, addresses, close } = await open(browser, url);
  assert.equal(await textOf(page, "#status"), "Press Run: it takes about half a minute.");
  await page.evaluate(() => {
    const seen = { gap: 0, ticks: 0, frames: 0, progress: /** @type {Record<string, number[]>} */ ({}) };
    /** @type {any} */ (window).seen = seen;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      seen.gap = Math.max(seen.gap, now - last);
      seen.ticks += 1;
      last = now;
      for (const bar of document.querySelectorAll("progress")) {
        const name = `${bar.closest("section")?.id} ${bar.getAttribute("aria-label")}`;
        seen.progress[name] ??= [];
        const values = seen.progress[name];
        if (values.at(-1) !== bar.position) values.push(bar.position);
      }
    }, 20);
    const frame = () => {
      seen.frames += 1;
      requestAnimationFrame(frame);
    };
    frame();
  });
  await page.click("#run");
  assert.equal(await textOf(page, "#run"), "Stop");
  await checkTasks(page);
  const seen = await page.evaluate(() => /** @type {any} */ (window).seen);
  assert.ok(seen.gap < HELD_UP, `the page was held up for ${seen.gap} ms`);
  assert.ok(seen.ticks > 100 && seen.frames > 100, `${seen.ticks} ticks, ${seen.frames} frames`);
  for (const task of ["digits", "airports"]) {
    const values = seen.progress[`${task} plain Python: progress`];
    assert.ok(values.length > 5, `${task}: the bar stood at ${values}`);
    assert.deepEqual(
      values,
      values.toSorted((/** @type {number} */ a, /** @type {number} */ b) => a - b),
    );
  }

  assert.match(await textOf(page, "#facts dl"), /ferrodide\.backend\(\)\s*pyo3/);
  const files = await textOf(page, "#facts table");
  for (const name of ["pyodide.asm.wasm", "numpy-", "scikit_learn-", "_wasm32.whl"])
    assert.ok(files.includes(name), name);
  assert.equal(await page.locator("#digits .digits canvas").count(), 24);
  assert.equal(await page.locator("#airports .names tbody tr").count(), 12);

  // The worker's requests are among those that were watched.
  assert.ok(addresses.some((address) => address.endsWith("/pyodide/pyodide.asm.wasm")));

  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    assert.equal(await overflow(page), 0, `${width} pixels wide`);
  }
  await close();
});

test("the sources shown are the files themselves, each of them", async () => {
  const { page, close } = await open(browser, url);
  for (const task of ["digits", "airports"]) {
    const python = readFileSync(at("www", "demo", `${task}.py`), "utf8");
    const panels = page.locator(`#${task} fieldset.source`);
    assert.equal(await panels.count(), 2);
    for (const [panel, whole] of /** @type {const} */ ([
      [panels.nth(0), false],
      [panels.nth(1), true],
    ])) {
      const texts = new Set();
      for (const label of await panel.locator("label").all()) {
        await label.click();
        const name = (await label.textContent()) ?? "";
        const wanted = whole ? readFileSync(at(...name.split("/")), "utf8") : `def `;
        await page.waitForFunction(
          ([task, wanted, nth]) =>
            document.querySelectorAll(`#${task} fieldset.source pre`)[Number(nth)].textContent?.startsWith(wanted),
          [task, wanted, whole ? 1 : 0].map(String),
        );
        const text = (await panel.locator("pre").textContent()) ?? "";
        assert.ok(text.length > 100 && (whole ? text === wanted : python.includes(text)), name);
        texts.add(text);
      }
      assert.ok(texts.size > 1);
    }
  }
  await close();
});

test("by the universal wheel", async () => {
  const { page, close } = await open(browser, `${url}/?run=1&quick=1&road=universal`);
  await checkTasks(page);
  assert.match(await textOf(page, "#facts dl"), /ferrodide\.backend\(\)\s*universal/);
  await close();
});

test("by installFerrodide, the worker under a policy that forbids eval", async () => {
  const strict = await site({ headers: STRICT });
  const { page, close } = await open(browser, `${strict}/?run=1&quick=1&road=javascript`);
  await checkTasks(page);
  assert.match(await textOf(page, "#facts dl"), /ferrodide\.backend\(\)\s*javascript/);
  await close();
});

test("Stop ends a run, and another can start", async () => {
  const { page, close } = await open(browser, `${url}/?quick=1`, { colorScheme: "dark", reducedMotion: "reduce" });
  await page.focus("#run");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Loading"));
  await page.keyboard.press("Enter");
  assert.equal(await textOf(page, "#status"), "Stopped.");
  assert.equal(await textOf(page, "#run"), "Run");
  await page.keyboard.press("Enter");
  assert.equal(await textOf(page, "#run"), "Stop");
  await close();
});
