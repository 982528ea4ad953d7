/**
 * One encrypted file held open for a long time. It keeps the text, an outline in flat arrays and, while unlocked, the data key;
 * a plaintext exists only where it was asked for, and only with whoever asked.
 */
import type { EncryptedFile, OpenFile, UnlockOptions } from "../../file/encrypted-file.ts";
import { DataKey } from "../../crypto/data-key.ts";
import { openValue } from "../../crypto/envelope.ts";
import { openMac } from "../../crypto/mac.ts";
import { aadsAround } from "../../file/comment-place.ts";
import { formatPath } from "../../file/path.ts";
import { isSealedComment, leafText, walk } from "../../file/walk.ts";
import { recoverDataKey, type RecoverOptions } from "../../keyring/recover.ts";
import { SottoError } from "../../model/error.ts";
import type { Format } from "../../model/format.ts";
import type { Metadata } from "../../model/metadata.ts";
import type { Comment, Entry, FormatId, Item, Node, Scalar } from "../../model/tree.ts";
import type { Selector } from "../../policy/selector.ts";
import { naming } from "../project.ts";
import { readEncrypted } from "../read.ts";
import type { OutlineRow } from "./outline.ts";
import { type Outline, readOutline } from "./read-outline.ts";

export interface UnlockSettings {
  /** Ends the waiting; a key that comes later is wiped. */
  readonly signal?: AbortSignal | undefined;
}

interface Parts {
  readonly path: string;
  readonly id: FormatId;
  readonly text: string;
  readonly format: Format;
  readonly metadata: Metadata;
  readonly selector: Selector;
  readonly outline: Outline;
}

export class SessionFile implements Disposable {
  readonly path: string;
  readonly id: FormatId;
  readonly metadata: Metadata;
  readonly selector: Selector;
  readonly rows: readonly OutlineRow[];
  readonly #outline: Outline;
  readonly #text: string;
  readonly #format: Format;
  #key: DataKey | undefined;
  /** Counts how often the file was locked: a key that was asked for before is not wanted any more. */
  #locks = 0;
  #lines: Int32Array | undefined;
  /** AADs of comments that were sealed elsewhere, by row; found when the first of them does not open. */
  #strays: ReadonlyMap<number, string> | undefined;

  private constructor(parts: Parts) {
    this.path = parts.path;
    this.id = parts.id;
    this.metadata = parts.metadata;
    this.selector = parts.selector;
    this.rows = parts.outline.rows;
    this.#outline = parts.outline;
    this.#text = parts.text;
    this.#format = parts.format;
  }

  /**
   * Needs no key. The parsed document is let go again.
   * @throws SottoError as `EncryptedFile.parse`; it names the file
   */
  static read(bytes: Uint8Array, path: string, id: FormatId): Promise<SessionFile> {
    return naming(path, async () => SessionFile.of(await readEncrypted(bytes, id), path, id));
  }

  /** The same of a file that was parsed already. */
  static of({ document, format, metadata, selector }: EncryptedFile, path: string, id: FormatId): SessionFile {
    const outline = readOutline(document, selector);
    return new SessionFile({ path, id, text: document.text, format, metadata, selector, outline });
  }

  get locked(): boolean {
    return this.#key === undefined;
  }

