/** What all effects share: the project, its files held open, the vault, and the way back to the reducer. */
import type { ProjectListing } from "../../git/project-files.ts";
import type { Host } from "../../model/host.ts";
import type { Project } from "../../workspace/project.ts";
import type { SessionFile } from "../../workspace/session/session-file.ts";
import type { Event } from "../model/events.ts";
import type { State } from "../model/state.ts";
import { SottoError } from "../../model/error.ts";
import type { Past } from "./history-past.ts";
import type { Left } from "./recovery.ts";
import type { Vault } from "./vault.ts";

/** The terminal, as far as effects need it. */
export interface Device {
  /** Stops the process as Ctrl-Z does, and comes back. */
  suspend(): Promise<void>;
  useMouse(on: boolean): void;
  /** Gives the terminal to another program. */
  lend(run: () => Promise<void>): Promise<void>;
  /** Writes a sequence that shows nothing, such as OSC 52. */
  put(sequence: string): void;
  /** Ends the program. */
  quit(): void;
  /** Where the helper is that outlives the program. */
  readonly clipboardHolder: string;
}

/** A file on the disk as it was read, and what is held open of it. */
export interface Held {
  readonly bytes: Uint8Array;
  readonly session: SessionFile | undefined;
}

export interface Edge {
  readonly host: Host;
  readonly device: Device;
  readonly vault: Vault;
  readonly held: Map<string, Held>;
  /** Undefined until it is loaded. */
  project: Project | undefined;
  /** The files of the project, looked for since the start. */
  listing?: ProjectListing | undefined;
  /** Versions that the history has open; wiped when it is left, and on lock. */
  past?: Past | undefined;
  /** Resolves when what is being written was read again: until then a file that changes is no news. */
  saving?: Promise<void> | undefined;
  /** What others wrote, by path, while people decide whose changes are kept. */
  theirs?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Edits that an earlier run left, until somebody decides about them. */
  left?: readonly Left[] | undefined;
  /** Ends what is running; a new one for each job. */
  running: AbortController | undefined;
  state(): State;
  dispatch(event: Event): void;
}

/** @throws TypeError before the project is there */
export function projectOf(edge: Edge): Project {
  if (edge.project === undefined) throw new TypeError("the project is not loaded yet");
  return edge.project;
}

/** Words for people: of an error of ours its message and hints, of others nothing that could hold a value. */
export function explain(error: unknown): { readonly message: string; readonly hints: readonly string[]; readonly line?: number } {
  if (SottoError.is(error)) {
    const line = error.position?.line;
    return { message: error.message, hints: error.hints, ...(line === undefined ? {} : { line }) };
  }
  return { message: `something unexpected went wrong (${error instanceof Error ? error.name : typeof error})`, hints: [] };
}

/** One line about an error. */
export function explainShort(error: unknown): string {
  const { message, hints } = explain(error);
  return hints[0] === undefined ? message : `${message}: ${hints[0]}`;
}
