/** Makes age identities, and finds out which ones this user holds. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import type { HeldIdentity } from "./identities.ts";
import { findDefaultFile } from "./sources.ts";
import { identitiesIn, identityStore } from "./store.ts";

export type IdentityKind = "x25519" | "pq";

/** Makes an identity (`AGE-SECRET-KEY-1…`, `AGE-SECRET-KEY-PQ-1…`) and its recipient. */
export async function generateIdentity(kind: IdentityKind): Promise<{ readonly identity: string; readonly recipient: string }> {
  const { generateHybridIdentity, generateX25519Identity } = await import("age-encryption");
  const identity = await (kind === "pq" ? generateHybridIdentity() : generateX25519Identity());
  return { identity, recipient: await recipientOf(identity) };
}

/** @throws SottoError `IDENTITY_INVALID` */
export async function recipientOf(identity: string): Promise<string> {
  const { identityToRecipient } = await import("age-encryption");
  try {
    return await identityToRecipient(identity.trim());
  } catch {
    throw new SottoError("IDENTITY_INVALID", "this is no age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…)");
  }
}

/**
 * The key file that sops and sotto read without being told.
 * @throws SottoError `IDENTITY_INVALID` when the user has no configuration folder
 */
export function defaultKeyFile(context: KeyContext): string {
  const path = findDefaultFile(context);
  if (typeof path === "string") return path;
  throw new SottoError("IDENTITY_INVALID", `user config directory could not be determined: ${path.message}`);
}

export interface OwnIdentity {
  readonly kind: HeldIdentity["kind"];
  /** A variable's name, or a path. */
  readonly source: string;
  /** Undefined for plugins. */
  readonly recipient: string | undefined;
}

/** Identities of files and variables, and what is wrong with those that cannot be read. Starts no command. */
export async function listIdentities(
  context: KeyContext,
): Promise<{ readonly identities: readonly OwnIdentity[]; readonly problems: readonly { source: string; message: string }[] }> {
  const findings = await identityStore(context).fixed();
  const identities = await Promise.all(
    identitiesIn(findings).map(async ({ kind, source, use, recipient }): Promise<OwnIdentity> => {
      if (typeof use === "string") return { kind, source, recipient: await recipientOf(use) };
      return { kind, source, recipient };
    }),
  );
  const problems = Array.from(findings.values()).flatMap(({ source, error }) => (error === undefined ? [] : [{ source, message: error }]));
  return { identities, problems };
}
