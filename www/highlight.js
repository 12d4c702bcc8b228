// Comments, strings and keywords of Python and Rust in colour: enough to read by.

const KEYWORDS =
  "and|as|break|class|const|def|else|elif|enum|false|fn|for|from|if|impl|import|in|is|let|loop|match|mod|mut|not|or|pub|return|Self|self|static|struct|super|trait|true|type|unsafe|use|where|while|None|True|False";

const TOKENS = new RegExp(
  `(?<comment>//[^\\n]*|(?<![\\w'"])#(?!\\[)[^\\n]*)|(?<string>b?"(?:\\\\.|[^"\\\\\\n])*")|\\b(?<keyword>${KEYWORDS})\\b`,
  "g",
);

/** @param {string} text */
export function highlight(text) {
  const code = document.createElement("code");
  let done = 0;
  for (const match of text.matchAll(TOKENS)) {
    code.append(text.slice(done, match.index));
    const span = document.createElement("span");
    span.className = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0] ?? "";
    span.textContent = match[0];
    code.append(span);
    done = match.index + match[0].length;
  }
  code.append(text.slice(done));
  return code;
}
