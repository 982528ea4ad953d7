/** The first run in a project: a key, the files, and encrypting them. */
import type { ListView } from "./list.ts";

export interface StartScreen {
  readonly kind: "start";
  readonly step: 1 | 2 | 3;
  readonly list: ListView;
}

export type StartEvent = { readonly topic: "start"; readonly kind: "found" };
export type StartEffect =
  | { readonly topic: "start"; readonly kind: "look around" }
  | { readonly topic: "start"; readonly kind: "create file"; readonly path: string };

/** Rows that the cursor moves in. */
export function startLength(_screen: StartScreen): number {
  return 0;
}
