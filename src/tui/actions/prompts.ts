/** One line of text that an action needs. */
import { shortLabel } from "../model/access.ts";
import type { PromptPurpose } from "../model/overlays.ts";
import { selected } from "../model/selection.ts";
import { type State, topScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { showPath } from "../model/edits.ts";
import { createField } from "../text/field.ts";

export function askFor(state: State, purpose: PromptPurpose): Step {
  const { title, text } = describe(state, purpose);
  return step({ ...state, overlay: { kind: "prompt", purpose, title, field: createField(text, { multiline: false }) } });
}

function describe(state: State, purpose: PromptPurpose): { readonly title: string; readonly text: string } {
  const one = selected(state);
  const screen = topScreen(state);
  switch (purpose.kind) {
    case "filter":
      return { title: "Filter (keys and paths; ~missing ~differs ~edited ~empty ~plain)", text: "filter" in screen ? screen.filter : "" };
    case "add": {
      const parent = one === undefined ? [] : one.cell.kind === "map" ? one.path : one.path.slice(0, -1);
      const where = purpose.everywhere ? "every environment" : (one?.where ?? "");
      return { title: `New key in ${where} (database.password; \\. for a dot)`, text: parent.length === 0 ? "" : `${showPath(parent)}.` };
    }
    case "rename":
      return { title: `New name for ${one === undefined ? "" : showPath(one.path)}`, text: one?.path.at(-1) ?? "" };
    case "ignore":
      return { title: "Why is this fine? The reason is kept in the configuration", text: "" };
    case "recipient":
      return { title: "Recipient to add (age1…, ssh-ed25519 …, an ARN, a fingerprint)", text: "" };
    case "recipient name":
      return { title: `Whose is ${shortLabel(purpose.newcomer.label)}? A name, or nothing`, text: "" };
    case "confirm":
      return { title: `Type ${purpose.word} to go on`, text: "" };
    case "new file":
      return { title: "Path of the new file (secrets/dev.yaml)", text: "secrets/" };
    case "first key":
      return { title: `First key of ${purpose.file} (database.password)`, text: "" };
  }
}
