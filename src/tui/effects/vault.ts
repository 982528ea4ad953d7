/**
 * What was typed and is not saved: the only plaintexts that live long. Under an id each, which is all that the state knows. While
 * the program is locked they are sealed with a random key; on leaving they are overwritten.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Node } from "../../model/tree.ts";
import type { Facts } from "../model/facts.ts";
import { detectKind } from "../text/kinds.ts";
import { graphemes } from "../text/graphemes.ts";
import { strengthOf } from "../text/strength.ts";

const DIGITS = 4;

export class Vault {
  /** Of this run alone, so that fingerprints mean nothing outside. */
  readonly #key = randomBytes(32);
  readonly #kept = new Map<string, Buffer>();
  #sealed:
    | { readonly key: Buffer; readonly values: Map<string, { readonly nonce: Buffer; readonly data: Buffer; readonly tag: Buffer }> }
    | undefined;

  keep(id: string, node: Node): Facts {
    this.#kept.set(id, Buffer.from(JSON.stringify(node), "utf8"));
    return this.factsOf(node);
  }

  /** @throws RangeError for an id that is not there, or while locked */
  node(id: string): Node {
    const bytes = this.#kept.get(id);
    if (bytes === undefined) throw new RangeError("this value is not in memory");
    return JSON.parse(bytes.toString("utf8")) as Node;
  }

  text(id: string): string {
    const node = this.node(id);
    return node.kind === "scalar" ? node.canonical : "";
  }

  factsOf(node: Node): Facts {
    const isScalar = node.kind === "scalar";
    const text = isScalar ? node.canonical : "";
    const type = isScalar ? node.type : "str";
    const digest = createHmac("sha256", this.#key)
      .update(`${node.kind === "null" ? "null" : type}\0`)
      .update(text)
      .digest("hex");
    const looks = detectKind(text)?.label;
    return {
      type,
      length: countCharacters(text),
      lines: text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
      fingerprint: digest.slice(0, DIGITS),
      digest,
      strength: strengthOf(text),
      ...(looks === undefined ? {} : { looks }),
    };
  }

  /** Overwrites what is saved or dropped. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#kept.get(id)?.fill(0);
      this.#kept.delete(id);
      this.#sealed?.values.delete(id);
    }
  }

  lock(): void {
    if (this.#sealed !== undefined) return;
    const key = randomBytes(32);
    const values = new Map<string, { readonly nonce: Buffer; readonly data: Buffer; readonly tag: Buffer }>();
    for (const [id, bytes] of this.#kept) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      values.set(id, { nonce, data: Buffer.concat([cipher.update(bytes), cipher.final()]), tag: cipher.getAuthTag() });
      bytes.fill(0);
    }
    this.#kept.clear();
    this.#sealed = { key, values };
  }

  unlock(): void {
    if (this.#sealed === undefined) return;
    const { key, values } = this.#sealed;
    for (const [id, { nonce, data, tag }] of values) {
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
      decipher.setAuthTag(tag);
      this.#kept.set(id, Buffer.concat([decipher.update(data), decipher.final()]));
    }
    key.fill(0);
    this.#sealed = undefined;
  }

  wipe(): void {
    for (const bytes of this.#kept.values()) bytes.fill(0);
    this.#kept.clear();
    this.#sealed?.key.fill(0);
    this.#sealed = undefined;
  }
}

function countCharacters(text: string): number {
  // Asking for grapheme borders costs 10 ms the first time: a certificate must not be what asks.
  if (/^[\n -~]*$/.test(text)) return text.length;
  let count = 0;
  for (const _ of graphemes(text)) count += 1;
  return count;
}
