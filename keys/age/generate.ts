/** Age identities beside decrypting: making one, and finding out which ones this user holds. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import type { HeldIdentity } from "./identities.ts";
import { findDefaultFile } from "./sources.ts";
import { identitiesIn, identityStore, labelOf } from "./store.ts";

export { generateIdentity, type IdentityKind, recipientOf } from "./make-identity.ts";

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
  /** Undefined for plugins, and for a source that is locked by a passphrase. */
  readonly recipient: string | undefined;
  /** The name of the plugin that serves the identity. */
  readonly plugin?: string;
}

/** Identities of files and variables, and what is wrong with those that cannot be read. Starts no command. */
export async function listIdentities(
  context: KeyContext,
): Promise<{ readonly identities: readonly OwnIdentity[]; readonly problems: readonly { source: string; message: string }[] }> {
  const findings = await identityStore(context).fixed();
  const identities = await Promise.all(
    identitiesIn(findings).map(async (one): Promise<OwnIdentity> => ({
      kind: one.kind,
      source: one.source,
      recipient: await labelOf(one),
      ...(one.plugin === undefined ? {} : { plugin: one.plugin }),
    })),
  );
  const problems = Array.from(findings.values()).flatMap(({ source, error }) => (error === undefined ? [] : [{ source, message: error }]));
  return { identities, problems };
}
