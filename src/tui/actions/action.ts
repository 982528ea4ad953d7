/** The contract of the table of actions: key, title, help, and the reason when one is disabled, in one row. */
import { type Attention, attentionOf } from "../model/attention.ts";
import type { OverlayKind } from "../model/overlays.ts";
import type { ScreenKind } from "../model/screens.ts";
import { type State, topScreen } from "../model/state.ts";
import type { Step } from "../model/step.ts";

/** Where keys mean something. `list` is every screen that has a cursor, `text` every place where one types. */
export type Scope = ScreenKind | OverlayKind | Attention | "list" | "text" | "locked" | "any";

export interface Action {
  /** For rebinding, the palette and the documentation: `matrix.fill`. */
  readonly id: string;
  /** As {@link normalizeKey} writes them; the first is shown. `g g` is one key after the other. */
  readonly keys: readonly string[];
  /** One or two words, for the last line. */
  readonly title: string;
  /** A sentence for the help. */
  readonly help: string;
  readonly scopes: readonly Scope[];
  /** Small numbers come first in the last line; without one it is not there. */
  readonly footer?: number;
  /** @returns why it cannot be done now, in words for the person who pressed the key */
  enabled?(state: State): true | string;
  run(state: State, keymap: Keymap): Step;
}

/** Which key means which action now, see `createKeymap`. */
export interface Keymap {
  readonly actions: readonly Action[];
  /** What is wrong with the keys that people chose: unknown actions, one key for two actions. One line each. */
  readonly conflicts: readonly string[];
  /** @returns an action, or `prefix` when the keys so far begin a chord */
  find(scopes: readonly Scope[], chord: string): Action | "prefix" | undefined;
  /** What can follow the keys of a chord that is begun, each action once. */
  continuations(scopes: readonly Scope[], chord: string): readonly { readonly key: string; readonly action: Action }[];
  keysOf(id: string): readonly string[];
  byId(id: string): Action | undefined;
}

export function defineActions(...actions: readonly Action[]): readonly Action[] {
  return actions;
}

/** From the innermost to the outermost; a key means what the first scope that knows it says. */
export function scopesOf(state: State): readonly Scope[] {
  if (state.locked) return ["locked"];
  const { overlay } = state;
  if (overlay !== undefined) {
    switch (overlay.kind) {
      case "palette":
      case "help":
      case "prompt":
        return [overlay.kind, "text"];
      case "messages":
      case "choose":
        return [overlay.kind];
    }
  }
  const screen = topScreen(state);
  return screen.kind === "editor" ? ["editor", "text", "any"] : [...attentionOf(state), screen.kind, "list", "any"];
}

/** Printable keys are typed. */
export function isTyping(scopes: readonly Scope[]): boolean {
  return scopes.includes("text");
}
