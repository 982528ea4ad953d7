/** age: X25519, hybrid post-quantum and SSH recipients (sops: §5.4). */
import type { Recipient } from "age-encryption";
import { SottoError } from "../src/model/error.ts";
import type { KeyContext, KeyProvider, MasterKey } from "../src/model/keys.ts";
import { parseRecipient } from "./age/recipients.ts";

const DATA_KEY_LENGTH = 32;
/** A Shamir share of a data key: its coordinate comes last. */
const SHARE_LENGTH = 33;
const UNWRAP_FAILED = "failed to create reader for decrypting sops data key with age";

export const age: KeyProvider = {
  id: "age",
  title: "age",
  metadataKey: "age",
  configKey: "age",
  flags: { encrypt: "age", short: "a", env: "SOPS_AGE_RECIPIENTS" },
  parse,
  wrap,
  unwrap,
  holds,
};

function parse(text: string): readonly MasterKey[] {
  if (text === "") return [];
  return text.split(",").map((part) => {
    const label = part.trim();
    parseRecipient(label);
    return { provider: "age", label, stored: { recipient: label } };
  });
}

async function wrap(key: MasterKey, dataKey: Uint8Array): Promise<MasterKey> {
  const recipient = parseRecipient(key.label);
  if (recipient.kind === "plugin") {
    throw new SottoError("WRAP_FAILED", `sotto cannot wrap for age plugins yet (age-plugin-${recipient.plugin})`);
  }
  try {
    const { encryptFile } = await import("./age/file.ts");
    const wrapped = await encryptFile(dataKey, await toAge(recipient));
    return { ...key, wrapped, stored: { ...key.stored, recipient: key.label, enc: wrapped } };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown error";
    throw new SottoError("WRAP_FAILED", `failed to encrypt sops data key with age: ${reason}`, { cause });
  }
}

type WrappableRecipient = Exclude<ReturnType<typeof parseRecipient>, { kind: "plugin" }>;

async function toAge(recipient: WrappableRecipient): Promise<Recipient | string> {
  if (recipient.kind === "hybrid") return recipient.text;
  if (recipient.kind === "x25519") return (await import("./age/x25519.ts")).x25519Recipient(recipient.point);
  return (await import("./age/ssh.ts")).sshRecipient(recipient.key);
}

async function unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array> {
  const [{ decryptFile }, { identitiesIn, identityStore, summarize }] = await Promise.all([
    import("./age/file.ts"),
    import("./age/store.ts"),
  ]);
  const store = identityStore(context);
  const text = key.wrapped ?? "";
  const attempt = async (findings: Awaited<ReturnType<typeof store.fixed>>): ReturnType<typeof decryptFile> => {
    // age tries its own kinds of identity before those that may ask the user something.
    const identities = identitiesIn(findings).toSorted((a, b) => Number(isForeign(a.kind)) - Number(isForeign(b.kind)));
    return decryptFile(
      text,
      identities.map(({ use }) => use),
    );
  };

  const fixed = await store.fixed();
  let outcome = await attempt(fixed);
  if (outcome.state === "opened") return checkLength(outcome.payload);
  // Commands come last: they may cost a login, and only their failure is of interest here.
  const commands = await store.commands(key.label);
  const total = identitiesIn(fixed).length + identitiesIn(commands).length;
  if (outcome.state === "unmatched" && identitiesIn(commands).length > 0) outcome = await attempt(commands);
  if (outcome.state === "opened") return checkLength(outcome.payload);

  const { suffix, hints } = summarize(fixed, commands);
  if (total === 0) throw new SottoError("IDENTITY_INVALID", `failed to load age identities${suffix}`, { hints });
  if (outcome.state === "broken") {
    throw new SottoError("DATA_KEY_UNAVAILABLE", `${UNWRAP_FAILED}: ${outcome.reason}${suffix}`, { hints, cause: outcome.cause });
  }
  const reason =
    total === 1
      ? "identity did not match any of the recipients: incorrect identity for recipient block"
      : "no identity matched any of the recipients";
  throw new SottoError("DATA_KEY_UNAVAILABLE", `${UNWRAP_FAILED}: ${reason}${suffix}`, { hints });
}

async function holds(key: MasterKey, context: KeyContext): Promise<boolean> {
  const { identitiesIn, identityStore } = await import("./age/store.ts");
  // The comment of an SSH key is no part of it.
  const label = key.label.split(/\s+/, 2).join(" ");
  return identitiesIn(await identityStore(context).fixed()).some(({ recipient }) => recipient === label);
}

function isForeign(kind: string): boolean {
  return kind !== "x25519" && kind !== "hybrid";
}

function checkLength(payload: Uint8Array): Uint8Array {
  if (payload.length === DATA_KEY_LENGTH || payload.length === SHARE_LENGTH) return payload;
  payload.fill(0);
  throw new SottoError(
    "DATA_KEY_UNAVAILABLE",
    `the wrapped data key has ${payload.length} bytes, expected ${DATA_KEY_LENGTH} (a data key) or ${SHARE_LENGTH} (a share)`,
  );
}
