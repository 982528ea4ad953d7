/** A file that git or a machine changed behind our back becomes whole again: sides are chosen, what was written plain is sealed. */
import { encryptOnto } from "../file/encrypt-file.ts";
import { EncryptedFile, type OpenFile } from "../file/encrypted-file.ts";
import { looksSealed } from "../crypto/envelope.ts";
import { sealLeaf } from "../file/seal.ts";
import { isFilled, leafText, walk } from "../file/walk.ts";
import { SottoError } from "../model/error.ts";
import { decodeText, encodeText } from "../model/text.ts";
import { type FormatId, splice } from "../model/tree.ts";
import { chooseSides, type Conflicted, readConflicts, type Side } from "../merge/markers.ts";
import type { Project } from "../workspace/project.ts";
import { naming } from "../workspace/project.ts";

export interface Damaged {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly format: FormatId;
  /** Undefined for a file without markers. */
  readonly conflicts: Conflicted | undefined;
}

export async function readDamaged(project: Project, path: string, format: FormatId): Promise<Damaged> {
  const bytes = await project.host.readFile(path);
  return { path, bytes, format, conflicts: readConflicts(decodeText(bytes)) };
}

/**
 * Opens what the file is once the sides are chosen, whatever its MAC says. Values that were written into it in plain text, and that its
 * selector encrypts, are sealed.
 * @param sides one for each conflict
 * @throws SottoError `DECRYPT_FAILED` for ciphertext that was moved to another key: nothing tells what it was
 */
export async function openDamaged(project: Project, file: Damaged, sides: readonly Side[]): Promise<OpenFile> {
  const text = file.conflicts === undefined ? decodeText(file.bytes) : chooseSides(file.conflicts, sides);
  return naming(file.path, async () => {
    const encrypted = await EncryptedFile.parse(encodeText(text), file.format);
    const key = await encrypted.recover({ ...project.access, file: file.path });
    const { document, format, selector } = encrypted;
    const plain = walk(document.roots, selector).filter((one) => one.selected && isFilled(one.leaf) && !looksSealed(leafText(one.leaf)));
    const splices = plain.flatMap(({ leaf, aad }) => format.cover(document, leaf, sealLeaf(key, leaf, aad)));
    const whole = splices.length === 0 ? encrypted : await EncryptedFile.parse(encodeText(splice(document.text, splices)), file.format);
    return whole.open(key, { ignoreMac: true });
  });
}

/** @returns the whole file under a new MAC; ciphertext that was good stays */
export async function sealAgain(open: OpenFile, now: Date): Promise<Uint8Array> {
  const { metadata } = open;
  const bytes = await encryptOnto(open, { bytes: await open.print(), format: open.id }, { now, metadata, allowPlaintext: true });
  if (bytes === undefined) throw new SottoError("READ_BACK_FAILED", "the file could not be sealed again");
  return bytes;
}
