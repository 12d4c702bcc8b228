// One process of npm run upstream: suite.py in Pyodide. The argument is the JSON file of the job.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { at } from "../lib/paths.mjs";
import { main } from "../lib/process.mjs";
import { startPyodide } from "../pyodide.mjs";
import { filesOf } from "./fetch.mjs";

/** Python's home folder in Pyodide. */
const HOME = "/home/pyodide";

await main(async () => {
  /** @type {import("./runs.mjs").Job} */
  const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const [library] = job.module.split("/");
  const pyodide = await startPyodide({
    packages: [...new Set(["numpy", library]), "pytest", "hypothesis"],
    // The tests see no more of the machine: they write where they like.
    mounts: { "/mnt/files": filesOf(library), "/mnt/record": dirname(job.record) },
  });
  for (const name of ["stand_ins.py", "suite.py"])
    pyodide.FS.writeFile(`${HOME}/${name}`, readFileSync(at("tools", "upstream", name)));
  const inPyodide = { ...job, files: "/mnt/files", record: `/mnt/record/${basename(job.record)}` };
  return pyodide.pyimport("suite").run(pyodide.toPy(inPyodide));
});
