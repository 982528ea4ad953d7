/** What comes back about files: that they were read, opened, checked, or changed by somebody else. */
import type { ProjectView } from "../model/files.ts";
import { NEW_MATRIX } from "../model/screens.ts";
import { NEW_START } from "../model/start.ts";
import type { ProjectEvent } from "../model/events.ts";
import { resumeAt } from "../model/resume.ts";
import { step, type Step, tell } from "../model/step.ts";
import { type State, withFile } from "../model/state.ts";

export function reduceProject(state: State, event: ProjectEvent): Step {
  switch (event.kind) {
    case "loaded": {
      const files = new Map(event.files.map((file) => [file.path, file]));
      const screens = firstScreens(state, event.project, files.size);
      const next = { ...state, loaded: true, project: event.project, files, screens };
      return screens[0]?.kind === "start" ? step(next, { topic: "start", kind: "look around" }) : step(next);
    }
    case "file":
      return step({ ...state, files: new Map(state.files).set(event.file.path, event.file) });
    case "key":
      return step(
        withFile(state, event.path, ({ problem, ...file }) => ({
          ...file,
          key: event.key,
          ...(event.problem === undefined ? (problem === undefined ? {} : { problem }) : { problem: event.problem }),
        })),
      );
    case "facts": {
      const { path, version, facts } = event;
      return step(
        withFile(state, path, (file) => (file.version === version ? { ...file, facts: new Map([...file.facts, ...facts]) } : file)),
      );
    }
    case "mac": {
      const next = withFile(state, event.path, (file) => ({ ...file, mac: event.mac, tampered: event.tampered }));
      if (event.mac !== "wrong" && event.mac !== "missing") return step(next);
      const what = event.mac === "wrong" ? "its checksum does not match" : "it has no checksum";
      return step(tell(next, "error", `${event.path} was changed outside sotto: ${what}. Opened read-only. D shows what differs.`));
    }
    case "stale": {
      const count = state.edits.done.flatMap((one) => one.edits).filter((edit) => edit.file === event.path).length;
      const next = withFile(state, event.path, (file) => ({ ...file, stale: true }));
      if (count === 0) {
        const read = { topic: "project", kind: "read", paths: [event.path] } as const;
        return step(tell(next, "info", `${event.path} changed on disk and was read again.`), read);
      }
      const kept = count === 1 ? "Your 1 edit is kept." : `Your ${count} edits are kept.`;
      return step(tell(next, "warning", `${event.path} changed on disk (git pull). ${kept} M merge · V view theirs`));
    }
    case "branch":
      return step({ ...state, project: { ...state.project, branch: event.branch } });
    case "message":
      return step(tell(state, event.tone, event.text));
    case "job": {
      const { label, cancellable, done, total } = event;
      const since = state.job?.label === label ? state.job.since : state.now;
      const count = done === undefined || total === undefined ? {} : { done, total };
      return step({ ...state, job: { label, since, cancellable, ...count } });
    }
    case "job over":
      return step({ ...state, job: undefined });
    case "resume":
      return step(resumeAt(state, event.note));
    case "unlocked":
      return step(tell({ ...state, locked: false }, "fine", "Unlocked."));
    case "failed":
      return step(tell({ ...state, loaded: true, job: undefined }, "error", event.message));
  }
}

/** The matrix is home where there is something to compare; else the files are; the first run where there is nothing at all. */
function firstScreens(state: State, project: ProjectView, files: number): State["screens"] {
  const [first, ...rest] = state.screens;
  const isNew = !project.hasConfig && files === 0 && !state.readOnly;
  if (first?.kind === "matrix" && isNew) return [NEW_START, ...rest];
  const isOver = first?.kind === "start" && !isNew;
  if (isOver && project.environments.length >= 2) return [NEW_MATRIX, ...rest];
  if (!isOver && (first?.kind !== "matrix" || project.environments.length >= 2)) return state.screens;
  return [
    {
      kind: "document",
      pane: "files",
      files: { cursor: 0, top: 0 },
      foldedFolders: new Set(),
      file: undefined,
      list: { cursor: 0, top: 0 },
      folded: new Map(),
      filter: "",
      marks: new Set(),
      range: undefined,
    },
    ...rest,
  ];
}
