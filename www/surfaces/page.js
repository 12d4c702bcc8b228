import { showResults } from "../results.js";
import { runProgram } from "./pyodide.js";

await showResults(runProgram);
