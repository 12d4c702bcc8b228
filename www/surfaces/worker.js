// A module worker: what it finds, or what went wrong, goes to the page as one message.
import { explain } from "../errors.js";
import { runProgram } from "./pyodide.js";

try {
  postMessage({ results: await runProgram() });
} catch (error) {
  postMessage({ sentence: explain(error).sentence });
}
