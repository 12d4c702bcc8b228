// What a page that runs one program shows of it.
import { explain } from "./errors.js";

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/**
 * Shows what a program finds, or one sentence on what went wrong.
 * @param {() => Promise<Record<string, string>>} run
 */
export async function showResults(run) {
  try {
    for (const [name, value] of Object.entries(await run())) {
      const term = document.createElement("dt");
      term.textContent = name;
      const description = document.createElement("dd");
      description.textContent = value;
      find("#results").append(term, description);
    }
    find("#status").textContent = "Done.";
  } catch (error) {
    find("#error p").textContent = explain(error).sentence;
    find("#error").hidden = false;
    find("#status").textContent = "It stopped; see below.";
  }
}
