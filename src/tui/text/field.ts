/** Typing, pasting and editing in a text field. A value is never changed by being shown: only keys and pastes change it. */
import { columnOf, endOfLine, lineAround, placeAt } from "./columns.ts";
import { countNewlines, moveTo, redo, replaceSpan, undo } from "./field-state.ts";
import type { Field } from "./field-state.ts";
import { nextBorder, previousBorder, wordEnd, wordStart } from "./graphemes.ts";

export type { Field } from "./field-state.ts";
export { viewField } from "./field-view.ts";
export type { FieldRow, FieldView, FieldViewOptions } from "./field-view.ts";

export type FieldCommand =
  | "left"
  | "right"
  | "wordLeft"
  | "wordRight"
  | "home"
  | "end"
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "top"
  | "bottom"
  | "backspace"
  | "delete"
  | "deleteWordLeft"
  | "deleteWordRight"
  | "killToEnd"
  | "killToStart"
  | "yank"
  | "newline"
  | "transpose"
  | "undo"
  | "redo";

export interface Pasted {
  readonly field: Field;
  /** What a user has to know of it, one sentence each. */
  readonly notes: readonly string[];
}

/** Bytes of UTF-8 that a field holds at most. */
export const FIELD_LIMIT: number = 1024 * 1024;

/**
 * A field with its cursor at the end. A text with newlines is multi-line, whatever the option says.
 * @param text kept as it is, carriage returns and controls too
 */
export function createField(text: string, options: { readonly multiline?: boolean } = {}): Field {
  const newlines = countNewlines(text);
  const multiline = options.multiline === true || newlines > 0;
  return {
    text,
    cursor: text.length,
    killed: "",
    multiline,
    goal: undefined,
    line: newlines,
    lineCount: newlines + 1,
    past: [],
    future: [],
  };
}

/** Between one line and many; a text with newlines stays multi-line. */
export function setMultiline(field: Field, multiline: boolean): Field {
  return { ...field, multiline: multiline || field.lineCount > 1 };
}

/**
 * Inserts what keys gave. Controls are left out, and newlines where there is one line only.
 * @param over it takes the place of the whole text
 */
export function typeText(field: Field, text: string, over = false): Field {
  const clean = withoutControls(withNewlines(text));
  const typed = field.multiline ? clean : clean.replaceAll("\n", "");
  if (typed === "") return field;
  return over ? replaceAll(field, typed, "type") : replaceSpan(field, field.cursor, field.cursor, typed, "type");
}

/** Another text in the place of all; undone in one step, with what is typed behind it. */
export function replaceText(field: Field, text: string): Field {
  return setMultiline(replaceAll(field, text, "other"), field.multiline);
}

function replaceAll(field: Field, text: string, kind: "type" | "other"): Field {
  return replaceSpan(field, 0, field.text.length, text, kind);
}

/**
 * Inserts a paste: newlines made uniform, controls but tabs left out. One that is too large is left out whole: half a secret is none.
 * @param over it takes the place of the whole text
 */
export function pasteText(field: Field, text: string, over = false): Pasted {
  const uniform = withNewlines(text);
  const pasted = withoutControls(uniform);
  if ((over ? 0 : Buffer.byteLength(field.text)) + Buffer.byteLength(pasted) > FIELD_LIMIT) {
    return { field, notes: ["Nothing was pasted: a value holds 1 MiB at most."] };
  }
  const notes: string[] = [];
  const dropped = uniform.length - pasted.length;
  if (dropped > 0) notes.push(`Left out ${dropped} control ${dropped === 1 ? "character" : "characters"}.`);
  const newlines = countNewlines(pasted);
  const switches = newlines > 0 && !field.multiline;
  if (switches) notes.push(`The paste has ${newlines === 1 ? "a newline" : `${newlines} newlines`}: now a multi-line value.`);
  const target = switches ? { ...field, multiline: true } : field;
  if (pasted === "") return { field, notes };
  return { field: over ? replaceAll(target, pasted, "other") : replaceSpan(target, field.cursor, field.cursor, pasted, "other"), notes };
}

