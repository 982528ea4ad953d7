/** Wrapping and unwrapping with age on Node; loaded by `keys/age.ts` as `#age` (package.json, `imports`). */
import type { Identity, Recipient } from "age-encryption";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import type { Opened } from "./file.ts";
import type { HeldIdentity } from "./identities.ts";
import { SourceError } from "./problems.ts";
import { parseRecipient } from "./recipients.ts";
import type { ParsedRecipient } from "./recipients.ts";

const DATA_KEY_LENGTH = 32;
/** A Shamir share of a data key: its coordinate comes last. */
const SHARE_LENGTH = 33;
const COMMANDS = ["SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_CMD"];
const UNWRAP_FAILED = "failed to create reader for decrypting sops data key with age";

export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext): Promise<MasterKey> {
  const recipient = parseRecipient(key.label);
  try {
    const wrapped = await encrypt(dataKey, await toAge(recipient, key.label, context));
    return { ...key, wrapped, stored: { ...key.stored, recipient: key.label, enc: wrapped } };
  } catch (cause) {
    if (SottoError.is(cause) && cause.code === "INTERRUPTED") throw cause;
    const reason = cause instanceof Error ? cause.message : "unknown error";
    const hints = cause instanceof SourceError ? cause.hints : [];
    throw new SottoError("WRAP_FAILED", `failed to encrypt sops data key with age: ${reason}`, { cause, hints });
  }
}

async function encrypt(dataKey: Uint8Array, recipient: Recipient | string): Promise<string> {
  const { sealQuickly } = await import("./quick.ts");
  const quick = typeof recipient === "string" ? undefined : await sealQuickly(dataKey, recipient);
  return quick ?? (await import("./file.ts")).encryptFile(dataKey, recipient);
}

/** Plugins that only wrap, for keys in hardware: `age-encryption` does the same without starting a program. */
const WITHOUT_PROGRAM = new Set(["tag", "tagpq"]);

async function toAge(recipient: ParsedRecipient, label: string, context: KeyContext): Promise<Recipient | string> {
  switch (recipient.kind) {
    case "hybrid":
      return recipient.text;
    case "x25519":
      return (await import("./x25519.ts")).x25519Recipient(recipient.point);
    case "ssh":
      return (await import("./ssh.ts")).sshRecipient(recipient.key);
    case "plugin":
      if (WITHOUT_PROGRAM.has(recipient.plugin)) return label;
      return (await import("./plugin.ts")).pluginRecipient(recipient.plugin, label, context);
  }
}

/** Tries what needs nobody first, then commands, which may cost a login, and asks for a passphrase when all else is tried. */
export async function unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array> {
  const [{ openQuickly }, { identitiesIn, identityStore, summarize }] = await Promise.all([import("./quick.ts"), import("./store.ts")]);
  const store = identityStore(context);
  const text = key.wrapped ?? "";
  const problems: SourceError[] = [];
  const attempt = async (identities: readonly HeldIdentity[]): Promise<Opened> => {
    const payload = await openQuickly(text, identities);
    if (payload !== undefined) return { state: "opened", payload };
    const { decryptFile } = await import("./file.ts");
    // age tries its own kinds of identity before those that may ask the user something.
    const inOrder = identities.toSorted((a, b) => Number(isForeign(a.kind)) - Number(isForeign(b.kind)));
    const result = await decryptFile(
      text,
      inOrder.map(({ use }) => (typeof use === "string" ? use : tolerate(use, problems))),
    );
    if (result.state === "broken" && SottoError.is(result.cause)) throw result.cause;
    return result;
  };

  const fixed = await store.fixed();
  const own = identitiesIn(fixed);
  let outcome = await attempt(own);
  if (outcome.state === "opened") return checkLength(outcome.payload);
  // Only their failure is of interest here.
  const commands = await store.commands(key.label);
  const printed = identitiesIn(commands);
  if (outcome.state === "unmatched" && printed.length > 0) outcome = await attempt(printed);
  for (const { unlock } of [...own, ...printed]) {
    if (unlock === undefined || outcome.state !== "unmatched") continue;
    const identities = await unlockTolerantly(unlock, problems);
    if (identities.length > 0) outcome = await attempt(identities);
  }
  if (outcome.state === "opened") return checkLength(outcome.payload);

  const total = own.length + printed.length;
  const { suffix, hints: found } = summarize(fixed, commands);
  const hints = [...new Set([...problems.flatMap((problem) => problem.hints), ...found])];
  if (total === 0) throw new SottoError("IDENTITY_INVALID", `failed to load age identities${suffix}`, { hints });
  if (outcome.state === "broken") {
    throw new SottoError("DATA_KEY_UNAVAILABLE", `${UNWRAP_FAILED}: ${outcome.reason}${suffix}`, { hints, cause: outcome.cause });
  }
  const reason =
    problems.length > 0
      ? [...new Set(problems.map((problem) => problem.message))].join("; ")
      : total === 1
        ? "identity did not match any of the recipients: incorrect identity for recipient block"
        : "no identity matched any of the recipients";
  throw new SottoError("DATA_KEY_UNAVAILABLE", `${UNWRAP_FAILED}: ${reason}${suffix}`, { hints });
}

/** An identity that cannot be used now (no terminal, a wrong passphrase, a plugin that fails) does not keep others from it. */
function tolerate(identity: Identity, problems: SourceError[]): Identity {
  return {
    async unwrapFileKey(stanzas) {
      try {
        return await identity.unwrapFileKey(stanzas);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        problems.push(error);
        return null;
      }
    },
  };
}

async function unlockTolerantly(unlock: () => Promise<readonly HeldIdentity[]>, problems: SourceError[]): Promise<readonly HeldIdentity[]> {
  try {
    return await unlock();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    problems.push(error);
    return [];
  }
}

export async function holds(key: MasterKey, context: KeyContext): Promise<boolean> {
  const { identitiesIn, identityStore, labelOf } = await import("./store.ts");
  // The comment of an SSH key is no part of it.
  const label = key.label.split(/\s+/, 2).join(" ");
  const identities = identitiesIn(await identityStore(context).fixed());
  if (identities.some(({ recipient, plugin }) => recipient === label || (plugin !== undefined && label.startsWith(`age1${plugin}1`))))
    return true;
  // The recipient of a hybrid identity is a matter of milliseconds: it is computed only where it may be the one.
  const hybrid = label.startsWith("age1pq1") ? identities.filter(({ kind }) => kind === "hybrid") : [];
  return (await Promise.all(hybrid.map(labelOf))).includes(label);
}

export async function holdsUnknown(context: KeyContext): Promise<boolean> {
  const { identitiesIn, identityStore } = await import("./store.ts");
  if (COMMANDS.some((name) => (context.env[name] ?? "") !== "")) return true;
  const identities = identitiesIn(await identityStore(context).fixed());
  return identities.some(
    ({ kind, recipient, plugin, unlock }) => unlock !== undefined || (recipient === undefined && plugin === undefined && kind !== "hybrid"),
  );
}

export async function held(context: KeyContext): Promise<readonly string[]> {
  const { identitiesIn, identityStore, labelOf } = await import("./store.ts");
  const labels = await Promise.all(identitiesIn(await identityStore(context).fixed()).map(labelOf));
  return [...new Set(labels.filter((label) => label !== undefined))];
}

function isForeign(kind: HeldIdentity["kind"]): boolean {
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
