/** Why a file is not as it should be, above its tree. */
import { show } from "../text/show.ts";
import { wrap } from "../text/wrap.ts";
import type { FileView } from "./files.ts";

/** What happened, and behind it what helps. */
const MESSAGE_LINES = 2;
const HINT_LINES = 2;

export interface ProblemText {
  readonly message: readonly string[];
  readonly hints: readonly string[];
}

/** @param width of the pane, inside */
export function problemText(file: FileView, width: number): ProblemText {
  const problem = file.state === "plaintext" ? PLAINTEXT : (file.problem ?? standing(file));
  if (problem === undefined) return { message: [], hints: [] };
  const where = problem.line === undefined ? "" : ` (line ${problem.line})`;
  return {
    message: wrap(`${show(problem.message)}${where}`, width - 4, MESSAGE_LINES),
    hints: problem.hints.flatMap((hint) => wrap(show(hint), width - 4, 1)).slice(0, HINT_LINES),
  };
}

/** What is so without anything having failed. */
function standing(file: FileView): FileView["problem"] {
  if (file.mac === "wrong" || file.mac === "missing") {
    const what = file.mac === "wrong" ? "its checksum does not match" : "it has no checksum";
    return { message: `It was changed outside sotto: ${what}. Opened read-only.`, hints: ["D shows what differs"] };
  }
  if (file.key === "waiting") return { message: "Its key has to be asked for.", hints: ["enter asks; keys and plain values are shown"] };
  return undefined;
}

export function problemHeight(file: FileView | undefined, width: number): number {
  if (file === undefined) return 0;
  const { message, hints } = problemText(file, width);
  return message.length + hints.length;
}

const PLAINTEXT: NonNullable<FileView["problem"]> = {
  message: "A rule says that this file should be encrypted, and it is not: everybody who has it reads it.",
  hints: ["enter encrypts it now, where it is"],
};
