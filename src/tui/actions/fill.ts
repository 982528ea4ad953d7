/** Filling a gap of the matrix: from another environment, with a new value, or with nothing. */
import { cellsOf, currentRow } from "../model/matrix-view.ts";
import type { Choice } from "../model/overlays.ts";
import { overrideOf, selected, whyFixed } from "../model/selection.ts";
import { type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";
import { openEditor } from "./open-editor.ts";

function fill(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "matrix") return step(state);
  const row = currentRow(state, screen);
  const one = selected(state);
  if (row === undefined || one === undefined) return step(state);
  const cells = cellsOf(state, screen, row);
  const copies = state.project.environments.flatMap((environment, column): Choice[] => {
    const cell = cells[column];
    const has = column !== screen.column && (cell?.cell.kind === "plain" || cell?.cell.kind === "secret");
    return has
      ? [
          {
            key: String(column + 1),
            title: `copy from ${environment.name}${environment.isolated ? " (isolated!)" : ""}`,
            action: `matrix.fillFrom.${column + 1}`,
          },
        ]
      : [];
  });
  const choices: readonly Choice[] = [
    ...copies,
    { key: "g", title: "type or generate a new value", action: "matrix.fillNew" },
    { key: "0", title: "leave it empty", action: "matrix.fillEmpty" },
    { key: "escape", title: "cancel", action: "overlay.close" },
  ];
  return step({ ...state, overlay: { kind: "choose", title: `Fill ${one.label}`, text: [], choices, at: 0 } });
}

function fillFrom(state: State, column: number): Step {
  const screen = topScreen(state);
  const to = selected(state);
  if (screen.kind !== "matrix" || to === undefined) return step(state);
  const from = selected(withScreen(state, { ...screen, column }));
  if (from?.source === undefined) return step(state);
  const target = overrideOf(state, to);
  const id = `v${state.nextId}`;
  const next = { ...state, overlay: undefined, nextId: state.nextId + 1 };
  const label = `fill ${to.label} from ${from.where}`;
  const targets = [{ file: target.file, path: target.path, label: target.where, encrypted: true }];
  return step(next, { topic: "editor", kind: "copy over", ids: [id], label, from: from.source, targets });
}

function fillEmpty(state: State): Step {
  const one = selected(state);
  if (one === undefined) return step(state);
  const target = overrideOf(state, one);
  const id = `v${state.nextId}`;
  const targets = [{ file: target.file, path: target.path, label: target.where, encrypted: true }];
  const effect = {
    topic: "editor",
    kind: "keep",
    ids: [id],
    label: `leave ${one.label} empty`,
    targets,
    type: "str",
    text: "",
    base64: false,
  } as const;
  return step({ ...state, overlay: undefined, nextId: state.nextId + 1 }, effect);
}

function canFill(state: State): true | string {
  const one = selected(state);
  if (one === undefined) return "no file of this environment can hold this key";
  if (one.cell.kind !== "absent" && one.cell.kind !== "null" && !(one.cell.kind === "plain" && one.cell.text === "")) {
    return "there is a value here already: e changes it";
  }
  return whyFixed(state, overrideOf(state, one)) ?? true;
}

export const FILL_ACTIONS: readonly Action[] = defineActions(
  {
    id: "matrix.fill",
    keys: ["F"],
    title: "fill",
    help: "Fills a gap: copies the value of another environment, takes a new one, or leaves it empty.",
    scopes: ["matrix"],
    footer: 6,
    enabled: canFill,
    run: fill,
  },
  ...Array.from({ length: 9 }, (_, column): Action => ({
    id: `matrix.fillFrom.${column + 1}`,
    keys: [],
    title: `fill from environment ${column + 1}`,
    help: "Copies the value of that environment to the gap.",
    scopes: ["matrix"],
    enabled: (state) => (column < state.project.environments.length ? canFill(state) : "there is no such environment"),
    run: (state) => fillFrom(state, column),
  })),
  {
    id: "matrix.fillNew",
    keys: [],
    title: "fill with a new value",
    help: "Types or generates a value for the gap.",
    scopes: ["matrix"],
    enabled: canFill,
    run(state) {
      const one = selected(state);
      return one === undefined ? step(state) : openEditor({ ...state, overlay: undefined }, [overrideOf(state, one)], one);
    },
  },
  {
    id: "matrix.fillEmpty",
    keys: [],
    title: "fill with nothing",
    help: "Sets an empty text, so that the key is there.",
    scopes: ["matrix"],
    enabled: canFill,
    run: fillEmpty,
  },
);
