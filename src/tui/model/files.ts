/** Managed files as the screens know them. */
import type { FormatId } from "../../model/tree.ts";
import type { OutlineRow } from "../../workspace/session/outline.ts";
import type { Facts } from "./facts.ts";

export type Row = OutlineRow;

/** In the words of people: what happened, and what they can do. */
export interface Problem {
  readonly message: string;
  readonly hints: readonly string[];
  readonly line?: number;
}

export interface FileView {
  /** From the root of the project, with slashes. */
  readonly path: string;
  readonly format: FormatId;
  /**
   * `plaintext`: a rule wants it encrypted and it is not. `conflict`: it has git's conflict markers. `invalid`: it cannot be read.
   */
  readonly state: "listed" | "read" | "plaintext" | "conflict" | "invalid";
  readonly problem?: Problem;
  readonly rows: readonly Row[];
  /** `waiting`: only a key far away would open it, which is asked for on Enter. */
  readonly key: "unknown" | "waiting" | "asking" | "open" | "refused";
  readonly mac: "unknown" | "checking" | "ok" | "wrong" | "missing";
  /** Paths that differ from the last version whose MAC fits, where the MAC is wrong. */
  readonly tampered: readonly string[];
  /** Who could open it, as people call them. */
  readonly readers: readonly string[];
  readonly facts: ReadonlyMap<number, Facts>;
  /** Somebody else wrote the file since it was read. */
  readonly stale: boolean;
  /** Grows with each reading, so that answers about an older one are known. */
  readonly version: number;
  /** True for a path where the file's selector would encrypt a new value. */
  readonly wouldEncrypt: (path: readonly string[]) => boolean;
  /** The line of a row of the outline, from 1. */
  readonly lineOf: (row: number) => number | undefined;
}

export interface EnvironmentView {
  readonly name: string;
  /** Files in their order, later over earlier, inherited ones first. */
  readonly files: readonly string[];
  /** Those of `files` that are its own. */
  readonly own: readonly string[];
  readonly isolated: boolean;
  readonly guessed: boolean;
}

export interface ProjectView {
  readonly name: string;
  /** Absolute path. */
  readonly root: string;
  /** Of git; empty outside of a repository. */
  readonly branch: string;
  readonly hasConfig: boolean;
  readonly environments: readonly EnvironmentView[];
  readonly warnings: readonly string[];
}

export function newFile(path: string, format: FormatId): FileView {
  return {
    path,
    format,
    state: "listed",
    rows: [],
    key: "unknown",
    mac: "unknown",
    tampered: [],
    readers: [],
    facts: new Map(),
    stale: false,
    version: 0,
    wouldEncrypt: () => true,
    lineOf: () => undefined,
  };
}

/** Values of it can be read and changed. */
export function isOpen(file: FileView): boolean {
  return file.state === "read" && file.key === "open";
}

/** @returns why a file cannot be changed, undefined when it can */
export function whyReadOnly(file: FileView | undefined): string | undefined {
  if (file === undefined) return "there is no such file";
  if (file.state === "invalid") return "the file cannot be read";
  if (file.state === "conflict") return "the file has conflict markers: R resolves them";
  if (file.state === "plaintext") return "the file is not encrypted";
  if (file.mac === "wrong" || file.mac === "missing") return "its checksum does not match: it is opened read-only";
  if (file.key === "waiting") return "its key is not asked for yet: Enter asks";
  if (file.key !== "open") return "you cannot read this file";
  return undefined;
}
