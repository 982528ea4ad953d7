/** What `doctor` says, one thing at a time. */
import type { Position } from "../../model/error.ts";

/**
 * `fine`: as it should be. `note`: good to know. `weak`: it works, and should not stay so. `wrong`: something does not work.
 */
export type FindingState = "fine" | "note" | "weak" | "wrong";

export type FindingArea = "keys" | "packages" | "policy" | "trust";

export interface Finding {
  readonly area: FindingArea;
  readonly state: FindingState;
  /** One line, lower case, no full stop. */
  readonly message: string;
  /** A command, or what to do. */
  readonly mend?: string;
  readonly file?: string;
  readonly position?: Position;
}
