/** From a plaintext file to an encrypted one: new, or onto an earlier version whose ciphertext is kept where nothing changed. */
import { loadFormat } from "../../formats/index.ts";
import { equalBytes } from "../crypto/bytes.ts";
import { DataKey } from "../crypto/data-key.ts";
import { formatTimestamp } from "../crypto/mac.ts";
import { readMetadata } from "../metadata/read.ts";
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { Metadata, SelectorSetting } from "../model/metadata.ts";
import { decodeText, encodeText, hasRawBytes } from "../model/text.ts";
import type { Document, FormatId } from "../model/tree.ts";
import { SOPS_VERSION } from "../model/version.ts";
import { compileSelector, DEFAULT_SELECTOR, type Selector } from "../policy/selector.ts";
import { sealTree } from "./convert.ts";
import { type Access, EncryptedFile, type OpenFile, storedFormat, wrap } from "./encrypted-file.ts";
import { openDocument } from "./open.ts";
import { parseText } from "./parse-text.ts";
import { guardPlaintext, sameLeaves, sealDocument } from "./seal.ts";
import { walk } from "./walk.ts";

export interface PlainInput {
  readonly bytes: Uint8Array;
  readonly format: FormatId;
  /** The format of the encrypted file, when it is another one. */
  readonly output?: FormatId;
}

export interface EncryptOptions {
  readonly groups: readonly KeyGroup[];
  readonly threshold: number;
  readonly selector?: SelectorSetting;
  readonly macOnlyEncrypted?: boolean;
  /** Indentation for a file that is printed anew. */
  readonly indent?: number;
  /** False leaves out the residue, which only restores looks. */
  readonly residue?: boolean;
  /** Accepts that nothing is encrypted. */
  readonly allowPlaintext?: boolean;
  readonly now: Date;
}

/**
 * Encrypts a plaintext file under a new data key.
 * @throws SottoError `ALREADY_ENCRYPTED`, `RESERVED_KEY`, `FILE_EMPTY`, `WRAP_FAILED`, what the format refuses, what `sealDocument` throws
 */
export async function encryptFile(input: PlainInput, options: EncryptOptions, access: Access): Promise<Uint8Array> {
  const document = await parsePlain(input);
  const key = DataKey.generate();
  try {
    return await encryptUnder(key, document, input, options, access);
  } finally {
    key.dispose();
  }
}

/** The same for a file that is not finished: it stays open under its new data key, for recipients that need not include this user. */
export async function startFile(input: PlainInput, options: EncryptOptions, access: Access): Promise<OpenFile> {
  const document = await parsePlain(input);
  const key = DataKey.generate();
  try {
    const bytes = await encryptUnder(key, document, input, options, access);
    const file = await EncryptedFile.parse(bytes, input.output ?? input.format);
    return file.open(key);
  } catch (error) {
    key.dispose();
    throw error;
  }
}

async function encryptUnder(
  key: DataKey,
  document: Document,
  input: PlainInput,
  options: EncryptOptions,
  access: Access,
): Promise<Uint8Array> {
  const output = input.output ?? input.format;
  // In sops the format that is read decides: what it takes for one value is encrypted as a whole.
  const whole = input.format === "binary";
  const setting = whole ? undefined : (options.selector ?? DEFAULT_SELECTOR);
  const metadata: Metadata = {
    ...(await wrap(key, options.groups, options.threshold, access)),
    lastModified: formatTimestamp(options.now),
    mac: "",
    macOnlyEncrypted: !whole && options.macOnlyEncrypted === true,
    selector: setting,
    version: SOPS_VERSION,
    unknown: {},
  };
  const selector = await compileSelector(setting);
  const seal = { selector, metadata, residue: options.residue !== false, allowPlaintext: options.allowPlaintext === true };
  if (output === input.format && output !== "binary" && options.indent === undefined) {
    return encodeText(sealDocument(await loadFormat(output), document, key, seal));
  }
  guardPlaintext(walk(document.roots, selector), seal);
  const stored = await storedFormat(output);
  const text = sealTree(stored, document.roots, key, selector, metadata, options.indent);
  checkTree(stored, text, document, key, selector, metadata);
  return encodeText(text);
}

export interface OntoOptions {
  readonly residue?: boolean;
  /** Accepts that nothing is encrypted. */
  readonly allowPlaintext?: boolean;
  /** What the file is to say about itself; as it is now without it. Its recipients must be those of the file. */
  readonly metadata?: Metadata;
  /** Another version under the same data key, whose ciphertext stands for what is new here. */
  readonly other?: OpenFile | undefined;
  readonly now: Date;
}

