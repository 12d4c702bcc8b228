// The places where Python runs in a browser, each as its users would do it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { browserFor, ended, open, results, sentence, site, textOf } from "./site.mjs";

const browser = await browserFor();

const FOUND = {
  "ferrodide.backend()": "pyo3",
  "np.median, patched": "50000.0, by 1 kernel",
  "ferrodide.sort": "[-1.  3. nan]",
  "@njit": "111",
};

for (const name of ["page", "worker"])
  test(`${name}.html`, async () => {
    const { page, close } = await open(browser, `${await site()}/surfaces/${name}.html`);
    assert.equal(await ended(page), "Done.", await textOf(page, "#error"));
    assert.deepEqual(await results(page), FOUND);
    await close();
  });

test("without the wheel, both say so in one sentence", async () => {
  const nothing = join(at("www"), "surfaces");
  const url = await site({ folders: { "/dist/": nothing } });
  for (const name of ["page", "worker"]) {
    const { page, close } = await open(browser, `${url}/surfaces/${name}.html`);
    assert.match(await sentence(page), /^The wheel is not built yet: run npm run build, then reload this page\.$/);
    await close(/404/);
  }
});
