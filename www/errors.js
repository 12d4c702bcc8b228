// Errors as one sentence for a person, and the rest for who wants to know.

/** An error whose message is that sentence already. */
export class PageError extends Error {
  /**
   * @param {string} sentence
   * @param {unknown} [cause]
   */
  constructor(sentence, cause) {
    super(sentence, { cause });
    this.name = "PageError";
  }
}

/**
 * @param {unknown} error
 * @returns {{sentence: string, details: string}}
 */
export function explain(error) {
  if (!(error instanceof Error)) return { sentence: `Something failed: ${error}`, details: String(error) };
  const cause = error.cause instanceof Error ? error.cause.message : (error.cause ?? "");
  const details = [error.stack ?? error.message, cause].filter(Boolean).join("\n\n");
  if (error instanceof PageError || error.message.startsWith("ferrodide: "))
    return { sentence: error.message, details };
  // A Python exception's message is its traceback; the last line says what it is.
  const last = error.message.trimEnd().split("\n").at(-1) ?? "";
  const python = error.constructor.name === "PythonError" || error.name === "PythonError";
  if (python) {
    const own = /^\w+: (ferrodide: .*)$/.exec(last)?.[1];
    return { sentence: own ?? `Python stopped with ${last}`, details: error.message };
  }
  return { sentence: `Python could not be loaded: ${error.message}`, details };
}
