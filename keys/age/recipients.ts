/** Reads age recipients as sops does (sops: §5.4), without loading `age-encryption`. */
import { SottoError } from "../../src/model/error.ts";
import { decodeBech32 } from "./bech32.ts";
import { findMistakes } from "./recipient-mistakes.ts";
import { parsePublicLine, SshKeyError } from "./ssh-public.ts";
import type { SshPublicKey } from "./ssh-public.ts";

export type ParsedRecipient =
  | { readonly kind: "x25519"; readonly point: Uint8Array }
  | { readonly kind: "hybrid"; readonly text: string }
  | { readonly kind: "plugin"; readonly plugin: string }
  | { readonly kind: "ssh"; readonly key: SshPublicKey };

const X25519_LENGTH = 32;
/** `age1`, 52 digits, 6 of the checksum. */
const X25519_TEXT_LENGTH = 62;
/** ML-KEM-768 (1184 bytes), then X25519 (32). */
const HYBRID_LENGTH = 1216;
const PLUGIN_NAME = /^[A-Za-z0-9+\-._]+$/;

/** @throws SottoError `RECIPIENT_INVALID` in sops's words; a secret that stands in the wrong place is not repeated */
export function parseRecipient(text: string): ParsedRecipient {
  refuseSecret(text);
  if (text.startsWith("age1pq1")) return { kind: "hybrid", text: checkHybrid(text) };
  if (text.startsWith("age1") && text.includes("1", 4)) return { kind: "plugin", plugin: readPluginName(text) };
  if (text.startsWith("age1")) return { kind: "x25519", point: readPoint(text) };
  if (text.startsWith("ssh-")) return { kind: "ssh", key: readSsh(text) };
  throw invalid(`failed to parse input, unknown recipient type: ${JSON.stringify(text)}`, findMistakes(text));
}

/** What a person may have pasted in place of a recipient. */
function refuseSecret(text: string): void {
  if (!/AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY-----/i.test(text)) return;
  throw invalid("failed to parse input, this is a secret key where a recipient belongs", [
    "a recipient is the public half, age1… or ssh-…: `age-keygen -y FILE` prints it",
    "if the secret key was written to a file or a log, replace it",
  ]);
}

function readPoint(text: string): Uint8Array {
  const decoded = decode(text);
  if (decoded.bytes.length !== X25519_LENGTH) throw malformed(text, "invalid X25519 public key");
  return decoded.bytes;
}

function checkHybrid(text: string): string {
  const decoded = decode(text);
  if (decoded.prefix !== "age1pq" || decoded.bytes.length !== HYBRID_LENGTH) throw malformed(text, "invalid MLKEM768-X25519 public key");
  return text;
}

function decode(text: string): { readonly prefix: string; readonly bytes: Uint8Array } {
  const decoded = decodeBech32(new TextEncoder().encode(text));
  if (!decoded.ok) throw malformed(text, decoded.reason);
  return decoded;
}

function readPluginName(text: string): string {
  const decoded = decodeBech32(new TextEncoder().encode(text));
  const problem = "failed to parse input as age key from age plugin";
  if (!decoded.ok) throw invalid(`${problem}: invalid recipient encoding: ${decoded.reason}`, findMistakes(text));
  const name = decoded.prefix.slice("age1".length);
  if (!decoded.prefix.startsWith("age1") || !PLUGIN_NAME.test(name))
    throw invalid(`${problem}: invalid plugin name: ${JSON.stringify(name)}`);
  return name;
}

function readSsh(text: string): SshPublicKey {
  try {
    return parsePublicLine(text);
  } catch (error) {
    if (!(error instanceof SshKeyError)) throw error;
    throw invalid(`failed to parse input as age-ssh public key: malformed SSH recipient: ${JSON.stringify(text)}: ${error.message}`);
  }
}

function malformed(text: string, reason: string): SottoError {
  const cut = text.startsWith("age1pq1") || text.length === X25519_TEXT_LENGTH;
  const hints = cut ? [] : [`an age1… recipient has ${X25519_TEXT_LENGTH} characters, this one has ${text.length}: copy it again`];
  return invalid(`failed to parse input as Bech32-encoded age public key: malformed recipient ${JSON.stringify(text)}: ${reason}`, hints);
}

function invalid(message: string, hints: readonly string[] = []): SottoError {
  return new SottoError("RECIPIENT_INVALID", message, { hints });
}
