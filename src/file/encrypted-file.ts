/** An encrypted file in memory: its metadata without any key, and its values once unlocked. Reads and writes nothing outside. */
import { loadFormat } from "../../formats/index.ts";
import { binaryContainer } from "../../formats/binary.ts";
import { DataKey } from "../crypto/data-key.ts";
import { equalMac, formatTimestamp, openMac, sealMac } from "../crypto/mac.ts";
import { type RecoverOptions, recoverDataKey } from "../keyring/recover.ts";
import { wrapDataKey } from "../keyring/wrap.ts";
import { metadataTree } from "../metadata/write.ts";
import { peekMetadata, readMetadata } from "../metadata/read.ts";
import { SottoError } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { Metadata } from "../model/metadata.ts";
import { decodeText, encodeText } from "../model/text.ts";
import { type Branch, type Comment, type Document, type FormatId, type Leaf, type Node, splice } from "../model/tree.ts";
import { compileSelector, type Selector } from "../policy/selector.ts";
import { emitEncrypted, mapLeaves } from "./convert.ts";
import { knownTokens, type OpenDocument, rekey, setValue, unsetValue, valuesOf } from "./edit.ts";
import { openDocument, type Opened, restoreText, restoreValues } from "./open.ts";
import { parseText } from "./parse-text.ts";
import type { PathPart } from "./path.ts";
import { locate } from "./tree-path.ts";

/** How a data key is recovered and wrapped: identities, environment, order, time-outs. */
export type Access = RecoverOptions;

export interface UnlockOptions {
  /** Reads a file whose MAC is wrong or missing; what was read may have been tampered with. */
  readonly ignoreMac?: boolean;
}

export interface PrintOptions {
  /** Another format than the file's own. */
  readonly format?: FormatId;
  /** Prints the tree anew with this indentation instead of keeping the file's layout. */
  readonly indent?: number;
}

/** The form in which a format is stored encrypted: binary data lies in a JSON container (sops: §4.5). */
export async function storedFormat(id: FormatId): Promise<Format> {
  return id === "binary" ? binaryContainer : loadFormat(id);
}

export class EncryptedFile {
  readonly format: Format;
  readonly document: Document;
  readonly metadata: Metadata;
  readonly selector: Selector;
  readonly #id: FormatId;

  private constructor(id: FormatId, format: Format, document: Document, metadata: Metadata, selector: Selector) {
    this.#id = id;
    this.format = format;
    this.document = document;
    this.metadata = metadata;
    this.selector = selector;
  }

  /**
   * Reads an encrypted file; needs no key.
   * @throws SottoError `NOT_ENCRYPTED`, `METADATA_INVALID`, `SELECTOR_CONFLICT`, and what the format refuses
   */
  static parse(bytes: Uint8Array, id: FormatId): Promise<EncryptedFile> {
    return EncryptedFile.#read(bytes, id, readMetadata);
  }

  /** The same for work on the keys alone, where sops does not look at `version` (`filestatus`, `updatekeys`). */
  static peek(bytes: Uint8Array, id: FormatId): Promise<EncryptedFile> {
    return EncryptedFile.#read(bytes, id, peekMetadata);
  }

  static async #read(bytes: Uint8Array, id: FormatId, reader: typeof readMetadata): Promise<EncryptedFile> {
    const format = await storedFormat(id);
    const document = parseText(format, decodeText(bytes));
    const metadata = reader(document, format.metadata);
    return new EncryptedFile(id, format, document, metadata, await compileSelector(metadata.selector));
  }

  /**
   * Recovers the data key, opens every value and verifies the MAC.
   * @throws SottoError `DATA_KEY_UNAVAILABLE`, `DECRYPT_FAILED`, `MAC_MISMATCH`, `MAC_MISSING`
   */
  async unlock(access: Access, options: UnlockOptions = {}): Promise<OpenFile> {
    return this.open(await this.recover(access), options);
  }

  /** The data key alone, for a file whose values cannot be opened yet. Dispose of it. @throws SottoError `DATA_KEY_UNAVAILABLE` */
  async recover(access: Access): Promise<DataKey> {
    const { dataKey } = await recoverDataKey(this.metadata.groups, this.metadata.threshold, access);
    try {
      return DataKey.from(dataKey);
    } finally {
      dataKey.fill(0);
    }
  }

  /**
   * {@link unlock} with a data key that the caller has.
   * @param key belongs to the open file from here on, which disposes of it; also if this fails
   */
  open(key: DataKey, options: UnlockOptions = {}): OpenFile {
    try {
      const settings = { selector: this.selector, macOnlyEncrypted: this.metadata.macOnlyEncrypted };
      const opened = openDocument(this.document, key, settings);
      if (options.ignoreMac !== true) verifyMac(this.metadata, opened, key);
      return new OpenFile(this.#id, this.metadata, { format: this.format, document: this.document, opened, ...settings }, key);
    } catch (error) {
      key.dispose();
      throw error;
    }
  }

  /** The file with other metadata and the same values, `mac` and `lastmodified` (sops `updatekeys`). */
  withMetadata(metadata: Metadata): Uint8Array {
    const changes = this.format.attach(this.document, metadataTree(metadata, this.format.metadata, this.document.metadata));
    return encodeText(splice(this.document.text, changes));
  }

  /** The file printed as sops would print it; values, key and MAC stay. */
  reprint(indent?: number): Uint8Array {
    return encodeText(emitEncrypted(this.format, this.document.roots, metadataTree(this.metadata, this.format.metadata), indent));
  }
}

