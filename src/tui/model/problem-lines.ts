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
  const problem = file.state === "plaintext" ? PLAINTEXT : file.problem;
  if (problem === undefined) return { message: [], hints: [] };
  const where = problem.line === undefined ? "" : ` (line ${problem.line})`;
  return {
    message: wrap(`${show(problem.message)}${where}`, width - 4, MESSAGE_LINES),
    hints: problem.hints.flatMap((hint) => wrap(show(hint), width - 4, 1)).slice(0, HINT_LINES),
  };
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
