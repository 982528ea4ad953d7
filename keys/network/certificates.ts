/** The certificates to trust instead of the usual ones. Go's clients, and so sops, take them from this variable; those for JavaScript do not. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";

export const CERTIFICATES = "SSL_CERT_FILE";

/**
 * @returns PEM, undefined where the variable is not set
 * @throws SottoError `IDENTITY_INVALID` when the file is not there
 */
export async function readCertificates(context: KeyContext): Promise<string | undefined> {
  const path = context.env[CERTIFICATES] ?? "";
  if (path === "") return undefined;
  const bytes = await context.readFile(path);
  if (bytes === undefined) throw new SottoError("IDENTITY_INVALID", `${CERTIFICATES} names ${path}, which is not there`);
  return new TextDecoder().decode(bytes);
}
