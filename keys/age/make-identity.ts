/** Makes age identities. Needs no Node. */
import { SottoError } from "../../src/model/error.ts";

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
