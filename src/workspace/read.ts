/** Reading a file that may be encrypted or plain, and saying so where a file is not what it was taken for. */
import { loadFormat } from "../../formats/index.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { parseText } from "../file/parse-text.ts";
import { SottoError } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import type { Document, FormatId } from "../model/tree.ts";

export type ReadFile = { readonly encrypted: EncryptedFile } | { readonly encrypted: undefined; readonly plain: Document };

/**
 * An encrypted file, or a plain one. A binary file is encrypted if it is the JSON container, else plain whatever it holds.
 * @throws SottoError what the format refuses, `METADATA_INVALID`
 */
export async function readEither(bytes: Uint8Array, format: FormatId): Promise<ReadFile> {
  try {
    return { encrypted: await EncryptedFile.parse(bytes, format) };
  } catch (error) {
    if (!SottoError.is(error) || (error.code !== "NOT_ENCRYPTED" && format !== "binary")) throw error;
    return { encrypted: undefined, plain: parseText(await loadFormat(format), decodeText(bytes)) };
  }
}

/** The file if it is encrypted and can be read, for callers that leave every other file alone. */
export async function readIfEncrypted(bytes: Uint8Array, format: FormatId): Promise<EncryptedFile | undefined> {
  try {
    return (await readEither(bytes, format)).encrypted;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

/**
 * An encrypted file. Where the format was not named, binary is a guess, and the error says so.
 * @throws SottoError as `EncryptedFile.parse`
 */
export async function readEncrypted(bytes: Uint8Array, format: FormatId): Promise<EncryptedFile> {
  try {
    return await EncryptedFile.parse(bytes, format);
  } catch (error) {
    if (format !== "binary" || !SottoError.is(error) || !error.code.startsWith("JSON_")) throw error;
    throw new SottoError("NOT_ENCRYPTED", "this is no encrypted binary file", {
      hints: [
        "if it has another format, say which: --input-type yaml, json, dotenv or ini",
        "a plaintext file is encrypted with: sotto encrypt -i FILE",
      ],
      cause: error,
    });
  }
}
