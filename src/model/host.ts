/** Everything outside the process that sotto touches. `src/host` implements it on Node; tests pass their own. */

export type FileKind = "file" | "directory" | "link" | "other";

export interface FileInfo {
  readonly kind: FileKind;
  /** In bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Last change of the content, in milliseconds since 1970. */
  readonly modified: number;
}

export interface WriteOptions {
  /** Permission bits of a file that is new, exactly; without it what the umask leaves of 0666. An existing file keeps its own. */
  readonly mode?: number;
  /** What the file must still hold, else nothing is written. */
  readonly expected?: Uint8Array;
}

export type StreamName = "input" | "output" | "errors";

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  /** As in `process.platform`. */
  readonly platform: string;
  readonly home: string;
  now(): Date;
  isTerminal(stream: StreamName): boolean;

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
   * Replaces a file as a whole or leaves it as it was.
   * @returns false when the file held these bytes already and was not touched
   * @throws SottoError `FILE_UNWRITABLE`, `FILE_IS_DIRECTORY` or `FILE_CHANGED`
   */
  writeFile(path: string, bytes: Uint8Array, options?: WriteOptions): Promise<boolean>;

  /** Writes to standard output or standard error, all of it. @throws SottoError `FILE_UNWRITABLE` */
  write(stream: "output" | "errors", bytes: Uint8Array): void;
}
