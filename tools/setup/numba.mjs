// Set-up of the peer of npm run bench -- --only jit: native Numba, in an environment of its own (.tools/numba).
import { existsSync, readFileSync, rmSync } from "node:fs";
import { at, tool, venvPython } from "../lib/paths.mjs";
import { attempt, run } from "../lib/process.mjs";
import { step } from "../lib/progress.mjs";
import { isStamped, sha256, stamp, unstamp } from "../lib/stamps.mjs";

export const numbaPython = tool("numba", "bin", "python");

export async function setupNumba() {
  const requirements = at("benches", "jit", "requirements.txt");
  const wanted = sha256(readFileSync(requirements));
  const works = async () => existsSync(numbaPython) && (await attempt(numbaPython, ["-c", "import numba"])).code === 0;
  if (isStamped("numba", wanted) && (await works())) return;
  unstamp("numba");
  await step("set-up: native Numba", async () => {
    rmSync(tool("numba"), { recursive: true, force: true });
    await run(venvPython, ["-m", "venv", tool("numba")]);
    const options = ["--disable-pip-version-check", "--no-input", "--quiet"];
    await run(numbaPython, ["-m", "pip", "install", ...options, "--requirement", requirements], {
      failed: "pip install of Numba failed: PyPI cannot be reached, or has no file for this Python and machine.",
    });
  });
  stamp("numba", wanted);
}
