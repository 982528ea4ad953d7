/** The library's way to one encrypted file on disk: open, read, edit, save. */
import { formatOfPath } from "../../formats/index.ts";
import { toValue } from "../file/convert.ts";
import type { OpenFile, PrintOptions } from "../file/encrypted-file.ts";
import { parsePath, type PathPart } from "../file/path.ts";
import { type SecretValue, valueFromJavaScript } from "../file/value.ts";
import { createNodeHost } from "../host/node-host.ts";
import type { Host } from "../model/host.ts";
import type { FormatId } from "../model/tree.ts";
import { naming, Project, type ProjectOptions } from "./project.ts";

export interface OpenSecretsOptions extends ProjectOptions {
  /** Instead of what the path's ending says. */
  readonly format?: FormatId;
  /** Reads a file whose MAC is wrong or missing. Trust nothing in it before you have looked. */
  readonly ignoreMac?: boolean;
  /** Instead of `process.env`; identities are looked for in it as sops does. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start, and where `.sops.yaml` is looked for. */
  readonly cwd?: string;
  /** Replaces the file system, the clock and the environment as a whole. */
  readonly host?: Host;
}

/** A path in either form (`database.password`, `["database"]["password"]`), or its parts. */
export type SecretPath = string | readonly PathPart[];

/**
 * Opens an encrypted file: recovers its data key, decrypts it and verifies its MAC.
 * @example
 * using secrets = await openSecrets("secrets/prod.yaml")
 * const password = secrets.get("database.password")
 * secrets.set("database.password", next)
 * await secrets.save()
 * @throws SottoError with a `code` of the closed list
 */
export async function openSecrets(path: string, options: OpenSecretsOptions = {}): Promise<Secrets> {
  const host = options.host ?? createNodeHost(pick(options));
  const project = await Project.open(host, options);
  const bytes = await host.readFile(path);
  const file = await project.open(path, { format: options.format ?? formatOfPath(path), ignoreMac: options.ignoreMac === true });
  return new Secrets(host, path, bytes, file);
}

function pick(options: OpenSecretsOptions): { env?: Readonly<Record<string, string | undefined>>; cwd?: string } {
  return { ...(options.env === undefined ? {} : { env: options.env }), ...(options.cwd === undefined ? {} : { cwd: options.cwd }) };
}

/** An open encrypted file. Dispose it (`using`): that wipes the data key. */
export class Secrets implements Disposable {
  readonly path: string;
  readonly #host: Host;
  readonly #file: OpenFile;
  #bytes: Uint8Array;

  constructor(host: Host, path: string, bytes: Uint8Array, file: OpenFile) {
    this.#host = host;
    this.path = path;
    this.#bytes = bytes;
    this.#file = file;
  }

  /** True once an edit changed anything. */
  get changed(): boolean {
    return this.#file.changed;
  }

  /** @returns the value, or undefined if there is none under that path */
  get(path: SecretPath): unknown {
    const node = this.#file.get(partsOf(path));
    return node === undefined || node.kind === "comment" ? undefined : toValue(node);
  }

  /** The first document as plain objects, lists and values. Integers beyond 2^53 and dates are strings. */
  toObject(): unknown {
    const [root] = this.#file.roots();
    return root === undefined ? {} : toValue(root);
  }

  /** The plaintext file, in its own layout or in another format. */
  print(options: PrintOptions = {}): Promise<Uint8Array> {
    return this.#file.print(options);
  }

  /** Sets a value; mappings that are missing on the way are made. Setting what is there already changes nothing. */
  set(path: SecretPath, value: SecretValue): void {
    this.#file.set(partsOf(path), valueFromJavaScript(value));
  }

  /** Removes an entry. @throws SottoError `PATH_NOT_FOUND` */
  unset(path: SecretPath): void {
    this.#file.unset(partsOf(path));
  }

  /**
   * Writes the file if it changed. Values that did not change keep their ciphertext.
   * @returns false when there was nothing to write
   * @throws SottoError `FILE_CHANGED` when somebody else wrote the file in the meantime
   */
  async save(): Promise<boolean> {
    if (!this.#file.changed) return false;
    const next = await naming(this.path, () => Promise.resolve(this.#file.encode(this.#host.now())));
    const written = await this.#host.writeFile(this.path, next, { expected: this.#bytes });
    this.#bytes = next;
    return written;
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

function partsOf(path: SecretPath): readonly PathPart[] {
  return typeof path === "string" ? parsePath(path) : path;
}
