/**
 * What ciphertext cannot hold: the spelling of a value, sealed behind the closing bracket of its envelope, where every
 * sops release ignores it. It may change looks, never values; whoever uses it checks that.
 */
import { decodeText } from "../model/text.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { joinBytes } from "./bytes.ts";
import type { DataKey } from "./data-key.ts";
import { IV_LENGTH, TAG_LENGTH, drawIv, openBytes, sealText } from "./gcm.ts";

/** The suffix of a value that was plain where ciphertext has to be quoted. */
export const PLAIN_RESIDUE = "~p";

export type Residue = { readonly kind: "none" } | { readonly kind: "plain" } | { readonly kind: "source"; readonly text: string };

const NONE: Residue = { kind: "none" };
const PLAIN: Residue = { kind: "plain" };

/**
 * Seals the source text of a value.
 * @param aad the AAD of the value itself; a mark is added, so that a residue can never stand for a value
 * @returns `~` and Base64 of IV, ciphertext and tag: nothing that any format would have to quote
 */
export function sealResidue(key: DataKey, source: string, aad: string): string {
  const iv = drawIv();
  const { ciphertext, tag } = sealText(key, source, `${aad}~`, iv);
  return `~${encodeBase64(joinBytes(iv, ciphertext, tag))}`;
}

/** Reads the suffix of an envelope. Anything that is not a residue of this value counts as none. */
export function openResidue(key: DataKey, suffix: string, aad: string): Residue {
  // In a YAML block scalar, line feeds and blank lines follow the token.
  const feed = suffix.indexOf("\n");
  const mark = feed !== -1 && suffix.slice(feed).trim() === "" ? suffix.slice(0, feed) : suffix;
  if (mark === PLAIN_RESIDUE) return PLAIN;
  if (!mark.startsWith("~") || mark.includes("\r")) return NONE;
  const bytes = decodeBase64(mark.slice(1));
  if (bytes === undefined || bytes.length < IV_LENGTH + TAG_LENGTH) return NONE;
  const end = bytes.length - TAG_LENGTH;
  const ciphertext = bytes.subarray(IV_LENGTH, end);
  const source = openBytes(key, ciphertext, `${aad}~`, bytes.subarray(0, IV_LENGTH), bytes.subarray(end));
  return source === undefined ? NONE : { kind: "source", text: decodeText(source) };
}
