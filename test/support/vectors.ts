/** The golden vectors of `test/vectors`: its files, keys and rows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./sources.ts";

export const VECTORS: string = join(ROOT, "test", "vectors");

export function readVector(path: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(VECTORS, path)));
}

/** A file that a release wrote, or refused to write. */
export interface VectorRow {
  readonly sops: string;
  readonly mode: string;
  readonly plain: string;
  readonly file?: string;
  readonly identity?: string;
  readonly keys?: readonly string[];
  readonly decrypt_exit?: number;
  readonly encrypt_exit?: number;
  readonly decrypted?: string;
}

export interface TamperedRow {
  readonly file: string;
  readonly from: string;
  readonly what: string;
  readonly decrypt_exit: number;
  readonly keys: readonly string[];
  readonly decrypted?: string;
}

export interface Manifest {
  readonly files: readonly VectorRow[];
  readonly tampered: readonly TamperedRow[];
}

export const manifest: Manifest = JSON.parse(readFileSync(join(VECTORS, "manifest.json"), "utf8")) as Manifest;

/** The environment that gives sops, or sotto, the identities of a row. */
export function identitiesOf(row: { readonly identity?: string; readonly keys?: readonly string[] }): Record<string, string> {
  const paths = (row.keys ?? []).map((key) => join(VECTORS, key));
  if (row.identity === "SOPS_AGE_KEY") return { SOPS_AGE_KEY: paths.map((path) => identityIn(path)).join("\n") };
  return { [row.identity ?? "SOPS_AGE_KEY_FILE"]: paths[0] ?? "" };
}

function identityIn(path: string): string {
  return /^AGE-SECRET-KEY-\S+$/m.exec(readFileSync(path, "utf8"))?.[0] ?? "";
}

/** The recipients of the keys that the vectors were encrypted for. */
export function vectorRecipient(name: "ana" | "ben" | "cara" | "pq" | "ssh"): string {
  if (name === "ssh") return readFileSync(join(VECTORS, "keys", "ssh_ed25519.pub"), "utf8").trim();
  const recipient = /^# public key: (\S+)$/m.exec(readFileSync(join(VECTORS, "keys", `${name}.txt`), "utf8"))?.[1];
  if (recipient === undefined) throw new Error(`no recipient in ${name}.txt`);
  return recipient;
}
