/** Every byte of an encrypted file changed in four ways, always the same, and what sotto makes of the result. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findProvider } from "../../keys/index.ts";
import { formatOfPath } from "../../formats/index.ts";
import { exitOf } from "../../src/cli/exit.ts";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import type { Access } from "../../src/file/encrypted-file.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import { decodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import type { WalkedLeaf } from "../../src/file/walk.ts";
import { ANA, accessFor } from "../support/sotto.ts";

/** Written by sops 3.13.3 for Ana, but for `kept.yaml`: sotto wrote that one, with residues, an alias and two documents. */
export const SAMPLES: readonly string[] = ["nested.yaml", "kept.yaml", "nested.json", "flat.env", "flat.ini", "blob.bin"];

export interface Sample {
  readonly name: string;
  readonly format: FormatId;
  readonly bytes: Uint8Array;
}

export function readSample(name: string): Sample {
  return { name, format: formatOfPath(name), bytes: Uint8Array.from(readFileSync(join(import.meta.dirname, "samples", name))) };
}

export type Way = "bit" | "case" | "delete" | "random";

export const WAYS: readonly Way[] = ["bit", "case", "delete", "random"];

export interface Mutant {
  readonly at: number;
  readonly way: Way;
  readonly bytes: Uint8Array;
}

/** Four mutants of every byte, in order; number `at * 4 + way`. */
export function mutate(bytes: Uint8Array, number: number): Mutant {
  const at = Math.floor(number / WAYS.length);
  const way = WAYS[number % WAYS.length] ?? "bit";
  if (way === "delete") {
    const shorter = new Uint8Array(bytes.length - 1);
    shorter.set(bytes.subarray(0, at));
    shorter.set(bytes.subarray(at + 1), at);
    return { at, way, bytes: shorter };
  }
  const changed = Uint8Array.from(bytes);
  const byte = bytes[at] ?? 0;
  changed[at] = way === "bit" ? byte ^ (1 << (at % 8)) : way === "case" ? byte ^ 0x20 : otherByte(byte, at);
  return { at, way, bytes: changed };
}

/** A byte that looks random, is the same in every run, and differs from the given one. */
function otherByte(byte: number, at: number): number {
  const mixed = Math.imul(at + 1, 0x9e3779b1) ^ (Math.imul(at + 7, 0x85ebca6b) >>> 13);
  return (byte + 1 + ((mixed >>> 8) % 255)) & 0xff;
}

/** What can be said of a file: why `decrypt` refuses it and with which exit number, or what was read. */
export type Reading = { readonly ok: false; readonly exit: number; readonly error: SottoError } | ReadingOk;

export interface ReadingOk {
  readonly ok: true;
  readonly output: string;
  readonly leaves: readonly (WalkedLeaf & { readonly value: WalkedLeaf["leaf"] })[];
  readonly suspects: number;
}

/** @throws whatever is no `SottoError`: that is a crash */
export async function readMutant(bytes: Uint8Array, format: FormatId, access: Access): Promise<Reading> {
  try {
    const file = await EncryptedFile.parse(bytes, format);
    using open = await file.unlock(access);
    const output = decodeText(await open.print());
    return { ok: true, output, leaves: open.opened.leaves, suspects: open.opened.suspects.length };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { ok: false, exit: exitOf(error.code, "decrypt"), error };
  }
}

/** Ana's access, in which the same wrapped key is unwrapped once: nearly every mutant has the wrapped key of its file. */
export function rememberingAccess(): Access {
  const known = new Map<string, Uint8Array>();
  return {
    ...accessFor(ANA),
    findProvider: (id) => {
      const provider = findProvider(id);
      return provider === undefined ? undefined : remembering(provider, known);
    },
  };
}

function remembering(provider: KeyProvider, known: Map<string, Uint8Array>): KeyProvider {
  return {
    ...provider,
    unwrap: async (key, context) => {
      const before = known.get(key.wrapped ?? "");
      if (before !== undefined) return Uint8Array.from(before);
      const dataKey = await provider.unwrap(key, context);
      known.set(key.wrapped ?? "", Uint8Array.from(dataKey));
      return dataKey;
    },
  };
}
