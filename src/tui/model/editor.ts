/** The value editor: one value of one or several places, typed, generated or pasted. */
import type { ScalarType } from "../../model/tree.ts";
import type { Field } from "../text/field.ts";
import type { Path } from "./edits.ts";
import type { Facts, ValueRef, ValueSource } from "./facts.ts";

/** A place that the value goes to. */
export interface EditorTarget {
  readonly file: string;
  readonly path: Path;
  /** Name of the environment, or the path of the file. */
  readonly label: string;
  /** It will be encrypted there. */
  readonly encrypted: boolean;
}

export interface EditorScreen {
  readonly kind: "editor";
  readonly title: string;
  readonly targets: readonly EditorTarget[];
  readonly type: ScalarType | "null";
  /** What stood there, masked; undefined for something new. */
  readonly old: Facts | undefined;
  readonly field: Field;
  /** Where the old value has to come from before the field shows it; undefined once it is there. */
  readonly waiting: ValueSource | undefined;
  readonly changed: boolean;
  /** Shown in the clear until then, in milliseconds. */
  readonly shownUntil: number | undefined;
  /** Which recipe of the generator is next. */
  readonly recipe: number;
  /** The value of a Kubernetes Secret, shown decoded. */
  readonly base64: boolean;
  readonly problem: string | undefined;
}

export type EditorEvent =
  | { readonly topic: "editor"; readonly kind: "fetched"; readonly text: string }
  | { readonly topic: "editor"; readonly kind: "generated"; readonly text: string }
  | { readonly topic: "editor"; readonly kind: "edited outside"; readonly text: string }
  | { readonly topic: "editor"; readonly kind: "failed"; readonly message: string }
  /** The vault has it; it becomes an edit of all targets. */
  | {
      readonly topic: "editor";
      readonly kind: "kept";
      readonly label: string;
      readonly targets: readonly EditorTarget[];
      readonly values: readonly ValueRef[];
    };

export type EditorEffect =
  | { readonly topic: "editor"; readonly kind: "fetch"; readonly source: ValueSource; readonly base64: boolean }
  | { readonly topic: "editor"; readonly kind: "generate"; readonly recipe: number }
  | { readonly topic: "editor"; readonly kind: "edit outside"; readonly text: string; readonly looks: string | undefined }
  /** One id for each target, in their order. */
  | {
      readonly topic: "editor";
      readonly kind: "keep";
      readonly ids: readonly string[];
      readonly label: string;
      readonly targets: readonly EditorTarget[];
      readonly type: ScalarType | "null";
      readonly text: string;
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
