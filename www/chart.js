// The times as bars on a logarithmic scale: they are too far apart for a linear one.

/**
 * @param {HTMLElement} figure
 * @param {Record<string, number>} seconds by way
 * @param {Record<string, string>} labels by way
 * @param {number} fill for how many seconds each way was run again and again
 */
export function showChart(figure, seconds, labels, fill) {
  const times = Object.values(seconds);
  const from = Math.floor(Math.log10(Math.min(...times)) - 0.3);
  const to = Math.ceil(Math.log10(Math.max(...times)));
  const share = (/** @type {number} */ time) => (100 * (Math.log10(time) - from)) / (to - from);

  const caption = figure.querySelector("figcaption");
  if (caption)
    caption.textContent = `Seconds on a logarithmic scale, from ${format(10 ** from)} to ${format(10 ** to)}: each line is ten times the one before it. Each way runs again until ${format(fill)} are full, and the median counts.`;
  figure.querySelector("ol")?.replaceChildren(
    ...Object.entries(seconds).map(([way, time]) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = labels[way];
      const track = document.createElement("span");
      track.className = "track";
      track.style.setProperty("--decades", String(to - from));
      const bar = document.createElement("span");
      bar.className = `bar ${way}`;
      bar.style.inlineSize = `${share(time)}%`;
      track.append(bar);
      const value = document.createElement("span");
      value.className = "value";
      const slower = time / seconds.ferrodide;
      value.textContent = way === "ferrodide" ? format(time) : `${format(time)}, ${times10(slower)} as long`;
      item.append(name, track, value);
      return item;
    }),
  );
  figure.hidden = false;
}

/** @param {number} seconds */
function format(seconds) {
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2))} s`;
}

/** @param {number} factor */
const times10 = (factor) => `${factor < 10 ? factor.toFixed(1) : Math.round(factor)} times`;
