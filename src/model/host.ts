/** Everything outside the process that sotto touches. `src/host` implements it on Node; tests pass their own. */
import type { Prompt } from "./prompt.ts";

export type FileKind = "file" | "directory" | "link" | "other";

export interface FileInfo {
  readonly kind: FileKind;
  /** In bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Last change of the content, in milliseconds since 1970. */
  readonly modified: number;
  /** It belongs to another user. */
  readonly foreign?: boolean;
}

export interface WriteOptions {
  /** Permission bits of a file that is new, exactly; without it what the umask leaves of 0666. An existing file keeps its own. */
  readonly mode?: number;
  /** What the file must still hold, else nothing is written. */
  readonly expected?: Uint8Array;
}

export interface LockOptions {
  /** How long one and the same owner is waited for, in milliseconds; 5000 without it. */
  readonly patience?: number;
}

/** A file that no other sotto writes meanwhile. */
export interface LockedFile {
  /** As the user named it. */
  readonly path: string;
  /** @throws SottoError as {@link Host.readFile} */
  read(): Promise<Uint8Array>;
  /** As {@link Host.writeFile}, which would wait for this lock for ever. */
  write(bytes: Uint8Array, options?: WriteOptions): Promise<boolean>;
  /** Nothing happens when there is no such file. @throws SottoError `FILE_UNWRITABLE` */
  remove(): Promise<void>;
}

/** Disposing it lets others write. */
export interface LockedFiles extends Disposable {
  /** In the order in which they were named. Several names of one file, by links, are one. */
  readonly files: readonly LockedFile[];
}

export type StreamName = "input" | "output" | "errors";

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  /** As in `process.platform`. */
  readonly platform: string;
  readonly home: string;
  /** Where sops would find its audit configuration (sops: §6.5); absent where there is nothing like it. */
  readonly auditConfig?: string;
  now(): Date;
  isTerminal(stream: StreamName): boolean;
  /** Absent where nobody can be asked. */
  readonly prompt?: Prompt | undefined;

  /** @throws SottoError `FILE_MISSING`, `FILE_IS_DIRECTORY` or `FILE_UNREADABLE` */
  readFile(path: string): Promise<Uint8Array>;

  /** All of standard input. */
  readInput(): Promise<Uint8Array>;

  /** The next line of standard input without its line end; undefined at the end. */
  readLine(): Promise<string | undefined>;

  /** Makes a folder and those above it that are missing. @throws SottoError `FILE_UNWRITABLE` */
  makeFolder(path: string, mode: number): Promise<void>;

  /** @returns undefined when there is nothing under that path. Follows links, unless `follow` is false: then they are of kind `link`. */
  stat(path: string, options?: { readonly follow?: boolean }): Promise<FileInfo | undefined>;

  /** Names of what lies in a folder, sorted. @throws SottoError as {@link readFile} */
  list(path: string): Promise<readonly string[]>;

  /**
   * Keeps every other sotto from writing these files: read, change and write belong under one lock. Files need not exist.
   * @throws SottoError `FILE_CHANGED` when one stays locked by somebody else; nothing is locked then
   */
  lockFiles(paths: readonly string[], options?: LockOptions): Promise<LockedFiles>;

  /**
   * Replaces a file as a whole or leaves it as it was. Waits as {@link lockFiles} does.
   * @returns false when the file held these bytes already and was not touched
   * @throws SottoError `FILE_UNWRITABLE`, `FILE_IS_DIRECTORY` or `FILE_CHANGED`
   */
  writeFile(path: string, bytes: Uint8Array, options?: WriteOptions): Promise<boolean>;

  /** Writes to standard output or standard error, all of it. @throws SottoError `FILE_UNWRITABLE` */
  write(stream: "output" | "errors", bytes: Uint8Array): void;
}
