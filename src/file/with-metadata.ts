/** The text of `edit --show-master-keys`: a plaintext with the metadata block in it. */
import { SottoError } from "../model/error.ts";
import type { Metadata } from "../model/metadata.ts";
import { encodeText } from "../model/text.ts";
import { type FormatId, splice } from "../model/tree.ts";
import { EncryptedFile, type OpenFile } from "./encrypted-file.ts";

export interface WithMetadata {
  readonly plain: Uint8Array;
  readonly format: FormatId;
  readonly metadata: Metadata;
}

/**
 * Takes the two apart. Selector and settings may have changed; time and MAC follow from the next version.
 * @param open the file that was shown
 * @throws SottoError `METADATA_INVALID`, also where it names other recipients or is gone; what the format refuses
 */
export async function readWithMetadata(open: OpenFile, text: Uint8Array): Promise<WithMetadata> {
  const { document, format, metadata } = await parse(text, open.id);
  const { groups, threshold, mac, lastModified, version, unknown } = open.metadata;
  if (JSON.stringify([metadata.groups, metadata.threshold]) !== JSON.stringify([groups, threshold])) {
    throw new SottoError("METADATA_INVALID", "who can decrypt the file is not changed in the editor", {
      hints: ["put the recipients back as they were; to change them: sotto updatekeys FILE, or sotto rotate --add-age … FILE"],
    });
  }
  const settings = { selector: metadata.selector, macOnlyEncrypted: metadata.macOnlyEncrypted };
  return {
    plain: open.id === "binary" ? readBinary(document.roots[0]?.entries) : encodeText(splice(document.text, format.detach(document))),
    format: open.id,
    metadata: { groups, threshold, mac, lastModified, version, unknown, ...settings },
  };
}

async function parse(text: Uint8Array, id: FormatId): Promise<EncryptedFile> {
  try {
    return await EncryptedFile.parse(text, id);
  } catch (error) {
    if (!SottoError.is(error) || error.code !== "NOT_ENCRYPTED") throw error;
    throw new SottoError("METADATA_INVALID", "the metadata are gone", {
      hints: ["put the block back, or edit without --show-master-keys"],
    });
  }
}

function readBinary(entries: EncryptedFile["document"]["roots"][number]["entries"] = []): Uint8Array {
  const data = entries.find((entry) => entry.kind === "pair" && entry.key === "data");
  if (data?.kind !== "pair" || data.value.kind !== "scalar") {
    throw new SottoError("FILE_EMPTY", "a binary file holds one text, under the key data");
  }
  return encodeText(data.value.canonical);
}