/** @throws SottoError `MAC_MISSING` or `MAC_MISMATCH` (sops: §2.4, exit 51) */
function verifyMac(metadata: Metadata, opened: Opened, key: DataKey): void {
  const hints = [
    "somebody changed the file without the data key, or a merge mixed two versions; compare it with its history",
    "--ignore-mac reads it all the same; trust what it prints only after you have looked",
  ];
  if (metadata.mac === "") throw new SottoError("MAC_MISSING", "the file has no MAC, so nobody can tell whether it was changed", { hints });
  const stored = openMac(key, metadata.mac, metadata.lastModified);
  if (!equalMac(stored, opened.mac)) {
    // sops prints both sums: unkeyed hashes of the values, from which a short one can be guessed.
    throw new SottoError("MAC_MISMATCH", "MAC mismatch: the values are not those that the file was sealed with", { hints });
  }
}

/** A file with its data key and its values. Dispose it: that zeroes the data key. */
export class OpenFile implements Disposable {
  readonly id: FormatId;
  #metadata: Metadata;
  #open: OpenDocument;
  #key: DataKey;
  /** What the encrypted text was made from. */
  #encoded: OpenDocument;

  constructor(id: FormatId, metadata: Metadata, open: OpenDocument, key: DataKey) {
    this.id = id;
    this.#metadata = metadata;
    this.#open = open;
    this.#encoded = open;
    this.#key = key;
  }

  get metadata(): Metadata {
    return this.#metadata;
  }

  get opened(): Opened {
    return this.#open.opened;
  }

  get selector(): Selector {
    return this.#open.selector;
  }

  /** For sealing another version of the same file under the same data key. */
  get dataKey(): DataKey {
    return this.#key;
  }

  /** True if edits are not in the bytes of {@link encode} yet. */
  get changed(): boolean {
    return this.#open !== this.#encoded;
  }

  /** The document with everything in it opened, for those who change it as a whole; {@link assume} takes it back. */
  get current(): OpenDocument {
    return this.#open;
  }

  /** Goes on with another version of the document, under the same data key; see `replace.ts`. */
  assume(open: OpenDocument, metadata: Metadata): void {
    this.#open = open;
    this.#metadata = metadata;
  }

