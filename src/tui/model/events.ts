/** Everything that can happen: what people do, and what comes back from outside. */
import type { AccessEvent } from "./access.ts";
import type { DoctorEvent } from "./doctor.ts";
import type { EditorEvent } from "./editor.ts";
import type { Facts } from "./facts.ts";
import type { FileView, ProjectView } from "./files.ts";
import type { HistoryEvent } from "./history.ts";
import type { Tone } from "./messages.ts";
import type { RecoveryEvent } from "./recovery.ts";
import type { Resume } from "./resume.ts";
import type { ReviewEvent } from "./review.ts";
import type { StartEvent } from "./start.ts";

export type MouseAct = "press" | "release" | "drag" | "wheel up" | "wheel down";

export type InputEvent =
  /** `text` is what the key would type. */
  | { readonly topic: "input"; readonly kind: "key"; readonly key: string; readonly text: string }
  | { readonly topic: "input"; readonly kind: "paste"; readonly text: string }
  /** From 0, in cells. */
  | { readonly topic: "input"; readonly kind: "mouse"; readonly act: MouseAct; readonly column: number; readonly row: number }
  | { readonly topic: "input"; readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly topic: "input"; readonly kind: "focus"; readonly focused: boolean }
  | { readonly topic: "input"; readonly kind: "tick" }
  /** From the palette, or an answer. */
  | { readonly topic: "input"; readonly kind: "action"; readonly id: string };

export type ProjectEvent =
  | { readonly topic: "project"; readonly kind: "loaded"; readonly project: ProjectView; readonly files: readonly FileView[] }
  /** A file was read, for the first time or anew. */
  | { readonly topic: "project"; readonly kind: "file"; readonly file: FileView }
  | {
      readonly topic: "project";
      readonly kind: "key";
      readonly path: string;
      readonly key: FileView["key"];
      readonly problem?: FileView["problem"];
    }
  | {
      readonly topic: "project";
      readonly kind: "facts";
      readonly path: string;
      readonly version: number;
      readonly facts: ReadonlyMap<number, Facts>;
    }
  | {
      readonly topic: "project";
      readonly kind: "mac";
      readonly path: string;
      readonly mac: FileView["mac"];
      readonly tampered: readonly string[];
    }
  | { readonly topic: "project"; readonly kind: "stale"; readonly path: string }
  | { readonly topic: "project"; readonly kind: "branch"; readonly branch: string }
  | { readonly topic: "project"; readonly kind: "message"; readonly tone: Tone; readonly text: string }
  | {
      readonly topic: "project";
      readonly kind: "job";
      readonly label: string;
      readonly cancellable: boolean;
      readonly done?: number;
      readonly total?: number;
    }
  | { readonly topic: "project"; readonly kind: "job over" }
  | { readonly topic: "project"; readonly kind: "unlocked" }
  /** Where one was in an earlier run. */
  | { readonly topic: "project"; readonly kind: "resume"; readonly note: Resume }
  | { readonly topic: "project"; readonly kind: "failed"; readonly message: string };

export type ValueEvent =
  | { readonly topic: "value"; readonly kind: "revealed"; readonly source: import("./facts.ts").ValueSource; readonly text: string }
  | {
      readonly topic: "value";
      readonly kind: "copied";
      readonly label: string;
      readonly until: number | undefined;
      readonly terminal: boolean;
    }
  | { readonly topic: "value"; readonly kind: "cleared"; readonly how: "cleared" | "changed" };

export type Event =
  | InputEvent
  | ProjectEvent
  | ValueEvent
  | EditorEvent
  | RecoveryEvent
  | ReviewEvent
  | HistoryEvent
  | AccessEvent
  | DoctorEvent
  | StartEvent;
