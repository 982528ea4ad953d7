/** The identities of the person at the keyboard: what `keys generate` and `keys list` stand on. Loads age on use. */
import { loadIdentities } from "../../keys/index.ts";
import { createKeyContext } from "../host/key-context.ts";
import type { Host } from "../model/host.ts";

export type IdentityKind = "x25519" | "pq";

export interface FoundIdentity {
  readonly kind: string;
  /** A variable's name, or a path. */
  readonly source: string;
  /** Undefined for plugins, and for a source that is locked by a passphrase (kind `locked`). */
  readonly recipient: string | undefined;
  /** The name of the plugin that serves the identity. */
  readonly plugin?: string;
}

export interface FoundIdentities {
  readonly identities: readonly FoundIdentity[];
  /** Sources that cannot be read, and why. */
  readonly problems: readonly { readonly source: string; readonly message: string }[];
}

/** Makes an identity (`AGE-SECRET-KEY-1…`) and its recipient. */
export async function generateIdentity(kind: IdentityKind): Promise<{ readonly identity: string; readonly recipient: string }> {
  return (await loadIdentities()).generateIdentity(kind);
}

/** Looks where decryption would look, and starts no command. */
export async function listIdentities(host: Host): Promise<FoundIdentities> {
  return (await loadIdentities()).listIdentities(createKeyContext(host));
}

/** The key file that sops and sotto read without being told. @throws SottoError `IDENTITY_INVALID` */
export async function defaultKeyFile(host: Host): Promise<string> {
  return (await loadIdentities()).defaultKeyFile(createKeyContext(host));
}
