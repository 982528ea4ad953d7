/** The value editor: one value of one or several places, typed, generated or pasted. */
import type { ScalarType } from "../../model/tree.ts";
import type { Field } from "../text/field.ts";
import { parseTyped, type Typed } from "../text/kinds.ts";
import { type Path, samePath, showPath } from "./edits.ts";
import type { Facts, ValueRef, ValueSource } from "./facts.ts";

/** How long a value is shown while it is edited, in milliseconds. */
export const SHOW_TIME = 15_000;

export type ValueType = ScalarType | "null";

/** A place that the value goes to. */
export interface EditorTarget {
  readonly file: string;
  readonly path: Path;
  /** Name of the environment, or the path of the file. */
  readonly label: string;
  /** It will be encrypted there. */
  readonly encrypted: boolean;
}

/** What the field shows of a value of a Kubernetes Secret: what it says, or its base64 where that is no text. */
export type Decoded = "no" | "text" | "binary";

export interface EditorScreen {
  readonly kind: "editor";
  /** Answers from outside name it: they may come when it is closed. */
  readonly id: number;
  readonly title: string;
  readonly targets: readonly EditorTarget[];
  readonly type: ValueType;
  /** What stood there, masked; undefined for something new. */
  readonly old: Facts | undefined;
  /** The type that it was opened with. */
  readonly oldType: ValueType;
  /** The value that it was opened with stands in the only target: kept unchanged it is no edit. */
  readonly own: boolean;
  readonly field: Field;
  /** Where the old value has to come from before the field shows it; undefined once it is there. */
  readonly waiting: ValueSource | undefined;
  /** The old value is untouched: what is typed or pasted next takes its place. */
  readonly replaces: boolean;
  readonly changed: boolean;
  /** Shown in the clear until then, in milliseconds. */
  readonly shownUntil: number | undefined;
  readonly decoded: Decoded;
  readonly problem: string | undefined;
}

export type EditorEvent =
  | {
      readonly topic: "editor";
      readonly kind: "fetched";
      readonly editor: number;
      /** Undefined where nothing stands yet. */
      readonly value: { readonly text: string; readonly type: ValueType; readonly facts: Facts } | undefined;
      readonly decoded: Decoded;
    }
  | { readonly topic: "editor"; readonly kind: "generated"; readonly editor: number; readonly recipe: number; readonly text: string }
  /** What an editor of that name does with what is typed into it. */
  | { readonly topic: "editor"; readonly kind: "outside warned"; readonly name: string; readonly warnings: readonly string[] }
  | { readonly topic: "editor"; readonly kind: "edited outside"; readonly editor: number; readonly text: string }
  | { readonly topic: "editor"; readonly kind: "failed"; readonly editor: number; readonly message: string }
  /** The vault has it; it becomes an edit of all targets. */
  | {
      readonly topic: "editor";
      readonly kind: "kept";
      readonly label: string;
      readonly targets: readonly EditorTarget[];
      readonly values: readonly ValueRef[];
    };

export type EditorEffect =
  /** What stands at a place, and whether it is the base64 of a Kubernetes Secret. */
  | {
      readonly topic: "editor";
      readonly kind: "fetch";
      readonly editor: number;
      readonly source: ValueSource | undefined;
      readonly from: { readonly file: string; readonly path: Path };
      readonly targets: readonly EditorTarget[];
    }
  | { readonly topic: "editor"; readonly kind: "generate"; readonly editor: number; readonly recipe: number }
  /** Asks before an editor that keeps copies is opened, unless `sure`. */
  | {
      readonly topic: "editor";
      readonly kind: "edit outside";
      readonly editor: number;
      readonly text: string;
      readonly sure: boolean;
    }
  /** One id for each target, in their order. */
  | {
      readonly topic: "editor";
      readonly kind: "keep";
      readonly ids: readonly string[];
      readonly label: string;
      readonly targets: readonly EditorTarget[];
      readonly type: ValueType;
      readonly text: string;
      /** The text is what the base64 of a Kubernetes Secret says. */
      readonly base64: boolean;
    }
  /** Takes a value over from another place, or from an old version, without anybody seeing it. */
  | {
      readonly topic: "editor";
      readonly kind: "copy over";
      readonly ids: readonly string[];
      readonly label: string;
      readonly from: ValueSource;
      readonly targets: readonly EditorTarget[];
    };

/** Readable for everybody who has the files: there is nothing to hide. */
export function isPlainEverywhere({ targets }: Pick<EditorScreen, "targets">): boolean {
  return targets.every((target) => !target.encrypted);
}

/** The characters of the field may be seen now. */
export function isShown(screen: EditorScreen, now: number, shared: boolean): boolean {
  return isPlainEverywhere(screen) || (!shared && screen.shownUntil !== undefined && now < screen.shownUntil);
}

/** `database.password @ dev, prod`; of different keys their number. */
export function nameTargets(targets: readonly EditorTarget[]): { readonly what: string; readonly where: string } {
  const [first] = targets;
  const where = [...new Set(targets.map((target) => target.label))].join(", ");
  if (first === undefined) return { what: "", where };
  const isOneKey = targets.every((target) => samePath(target.path, first.path));
  return { what: isOneKey ? showPath(first.path) : `${targets.length} values`, where };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The value that a text is, in a type. Times are kept as they are written. */
export function parseAs(type: ValueType, text: string): Typed {
  if (type !== "time") return parseTyped(type, text);
  const trimmed = text.trim();
  if (TIME.test(trimmed) && !Number.isNaN(Date.parse(trimmed))) return { ok: true, node: { kind: "scalar", type, canonical: trimmed } };
  return { ok: false, problem: "type a time such as 2026-01-02T03:04:05Z, or choose string" };
}
