/** Splits a command line into words as sops does (go shlex; sops: §5.4, §7.5): quotes, escapes and comments, no expansion. */

type State = "between" | "word" | "escaped" | "double" | "double-escaped" | "single" | "comment";

/** The state that a character leads to where it has a meaning; every other character is part of the word. */
const STEPS: Readonly<Record<"between" | "word" | "double" | "single", Readonly<Record<string, State>>>> = {
  between: {
    '"': "double",
    "'": "single",
    "\\": "escaped",
    "#": "comment",
    " ": "between",
    "\t": "between",
    "\r": "between",
    "\n": "between",
  },
  word: { '"': "double", "'": "single", "\\": "escaped", " ": "between", "\t": "between", "\r": "between", "\n": "between" },
  double: { '"': "word", "\\": "double-escaped" },
  single: { "'": "word" },
};

/** @throws Error when a quote or an escape is left open, in the words of sops */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string[] = [];
  let state: State = "between";
  for (const char of text) {
    if (state === "comment") {
      if (char === "\n") state = "between";
    } else if (state === "escaped" || state === "double-escaped") {
      word.push(char);
      state = state === "escaped" ? "word" : "double";
    } else {
      const next: State | undefined = STEPS[state][char];
      if (next === undefined) word.push(char);
      if (state === "word" && next === "between") {
        words.push(word.join(""));
        word = [];
      }
      state = next ?? (state === "between" ? "word" : state);
    }
  }
  if (state === "escaped" || state === "double-escaped") throw new Error("EOF found after escape character");
  if (state === "double" || state === "single") throw new Error("EOF found when expecting closing quote");
  if (state === "word") words.push(word.join(""));
  return words;
}