  /** A second one to try changes on. Dispose of both. */
  fork(): OpenFile {
    const key = this.#key.use((bytes) => DataKey.from(bytes));
    const fork = new OpenFile(this.id, this.#metadata, this.#encoded, key);
    fork.#open = this.#open;
    return fork;
  }

  /** The decrypted trees, one per document. */
  roots(): Branch[] {
    const values = valuesOf(this.#open.opened);
    return mapLeaves(this.#open.document.roots, (leaf: Leaf) => values.get(leaf) ?? leaf);
  }

  /** The decrypted node at a path of the first document. @throws SottoError `PATH_NOT_FOUND` */
  get(path: readonly PathPart[]): Node | Comment | undefined {
    const [root] = this.roots();
    if (root === undefined) return undefined;
    const found = locate(root, path);
    return found.kind === "root" || found.kind === "entry" ? found.node : undefined;
  }

  /** The plaintext file: in its own layout, or printed as sops does in another format or indentation. */
  async print(options: PrintOptions = {}): Promise<Uint8Array> {
    const id = options.format ?? this.id;
    if (id === this.id && options.indent === undefined && id !== "binary") {
      const text = restoreText(this.#open.format, this.#open.document, this.#open.opened, this.#key);
      return encodeText(isBare(this.#open.document, text) ? `${text}{}\n` : text);
    }
    const format = await loadFormat(id);
    return encodeText(format.emit(this.roots(), { lossy: true, ...(options.indent === undefined ? {} : { indent: options.indent }) }));
  }

  /** The file as it is stored, with every value decrypted and the metadata block in its place (sops: `edit --show-master-keys`). */
  printWithMetadata(): Uint8Array {
    const { format, document, opened } = this.#open;
    return encodeText(splice(document.text, restoreValues(format, document, opened, this.#key)));
  }

  /** Sets a value; the file stays as it is when the value was there. */
  set(path: readonly PathPart[], value: Node): void {
    this.#open = setValue(this.#open, this.#key, path, value);
  }

  /** Removes an entry. @throws SottoError `PATH_NOT_FOUND` */
  unset(path: readonly PathPart[]): void {
    this.#open = unsetValue(this.#open, this.#key, path);
  }

  /** Draws a new data key, seals everything under it and wraps it for the given groups (sops `rotate`). */
  async rotate(groups: readonly KeyGroup[], threshold: number, access: Access): Promise<void> {
    const next = DataKey.generate();
    try {
      const wrapped = await wrap(next, groups, threshold, access);
      this.#open = rekey(this.#open, this.#key, next);
      this.#metadata = { ...this.#metadata, ...wrapped };
    } catch (error) {
      next.dispose();
      throw error;
    }
    this.#key.dispose();
    this.#key = next;
  }

  /** Wraps the same data key for the given groups; values, `mac` and `lastmodified` stay. @returns the new file */
  async rewrap(groups: readonly KeyGroup[], threshold: number, access: Access): Promise<Uint8Array> {
    const metadata = { ...this.#metadata, ...(await wrap(this.#key, groups, threshold, access)) };
    const { format, document } = this.#open;
    return encodeText(splice(document.text, format.attach(document, metadataTree(metadata, format.metadata, document.metadata))));
  }

  /**
   * The encrypted file with all edits, a new MAC and a new time; the input's bytes when nothing changed.
   * @param now the time of the change, written in whole seconds
   * @throws SottoError `READ_BACK_FAILED`
   */
  encode(now: Date): Uint8Array {
    const { format, document, opened, selector, macOnlyEncrypted } = this.#open;
    if (!this.changed) return encodeText(document.text);
    const lastModified = formatTimestamp(now);
    const metadata = { ...this.#metadata, lastModified, mac: sealMac(this.#key, opened.mac, lastModified) };
    const text = splice(document.text, format.attach(document, metadataTree(metadata, format.metadata, document.metadata)));
    const again = format.parse(text);
    const read = readMetadata(again, format.metadata);
    const check = openDocument(again, this.#key, { selector, macOnlyEncrypted, known: knownTokens(opened) });
    if (check.leaves.length !== opened.leaves.length || openMac(this.#key, read.mac, read.lastModified) !== check.mac) {
      throw new SottoError("READ_BACK_FAILED", "refusing to write a file that does not read back", {
        hints: ["nothing was written; please report this with a document that shows it and holds no secret"],
      });
    }
    this.#open = { ...this.#open, document: again, opened: check };
    this.#encoded = this.#open;
    this.#metadata = read;
    return encodeText(text);
  }

  /** Zeroes the data key; for engines without `using`. */
  dispose(): void {
    this.#key.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Wraps a data key for groups; the field values of the metadata block that follow from it. */
export async function wrap(
  key: DataKey,
  groups: readonly KeyGroup[],
  threshold: number,
  access: Access,
): Promise<Pick<Metadata, "groups" | "threshold">> {
  const bytes = key.use((secret) => Uint8Array.from(secret));
  try {
    return await wrapDataKey(bytes, groups, threshold, access);
  } finally {
    bytes.fill(0);
  }
}

/** True for YAML from which everything was taken: without the metadata it would be no document any more, so sops prints `{}`. */
function isBare(document: Document, text: string): boolean {
  if (document.format !== "yaml" || text.includes("{")) return false;
  return document.roots.length === 1 && document.roots.every((root) => root.entries.every((entry) => entry.kind === "comment"));
}
