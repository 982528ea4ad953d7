/** Addresses of destinations. */
import type { Destination, VaultDestination } from "../policy/destinations.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Vault's own default. */
const LOCAL_VAULT = "https://127.0.0.1:8200";

/** What is shown to people: `s3://bucket/prefix/name`, or the URL of a secret (sops: §6.4). */
export function placeOf(destination: Destination, name: string, env: Environment): string {
  if (destination.kind !== "vault") return `${destination.kind}://${destination.bucket}/${destination.prefix}${name}`;
  return `${vaultAddress(destination, env)}/v1/${secretPath(destination, name)}`;
}

/** The address of the rule, else that of the environment. */
export function vaultAddress(destination: VaultDestination, env: Environment): string {
  return destination.address || env["VAULT_ADDR"] || env["BAO_ADDR"] || LOCAL_VAULT;
}

/** The path of a secret behind `/v1/`, not escaped. */
export function secretPath({ mount, version, path }: VaultDestination, name: string): string {
  return version === 1 ? `${mount}${path}${name}` : `${mount}data/${path}${name}`;
}
