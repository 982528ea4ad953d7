/** What the value editor waited for, and what becomes of a value that is kept. */
import type { EditorEvent } from "../model/editor.ts";
import { makeEdit } from "../model/edits.ts";
import { closeScreen, type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { createField } from "../text/field.ts";

export function reduceEditor(state: State, event: EditorEvent): Step {
  switch (event.kind) {
    case "fetched":
      return step(
        updateScreen(state, "editor", (screen) =>
          screen.changed
            ? { ...screen, waiting: undefined }
            : { ...screen, waiting: undefined, field: createField(event.text, { multiline: event.text.includes("\n") }) },
        ),
      );
    case "generated":
    case "edited outside":
      return step(
        updateScreen(state, "editor", (screen) => ({
          ...screen,
          changed: true,
          field: createField(event.text, { multiline: event.text.includes("\n") }),
        })),
      );
    case "failed":
      return step(
        updateScreen(tell(state, "error", event.message), "editor", (screen) => ({
          ...screen,
          waiting: undefined,
          problem: event.message,
        })),
      );
    case "kept": {
      const edits = event.targets.flatMap((target, index) => {
        const value = event.values[index];
        return value === undefined ? [] : [{ file: target.file, path: target.path, change: { kind: "set", value } as const }];
      });
      const next = { ...state, edits: makeEdit(state.edits, { label: event.label, edits }) };
      const closed = topScreen(next).kind === "editor" ? closeScreen(next) : next;
      return step(tell(closed, "fine", `Kept: ${event.label}. Nothing is written before ^S.`));
    }
  }
}
