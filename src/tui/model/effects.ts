/** What reducers ask the edge to do. Plain data, so that tests see what would happen. */
import type { AccessEffect } from "./access.ts";
import type { DoctorEffect } from "./doctor.ts";
import type { EditorEffect } from "./editor.ts";
import type { ValueSource } from "./facts.ts";
import type { HistoryEffect } from "./history.ts";
import type { RecoveryEffect } from "./recovery.ts";
import type { ReviewEffect } from "./review.ts";
import type { StartEffect } from "./start.ts";

export type ProjectEffect =
  /** Finds files and environments, and reads what the first screen needs. */
  | { readonly topic: "project"; readonly kind: "load" }
  /** Reads files anew. */
  | { readonly topic: "project"; readonly kind: "read"; readonly paths: readonly string[] }
  /** Asks for the key of a file, also far away. */
  | { readonly topic: "project"; readonly kind: "unlock"; readonly path: string }
  | { readonly topic: "project"; readonly kind: "lock" }
  | { readonly topic: "project"; readonly kind: "unlock session" }
  | { readonly topic: "project"; readonly kind: "cancel" }
  | { readonly topic: "project"; readonly kind: "suspend" }
  | { readonly topic: "project"; readonly kind: "mouse"; readonly on: boolean }
  | { readonly topic: "project"; readonly kind: "quit" };

export type ValueEffect =
  | { readonly topic: "value"; readonly kind: "reveal"; readonly source: ValueSource }
  | { readonly topic: "value"; readonly kind: "copy"; readonly source: ValueSource; readonly label: string }
  | { readonly topic: "value"; readonly kind: "copy text"; readonly text: string; readonly label: string }
  | { readonly topic: "value"; readonly kind: "clear clipboard" };

export type Effect =
  | ProjectEffect
  | ValueEffect
  | EditorEffect
  | RecoveryEffect
  | ReviewEffect
  | HistoryEffect
  | AccessEffect
  | DoctorEffect
  | StartEffect;
