/**
 * age where there is no Node, in place of `provider.ts` (package.json, `imports`): identities are text, `AGE-SECRET-KEY-…` in `SOPS_AGE_KEY`
 * of the context; no files, commands, plugins and SSH identities. Recipients may be of any kind but plugins.
 */
import type { Recipient } from "age-encryption";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { encodeText } from "../../src/model/text.ts";
import { decodeBech32 } from "./bech32.ts";
import { decryptFile, encryptFile } from "./file.ts";
import { recipientOf } from "./make-identity.ts";
import { sshRecipient } from "./portable-ssh.ts";
import { parseRecipient } from "./recipients.ts";

const SOURCE = "SOPS_AGE_KEY";
/** Of a data key, and of a Shamir share, whose coordinate comes last. */
const LENGTHS: readonly number[] = [32, 33];
const UNWRAP_FAILED = "failed to create reader for decrypting sops data key with age";

export async function wrap(key: MasterKey, dataKey: Uint8Array): Promise<MasterKey> {
  const recipient = toAge(key.label);
  try {
    const wrapped = await encryptFile(dataKey, recipient);
    return { ...key, wrapped, stored: { ...key.stored, recipient: key.label, enc: wrapped } };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown error";
    throw new SottoError("WRAP_FAILED", `failed to encrypt sops data key with age: ${reason}`, { cause });
  }
}

function toAge(label: string): Recipient | string {
  const recipient = parseRecipient(label);
  if (recipient.kind === "ssh") return sshRecipient(recipient.key);
  if (recipient.kind === "plugin") throw new SottoError("WRAP_FAILED", `age-plugin-${recipient.plugin} cannot be started here`);
  return label;
}

export async function unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array> {
  const identities = readIdentities(context);
  if (identities.length === 0) throw new SottoError("IDENTITY_INVALID", `failed to load age identities: there is none in ${SOURCE}`);
  const outcome = await decryptFile(key.wrapped ?? "", identities);
  if (outcome.state === "opened") return checkLength(outcome.payload);
  if (outcome.state === "broken") {
    throw new SottoError("DATA_KEY_UNAVAILABLE", `${UNWRAP_FAILED}: ${outcome.reason}`, { cause: outcome.cause });
  }
  const reason =
    identities.length === 1
      ? "identity did not match any of the recipients: incorrect identity for recipient block"
      : "no identity matched any of the recipients";
  throw new SottoError("DATA_KEY_UNAVAILABLE", `${UNWRAP_FAILED}: ${reason}`);
}

function checkLength(payload: Uint8Array): Uint8Array {
  if (LENGTHS.includes(payload.length)) return payload;
  const { length } = payload;
  payload.fill(0);
  throw new SottoError(
    "DATA_KEY_UNAVAILABLE",
    `the wrapped data key has ${length} bytes, expected ${LENGTHS.join(" (a data key) or ")} (a share)`,
  );
}

/**
 * Words of lines that are no comment (sops: §5.4, source 4). One bad word spoils them all.
 * @throws SottoError `IDENTITY_INVALID`
 */
function readIdentities(context: KeyContext): string[] {
  const lines = (context.env[SOURCE] ?? "").split("\n").filter((line) => !line.startsWith("#"));
  const words = lines.flatMap((line) => line.split(/[\t-\r ]+/)).filter((word) => word !== "");
  for (const word of words) {
    const problem = problemOf(word);
    if (problem === undefined) continue;
    throw new SottoError("IDENTITY_INVALID", `failed to load age identities: failed to parse '${SOURCE}' age identities: ${problem}`, {
      hints: /^age1/i.test(word) ? [`${SOURCE} is a recipient (age1…), the public half; the identity begins with AGE-SECRET-KEY-1`] : [],
    });
  }
  return words;
}

/** What is wrong with an identity, without any part of it. */
function problemOf(word: string): string | undefined {
  const prefix = /^AGE-SECRET-KEY-(?:PQ-)?(?=1)/.exec(word)?.[0];
  if (prefix === undefined) return "unknown identity type";
  const decoded = decodeBech32(encodeText(word));
  if (!decoded.ok) return `malformed secret key: ${decoded.reason}`;
  const { length } = decoded.bytes;
  decoded.bytes.fill(0);
  if (decoded.prefix !== prefix) return "malformed secret key: unknown type";
  return length === 32 ? undefined : "malformed secret key: it has another length than 32 bytes";
}

const recipients = new WeakMap<KeyContext, Promise<readonly string[]>>();

export async function holds(key: MasterKey, context: KeyContext): Promise<boolean> {
  let own = recipients.get(context);
  if (own === undefined) {
    own = Promise.all(readIdentities(context).map(recipientOf));
    recipients.set(context, own);
  }
  return (await own).includes(key.label);
}

/** Every identity is named, and says whose it is. */
export async function holdsUnknown(_context: KeyContext): Promise<boolean> {
  return false;
}

/** For messages to people who do not know what they hold; here they named it. */
export async function held(): Promise<readonly string[]> {
  return [];
}
