/** Asks what becomes of edits that were left. */
import type { RecoveryEvent } from "../model/recovery.ts";
import type { State } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";

export function reduceRecovery(state: State, event: RecoveryEvent): Step {
  if (event.kind === "restored") {
    return step(tell({ ...state, edits: event.edits }, "fine", "The edits are back, unsaved. ^S shows what they would write."));
  }
  const { files } = event;
  const count = files.reduce((sum, file) => sum + file.edits, 0);
  const where = files.map((file) => file.path).join(", ");
  const title = `sotto ended early with ${count} edit${count === 1 ? "" : "s"} in ${where}`;
  return step({
    ...state,
    overlay: {
      kind: "choose",
      title,
      text: ["Each file was kept encrypted for its own recipients."],
      choices: [
        { key: "r", title: "restore: they are unsaved edits again", action: "recovery.restore" },
        { key: "d", title: "delete them", action: "recovery.delete" },
        { key: "escape", title: "decide later", action: "overlay.close" },
      ],
      at: 0,
    },
  });
}
