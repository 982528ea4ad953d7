/** An encrypted file printed anew: in another format, or with another indentation (sops: `--output-type` of `set`, `unset`, `rotate`). */
import { formatTimestamp } from "../crypto/mac.ts";
import type { Metadata } from "../model/metadata.ts";
import { encodeText } from "../model/text.ts";
import type { FormatId } from "../model/tree.ts";
import { sealTree } from "./convert.ts";
import { checkTree } from "./encrypt-file.ts";
import { type OpenFile, storedFormat } from "./encrypted-file.ts";

export interface ReencodeOptions {
  readonly format: FormatId;
  readonly indent?: number | undefined;
  /** The time of the change. */
  readonly now: Date;
}

/**
 * Seals the values of an open file anew under its data key and prints them as sops would.
 * @throws SottoError `EMIT_FAILED` when the format cannot hold them, `READ_BACK_FAILED`
 */
export async function reencode(open: OpenFile, options: ReencodeOptions): Promise<Uint8Array> {
  const format = await storedFormat(options.format);
  const metadata: Metadata = { ...open.metadata, lastModified: formatTimestamp(options.now), mac: "" };
  const roots = open.roots();
  const text = sealTree(format, roots, open.dataKey, open.selector, metadata, options.indent);
  checkTree(format, text, { roots }, open.dataKey, open.selector, metadata);
  return encodeText(text);
}
