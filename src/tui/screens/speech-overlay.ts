/** Questions, prompts and lists as sentences with their answers. */
import type { Keymap } from "../actions/action.ts";
import { commandRows } from "../actions/command-rows.ts";
import { helpRows } from "../actions/help-rows.ts";
import type { Choice, Overlay } from "../model/overlays.ts";
import type { State } from "../model/state.ts";
import { show } from "../text/show.ts";

export function spokenOverlay(state: State, over: Overlay, keymap: Keymap): readonly string[] {
  switch (over.kind) {
    case "prompt":
      return [`${show(over.title)}: ${show(over.field.text)}`, "Enter keeps, escape cancels."];
    case "choose":
      return [
        [`Question: ${show(over.title)}`, ...over.text.map(show)].join(". "),
        `Answers: ${over.choices.map((choice) => `${choice.key} ${show(choice.title)}`).join(", ")}.`,
        chosen(over.choices[over.at], over.at, over.choices.length),
      ];
    case "palette":
      return spokenCommands(state, over, keymap);
    case "help":
      return spokenHelp(state, over, keymap);
    case "messages":
      return spokenMessages(state, over.list.cursor);
  }
}

function chosen(choice: Choice | undefined, at: number, all: number): string {
  return choice === undefined ? "" : `Enter: ${show(choice.title)}, ${at + 1} of ${all}`;
}

function spokenCommands(state: State, over: Extract<Overlay, { readonly kind: "palette" }>, keymap: Keymap): readonly string[] {
  const rows = commandRows(state, keymap);
  const row = rows[over.list.cursor];
  const typed = over.field.text === "" ? "Commands, typing searches." : `Commands: ${show(over.field.text)}`;
  if (row === undefined) return [typed, "Nothing here is called that."];
  const key = row.key === "" ? [] : [`key ${row.key}`];
  const reason = row.reason === undefined ? [] : [`not now: ${row.reason}`];
  return [typed, [row.action.title, ...key, ...reason, `${over.list.cursor + 1} of ${rows.length}`].join(", "), row.action.help];
}

function spokenHelp(state: State, over: Extract<Overlay, { readonly kind: "help" }>, keymap: Keymap): readonly string[] {
  const rows = helpRows(state, keymap);
  const typed = over.field.text === "" ? "Help, typing searches." : `Help: ${show(over.field.text)}`;
  const row = rows[over.list.cursor];
  if (row === undefined) return [typed, "No key does that."];
  const at = `${over.list.cursor + 1} of ${rows.length}`;
  switch (row.kind) {
    case "heading":
    case "more":
      return [typed, `${row.text}, ${at}`];
    case "action":
      return [typed, [`key ${row.keys}`, row.title, row.text, at].join(", ")];
    case "blank":
      return [typed, at];
  }
}

function spokenMessages(state: State, cursor: number): readonly string[] {
  const { log } = state.messages;
  const message = log[Math.min(cursor, log.length - 1)];
  return message === undefined
    ? ["Nothing was said yet."]
    : [`${message.tone}: ${show(message.text)}`, `Message ${log.indexOf(message) + 1} of ${log.length}. y copies all.`];
}
