/** The command lines: tables of spellings × formats × flags × mistakes, and some written by hand. */
import { COMMAND_LINES } from "./lines-commands.ts";
import { EDIT_LINES } from "./lines-edit.ts";
import { ERROR_LINES } from "./lines-errors.ts";
import { FORMAT_LINES } from "./lines-formats.ts";
import { POSITION_LINES } from "./lines-positions.ts";
import { type Line, typed } from "./replay.ts";

export const LINES: readonly Line[] = [
  ...new Map(
    [...FORMAT_LINES, ...COMMAND_LINES, ...ERROR_LINES, ...POSITION_LINES, ...EDIT_LINES].map((line) => [typed(line), line]),
  ).values(),
];
