/** What the value editor waited for, and what becomes of a value that is kept. */
import { askOutside } from "../actions/editor-text.ts";
import type { EditorEvent, EditorScreen } from "../model/editor.ts";
import { makeEdit } from "../model/edits.ts";
import { type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { createField, replaceText, setMultiline } from "../text/field.ts";
import { bitsOf, RECIPES } from "../text/generate.ts";
import { onNewKey } from "./new-key.ts";
import { sharedWith } from "./same-value.ts";

export function reduceEditor(state: State, event: EditorEvent): Step {
  switch (event.kind) {
    case "fetched":
      return step(onEditor(state, event.editor, (screen) => fetched(screen, event)));
    case "generated": {
      const next = onEditor(state, event.editor, (screen) => ({
        ...withText(screen, event.text, false),
        type: "str",
        shownUntil: undefined,
      }));
      if (next === state) return step(state);
      const named = RECIPES[event.recipe];
      const what = named === undefined ? "" : ` ${named.title}, ${bitsOf(named.recipe)} bits,`;
      return step(tell({ ...next, recipe: event.recipe }, "info", `Generated:${what} masked. ⏎ keeps it, ^R shows it, ^G makes another.`));
    }
    case "outside warned":
      return step(topScreen(state).kind === "editor" ? { ...state, overlay: askOutside(event.name, event.warnings) } : state);
    case "edited outside": {
      const active = { ...state, active: state.now };
      const next = onEditor(active, event.editor, (screen) =>
        event.text === screen.field.text ? screen : withText(screen, event.text, event.text.includes("\n") || screen.field.multiline),
      );
      return step(next);
    }
    case "failed":
      return step(
        onEditor(tell(state, "error", event.message), event.editor, (screen) => ({
          ...screen,
          problem: event.message,
        })),
      );
    case "kept":
      return step(kept(state, event));
  }
}

/** @returns the same state when that editor is closed: it may be another one that is open now */
function onEditor(state: State, id: number, change: (screen: EditorScreen) => EditorScreen): State {
  const isOpen = state.screens.some((screen) => screen.kind === "editor" && screen.id === id);
  return isOpen ? updateScreen(state, "editor", (screen) => (screen.id === id ? change(screen) : screen)) : state;
}

/** What was typed meanwhile stays. */
function fetched(screen: EditorScreen, { value, decoded }: Extract<EditorEvent, { readonly kind: "fetched" }>): EditorScreen {
  if (value === undefined) return { ...screen, decoded };
  const known = { ...screen, decoded, waiting: undefined, old: value.facts, oldType: value.type };
  if (screen.changed) return known;
  return {
    ...known,
    type: screen.type === screen.oldType ? value.type : screen.type,
    field: createField(value.text, { multiline: screen.field.multiline }),
    replaces: value.text !== "",
  };
}

function withText(screen: EditorScreen, text: string, multiline: boolean): EditorScreen {
  const field = setMultiline(replaceText(screen.field, text), multiline);
  return { ...screen, field, changed: field.past.length > 0, replaces: false, problem: undefined };
}

function kept(state: State, { label, targets, values }: Extract<EditorEvent, { readonly kind: "kept" }>): State {
  const edits = targets.flatMap((target, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ file: target.file, path: target.path, change: { kind: "set", value } as const }];
  });
  const next = onNewKey(state, { ...state, edits: makeEdit(state.edits, { label, edits }) }, edits[0]);
  const shared = sharedWith(next, targets, values);
  if (shared === undefined) return tell(next, "fine", `Kept: ${label}. Nothing is written before ^S.`);
  return tell(next, "warning", shared.isolated ? `Kept, but ${shared.text} u undoes.` : `Kept: ${label}. ${shared.text} u undoes.`);
}
