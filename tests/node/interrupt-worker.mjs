// A Python in a worker, whose owner can interrupt it: jit-interrupt.test.mjs.
import { parentPort, workerData } from "node:worker_threads";
import { startPyodide } from "../../tools/pyodide.mjs";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { signals, backend } = workerData;
const pyodide = await startPyodide({ packages: ["numpy"], backend });
const quiet = new Int32Array(new SharedArrayBuffer(4));

let count = 0;
port.on("message", (/** @type {{code: string, interruptible: boolean, announced: boolean}} */ task) => {
  count += 1;
  if (task.interruptible) pyodide.setInterruptBuffer(signals);
  if (task.announced) port.postMessage("begins");
  try {
    port.postMessage({
      result: String(pyodide.runPython(task.code, { filename: `program${count}.py` })),
      ended: Date.now(),
    });
  } catch (error) {
    port.postMessage({ error: /** @type {Error} */ (error).message, ended: Date.now() });
  }
});
Atomics.wait(quiet, 0, 0, 1);
port.postMessage("ready");
