/** Makes the files that are tampered with, and asks sops and sotto about them. */
import { formatTimestamp } from "../../src/crypto/mac.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import type { SopsFolder } from "../support/sops.ts";
import { ANA, FOR_ANA, LATER, ageGroup, sealText, unlockText } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { readMutant, rememberingAccess } from "./mutants.ts";
import { PLAIN } from "./tampering-cases.ts";
import type { Originals, Said } from "./tampering-cases.ts";
import { describeTree } from "./verdicts.ts";

const access = rememberingAccess();
const made = new Map<FormatId, Promise<Originals>>();

/** The files of a format, made once. */
export function originals(format: FormatId): Promise<Originals> {
  const known = made.get(format);
  if (known !== undefined) return known;
  const making = make(format);
  made.set(format, making);
  return making;
}

async function make(format: FormatId): Promise<Originals> {
  const plain = PLAIN[format as keyof typeof PLAIN];
  const text = await sealText(plain, format, { access });
  using open = await unlockText(text, format, access);
  open.set(format === "ini" ? ["DEFAULT", "name"] : ["name"], { kind: "scalar", type: "str", canonical: "later" });
  const later = decodeText(open.encode(LATER));
  const three = [FOR_ANA[0] ?? [], ageGroup(vectorRecipient("ana")), ageGroup(vectorRecipient("ana"))];
  return {
    text,
    later,
    macOnly: await sealText(plain, format, { access, macOnlyEncrypted: true }),
    groups: await sealText(plain, format, { access, groups: three, threshold: 3 }),
    forged: await sealText(plain.replace("app", "forged"), format, { access, now: new Date(formatTimestamp(LATER)) }),
  };
}

export interface Answer {
  readonly said: Said;
  /** What was read; empty when nothing was. */
  readonly tree: string;
  readonly suspects?: number;
}

/** @param original what the text was made from */
export async function say(text: string, original: string, format: FormatId): Promise<Answer> {
  const reading = await readMutant(encodeText(text), format, access);
  if (!reading.ok) return { said: reading.exit, tree: "" };
  const before = await readMutant(encodeText(original), format, access);
  if (!before.ok) throw before.error;
  const tree = await describeTree(reading.output, format);
  return { said: tree === (await describeTree(before.output, format)) ? "same" : "changed", tree, suspects: reading.suspects };
}

const seenBySops = new Map<string, Promise<string>>();

/** Inside `describeWithPeers` only. */
export async function sopsSays(folder: SopsFolder, text: string, original: string, format: FormatId): Promise<Answer> {
  const { exit, output } = await folder.decrypt(text, format, { env: ANA });
  if (exit !== 0) return { said: exit, tree: "" };
  let before = seenBySops.get(original);
  if (before === undefined) {
    before = folder.decrypt(original, format, { env: ANA }).then((result) => describeTree(result.output, format));
    seenBySops.set(original, before);
  }
  const tree = await describeTree(output, format);
  return { said: tree === (await before) ? "same" : "changed", tree };
}
