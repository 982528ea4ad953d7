/** What a text looks like, for a label beside a masked value, and what other readers would take it for. No result holds a part of it. */

export type TextKind = "pem" | "ssh key" | "json" | "jwt" | "url" | "uuid";

export interface Detected {
  readonly kind: TextKind;
  /** A few words for a status line. */
  readonly label: string;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;
const SSH_PUBLIC = /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d{3}|sk-[\w.@-]+) AAAA/;
const SSH_PRIVATE = /^-----BEGIN OPENSSH PRIVATE KEY-----/;
const URL_START = /^[a-z][a-z\d+.-]*:\/\/(?<authority>[^\s/?#]+)/i;
/** What a PEM block says of itself, by its most telling word. */
const PEM_LABELS: readonly (readonly [word: string, label: string])[] = [
  ["PGP", "PGP block"],
  ["PRIVATE KEY", "PEM private key"],
  ["PUBLIC KEY", "PEM public key"],
  ["CERTIFICATE REQUEST", "PEM certificate request"],
  ["CERTIFICATE", "PEM certificate"],
];
/** A longer text is not read as JSON, this is asked after every key. */
const MOST_JSON = 64 * 1024;

export function detectKind(text: string): Detected | undefined {
  const trimmed = text.trim();
  if (SSH_PRIVATE.test(trimmed)) return { kind: "ssh key", label: "SSH private key" };
  if (SSH_PUBLIC.test(trimmed)) return { kind: "ssh key", label: "SSH public key" };
  const pem = /^-----BEGIN ([A-Z\d ]{1,60})-----/.exec(trimmed)?.[1];
  if (pem !== undefined) return { kind: "pem", label: pemLabel(pem, trimmed) };
  if (JWT.test(trimmed)) return { kind: "jwt", label: "JWT" };
  if (UUID.test(trimmed)) return { kind: "uuid", label: "UUID" };
  if (isJson(trimmed)) return { kind: "json", label: trimmed.startsWith("[") ? "JSON list" : "JSON object" };
  const authority = /\s/.test(trimmed) ? undefined : URL_START.exec(trimmed)?.groups?.["authority"];
  if (authority === undefined) return undefined;
  return { kind: "url", label: /^[^@]*:[^@]+@/.test(authority) ? "URL with a password" : "URL" };
}

function pemLabel(title: string, text: string): string {
  const label = PEM_LABELS.find(([word]) => title.includes(word))?.[1] ?? "PEM";
  const blocks = text.split("-----BEGIN ").length - 1;
  return blocks > 1 ? `${label}, ${blocks} blocks` : label;
}

function isJson(text: string): boolean {
  if (text.length > MOST_JSON || !/^(?:\{[\s\S]*\}|\[[\s\S]*\])$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Ordered: the first that fits speaks. Readers follow YAML 1.1, YAML 1.2 or something between, so both are listed. */
const TRAPS: readonly (readonly [shape: RegExp, hint: string])[] = [
  [/^\s|\s$/, "Blanks or newlines at an end are lost without quotes."],
  [/^(?:~|null)$/i, "Some readers take this for null without quotes."],
  [/^(?:y|n|yes|no|on|off|true|false)$/i, "Some readers take this for true or false without quotes."],
  [/^\d{4}-\d\d?-\d\d?(?:[Tt ].*)?$/, "Some readers take this for a date without quotes."],
  [/^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/, "Some readers take this for a number of seconds (base 60) without quotes."],
  [/^[-+]?0[0-7_]+$/, "Some readers take this for an octal number, or drop the leading zero, without quotes."],
  [/^[-+]?0\d+$/, "Readers take this for a number and drop the leading zero without quotes."],
  [/^[-+]?0(?:x[\da-f_]+|o[0-7_]+|b[01_]+)$/i, "Some readers take this for a hexadecimal, octal or binary number without quotes."],
  [/^[-+]?(?:\.inf|inf|\.nan|nan)$/i, "Some readers take this for infinity or not-a-number without quotes."],
  [/^[-+]?[\d_]*\.?[\d_]+e[-+]?\d+$/i, "Readers take this for a number with an exponent without quotes."],
  [/^[-+]?\d[\d_]*\.\d*0$/, "Readers take this for a number and drop the final zero without quotes."],
  [/^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)$/, "Readers take this for a number without quotes."],
];

/** Why a string needs its quotes in YAML, in one sentence; undefined if every reader takes it for a string. Longer texts are strings. */
export function trapOf(text: string): string | undefined {
  if (text === "") return "Some readers take nothing for null without quotes.";
  const ends = text.length > 128 ? `${text.charAt(0)}-${text.slice(-1)}` : text;
  return TRAPS.find(([shape]) => shape.test(ends))?.[1];
}

export { parseTyped, textOfTyped, TYPES } from "./typed.ts";
export type { Typed, TypedAs } from "./typed.ts";
