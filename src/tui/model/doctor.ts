/** What is wrong or weak in the project, grouped, each with a way to mend it. */
import type { ListView } from "./list.ts";

export interface DoctorScreen {
  readonly kind: "doctor";
  readonly list: ListView;
}

export type DoctorEvent = { readonly topic: "doctor"; readonly kind: "examined" };
export type DoctorEffect =
  | { readonly topic: "doctor"; readonly kind: "examine" }
  | { readonly topic: "doctor"; readonly kind: "ignore"; readonly finding: string; readonly reason: string };

/** Rows that the cursor moves in. */
export function doctorLength(_screen: DoctorScreen): number {
  return 0;
}
