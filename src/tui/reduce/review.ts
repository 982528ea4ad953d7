/** What comes back about saving, merging and comparing. */
import { NO_EDITS } from "../model/edits.ts";
import { samePath } from "../model/edits.ts";
import { AT_TOP } from "../model/list.ts";
import { allEdits, dropEdits } from "../model/rebase-steps.ts";
import { newReview, type ReviewEvent, type ReviewScreen } from "../model/review.ts";
import type { Screen } from "../model/screens.ts";
import { closeScreen, openScreen, type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";

const PREPARE = { topic: "review", kind: "prepare" } as const;

type EventOf<K extends ReviewEvent["kind"]> = Extract<ReviewEvent, { readonly kind: K }>;

export function reduceReview(state: State, event: ReviewEvent): Step {
  switch (event.kind) {
    case "prepared":
      return prepared(state, event);
    case "saved":
      return step(saved(state, event));
    case "not saved": {
      const count = allEdits(state.edits).length;
      const old = event.files === 1 ? "The old file is untouched" : "The old files are untouched";
      const kept = count === 1 ? "your edit is still here" : `your ${count} edits are still here`;
      return step(tell(state, "error", `Not saved: ${event.reason}. ${old}; ${kept}. ^S tries again.`));
    }
    case "refused":
      return step(refused(state, event.reason));
    case "conflicts": {
      const { origin, edits, conflicts, dropped } = event;
      const next = closeTop(state, ["review", "conflicts"]);
      return step(openScreen(next, { kind: "conflicts", origin, list: AT_TOP, conflicts, edits, dropped, detail: false }));
    }
    case "settled": {
      const added = { label: "merge with what changed on disk", edits: event.added };
      const edits = dropEdits(state.edits, event.dropped, added);
      const next = closeTop({ ...state, edits }, ["conflicts"]);
      if (edits.done.length > 0) return step(next, PREPARE);
      return step(tell(next, "fine", "Merged: everything is as they wrote it. There is nothing left to save."));
    }
    case "merged":
      return step(merged(state, event));
    case "shown":
      return step(openScreen(closeTop(state, ["review"]), newReview(event.purpose, event.lines, state.edits)));
    case "resolved": {
      const count = event.answers === 0 ? "nothing had to be asked" : event.answers === 1 ? "1 answer" : `${event.answers} answers`;
      const next = closeTop(state, ["conflicts"]);
      return step(tell(next, "fine", `Resolved ${event.path}: ${count}. Tell git with: git add ${event.path}`));
    }
    case "compared": {
      const { path, columns, differing } = event;
      return step(
        updateScreen(state, "compare", (screen) =>
          samePath(screen.path, path) && screen.columns[0] === columns[0] && screen.columns[1] === columns[1]
            ? { ...screen, lines: { columns, differing } }
            : screen,
        ),
      );
    }
  }
}

function prepared(state: State, { edits, lines, changed }: EventOf<"prepared">): Step {
  // Something was edited or undone while this was made.
  if (edits !== state.edits) return edits.done.length === 0 || state.edits.done.length === 0 ? step(state) : step(state, PREPARE);
  const below = closeTop(state, ["review"]);
  if (changed.length > 0) return step(openScreen(below, newReview("save", lines, edits)));
  return step(tell({ ...below, edits: NO_EDITS }, "info", "Nothing to save: everything is as it was. The edits are dropped."));
}

/** What was edited while the files were written stays. */
function saved(state: State, { edits, files }: EventOf<"saved">): State {
  const screen = state.screens.find((one): one is ReviewScreen => one.kind === "review" && one.purpose === "save");
  const next = closeTop({ ...state, edits: dropEdits(state.edits, new Set(allEdits(edits))) }, ["review"]);
  const written = new Set(files.map((file) => file.path));
  const count = screen?.lines.filter((line) => written.has(line.file)).length ?? 0;
  const values = count === 1 ? "1 value" : `${count} values`;
  const [first] = files;
  if (first === undefined) return tell(next, "info", "Nothing was written: the files say all of this already.");
  const what = files.length === 1 ? first.path : `${files.length} files`;
  return tell(next, "fine", `Saved ${what}: ${values}. Other values are byte-identical.`);
}

function refused(state: State, reason: string): State {
  const next = updateScreen(state, "review", (screen) => ({ ...screen, refused: reason }));
  return {
    ...next,
    overlay: {
      kind: "choose",
      title: "Not saved: a value would stay readable",
      text: [...wrap(reason, 70), "Nothing was written; your edits are still here."],
      choices: [
        { key: "escape", title: "stay, and write nothing", action: "overlay.close" },
        { key: "w", title: "write it readable", action: "save.readable" },
      ],
      at: 0,
    },
  };
}

function merged(state: State, { path, theirs, dropped }: EventOf<"merged">): State {
  const edits = dropEdits(state.edits, dropped);
  const mine = allEdits(edits).filter((edit) => edit.file === path).length;
  const changes = theirs === 1 ? "1 change of theirs" : `${theirs} changes of theirs`;
  const kept = mine === 0 ? "your edits are in it already" : mine === 1 ? "your 1 edit is kept" : `your ${mine} edits are kept`;
  return tell(closeTop({ ...state, edits }, ["review"]), "fine", `Merged: ${changes}, ${kept}.`);
}

function closeTop(state: State, kinds: readonly Screen["kind"][]): State {
  let next = state;
  while (next.screens.length > 1 && kinds.includes(topScreen(next).kind)) next = closeScreen(next);
  return next;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
