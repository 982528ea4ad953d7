/** Sentences of the value editor. None of them holds a part of the value. */
import type { Draw } from "../draw/frame.ts";
import { type Line, span } from "../draw/line.ts";
import { type EditorScreen, isPlainEverywhere, isShown, parseAs, type ValueType } from "../model/editor.ts";
import { checkValue } from "../text/checks.ts";
import type { Field } from "../text/field.ts";
import { graphemes } from "../text/graphemes.ts";
import { detectKind, trapOf } from "../text/kinds.ts";
import { type Strength, strengthOf } from "../text/strength.ts";

export interface Judged {
  readonly characters: number;
  readonly looks: string | undefined;
  readonly strength: Strength;
}

const MOST_COUNTED = 16 * 1024;
/** A frame is drawn more often than the text changes. */
const judged = new WeakMap<Field, Judged>();
const checked = new WeakMap<EditorScreen, readonly Line[]>();

export function judge(field: Field): Judged {
  let found = judged.get(field);
  if (found === undefined) {
    const { text } = field;
    found = { characters: countCharacters(text), looks: detectKind(text)?.label, strength: strengthOf(text) };
    judged.set(field, found);
  }
  return found;
}

/** Of very long texts the code units: nobody counts those. */
function countCharacters(text: string): number {
  if (text.length > MOST_COUNTED || /^[\n\t -~]*$/.test(text)) return text.length;
  let count = 0;
  for (const _ of graphemes(text)) count += 1;
  return count;
}

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  str: "string",
  int: "int",
  float: "float",
  bool: "bool",
  time: "time",
  null: "null",
};

export function typeName(type: ValueType): string {
  return TYPE_NAMES[type];
}

/** The one line that matters most now: what is wrong, what is shown, or what typing does. */
export function noteOf(draw: Draw, screen: EditorScreen): Line {
  const { state, glyphs } = draw;
  const { field } = screen;
  if (screen.problem !== undefined) return [span(` ${glyphs.bad} ${screen.problem}`, "danger")];
  const typed = screen.waiting === undefined || screen.changed ? parseAs(screen.type, field.text) : undefined;
  if (typed?.ok === false) return [span(` ${glyphs.warning} ${typed.problem}`, "warning")];
  if (screen.shownUntil !== undefined && isShown(screen, state.now, state.shared)) {
    return [span(` shown; hides in ${Math.max(0, Math.ceil((screen.shownUntil - state.now) / 1000))} s`, "warning")];
  }
  if (screen.waiting !== undefined && !screen.changed) return [span(" typing replaces the old value; it is being read", "dim")];
  if (screen.replaces) {
    const other = isPlainEverywhere(screen) || state.shared ? "an arrow key edits in place" : "^R shows it, or an arrow key edits in place";
    return [span(` typing replaces it; ${other}`, "focus")];
  }
  if (field.text === "" && screen.type === "str") return [span(" type or paste the value, or ^G makes one", "dim")];
  if (field.multiline) return [span(" ⏎ begins a line, ^S keeps the value", "dim")];
  return [span(" kept in memory only; nothing is written before the save", "dim")];
}

/** Where the value goes to is not as one might expect. */
export function placeNote({ glyphs }: Draw, screen: EditorScreen): Line | undefined {
  const plain = screen.targets.filter((target) => !target.encrypted).map((target) => target.label);
  if (screen.decoded === "text") return [span(` ${glyphs.info} base64 of a Kubernetes Secret: shown decoded, kept encoded`, "dim")];
  if (screen.decoded === "binary")
    return [span(` ${glyphs.warning} base64 of a Kubernetes Secret that is no text: type base64`, "warning")];
  if (plain.length === 0) return undefined;
  const where = plain.length === screen.targets.length ? "" : ` in ${plain.join(", ")}`;
  return [span(` ${glyphs.warning} not encrypted${where}: readable for everybody who has the file`, "warning")];
}

export function adviceOf(draw: Draw, screen: EditorScreen): readonly Line[] {
  // What the checks say about a secret is nothing for those who look on.
  if (screen.waiting !== undefined && !screen.changed) return [];
  if (draw.state.shared && !isPlainEverywhere(screen)) return [];
  let found = checked.get(screen);
  if (found === undefined) checked.set(screen, (found = findAdvice(draw, screen)));
  return found;
}

function findAdvice({ glyphs, state }: Draw, { type, field, old, changed, targets }: EditorScreen): readonly Line[] {
  if (field.text === "" && !changed) return [];
  const checks = checkValue(field.text, {
    type: type === "time" ? "str" : type,
    sameIn: undefined,
    readable: targets.every((target) => !target.encrypted),
    isolated: false,
    ...(changed && old !== undefined ? { old: { length: old.length } } : {}),
  });
  const isYaml = targets.some((target) => state.files.get(target.file)?.format === "yaml");
  const trap = type === "str" && isYaml && field.lineCount === 1 && field.text !== "" ? trapOf(field.text) : undefined;
  return [
    ...checks.map(({ ok, text }): Line => [span(`${ok ? glyphs.good : glyphs.warning} ${text}`, ok ? "good" : "warning")]),
    ...(trap === undefined ? [] : [[span(`${glyphs.info} ${trap}`, "dim")]]),
  ];
}
