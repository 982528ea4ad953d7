/**
 * Wrapping and unwrapping with Google Cloud KMS (sops: §5.7). The host follows from the environment alone, so nothing that a file says
 * leads a token elsewhere. Checksums go both ways (Google: "Verifying end-to-end data integrity").
 */
import type { KeyManagementServiceClient } from "@google-cloud/kms";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { storedText, TransientError } from "../../src/model/provider.ts";
import { checkDataKey, creationTime } from "../network/data-key.ts";
import { unlessAborted } from "../network/until.ts";
import { clientFor, hostOf } from "./clients.ts";
import { crc32c } from "./crc32c.ts";
import { describeCredentialFailure, describeFailure, type Purpose } from "./failures.ts";
import { findResourceFault } from "./resource-id.ts";

export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<MasterKey> {
  const purpose = purposeOf(key, "wrap", context);
  const request = { name: purpose.name, plaintext: dataKey, plaintextCrc32c: { value: crc32c(dataKey) } };
  const answer = await call(purpose, context, signal, (kms, options) => kms.encrypt(request, options));
  const ciphertext = bytesOf(answer.ciphertext);
  if (ciphertext.length === 0) throw new SottoError("WRAP_FAILED", "the answer of Google Cloud KMS holds no wrapped key");
  if (answer.verifiedPlaintextCrc32c !== true) throw damaged("the data key arrived there changed");
  checkSum(ciphertext, answer.ciphertextCrc32c);
  const wrapped = encodeBase64(ciphertext);
  return { ...key, wrapped, stored: { ...key.stored, created_at: creationTime(), enc: wrapped } };
}

export async function unwrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array> {
  const purpose = purposeOf(key, "unwrap", context);
  const ciphertext = decodeBase64(key.wrapped ?? "");
  if (ciphertext === undefined || ciphertext.length === 0)
    throw new SottoError("DATA_KEY_UNAVAILABLE", "the wrapped key is no Base64 text");
  const request = { name: purpose.name, ciphertext, ciphertextCrc32c: { value: crc32c(ciphertext) } };
  const answer = await call(purpose, context, signal, (kms, options) => kms.decrypt(request, options));
  const plaintext = bytesOf(answer.plaintext);
  checkSum(plaintext, answer.plaintextCrc32c);
  return checkDataKey(plaintext);
}

/** Of those that the client takes. */
interface CallOptions {
  // Who calls tries again, so the client does not.
  readonly retry: null;
  readonly signal?: AbortSignal;
}

async function call<T>(
  purpose: Purpose,
  context: KeyContext,
  signal: AbortSignal | undefined,
  send: (kms: KeyManagementServiceClient, options: CallOptions) => Promise<[T, ...unknown[]]>,
): Promise<T> {
  const { kms, credentials } = await clientFor(context);
  const inTime = async <R>(work: Promise<R>, describe: (error: unknown) => Error): Promise<R> => {
    try {
      return await unlessAborted(work, signal);
    } catch (error) {
      // Who ended the call knows why.
      if (signal?.aborted === true) throw error;
      throw describe(error);
    }
  };
  // First, so that what is wrong with them is told apart from what is wrong with the key; the client keeps what was found.
  await inTime(
    credentials().then((client) => client.getRequestHeaders(`https://${purpose.host}/`)),
    (error) => describeCredentialFailure(error, context),
  );
  const options: CallOptions = { retry: null, ...(signal === undefined ? {} : { signal }) };
  const [answer] = await inTime(send(kms, options), (error) => describeFailure(error, purpose, context));
  return answer;
}

function purposeOf({ stored }: MasterKey, action: "wrap" | "unwrap", context: KeyContext): Purpose {
  const name = storedText(stored, "resource_id");
  if (findResourceFault(name) !== undefined) {
    const code = action === "wrap" ? "WRAP_FAILED" : "DATA_KEY_UNAVAILABLE";
    throw new SottoError(code, `no valid resource ID found in ${JSON.stringify(name)}`);
  }
  return { action, name, host: hostOf(context) };
}

/** @param sum as the client hands over a wrapped number of 64 bits */
function checkSum(bytes: Uint8Array, sum: { readonly value?: unknown } | null | undefined): void {
  const value = sum?.value;
  if ((typeof value === "string" || typeof value === "number") && Number(value) === crc32c(bytes)) return;
  throw damaged("the answer arrived here changed");
}

function damaged(what: string): TransientError {
  return new TransientError(`Google Cloud KMS: ${what}, by its checksum`);
}

function bytesOf(value: Uint8Array | string | null | undefined): Uint8Array {
  if (value === null || value === undefined) return new Uint8Array();
  return typeof value === "string" ? (decodeBase64(value) ?? new Uint8Array()) : value;
}
