/**
 * A plaintext as the next version of an encrypted document. The plaintext is sealed as a whole; then every line whose plaintext
 * did not change gets the bytes back that it had in the encrypted text, the metadata block included. So a change of one value
 * is a change of one line, whatever tool and release laid the file out.
 */
import type { DataKey } from "../crypto/data-key.ts";
import { SottoError } from "../model/error.ts";
import type { Metadata } from "../model/metadata.ts";
import type { Document } from "../model/tree.ts";
import type { Selector } from "../policy/selector.ts";
import { knownTokens, type OpenDocument } from "./edit.ts";
import { keepLines } from "./kept-lines.ts";
import { type KnownTokens, openDocument, type Opened, restoreText } from "./open.ts";
import { sealDocument, type SealOptions, Stash } from "./seal.ts";

export interface ReplaceOptions {
  /** What the file is to say; who can read it must not change by this. */
  readonly metadata: Metadata;
  readonly selector: Selector;
  readonly residue: boolean;
  readonly allowPlaintext: boolean;
  /** Another version under the same data key, whose ciphertext stands for what is new here. */
  readonly other?: Opened | undefined;
}

/**
 * @param plain in the format of the file
 * @returns the document before a new MAC
 * @throws SottoError as `sealDocument`
 */
export function replacePlaintext(open: OpenDocument, key: DataKey, plain: Document, options: ReplaceOptions): OpenDocument {
  const others = options.other === undefined ? [] : [options.other];
  const seal: SealOptions = { ...options, stash: new Stash(open.opened, ...others) };
  let next = sealAnew(open, key, plain, seal);
  let kept = keepLines(open, next, key);
  if (kept.repeated) {
    // A token in a line that is kept must not stand for an equal value elsewhere, too: that would tell that they are equal.
    const leaves = open.opened.leaves.filter((one) => !kept.leaves.has(one));
    next = sealAnew(open, key, plain, { ...seal, stash: new Stash({ ...open.opened, leaves }, ...others) });
    kept = keepLines(open, next, key);
  }
  const known = new Map([...knownTokens(next.opened), ...knownTokens(open.opened)]);
  return openIfEqual(next, key, kept.text, plain.text, known) ?? next;
}

function sealAnew(open: OpenDocument, key: DataKey, plain: Document, options: SealOptions): OpenDocument {
  const { format } = open;
  const document = format.parse(sealDocument(format, plain, key, options));
  const settings = { selector: options.selector, macOnlyEncrypted: options.metadata.macOnlyEncrypted };
  return { format, document, opened: openDocument(document, key, { ...settings, known: knownTokens(open.opened) }), ...settings };
}

/** @returns undefined unless the text can be opened and gives this plaintext */
function openIfEqual(next: OpenDocument, key: DataKey, text: string, plain: string, known: KnownTokens): OpenDocument | undefined {
  const { format, selector, macOnlyEncrypted } = next;
  try {
    const document = format.parse(text);
    if (document.metadata === undefined) return undefined;
    const opened = openDocument(document, key, { selector, macOnlyEncrypted, known });
    const equal = opened.suspects.length === 0 && restoreText(format, document, opened, key) === plain;
    return equal ? { ...next, document, opened } : undefined;
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return undefined;
  }
}
