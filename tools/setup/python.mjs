// Set-up of Python: an interpreter of 3.11 or newer, and from it the project's own environment in .tools/venv.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { asRoot, attempt, run, Stop, which } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { isStamped, sha256, stamp, unstamp } from "../lib/stamps.mjs";
import { aptInstall } from "./rust-debian.mjs";

const CANDIDATES = ["python3.11", "python3.12", "python3.13", "python3.14", "python3"];
const PROBE = "import sys; assert sys.version_info >= (3, 11); import venv, ensurepip";

export async function setupPython() {
  const requirements = at("tools", "requirements.txt");
  const wanted = sha256(readFileSync(requirements));
  if (isStamped("venv", wanted) && existsSync(venvPython) && (await attempt(venvPython, ["-c", ""])).code === 0) return;
  unstamp("venv");
  const python = await findPython();
  await step(`set-up: Python environment from ${python}`, async () => {
    rmSync(tool("venv"), { recursive: true, force: true });
    await run(python, ["-m", "venv", tool("venv")]);
    await pip(["install", "--requirement", requirements]);
  });
  stamp("venv", wanted);
}

/**
 * pip in the project's own environment.
 * @param {string[]} args
 */
export const pip = ([command, ...args]) =>
  run(venvPython, ["-m", "pip", command, "--disable-pip-version-check", "--no-input", "--quiet", ...args], {
    failed: `pip ${command} failed: PyPI cannot be reached, or has no file for this Python and machine.`,
  });

/** An interpreter that can make a virtual environment. */
async function findPython() {
  const named = process.env.FERRODIDE_PYTHON;
  if (named) {
    if (await works(named)) return named;
    throw new Stop(`FERRODIDE_PYTHON is ${named}, which is no Python of 3.11 or newer with venv.`);
  }
  const found = await firstThatWorks();
  if (found) return found;
  const root = which("apt-get") && (await asRoot());
  if (root) {
    await step("set-up: apt-get install python3-venv", () => aptInstall(root, ["python3", "python3-venv"]));
    const installed = await firstThatWorks();
    if (installed) return installed;
  }
  throw new Stop(
    "Python 3.11 or newer with venv is missing: install it (python3-venv on Debian), or name one in FERRODIDE_PYTHON.",
  );
}

async function firstThatWorks() {
  for (const name of CANDIDATES) {
    const path = which(name);
    if (path && (await works(path))) return path;
  }
}

/** @param {string} python */
const works = async (python) => {
  try {
    return (await attempt(python, ["-c", PROBE])).code === 0;
  } catch (error) {
    if (error instanceof Stop) return false;
    throw error;
  }
};
