import { PageError } from "../errors.js";
import { showResults } from "../results.js";

await showResults(async () => {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const { results, sentence } = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => reject(new PageError("The worker's script could not be loaded: reload this page."));
  });
  if (sentence) throw new PageError(sentence);
  return results;
});
