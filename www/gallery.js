// What the answers look like: digits as they were written, names as they were misspelt.

/** @typedef {{pixels: number[], answer: number, truth: number}} Digit */
/** @typedef {{misspelt: string, match: string, score: number, meant: string}} Name */

/**
 * @param {HTMLElement} box
 * @param {string} task
 * @param {any[]} items
 */
export function showGallery(box, task, items) {
  box.replaceChildren(task === "digits" ? digits(items) : names(items));
}

/** @param {Digit[]} items */
function digits(items) {
  const list = document.createElement("ul");
  list.className = "digits";
  for (const { pixels, answer, truth } of items) {
    const item = document.createElement("li");
    const right = answer === truth;
    item.className = right ? "right" : "wrong";
    const caption = document.createElement("span");
    caption.textContent = right ? String(answer) : `${answer}, not ${truth}`;
    item.append(picture(pixels, truth), caption);
    list.append(item);
  }
  return list;
}

/**
 * @param {number[]} pixels 8 by 8, each from 0 to 16
 * @param {number} truth
 */
function picture(pixels, truth) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `a handwritten ${truth}, read as`);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(8, 8);
  pixels.forEach((ink, i) => {
    const shade = 255 - Math.round((ink * 255) / 16);
    image.data.set([shade, shade, shade, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @param {Name[]} items */
function names(items) {
  const table = document.createElement("table");
  table.className = "names";
  const head = table.createTHead().insertRow();
  for (const title of ["Misspelt", "Best match", "Score"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    if (title === "Score") cell.className = "number";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const { misspelt, match, score, meant } of items) {
    const row = body.insertRow();
    row.insertCell().textContent = misspelt;
    row.insertCell().textContent = match === meant ? match : `${match} (meant: ${meant})`;
    const number = row.insertCell();
    number.className = "number";
    number.textContent = score.toFixed(1);
  }
  const box = document.createElement("div");
  box.className = "scroll";
  box.append(table);
  return box;
}
