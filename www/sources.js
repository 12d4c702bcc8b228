// The Python that ran and the Rust that replaced it, side by side: the files themselves, from this site.

import { highlight } from "./highlight.js";

/** The functions of each task's Python file. */
const FUNCTIONS = { "plain Python": "plain_python", NumPy: "with_numpy", ferrodide: "with_ferrodide" };

/** The Rust that answers each task's calls. @type {Record<string, string[]>} */
const KERNELS = {
  digits: ["src/spatial/blocked.rs", "src/sort/mod.rs"],
  airports: ["src/strings/lcs.rs", "src/strings/ratio.rs", "src/strings/extract.rs"],
};

/**
 * @param {HTMLElement} box
 * @param {string} task
 */
export async function showSources(box, task) {
  const file = `demo/${task}.py`;
  const python = panel(`${task}-python`, `Python, ${file}`, Object.keys(FUNCTIONS), async (label) =>
    excerpt(await read(file), FUNCTIONS[/** @type {keyof typeof FUNCTIONS} */ (label)]),
  );
  const rust = panel(`${task}-rust`, "Rust", KERNELS[task], read);
  box.append(python, rust);
}

/**
 * A scroll box with a choice of texts.
 * @param {string} name
 * @param {string} title
 * @param {string[]} choices
 * @param {(choice: string) => Promise<string>} load
 */
function panel(name, title, choices, load) {
  const group = document.createElement("fieldset");
  group.className = "source";
  const legend = document.createElement("legend");
  legend.textContent = title;
  const tabs = document.createElement("div");
  tabs.className = "tabs";
  const text = document.createElement("pre");
  text.tabIndex = 0;
  group.append(legend, tabs, text);
  const show = async (/** @type {string} */ choice) => {
    text.setAttribute("aria-label", choice);
    try {
      text.replaceChildren(highlight(await load(choice)));
    } catch (error) {
      text.textContent = /** @type {Error} */ (error).message;
    }
    text.scrollTop = 0;
  };
  choices.forEach((choice, index) => {
    const input = document.createElement("input");
    input.type = "radio";
    input.name = name;
    input.checked = index === 0;
    input.addEventListener("change", () => show(choice));
    const label = document.createElement("label");
    const caption = document.createElement("span");
    caption.textContent = choice;
    label.append(input, caption);
    tabs.append(label);
  });
  show(choices[0]);
  return group;
}

/** @param {string} path */
async function read(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`${path} could not be loaded from this site (HTTP ${response.status}).`);
  return response.text();
}

/**
 * One function of a Python file, down to the next line at the margin.
 * @param {string} text
 * @param {string} name
 */
function excerpt(text, name) {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith(`def ${name}(`));
  if (first < 0) throw new Error(`The file has no function ${name}.`);
  const length = lines.slice(first + 1).findIndex((line) => /^\S/.test(line));
  return lines
    .slice(first, length < 0 ? undefined : first + 1 + length)
    .join("\n")
    .trimEnd();
}
