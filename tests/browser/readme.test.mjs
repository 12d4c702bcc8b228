// The examples of the npm package's README, taken from it, with the packed tarball installed.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { at } from "../../tools/lib/paths.mjs";
import { installed } from "../node/package.mjs";
import { browserFor, open, site } from "./site.mjs";

const VITE = at("node_modules", "vite", "bin", "vite.js");
const browser = await browserFor();

/** A project with the package in it, and the examples of the README that is in the package. */
function project() {
  const folder = installed();
  const readme = readFileSync(join(folder, "node_modules", "ferrodide", "README.md"), "utf8");
  const section = readme.split("## Copy and run\n")[1].split("\n## ")[0];
  const examples = [...section.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code]) => code);
  assert.equal(examples.length, 3);
  const [node, page, config] = examples;
  const bundled = page.replace(/<script type="importmap">[\s\S]*?<\/script>\n/, "");
  assert.notEqual(bundled, page);
  return { folder, node, page, bundled, config };
}

/** @param {string} url */
async function shows(url) {
  const { page, close } = await open(browser, url);
  await page.waitForFunction(() => document.querySelector("output")?.textContent);
  assert.equal(await page.textContent("output"), "1 2 3");
  await close();
}

/** A project with Vite's example in it. */
function viteProject() {
  const { folder, bundled, config } = project();
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "index.html"), bundled);
  writeFileSync(join(folder, "vite.config.js"), config);
  return folder;
}

test("in Node", () => {
  const { folder, node } = project();
  writeFileSync(join(folder, "example.mjs"), node);
  assert.equal(execFileSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" }), "1 2 3\n");
});

test("on a page without a bundler", async () => {
  const { folder, page } = project();
  writeFileSync(join(folder, "index.html"), page);
  await shows(await site({ folders: { "/js/": join(folder, "js"), "/pkg/": join(folder, "pkg"), "/": folder } }));
});

test("built by Vite", async () => {
  const folder = viteProject();
  execFileSync(process.execPath, [VITE, "build", "--logLevel", "warn"], { cwd: folder });
  // Only what was built: no module of the source tree may answer.
  const built = join(folder, "dist");
  await shows(await site({ folders: { "/": built, "/assets/": join(built, "assets") } }));
});

test("served by Vite", async () => {
  const server = spawn(process.execPath, [VITE, "--port", "0", "--host", "127.0.0.1"], { cwd: viteProject() });
  try {
    let said = "";
    let url;
    while (!url) {
      const [chunk] = await once(server.stdout, "data", { signal: AbortSignal.timeout(60_000) });
      said += chunk;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: Vite colours its address
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.replaceAll(/\x1b\[\d+m/g, ""))?.[0];
    }
    await shows(url);
  } finally {
    server.kill();
  }
});
