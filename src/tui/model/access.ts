/** Who can read what, and the wizard that changes it. */
import type { ListView } from "./list.ts";

export interface AccessScreen {
  readonly kind: "access";
  readonly list: ListView;
}

export interface WizardScreen {
  readonly kind: "wizard";
  readonly list: ListView;
}

export type AccessEvent = { readonly topic: "access"; readonly kind: "described" };
export type AccessEffect =
  | { readonly topic: "access"; readonly kind: "describe" }
  | { readonly topic: "access"; readonly kind: "check recipient"; readonly text: string }
  | { readonly topic: "access"; readonly kind: "confirmed"; readonly next: string };

/** Rows that the cursor moves in. */
export function accessLength(_screen: AccessScreen): number {
  return 0;
}

/** Rows that the cursor moves in. */
export function wizardLength(_screen: WizardScreen): number {
  return 0;
}