  /**
   * Recovers the data key; no value is opened, and no MAC is looked at.
   * @throws SottoError `DATA_KEY_UNAVAILABLE` whose hints say who could open the file, `INTERRUPTED`
   */
  async unlock(access: RecoverOptions, { signal }: UnlockSettings = {}): Promise<void> {
    if (this.#key !== undefined) return;
    const locks = this.#locks;
    const { groups, threshold } = this.metadata;
    const recovered = naming(this.path, () => recoverDataKey(groups, threshold, { file: this.path, ...access }));
    let isWanted = true;
    const taken = recovered.then(({ dataKey }) => {
      try {
        if (isWanted && locks === this.#locks) this.#key ??= DataKey.from(dataKey);
      } finally {
        dataKey.fill(0);
      }
    });
    try {
      await untilAborted(taken, signal);
    } finally {
      isWanted = false;
    }
    if (locks !== this.#locks) throw new SottoError("INTERRUPTED", "interrupted: the file was locked meanwhile", { file: this.path });
  }

  /**
   * Takes over the data key of another version of the file, without asking anybody, if both say that they have the same one.
   * @returns false when they do not, or the other is locked
   */
  unlockAs(other: SessionFile): boolean {
    if (this.#key === undefined && other.#key !== undefined && sharesKey(this.metadata, other.metadata)) {
      this.#key = other.#key.use((bytes) => DataKey.from(bytes));
    }
    return this.#key !== undefined;
  }

  /** Overwrites the data key. The outline stays. */
  lock(): void {
    this.#locks += 1;
    this.#key?.dispose();
    this.#key = undefined;
  }

  [Symbol.dispose](): void {
    this.lock();
  }

  /**
   * Another version of this file, opened as a whole with the data key at hand.
   * @returns undefined when this one is locked or has another data key
   * @throws SottoError as `EncryptedFile.open`
   */
  openVersion(version: EncryptedFile, options: UnlockOptions = {}): OpenFile | undefined {
    if (this.#key === undefined || !sharesKey(this.metadata, version.metadata)) return undefined;
    return version.open(
      this.#key.use((bytes) => DataKey.from(bytes)),
      options,
    );
  }

  #unlocked(): DataKey {
    if (this.#key !== undefined) return this.#key;
    throw new SottoError("DATA_KEY_UNAVAILABLE", "the file is locked", { file: this.path, hints: ["unlock it first"] });
  }

  /**
   * The MAC that the file was sealed with, 128 upper-case hexadecimal digits; empty when it has none.
   * @throws SottoError as `openMac`, `DATA_KEY_UNAVAILABLE` while locked
   */
  openMac(): string {
    return openMac(this.#unlocked(), this.metadata.mac, this.metadata.lastModified);
  }

  /** Keys, and list positions as texts, below the document that the row is in. A comment has the path of what holds it. */
  pathOf(row: number): readonly string[] {
    const path: string[] = [];
    for (let at = row; at >= 0; at = this.#row(at).parent) if (this.#row(at).kind !== "comment") path.push(this.#row(at).key);
    return path.toReversed();
  }

  /** The first row with a path; edits mean this one where a key stands twice. */
  find(path: readonly string[], document: number = 0): number | undefined {
    let found = -1;
    for (const key of path) {
      let at = found === -1 ? this.#startOf(document) : found + 1;
      const end = found === -1 ? this.rows.length : (this.#outline.ends[found] ?? 0);
      while (at < end && !this.#isNamed(at, key, document)) at = this.#outline.ends[at] ?? end;
      if (at >= end) return undefined;
      found = at;
    }
    return found === -1 ? undefined : found;
  }

  /** Whether an edit of the row's path is an edit of this row: not in later documents of a stream, and not where a key stands twice. */
  isEditable(row: number): boolean {
    const { document, kind } = this.#row(row);
    return document === 0 && kind !== "comment" && this.find(this.pathOf(row)) === row;
  }

  /** From 1. What stands behind an alias has the line of what holds it. */
  lineOf(row: number): number {
    let start = -1;
    for (let at = row; at >= 0 && start === -1; at = this.#row(at).parent) start = this.#outline.starts[at] ?? -1;
    const lines = (this.#lines ??= lineStarts(this.#text));
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return Math.max(low, 1);
  }

  /** The row behind all that hangs below this one. */
  endOf(row: number): number {
    return this.#outline.ends[row] ?? row + 1;
  }

  /**
   * The value or comment of a row; ciphertext is decrypted, and nothing of it is kept.
   * @throws SottoError `DECRYPT_FAILED` with the path, `DATA_KEY_UNAVAILABLE` while locked
   */
  open(row: number): Scalar | Comment {
    const one = this.#row(row);
    const text = this.#outline.leafText(row);
    if (one.kind === "comment") {
      const opened = one.sealed ? this.#openComment(row, text) : undefined;
      return opened ?? { kind: "comment", text, inline: false };
    }
    if (one.kind !== "value") throw new RangeError(`a ${one.kind} has no value`);
    if (!one.selected || text === "")
      return { kind: "scalar", type: one.type === "comment" ? "str" : (one.type ?? "str"), canonical: text };
    const key = this.#unlocked();
    try {
      const { type, canonical } = openValue(key, text, this.#aadOf(row));
      return type === "comment" ? { kind: "comment", text: canonical, inline: false } : { kind: "scalar", type, canonical };
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      const reason = one.sealed ? error.message : "it is not encrypted, and the file says that it is";
      throw new SottoError("DECRYPT_FAILED", `cannot decrypt ${formatPath(this.pathOf(row))}: ${reason}`, {
        file: this.path,
        position: { line: this.lineOf(row), column: 1 },
        cause: error,
      });
    }
  }

  /** All that a row holds, decrypted, without comments. @throws SottoError as {@link open} */
  openNode(row: number): Node {
    const children = new Map<number, (Entry & { readonly kind: "pair" })[]>();
    for (let at = this.endOf(row) - 1; at >= row; at -= 1) {
      const { kind, key, parent } = this.#row(at);
      const value = kind === "value" || kind === "comment" ? this.open(at) : makeNode(kind, children.get(at) ?? []);
      children.delete(at);
      if (value.kind === "comment") continue;
      if (at === row) return value;
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [{ kind: "pair", key, value }]);
      else siblings.push({ kind: "pair", key, value });
    }
    throw new RangeError("a comment is no value");
  }

  #openComment(row: number, text: string): Comment | undefined {
    const key = this.#unlocked();
    const opened = tryOpen(key, text, this.#aadOf(row)) ?? tryOpen(key, text, this.#strayAads(key).get(row));
    return opened === undefined ? undefined : { kind: "comment", text: opened, inline: false };
  }

  /** Once: which of the collections around a comment it was sealed in takes the whole tree to say. */
  #strayAads(key: DataKey): ReadonlyMap<number, string> {
    if (this.#strays !== undefined) return this.#strays;
    const strays = new Map<number, string>();
    const walked = walk(this.#format.parse(this.#text).roots, this.selector);
    let next = 0;
    for (const [row, { kind }] of this.rows.entries()) {
      if (kind !== "value" && kind !== "comment") continue;
      const one = walked[next];
      next += 1;
      if (one?.leaf.kind !== "comment" || !isSealedComment(one.leaf.text)) continue;
      for (const aad of aadsAround(one)) {
        if (tryOpen(key, leafText(one.leaf), aad) === undefined) continue;
        if (aad !== one.aad) strays.set(row, aad);
        break;
      }
    }
    this.#strays = strays;
    return strays;
  }

  #aadOf(row: number): string {
    let aad = "";
    for (let at = this.#row(row).kind === "comment" ? this.#row(row).parent : row; at >= 0; at = this.#row(at).parent) {
      const { parent, key } = this.#row(at);
      if (parent === -1 || this.#row(parent).kind === "map") aad = `${key}:${aad}`;
    }
    return aad || ":";
  }

  #startOf(document: number): number {
    if (document === 0) return 0;
    const first = this.rows.findIndex((row) => row.document === document);
    return first === -1 ? this.rows.length : first;
  }

  #isNamed(row: number, key: string, document: number): boolean {
    const one = this.#row(row);
    return one.key === key && one.kind !== "comment" && one.document === document;
  }

  #row(row: number): OutlineRow {
    const one = this.rows[row];
    if (one === undefined) throw new RangeError(`there is no row ${row}`);
    return one;
  }
}

function tryOpen(key: DataKey, text: string, aad: string | undefined): string | undefined {
  if (aad === undefined) return undefined;
  try {
    return openValue(key, text, aad).canonical;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

function makeNode(kind: "map" | "list" | "null", reversed: readonly (Entry & { readonly kind: "pair" })[]): Node {
  if (kind === "null") return { kind: "null" };
  const entries = reversed.toReversed();
  if (kind === "map") return { kind: "branch", entries };
  return { kind: "sequence", items: entries.map((entry): Item => entry.value) };
}

/** The same wrapped bytes hold the same data key. */
function sharesKey(one: Metadata, other: Metadata): boolean {
  const [mine, theirs] = [wrappedIn(one), wrappedIn(other)];
  // Of several groups each holds a share, so that all of them have to be the same.
  if (one.groups.length !== 1 || other.groups.length !== 1) return mine.length > 0 && JSON.stringify(mine) === JSON.stringify(theirs);
  return theirs.some((wrapped) => mine.includes(wrapped));
}

function wrappedIn(metadata: Metadata): readonly string[] {
  return metadata.groups
    .flat()
    .flatMap((key) => (key.wrapped === undefined || key.wrapped === "" ? [] : [`${key.provider} ${key.wrapped}`]));
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const interrupted = (): SottoError => new SottoError("INTERRUPTED", "interrupted", { cause: signal.reason });
  if (signal.aborted) {
    work.catch(() => {});
    throw interrupted();
  }
  const stop = Promise.withResolvers<never>();
  const onAbort = (): void => stop.reject(interrupted());
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, stop.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    work.catch(() => {});
  }
}

function lineStarts(text: string): Int32Array {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return Int32Array.from(starts);
}