/**
 * @param page lines that `pageUp` and `pageDown` go
 * @returns the same object when the command changes nothing, so that a caller may do something else with the key
 */
export function editField(field: Field, command: FieldCommand, page = 10): Field {
  return COMMANDS[command](field, page);
}

const COMMANDS: Readonly<Record<FieldCommand, (field: Field, page: number) => Field>> = {
  left: (field) => moveTo(field, previousBorder(field.text, field.cursor)),
  right: (field) => moveTo(field, nextBorder(field.text, field.cursor)),
  wordLeft: (field) => moveTo(field, wordStart(field.text, field.cursor)),
  wordRight: (field) => moveTo(field, wordEnd(field.text, field.cursor)),
  home: (field) => moveTo(field, lineAround(field.text, field.cursor).start),
  end: (field) => moveTo(field, endOfLine(field.text, field.cursor)),
  up: (field) => moveByLines(field, -1),
  down: (field) => moveByLines(field, 1),
  pageUp: (field, page) => moveByLines(field, -page),
  pageDown: (field, page) => moveByLines(field, page),
  top: (field) => moveTo(field, 0),
  bottom: (field) => moveTo(field, field.text.length),
  backspace: (field) => replaceSpan(field, previousBorder(field.text, field.cursor), field.cursor, "", "erase"),
  delete: (field) => replaceSpan(field, field.cursor, nextBorder(field.text, field.cursor), "", "erase"),
  deleteWordLeft: (field) => kill(field, wordStart(field.text, field.cursor), field.cursor),
  deleteWordRight: (field) => kill(field, field.cursor, wordEnd(field.text, field.cursor)),
  killToEnd: (field) => {
    const end = endOfLine(field.text, field.cursor);
    // At the end of a line its newline is what is left to cut.
    return kill(field, field.cursor, end === field.cursor ? nextBorder(field.text, end) : end);
  },
  killToStart: (field) => kill(field, lineAround(field.text, field.cursor).start, field.cursor),
  yank: (field) =>
    field.killed === "" ? field : setMultiline(replaceSpan(field, field.cursor, field.cursor, field.killed, "other"), field.multiline),
  newline: (field) => (field.multiline ? replaceSpan(field, field.cursor, field.cursor, "\n", "other") : field),
  transpose,
  undo,
  redo,
};

function kill(field: Field, from: number, to: number): Field {
  return from === to ? field : { ...replaceSpan(field, from, to, "", "other"), killed: field.text.slice(from, to) };
}

/** Moves whole lines; where there are fewer, to the first or the last one. */
function moveByLines(field: Field, lines: number): Field {
  const { text, cursor } = field;
  const here = lineAround(text, cursor);
  const goal = field.goal ?? columnOf(text, here, cursor);
  let line = here;
  for (let left = Math.abs(lines); left > 0; left -= 1) {
    if (lines < 0 ? line.start === 0 : line.end === text.length) break;
    line = lineAround(text, lines < 0 ? line.start - 1 : line.end + 1);
  }
  return line.start === here.start ? field : moveTo(field, placeAt(text, line, goal), goal);
}

/** Swaps the characters before and behind the cursor; at the end of a line the two before it. */
function transpose(field: Field): Field {
  const { text, cursor } = field;
  const line = lineAround(text, cursor);
  const middle = cursor === line.end ? previousBorder(text, cursor) : cursor;
  if (middle <= line.start) return field;
  const from = previousBorder(text, middle);
  const to = nextBorder(text, middle);
  return replaceSpan(field, from, to, text.slice(middle, to) + text.slice(from, middle), "other");
}

function withNewlines(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/(?![\t\n])[\u0000-\u001F\u007F-\u009F]/g, "");
}
