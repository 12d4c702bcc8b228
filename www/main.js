// The page: starts a worker for each run, and shows what it tells.

import { showChart } from "./chart.js";
import { showGallery } from "./gallery.js";
import { showSources } from "./sources.js";

/** @typedef {import("./worker.js").Road} Road */
/** @typedef {"python" | "numpy" | "ferrodide"} Way */

/** @type {Record<Way, string>} */
const WAYS = { python: "plain Python", numpy: "NumPy", ferrodide: "ferrodide" };
/** The tasks, by the name of the Python file of each. @type {Record<string, {title: string, about: string}>} */
const TASKS = {
  digits: {
    title: "Handwritten digits",
    about:
      "scikit-learn's 1,797 handwritten digits, 8 by 8 pixels. Every twelfth is a question: what are most of the five " +
      "digits that are nearest to it?",
  },
  airports: {
    title: "Misspelt airports",
    about:
      "The 3,376 airport names of the vega-datasets package, and some of them with two typing errors each: which name " +
      "is most similar, by RapidFuzz's ratio?",
  },
};

/**
 * @template {Element} T
 * @param {string} selector
 * @param {ParentNode} [parent]
 * @returns {T}
 */
function find(selector, parent = document) {
  const found = parent.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return /** @type {T} */ (found);
}

const form = /** @type {HTMLFormElement} */ (find("#controls"));
const button = /** @type {HTMLButtonElement} */ (find("#run"));
const wanted = new URLSearchParams(location.search);

/** @type {Map<string, TaskView>} */
const views = new Map();
/** @type {Worker | undefined} */
let worker;

/** What the page shows of one task. */
class TaskView {
  /** @param {string} name */
  constructor(name) {
    const { title, about } = TASKS[name];
    const template = /** @type {HTMLTemplateElement} */ (find("#task"));
    this.section = /** @type {HTMLElement} */ (
      find("section", /** @type {DocumentFragment} */ (template.content.cloneNode(true)))
    );
    this.section.id = name;
    const heading = document.createElement("h2");
    heading.textContent = title;
    this.section.prepend(heading);
    find(".about", this.section).textContent = about;
    showSources(find(".sources", this.section), name);
    find("main").append(this.section);
    this.reset();
  }

  reset() {
    /** @type {Partial<Record<Way, {progress: HTMLProgressElement, seconds: HTMLElement}>>} */
    this.rows = {};
    /** @type {Partial<Record<Way, number>>} */
    this.seconds = {};
    const body = find("tbody", this.section);
    body.replaceChildren();
    for (const [way, label] of Object.entries(WAYS)) {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.className = "way";
      head.textContent = label;
      const progress = document.createElement("progress");
      progress.value = 0;
      progress.setAttribute("aria-label", `${label}: progress`);
      const bar = document.createElement("td");
      bar.append(progress);
      const seconds = document.createElement("td");
      seconds.className = "number seconds";
      seconds.textContent = "–";
      row.append(head, bar, seconds);
      body.append(row);
      this.rows[/** @type {Way} */ (way)] = { progress, seconds };
    }
    this.tell("", "");
    find(".chart", this.section).toggleAttribute("hidden", true);
    find(".gallery", this.section).replaceChildren();
  }

  /**
   * @param {string} text
   * @param {"agree" | "differ" | ""} kind
   */
  tell(text, kind) {
    const verdict = find(".verdict", this.section);
    verdict.textContent = text;
    verdict.className = `verdict ${kind}`;
  }

  /** @param {any} event */
  show(event) {
    const row = this.rows?.[/** @type {Way} */ (event.way)];
    if (event.event === "task") {
      this.tell(`${event.size} …`, "");
    } else if (event.event === "progress" && row) {
      row.progress.max = event.total;
      row.progress.value = event.done;
    } else if (event.event === "result" && row) {
      row.progress.max = row.progress.value = 1;
      row.seconds.textContent = event.seconds.toFixed(3);
      row.seconds.title = event.runs > 1 ? `the median of ${event.runs} runs` : "one run";
      this.seconds = { ...this.seconds, [event.way]: event.seconds };
    } else if (event.event === "answers") {
      const answers = event.agree ? "All three give the same answers." : `${event.differ} answers differ.`;
      this.tell(`${event.size}. ${answers} ${event.summary}`, event.agree ? "agree" : "differ");
      const times = /** @type {Record<Way, number>} */ (this.seconds);
      showChart(find(".chart", this.section), times, WAYS, event.fill);
      showGallery(find(".gallery", this.section), event.task, event.gallery);
    }
  }
}

/** @param {string} text */
function tell(text) {
  find("#status").textContent = text;
}

/**
 * @param {string} sentence
 * @param {string} details
 */
function fail(sentence, details) {
  const box = find("#error");
  find("p", box).textContent = sentence;
  find("pre", box).textContent = details;
  box.toggleAttribute("hidden", false);
  end("It stopped; see below.");
}

/** @param {any} facts */
function showFacts({ pyodide, versions, importMs, files }) {
  const { backend, ...others } = versions;
  const lines = {
    "ferrodide.backend()": backend,
    "import ferrodide": `${importMs.ferrodide.toFixed(0)} ms, after NumPy's ${importMs.NumPy.toFixed(0)} ms`,
    Pyodide: pyodide,
    ...others,
  };
  const box = find("#facts");
  find("dl", box).replaceChildren(
    ...Object.entries(lines).map(([name, value]) => {
      const term = document.createElement("dt");
      term.textContent = name;
      const description = document.createElement("dd");
      description.textContent = value;
      const group = document.createElement("div");
      group.append(term, description);
      return group;
    }),
  );
  find("tbody", box).replaceChildren(
    ...files.map((/** @type {{path: string, bytes: number}} */ { path, bytes }) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = path;
      const size = document.createElement("td");
      size.className = "number";
      size.textContent = `${(bytes / 1000).toLocaleString("en", { maximumFractionDigits: 0 })} kB`;
      row.append(name, size);
      return row;
    }),
  );
  box.toggleAttribute("hidden", false);
}

/** @param {string} text */
function end(text) {
  worker?.terminate();
  worker = undefined;
  button.textContent = "Run";
  tell(text);
}

function start() {
  const road = new FormData(form).get("road");
  find("#error").toggleAttribute("hidden", true);
  find("#facts").toggleAttribute("hidden", true);
  for (const view of views.values()) view.reset();
  button.textContent = "Stop";
  tell("Starting …");
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.event === "step") tell(data.text);
    else if (data.event === "facts") showFacts(data);
    else if (data.event === "error") fail(data.sentence, data.details);
    else if (data.event === "done") end("Done.");
    else views.get(data.task)?.show(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const what = event.message ?? "its script could not be loaded";
    fail(`The worker that runs Python could not start: ${what}. Reload this page in a current browser.`, what);
  };
  worker.postMessage({ road, quick: wanted.has("quick") });
}

for (const name of Object.keys(TASKS)) views.set(name, new TaskView(name));
const road = wanted.get("road");
for (const input of form.querySelectorAll("input")) if (input.value === road) input.checked = true;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (worker) end("Stopped.");
  else start();
});
if (wanted.get("run") === "1") start();
