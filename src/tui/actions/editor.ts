/** The value editor: keep, throw away, show, generate, change the type, and edit elsewhere. */
import { type EditorScreen, isPlainEverywhere, isShown, nameTargets, parseAs, SHOW_TIME } from "../model/editor.ts";
import { withField } from "../model/fields.ts";
import { closeScreen, type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { editField, setMultiline, typeText } from "../text/field.ts";
import { RECIPES } from "../text/generate.ts";
import { TYPES } from "../text/kinds.ts";
import { type Action, defineActions } from "./action.ts";
import { chooseRecipe, recipeAction, THROW_AWAY } from "./editor-text.ts";

function editorOf(state: State): EditorScreen | undefined {
  const screen = topScreen(state);
  return screen.kind === "editor" ? screen : undefined;
}

function change(state: State, next: (screen: EditorScreen) => EditorScreen): State {
  return updateScreen(state, "editor", next);
}

/** The text leaves the state at once: from here on the vault has it. */
function keep(state: State): Step {
  const screen = editorOf(state);
  if (screen === undefined) return step(state);
  const { targets, type, field } = screen;
  if (screen.waiting !== undefined && !screen.changed) {
    return step(
      refuse(state, screen.problem === undefined ? "the old value is not read yet" : "the old value cannot be shown: type a new one"),
    );
  }
  if (!screen.changed && screen.own && type === screen.oldType) return step(tell(closeScreen(state), "info", "Nothing was changed."));
  const parsed = parseAs(type, field.text);
  if (!parsed.ok) return step(refuse(state, parsed.problem));
  const { what, where } = nameTargets(targets);
  const ids = targets.map((_, index) => `v${state.nextId + index}`);
  const next = closeScreen({ ...state, nextId: state.nextId + ids.length });
  const base64 = screen.decoded === "text";
  return step(next, { topic: "editor", kind: "keep", ids, label: `set ${what} in ${where}`, targets, type, text: field.text, base64 });
}

function refuse(state: State, problem: string): State {
  return change(state, (screen) => ({ ...screen, problem }));
}

function enter(state: State): Step {
  const screen = editorOf(state);
  if (screen === undefined) return step(state);
  return screen.field.multiline ? step(withField(state, editField(screen.field, "newline"))) : keep(state);
}

/** Several lines are more than one types again. */
function leave(state: State): Step {
  const screen = editorOf(state);
  if (state.job?.cancellable === true) return step(state, { topic: "project", kind: "cancel" });
  if (screen?.changed === true && screen.field.lineCount > 1) return step({ ...state, overlay: THROW_AWAY });
  return throwAway(state);
}

function throwAway(state: State): Step {
  const screen = editorOf(state);
  if (screen === undefined) return step(state);
  const closed = closeScreen({ ...state, overlay: undefined });
  return step(screen.changed ? tell(closed, "info", "Thrown away: the value is as it was.") : closed);
}

function show(state: State): Step {
  return step(
    change(state, (screen) => {
      const shownUntil = isShown(screen, state.now, state.shared) ? undefined : state.now + SHOW_TIME;
      return { ...screen, shownUntil, replaces: false };
    }),
  );
}

function canShow(state: State): true | string {
  const screen = editorOf(state);
  if (state.shared) return "the screen is shared: nothing is shown";
  return screen !== undefined && isPlainEverywhere(screen) ? "this value is readable in the file, and shown" : true;
}

/** What is not YAML or JSON knows no types. */
function textFormat(state: State): string | undefined {
  return editorOf(state)
    ?.targets.map((target) => state.files.get(target.file)?.format)
    .find((format) => format === "dotenv" || format === "ini" || format === "binary");
}

function nextType(state: State): Step {
  return step(
    change(state, (screen) => {
      const at = TYPES.findIndex((type) => type === screen.type);
      return { ...screen, type: TYPES[(at + 1) % TYPES.length] ?? "str", problem: undefined };
    }),
  );
}

function canHaveLines(state: State): true | string {
  const screen = editorOf(state);
  if (screen === undefined) return true;
  if (screen.field.multiline && screen.field.lineCount > 1) return "the text has several lines";
  return true;
}

function editOutside(state: State, sure: boolean): Step {
  const screen = editorOf(state);
  if (screen === undefined) return step(state);
  return step(
    { ...state, overlay: undefined },
    { topic: "editor", kind: "edit outside", editor: screen.id, text: screen.field.text, sure },
  );
}

function canEditOutside(state: State): true | string {
  const screen = editorOf(state);
  if (state.shared) return "the screen is shared: the editor would show the value";
  return screen?.waiting === undefined || screen.changed ? true : "the old value is not read yet";
}

export const EDITOR_ACTIONS: readonly Action[] = defineActions(
  {
    id: "editor.enter",
    keys: ["enter"],
    title: "keep, or new line",
    help: "Keeps the value; where it has several lines, begins a new one.",
    scopes: ["editor"],
    run: enter,
  },
  {
    id: "editor.keep",
    keys: ["ctrl+s", "alt+enter"],
    title: "keep",
    help: "Keeps the value in memory, also one of several lines. Nothing is written before the save.",
    scopes: ["editor"],
    footer: 1,
    run: keep,
  },
  {
    id: "editor.cancel",
    keys: ["escape", "ctrl+c"],
    title: "cancel",
    help: "Throws away what was typed; asks once where it has several lines.",
    scopes: ["editor"],
    footer: 2,
    run: leave,
  },
  {
    id: "editor.throwAway",
    keys: [],
    title: "throw away",
    help: "Throws away what was typed, without a question.",
    scopes: ["editor"],
    run: throwAway,
  },
  {
    id: "editor.show",
    keys: ["ctrl+r"],
    title: "show",
    help: "Shows the value for 15 seconds while it is edited, and hides it again.",
    scopes: ["editor"],
    footer: 3,
    enabled: canShow,
    run: show,
  },
  {
    id: "editor.generate",
    keys: ["ctrl+g"],
    title: "generate",
    help: "Makes a new secret: asks which kind, and takes the last one again on Enter.",
    scopes: ["editor"],
    footer: 4,
    run: (state) => step({ ...state, overlay: chooseRecipe(state.recipe ?? 0) }),
  },
  ...RECIPES.map(({ title }, recipe): Action => ({
    id: recipeAction(recipe),
    keys: [],
    title: `generate ${title}`,
    help: `Puts a new secret in the place of the text: ${title}.`,
    scopes: ["editor"],
    run(state) {
      const screen = editorOf(state);
      return screen === undefined ? step(state) : step(state, { topic: "editor", kind: "generate", editor: screen.id, recipe });
    },
  })),
  {
    id: "editor.type",
    keys: ["ctrl+t"],
    title: "type",
    help: "Another type: string, int, float, bool, null, in turn.",
    scopes: ["editor"],
    footer: 5,
    enabled: (state) => (textFormat(state) === undefined ? true : `${textFormat(state) ?? ""} files hold strings only`),
    run: nextType,
  },
  {
    id: "editor.lines",
    keys: ["ctrl+o"],
    title: "multi-line",
    help: "Several lines, and back to one. Then Enter begins a line, and ^S keeps.",
    scopes: ["editor"],
    footer: 6,
    enabled: canHaveLines,
    run: (state) => step(change(state, (screen) => ({ ...screen, field: setMultiline(screen.field, !screen.field.multiline) }))),
  },
  {
    id: "editor.tab",
    keys: ["tab"],
    title: "tab",
    help: "A tab, in a value of several lines.",
    scopes: ["editor"],
    run(state) {
      const screen = editorOf(state);
      return screen?.field.multiline === true ? step(withField(state, typeText(screen.field, "\t"))) : step(state);
    },
  },
  {
    id: "editor.outside",
    keys: ["ctrl+e"],
    title: "$EDITOR",
    help: "Edits this one value in your own editor. What that may leave behind is said before.",
    scopes: ["editor"],
    footer: 7,
    enabled: canEditOutside,
    run: (state) => editOutside(state, false),
  },
  {
    id: "editor.outsideNow",
    keys: [],
    title: "$EDITOR without asking",
    help: "Opens your own editor, whatever it may leave behind.",
    scopes: ["editor"],
    enabled: canEditOutside,
    run: (state) => editOutside(state, true),
  },
);
