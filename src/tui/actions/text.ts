/** Keys inside a text, as in a shell: they can be bound anew like all others. */
import { activeField, withField } from "../model/fields.ts";
import { layoutOf } from "../model/layout.ts";
import { step } from "../model/step.ts";
import { editField, type FieldCommand } from "../text/field.ts";
import type { Action } from "./action.ts";

const COMMANDS: readonly (readonly [command: FieldCommand, keys: readonly string[], help: string])[] = [
  ["left", ["left"], "One character to the left."],
  ["right", ["right"], "One character to the right."],
  ["wordLeft", ["alt+left", "ctrl+left", "alt+b"], "One word to the left."],
  ["wordRight", ["alt+right", "ctrl+right", "alt+f"], "One word to the right."],
  ["home", ["home", "ctrl+a"], "To the beginning of the line."],
  ["end", ["end"], "To the end of the line."],
  ["up", ["up"], "One line up."],
  ["down", ["down"], "One line down."],
  ["pageUp", ["pageup"], "One page up."],
  ["pageDown", ["pagedown"], "One page down."],
  ["top", ["ctrl+home"], "To the beginning."],
  ["bottom", ["ctrl+end"], "To the end."],
  ["backspace", ["backspace", "ctrl+h"], "Erases the character before the cursor."],
  ["delete", ["delete", "ctrl+d"], "Erases the character under the cursor."],
  ["deleteWordLeft", ["ctrl+w", "alt+backspace"], "Erases the word before the cursor."],
  ["deleteWordRight", ["alt+d"], "Erases the word behind the cursor."],
  ["killToEnd", ["ctrl+k"], "Cuts to the end of the line."],
  ["killToStart", ["ctrl+u"], "Cuts to the beginning of the line."],
  ["yank", ["alt+y"], "Puts back what was cut."],
  ["undo", ["ctrl+_"], "Takes back the last change of the text."],
  ["redo", ["alt+r"], "Makes it again."],
];

export const TEXT_ACTIONS: readonly Action[] = COMMANDS.map(([command, keys, help]) => ({
  id: `text.${command}`,
  keys,
  title: command,
  help,
  scopes: ["text"],
  run(state) {
    const field = activeField(state);
    if (field === undefined) return step(state);
    return step(withField(state, editField(field, command, Math.max(1, layoutOf(state.size).body - 4))));
  },
}));
