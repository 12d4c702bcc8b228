#!/usr/bin/env node
// The demo: sets up and builds what is missing, then serves the page; or runs the same program in Node's Pyodide.
//
//   npm start [-- --once] [--port N]
import { build } from "./build.mjs";
import { at } from "./lib/paths.mjs";
import { main, Stop } from "./lib/process.mjs";
import { setup } from "./setup.mjs";

/** What the demo program imports. */
const PACKAGES = ["numpy", "scipy", "scikit-learn"];

await main(async () => {
  const words = process.argv.slice(2);
  const unknown = words.find((word, index) => word !== "--once" && word !== "--port" && words[index - 1] !== "--port");
  if (unknown) throw new Stop(`${unknown} is no option: npm start [-- --once] [--port N]`);
  await setup({ for: ["node", "rust", "python", "wasm", "wasm-tools", "pyodide"] });
  await build(["pkg", "wheel", "universal"], { quiet: true });
  if (words.includes("--once")) {
    const { runProgram, startPyodide } = await import("./pyodide.mjs");
    const mounts = { "/data": at("node_modules", "vega-datasets", "data"), "/demo": at("www") };
    const pyodide = await startPyodide({ packages: PACKAGES, mounts });
    return runProgram(pyodide, { file: "/demo/demo_main.py" }, []);
  }
  const { portOf, serve } = await import("./serve.mjs");
  const { url } = await serve({ port: portOf(words) });
  console.log(`The demo is at ${url} (Ctrl+C ends it).`);
});
