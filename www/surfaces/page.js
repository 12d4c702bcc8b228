import { runProgram } from "./pyodide.js";
import { showResults } from "./show.js";

await showResults(runProgram);
