#!/usr/bin/env node
// A static server of the demo page and of what it loads. npm start uses it, and the browser tests on a free port.
//
//   node tools/serve.mjs [--port N]
import { createServer } from "node:http";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { at, tool } from "./lib/paths.mjs";
import { main, Stop } from "./lib/process.mjs";
import { wheelsOf } from "./lib/wheels.mjs";

/** Where the parts of the site are on this machine; the first that fits an address answers. */
const FOLDERS = {
  "/pkg/": at("pkg"),
  "/js/": at("js"),
  "/dist/": at("dist"),
  "/src/": at("src"),
  "/pyodide/": tool("pyodide"),
  "/data/": at("node_modules", "vega-datasets", "data"),
  "/": at("www"),
};

/** What sirv's own table of types lacks. */
const TYPES = { ".mjs": "text/javascript;charset=utf-8", ".wasm": "application/wasm", ".whl": "application/zip" };

/**
 * @typedef {object} Site
 * @property {string} url with no slash at its end
 * @property {() => Promise<void>} close
 */

/**
 * @param {{port?: number, headers?: Record<string, string>, folders?: Record<string, string>}} [options]
 *   port 0 takes a free one; headers go on every answer; folders are laid over the site's own
 * @returns {Promise<Site>}
 */
export async function serve({ port = 8000, headers = {}, folders = {} } = {}) {
  const all = { ...FOLDERS, ...folders };
  const parts = Object.entries(all)
    .sort(([a], [b]) => b.length - a.length)
    .map(([prefix, folder]) => ({ prefix, answer: sirv(folder, { dev: true, etag: true, setHeaders }) }));

  /** @param {import("node:http").ServerResponse} response */
  function setHeaders(response, /** @type {string} */ path) {
    const ending = path.slice(path.lastIndexOf("."));
    if (ending in TYPES) response.setHeader("Content-Type", TYPES[/** @type {keyof typeof TYPES} */ (ending)]);
    // A page that was just built must never meet yesterday's module.
    response.setHeader("Cache-Control", "no-cache");
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  }

  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    const part = parts.find(({ prefix }) => url.startsWith(prefix));
    const missing = () => {
      response.statusCode = 404;
      response.end(`${url} is not here.\n`);
    };
    if (!part) return missing();
    if (url === "/dist/wheels.json") {
      setHeaders(response, url);
      response.setHeader("Content-Type", "application/json");
      return response.end(JSON.stringify(wheels(all["/dist/"])));
    }
    request.url = `/${url.slice(part.prefix.length)}`;
    part.answer(request, response, missing);
  });
  await new Promise((/** @type {(value: void) => void} */ listening, failed) => {
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) =>
      failed(
        error.code === "EADDRINUSE"
          ? new Stop(`Port ${port} is taken by another program: end it, or choose another with --port N.`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () => listening());
  });
  const { port: actual } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * The names of the wheels for browsers in a folder, so that a page finds them: their version is in them.
 * @param {string} folder
 */
const wheels = (folder) => ({ wheel: wheelsOf("wheel", folder)[0], universal: wheelsOf("universal", folder)[0] });

/**
 * The port that a command line asks for.
 * @param {string[]} words
 */
export function portOf(words) {
  const index = words.indexOf("--port");
  if (index < 0) return 8000;
  const port = Number(words[index + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Stop(`--port is ${words[index + 1]}; it must be a number from 0 to 65535.`);
  return port;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await main(async () => {
    const { url } = await serve({ port: portOf(process.argv.slice(2)) });
    console.log(url);
  });
