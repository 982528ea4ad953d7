/** What comes back about the first run, and about files that were made or encrypted. */
import { openEditor } from "../actions/open-editor.ts";
import { askFor } from "../actions/prompts.ts";
import { showPlace } from "../actions/show-place.ts";
import { showPath } from "../model/edits.ts";
import type { FindingGroup } from "../model/doctor.ts";
import { AT_TOP } from "../model/list.ts";
import { NEW_START, type StartEvent, type StartFound } from "../model/start.ts";
import { selected } from "../model/selection.ts";
import { type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";

export function reduceStart(state: State, event: StartEvent): Step {
  switch (event.kind) {
    case "found":
      return step(
        updateScreen(state, "start", (screen) => ({ ...screen, found: event.found, marked: firstMarks(event.found), list: AT_TOP })),
      );
    case "previewed":
      return step(updateScreen(state, "start", (screen) => (screen.step === 3 ? { ...screen, preview: event.preview } : screen)));
    case "failed": {
      const next = updateScreen(state, "start", () => NEW_START);
      return step(tell(next, "error", `Nothing was encrypted: ${event.message}`), { topic: "start", kind: "look around" });
    }
    case "started": {
      const { files, fresh } = event;
      const what = files.length === 0 ? "Wrote .sops.yaml." : `Encrypted ${countFiles(files)} and wrote .sops.yaml.`;
      const next = tell(leave(state), "fine", `${what} Commit ${files.length === 0 ? "it" : "them"}; P adds other people.`);
      return fresh === undefined ? step(next) : askFor(next, { kind: "first key", file: fresh });
    }
    case "allowed":
      return state.overlay === undefined ? askFor(state, { kind: "first key", file: event.path }) : step(state);
    case "created":
      return openCreated(state, event.path, event.key);
    case "encrypted": {
      const { paths, committed } = event;
      const mended = updateScreen(state, "doctor", (screen) => ({
        ...screen,
        groups: screen.groups?.map((one) => withoutPlain(one, paths)),
      }));
      const told = paths.length === 0 ? state : tell(mended, "fine", `Encrypted ${countFiles(paths)}.`);
      const next =
        committed.length === 0
          ? told
          : tell(told, "warning", `${countFiles(committed)} stood in git in plaintext, and its history keeps that: replace those values.`);
      return topScreen(next).kind === "doctor" ? step(next, { topic: "doctor", kind: "examine" }) : step(next);
    }
  }
}

/** Findings of the doctor that are mended now. */
function withoutPlain(group: FindingGroup, paths: readonly string[]): FindingGroup {
  return { ...group, findings: group.findings.filter((one) => one.fix !== "encrypt" || !paths.includes(one.file ?? "")) };
}

/** What git ignores is for this machine alone, and programs read it as it is. */
function firstMarks({ candidates }: StartFound): ReadonlySet<string> {
  return new Set(candidates.filter(({ untracked }) => !untracked).map(({ path }) => path));
}

/** Opened from another screen, it is closed; as home it was replaced when the project was read. */
function leave(state: State): State {
  const screens = state.screens.filter((screen) => screen.kind !== "start");
  return screens.length === 0 ? state : { ...state, screens };
}

function openCreated(state: State, path: string, key: readonly string[]): Step {
  const shown = showPlace(state, path, key);
  const one = selected(shown);
  const text = `Made ${path}, with ${showPath(key)} still empty.`;
  if (one === undefined || key.length === 0) return step(tell(shown, "fine", `Made ${path}, with an example in it.`));
  const { state: next, effects } = openEditor(shown, [one], one);
  return { state: tell(next, "fine", text), effects };
}

function countFiles(paths: readonly string[]): string {
  return paths.length === 1 ? (paths[0] ?? "") : `${paths.length} files`;
}