/**
 * Encrypts a plaintext file as the next version of an encrypted one: same data key, recipients and selector; values and lines
 * that did not change keep their bytes. A plaintext in another format is first printed in the format of the file.
 * @param existing becomes that version
 * @returns undefined when the plaintext is the same
 */
export async function encryptOnto(existing: OpenFile, input: PlainInput, options: OntoOptions): Promise<Uint8Array | undefined> {
  const same = input.format === existing.id && equalBytes(await existing.print(), input.bytes);
  if (same && options.metadata === undefined) return undefined;
  const parsed = await parsePlain({ ...input, output: existing.id });
  const document = input.format === existing.id ? parsed : await convert(parsed, existing.id);
  const { metadata = existing.metadata } = options;
  const selector = await compileSelector(metadata.selector);
  if (existing.id === "binary") {
    const value = document.roots[0]?.entries.find((entry) => entry.kind === "pair" && entry.key === "data");
    if (value?.kind !== "pair") throw new SottoError("FILE_EMPTY", "a binary file holds one text");
    existing.set(["data"], value.value);
    existing.assume({ ...existing.current, macOnlyEncrypted: metadata.macOnlyEncrypted }, metadata);
    return existing.encode(options.now);
  }
  const { replacePlaintext } = await import("./replace.ts");
  const settings = {
    metadata,
    selector,
    residue: options.residue !== false,
    allowPlaintext: options.allowPlaintext === true,
    other: options.other?.opened,
  };
  existing.assume(replacePlaintext(existing.current, existing.dataKey, document, settings), metadata);
  return existing.encode(options.now);
}

/** @throws SottoError `EMIT_FAILED` when the format cannot hold the document */
async function convert(document: Document, output: FormatId): Promise<Document> {
  const format = await loadFormat(output);
  return format.parse(format.emit(document.roots));
}

/** @throws SottoError `ALREADY_ENCRYPTED`, `RESERVED_KEY`, `TEXT_NOT_UTF8`, and what the format refuses */
async function parsePlain(input: PlainInput): Promise<Document> {
  const format = await loadFormat(input.format);
  const document = parseText(format, decodeText(input.bytes));
  if (format.id !== "binary" && format.metadata === "nested" && hasRawBytes(document.text)) {
    throw new SottoError("TEXT_NOT_UTF8", "the file is not UTF-8 text", {
      hints: ["encrypt it with --input-type binary, or convert it to UTF-8"],
    });
  }
  if (document.metadata === undefined) {
    await refuseReserved(document, input);
    return document;
  }
  throw new SottoError("ALREADY_ENCRYPTED", "the file holds sops metadata, so it is encrypted already", {
    position: positionAt(document.text, document.metadata.slot?.start ?? 0),
    hints: [
      "to change a value: sotto set FILE PATH VALUE; to encrypt a new version onto it: sotto encrypt --onto FILE PLAINTEXT",
      "if this is your own key, rename it: sops reserves the name",
    ],
  });
}

/** A key that would be taken for metadata: of a format where it means nothing (sops: exit 203), or in a later document (sops: exit 4). */
async function refuseReserved(document: Document, input: PlainInput): Promise<void> {
  const { metadata } = await storedFormat(input.output ?? input.format);
  const reserved = (key: string): boolean => (metadata === "flat" ? key.startsWith("sops_") : key === "sops");
  for (const [index, root] of document.roots.entries()) {
    for (const entry of root.entries) {
      if (entry.kind !== "pair" || !reserved(entry.key)) continue;
      throw new SottoError(
        index === 0 ? "ALREADY_ENCRYPTED" : "RESERVED_KEY",
        `the key ${entry.key} is where the metadata of an encrypted file goes`,
        {
          hints: ["rename it: sops reserves the name"],
          ...(entry.slot === undefined ? {} : { position: positionAt(document.text, entry.slot.start) }),
        },
      );
    }
  }
}

/**
 * Reads back what was printed in another format.
 * @throws SottoError `READ_BACK_FAILED`
 */
export function checkTree(
  format: Format,
  text: string,
  plain: Pick<Document, "roots">,
  key: DataKey,
  selector: Selector,
  metadata: Metadata,
): void {
  const document = format.parse(text);
  readMetadata(document, format.metadata);
  const opened = openDocument(document, key, { selector, macOnlyEncrypted: metadata.macOnlyEncrypted });
  const plainLeaves = walk(plain.roots, selector).filter((one) => one.leaf.kind === "scalar");
  const read = opened.leaves.filter((one) => one.value.kind === "scalar").map((one) => ({ ...one, leaf: one.value }));
  if (!sameLeaves(plainLeaves, read, true)) {
    throw new SottoError("READ_BACK_FAILED", "refusing to write a file that does not read back: the format cannot hold these values", {
      hints: ["keep the format of the input, or encrypt a document without nulls, comments and nesting"],
    });
  }
}
