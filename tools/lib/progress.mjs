// A line for each piece of work, with its time. Long ones show a dot every ten seconds.

/** @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}

/**
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const start = Date.now();
  process.stdout.write(`${label} ...`);
  const ticker = setInterval(() => process.stdout.write("."), 10_000);
  try {
    const result = await work();
    process.stdout.write(` ${duration(Date.now() - start)}\n`);
    return result;
  } catch (error) {
    process.stdout.write(" failed\n");
    throw error;
  } finally {
    clearInterval(ticker);
  }
}
