// A page under script-src 'self' 'wasm-unsafe-eval' works through installFerrodide.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browserFor, ended, open, results, STRICT, site, textOf } from "./site.mjs";

const browser = await browserFor();

test("the strict page calls the kernels from Python, and violates nothing", async () => {
  const url = await site({ headers: STRICT });
  const { page, violations, close } = await open(browser, `${url}/strict.html`);
  assert.equal(await ended(page), "Done.", await textOf(page, "#error"));
  assert.deepEqual(await results(page), {
    "ferrodide.backend()": "javascript",
    sort: "[-1.  3. nan]",
    matmul: "[[5.0, 14.0], [14.0, 50.0]]",
    extract: "Heathrow 93.3",
  });
  assert.equal(violations.length, 0);
  // The policy is in force, and a violation would have been seen: here is one.
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => "ran" in globalThis), false);
  assert.deepEqual(violations, ["script-src-elem inline"]);
  await close(/^violation: script-src-elem inline$|Content Security Policy/);
});
