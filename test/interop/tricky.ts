/** The tricky documents, encrypted here and read by a release of sops. */
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { asPrinted, valuesOf } from "../support/shapes.ts";
import { SopsFolder } from "../support/sops.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { accessFor, ANA, parseText, sealText } from "../support/sotto.ts";
import { SPELLINGS, TRICKY, type TrickyDocument } from "./tricky-documents.ts";

const ENCRYPTED = /ENC\[AES256_GCM,data:([^,]*),iv:([^,]+),/g;

export async function sealTricky({ text, format, selector }: TrickyDocument): Promise<string> {
  return sealText(text, format, { selector, access: accessFor(ANA) });
}

/** Where a release prints other values, it does so for the document in a file of its own too; 3.13.1 reads INI files of no other release. */
const LIMITS: Readonly<Record<string, (release: string) => "as its own" | 128 | undefined>> = {
  // The line break at the beginning of a text is lost.
  "all headers of blocks": (release) => (minorOf(release) <= 10 ? "as its own" : undefined),
  "an indentation that is said": (release) => (minorOf(release) <= 10 ? "as its own" : undefined),
  // Two sections become one.
  "INI with every mark of a comment, a section twice and a line that goes on": (release) =>
    release === "3.13.1" ? 128 : minorOf(release) <= 9 ? "as its own" : undefined,
};

function minorOf(release: string): number {
  return Number(release.split(".")[1]);
}

interface Reading {
  readonly exit: number;
  readonly values?: unknown;
}

/**
 * @param program name of the peer
 * @param release of it
 */
export function describeTricky(program: string, release: string): void {
  describeWithPeers([program], `sops ${release} decrypts a tricky document`, () => {
    const folder = new SopsFolder();
    afterAll(() => folder[Symbol.dispose]());
    const known = TRICKY.filter(({ since = 0 }) => minorOf(release) >= since);
    const read = async (sealed: string, { format }: TrickyDocument): Promise<Reading> => {
      const { exit, output } = await folder.decrypt(sealed, format, { program, env: ANA });
      return exit === 0 ? { exit, values: valuesOf(await parseText(output, format), asPrinted) } : { exit };
    };

    const expected = async (one: TrickyDocument): Promise<Reading> => {
      const limit = LIMITS[one.name]?.(release);
      if (limit === undefined) return { exit: 0, values: valuesOf(await parseText(one.text, one.format), asPrinted) };
      if (limit !== "as its own") return { exit: limit };
      const { output } = await folder.encrypt(one.text, one.format, ["--age", vectorRecipient("ana")], { program, env: ANA });
      return read(output, one);
    };

    test.each(known.map((one) => [one.name, one] as const))("%s", async (_, one) => {
      expect(await read(await sealTricky(one), one)).toEqual(await expected(one));
    });

    if (minorOf(release) < (SPELLINGS.since ?? 0)) return;
    test("and sets a value in one without using an IV for two texts", async () => {
      const sealed = await sealTricky(SPELLINGS);
      const path = folder.write(sealed, "yaml");
      expect(await folder.run(["set", path, '["c"]', '"other"'], { program, env: ANA })).toMatchObject({ exit: 0 });
      const ciphers = new Map<string, Set<string>>();
      for (const text of [sealed, readFileSync(path, "utf8")]) {
        for (const [, data = "", iv = ""] of text.matchAll(ENCRYPTED)) ciphers.set(iv, (ciphers.get(iv) ?? new Set()).add(data));
      }
      expect(ciphers.size).toBeGreaterThan(15);
      expect([...ciphers.values()].filter((texts) => texts.size > 1)).toEqual([]);
    });
  });
}
