/** What is drawn over a screen and takes all keys until it is closed. */
import type { Field } from "../text/field.ts";
import type { Newcomer } from "./access.ts";
import type { ListView } from "./list.ts";

/** What a line of text is asked for. */
export type PromptPurpose =
  | { readonly kind: "filter" }
  | { readonly kind: "add"; readonly everywhere: boolean }
  | { readonly kind: "rename" }
  | { readonly kind: "ignore"; readonly finding: string }
  | { readonly kind: "recipient" }
  | { readonly kind: "recipient name"; readonly newcomer: Newcomer }
  /** The name of the environment, typed before something cannot be undone. */
  | { readonly kind: "confirm"; readonly word: string; readonly next: string }
  | { readonly kind: "new file" }
  | { readonly kind: "first key"; readonly file: string };

export interface Choice {
  readonly key: string;
  readonly title: string;
  /** Id of the action that it runs. */
  readonly action: string;
}

export type Overlay =
  | { readonly kind: "palette"; readonly field: Field; readonly list: ListView }
  | { readonly kind: "help"; readonly field: Field; readonly list: ListView }
  | { readonly kind: "messages"; readonly list: ListView }
  | { readonly kind: "prompt"; readonly purpose: PromptPurpose; readonly title: string; readonly field: Field }
  /** A question with a few answers; the first is the safe one. */
  | {
      readonly kind: "choose";
      readonly title: string;
      readonly text: readonly string[];
      readonly choices: readonly Choice[];
      readonly at: number;
    };

export type OverlayKind = Overlay["kind"];
