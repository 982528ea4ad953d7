/**
 * Opened versions of files, kept while a history is looked at. Data keys are remembered by their wrapped forms, so that a hundred
 * commits under one data key cost one call of a key service. Dispose of it when the user locks or leaves.
 */
import { createHash } from "node:crypto";
import { loadFormat } from "../../formats/index.ts";
import { DataKey } from "../crypto/data-key.ts";
import { MARK } from "../crypto/envelope.ts";
import type { EncryptedFile, OpenFile } from "../file/encrypted-file.ts";
import { leafText, pathOf, walk } from "../file/walk.ts";
import { type ErrorCode, SottoError } from "../model/error.ts";
import type { Metadata } from "../model/metadata.ts";
import type { Branch } from "../model/tree.ts";
import type { Selector } from "../policy/selector.ts";
import type { Project } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";
import { type Side, wrappedKeys } from "./compare.ts";
import type { Version } from "./versions.ts";

export interface OpenedSide extends Side {
  /** Without a key these are what can be compared. */
  readonly sealed: readonly Branch[];
  /** Ciphertexts of values by path. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Why it could not be opened or trusted: no key, a wrong MAC, a file that cannot be read. */
  readonly problem: ErrorCode | undefined;
  /** Sides with equal numbers have the same data key; undefined when it is not known. */
  readonly dataKey: number | undefined;
}

/** A file that is not there. */
export const ABSENT: OpenedSide = {
  roots: [],
  comments: false,
  metadata: undefined,
  open: true,
  sealed: [],
  tokens: new Map(),
  problem: undefined,
  dataKey: undefined,
};

/** How many opened versions are held at once. */
const HELD = 64;

export class OpenedSides implements Disposable {
  readonly #project: Pick<Project, "access">;
  readonly #sides = new Map<string, Promise<OpenedSide>>();
  readonly #keys = new Map<string, DataKey>();
  readonly #distinct: DataKey[] = [];

  constructor(project: Pick<Project, "access">) {
    this.#project = project;
  }

  /** Never fails for what a file holds: `open` and `problem` tell. @param version undefined for a file that is not there */
  read(version: Version | undefined): Promise<OpenedSide> {
    if (version === undefined) return Promise.resolve(ABSENT);
    // The name of a version on the disk does not say what it holds.
    const id = `${version.name}\0${createHash("sha256").update(version.bytes).digest("hex")}`;
    const known = this.#sides.get(id);
    if (known !== undefined) return known;
    const side = this.#open(version);
    this.#sides.set(id, side);
    side.catch(() => this.#sides.delete(id));
    const [oldest] = this.#sides.keys();
    if (this.#sides.size > HELD && oldest !== undefined) this.#sides.delete(oldest);
    return side;
  }

  /** The side of a file that is open in memory, with its unsaved edits. */
  async of(file: OpenFile): Promise<OpenedSide> {
    const { comments } = (await loadFormat(file.id)).supports;
    const { document } = file.current;
    return {
      roots: file.roots(),
      comments,
      metadata: file.metadata,
      open: true,
      sealed: document.roots,
      tokens: listTokens(document.roots, file.selector),
      problem: undefined,
      dataKey: this.#number(file.dataKey),
    };
  }

  async #open(version: Version): Promise<OpenedSide> {
    const { comments } = (await loadFormat(version.format)).supports;
    try {
      const read = await readEither(version.bytes, version.format);
      if (read.encrypted === undefined) return { ...ABSENT, roots: read.plain.roots, sealed: read.plain.roots, comments };
      const { encrypted } = read;
      const { roots } = encrypted.document;
      const closed = { comments, metadata: encrypted.metadata, sealed: roots, tokens: listTokens(roots, encrypted.selector) };
      try {
        return { ...closed, ...(await this.#unlock(encrypted, version.name)) };
      } catch (error) {
        if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
        return { ...closed, roots, open: false, problem: error.code, dataKey: undefined };
      }
    } catch (error) {
      if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
      return { ...ABSENT, comments, open: false, problem: error.code };
    }
  }

  async #unlock(encrypted: EncryptedFile, name: string): Promise<Pick<OpenedSide, "roots" | "open" | "problem" | "dataKey">> {
    const key = await this.#recover(encrypted, name);
    const dataKey = this.#number(key);
    try {
      using open = encrypted.open(copy(key));
      return { roots: open.roots(), open: true, problem: undefined, dataKey };
    } catch (error) {
      if (!SottoError.is(error) || (error.code !== "MAC_MISMATCH" && error.code !== "MAC_MISSING")) throw error;
      using open = encrypted.open(copy(key), { ignoreMac: true });
      return { roots: open.roots(), open: true, problem: error.code, dataKey };
    }
  }

  async #recover(encrypted: EncryptedFile, name: string): Promise<DataKey> {
    const id = signature(encrypted.metadata);
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const key = await encrypted.recover({ ...this.#project.access, file: name });
    // Another call may have been faster.
    const other = this.#keys.get(id);
    if (other !== undefined) {
      key.dispose();
      return other;
    }
    this.#keys.set(id, key);
    return key;
  }

  #number(key: DataKey): number {
    const at = this.#distinct.findIndex((one) => one.equals(key));
    return at === -1 ? this.#distinct.push(copy(key)) - 1 : at;
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#keys.values(), ...this.#distinct]) key.dispose();
    this.#keys.clear();
    this.#distinct.length = 0;
    this.#sides.clear();
  }
}

function copy(key: DataKey): DataKey {
  return key.use((bytes) => DataKey.from(bytes));
}

/** Wrapped keys are drawn with randomness, so equal ones hold the same key. */
function signature(metadata: Metadata): string {
  return `${metadata.threshold}\0${metadata.groups.length}\0${[...wrappedKeys(metadata)].join("\0")}`;
}

/** Where a value stands, as one text. */
export function tokenPath(root: number, path: readonly (string | number)[]): string {
  return JSON.stringify([root, ...path.map(String)]);
}

function listTokens(roots: readonly Branch[], selector: Selector): ReadonlyMap<string, string> {
  const tokens = new Map<string, string>();
  for (const { leaf, place, root } of walk(roots, selector)) {
    if (leaf.kind !== "scalar") continue;
    const text = leafText(leaf);
    if (text.startsWith(MARK)) tokens.set(tokenPath(root, pathOf(place)), text);
  }
  return tokens;
}
