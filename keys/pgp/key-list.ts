/** What gpg knows of keys: its listings for programs (GnuPG, doc/DETAILS). */
import type { KeyContext } from "../../src/model/keys.ts";
import { decodeText } from "../../src/model/text.ts";
import { bare } from "./fingerprint.ts";
import { runGpg } from "./run.ts";

export interface ListedKey {
  readonly fingerprint: string;
  /** One letter: `e` expired, `r` revoked, `d` disabled, `i` invalid. */
  readonly validity: string;
  /** In seconds since 1970; empty for a key that does not expire. */
  readonly expires: string;
  /** Lower case letters are its own: `e` encrypts. */
  readonly capabilities: string;
}

/** A primary key and its sub-keys, in that order. */
export type ListedKeys = readonly ListedKey[];

/** @param fingerprint all of them without it */
export async function listKeys(kind: "public" | "secret", context: KeyContext, fingerprint?: string): Promise<readonly ListedKeys[]> {
  const command = kind === "public" ? "--list-keys" : "--list-secret-keys";
  const named = fingerprint === undefined ? [] : ["--", fingerprint];
  const { output } = await runGpg(["--batch", "--with-colons", "--fixed-list-mode", command, ...named], new Uint8Array(), context);
  return parseKeys(decodeText(output));
}

function parseKeys(text: string): readonly ListedKeys[] {
  const all: ListedKey[][] = [];
  for (const line of text.split("\n")) {
    const fields = line.split(":");
    const [type, validity = ""] = fields;
    if (type === "pub" || type === "sec") all.push([]);
    const keys = all.at(-1);
    const last = keys?.at(-1);
    if (type === "fpr" && keys !== undefined && last?.fingerprint === "") keys.splice(-1, 1, { ...last, fingerprint: fields[9] ?? "" });
    else if (type === "pub" || type === "sec" || type === "sub" || type === "ssb") {
      keys?.push({ fingerprint: "", validity, expires: fields[6] ?? "", capabilities: fields[11] ?? "" });
    }
  }
  return all;
}

/** By context, which lives as long as a command. */
const secrets = new WeakMap<KeyContext, Promise<readonly ListedKeys[]>>();

function listSecrets(context: KeyContext): Promise<readonly ListedKeys[]> {
  let known = secrets.get(context);
  if (known === undefined) secrets.set(context, (known = listKeys("secret", context).catch(() => [])));
  return known;
}

/** Whether gpg has the secret key, or a card is known that has it. */
export async function holds(fingerprint: string, context: KeyContext): Promise<boolean> {
  const wanted = bare(fingerprint);
  return wanted !== "" && (await listSecrets(context)).flat().some((key) => key.fingerprint.endsWith(wanted));
}

/** Fingerprints of the primary keys whose secret gpg has. */
export async function held(context: KeyContext): Promise<readonly string[]> {
  return (await listSecrets(context)).flatMap(([primary]) => (primary === undefined ? [] : [primary.fingerprint]));
}

/** Why gpg does not encrypt for a key, and what to do about it. */
export interface KeyFault {
  readonly message: string;
  readonly hints: readonly string[];
}

/** @returns undefined when nothing of what is listed explains it */
export async function explainUnusable(fingerprint: string, context: KeyContext): Promise<KeyFault | undefined> {
  const listed = await listKeys("public", context, fingerprint);
  const [keys, other] = listed;
  const [primary] = keys ?? [];
  if (keys === undefined || primary === undefined) {
    return {
      message: `gpg has no public key ${fingerprint}`,
      hints: [`get it from its owner, then: gpg --import FILE, or: gpg --recv-keys ${bare(fingerprint)}`],
    };
  }
  if (other !== undefined) return { message: `${fingerprint} fits several keys`, hints: ["name it by its whole fingerprint"] };
  const exact = fingerprint.endsWith("!") ? keys.find((key) => key.fingerprint.endsWith(bare(fingerprint))) : undefined;
  const own = faultOf(`the PGP key ${fingerprint}`, primary, primary);
  if (own !== undefined) return own;
  if (exact !== undefined) {
    const what = `the sub-key ${fingerprint}`;
    return faultOf(what, exact, primary) ?? (encrypts(exact) ? undefined : { message: `${what} is not one for encryption`, hints: [] });
  }
  const able = keys.filter(encrypts);
  if (able.length === 0) {
    return {
      message: `the PGP key ${fingerprint} has no sub-key for encryption`,
      hints: [`its owner makes one: gpg --quick-add-key ${primary.fingerprint} default encr`],
    };
  }
  const faults = able.map((key) => faultOf(`the sub-key for encryption of the PGP key ${fingerprint}`, key, primary));
  return faults.includes(undefined) ? undefined : faults.at(-1);
}

const encrypts = ({ capabilities }: ListedKey): boolean => capabilities.includes("e");

function faultOf(what: string, key: ListedKey, primary: ListedKey): KeyFault | undefined {
  if (key.validity === "r") {
    return { message: `${what} was revoked`, hints: ["ask its owner for their new key, and replace this one in .sops.yaml"] };
  }
  if (key.validity === "e") {
    const seconds = Number(key.expires);
    const day = Number.isSafeInteger(seconds) && seconds > 0 ? ` on ${new Date(seconds * 1000).toISOString().slice(0, 10)}` : "";
    const which = key === primary ? "" : " '*'";
    return {
      message: `${what} expired${day}`,
      hints: [`its owner extends it: gpg --quick-set-expire ${primary.fingerprint} 1y${which}; then import it again`],
    };
  }
  return key.validity === "d" || key.validity === "i"
    ? { message: `${what} is not valid`, hints: ["gpg --check-signatures shows why"] }
    : undefined;
}
