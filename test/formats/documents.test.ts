/** The tricky documents 22 to 24: every release opens what sotto makes of them, and they come back to the byte. */
import { afterAll, describe, expect, test } from "vitest";
import { loadFormat } from "../../formats/index.ts";
import { splice } from "../../src/model/tree.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { WITHOUT_COMMENTS, shapesOf } from "../contracts/format-laws.ts";
import { describeWithPeers, findPeer } from "../support/peers.ts";
import { SopsFolder } from "../support/sops.ts";
import { ANA, accessFor, openText, sealText } from "../support/sotto.ts";

const DOCUMENT_23 = '# c\nA=1\n\nB="q v"\nexport C=x y\n#\nD=\nE=a\\nb\nE=c:\\new';
const DOCUMENT_24 = 'g=1\n; two\n# lines\n[s] ; sc\n  k   :   "v" ; inline\nk2=a\\\n b\nk3=`y;z`\n[s]\nd=e\n;end\n';

const DOCUMENTS: readonly (readonly [name: string, format: FormatId, text: string])[] = [
  ["22", "json", '{\n\t"a"  :  "x" ,\n\n\t"b":[ 1,2e3, 1.0, -0, 12345678901234567890 ],\n\t"a": "\\u00e9\\/é"\n}'],
  ["22, an empty object", "json", "{}"],
  ["22, one line", "json", '{"a":1}'],
  ["22, with values that stay readable", "json", '{"a_unencrypted": 1.50, "b": {"c": [true, null, {}]}}\n'],
  ["23", "dotenv", DOCUMENT_23],
  ["23, an empty file", "dotenv", ""],
  ["23, CRLF", "dotenv", `${DOCUMENT_23.replace("\n\n", "\n").replaceAll("\n", "\r\n")}\r\n`],
  ["23, CRLF, with values that stay readable", "dotenv", "A_unencrypted=1\r\nB=2\r\nC_unencrypted=\r\n"],
  ["24", "ini", DOCUMENT_24],
  ["24, CRLF", "ini", DOCUMENT_24.replaceAll("\n", "\r\n")],
  [
    "24, a title, lines in quotes and a plain value",
    "ini",
    '#\n# title\n#\n[a]\nk = """x\n  y""" ; c\n"q" : \'z\'\nu_unencrypted = p # n\n',
  ],
];

/** 3.13.1 reads no INI metadata with `\n`, its successor's own included. */
const RELEASES = ["sops", "sops-3.13.2", "sops-3.13.1", "sops-3.12.2", "sops-3.11.0", "sops-3.10.2", "sops-3.9.4", "sops-3.8.1"];
const knows = (release: string, format: FormatId): boolean => !(release === "sops-3.13.1" && format === "ini");

/** Up to 3.9 sops reads sections of the same name, but prints one of them. */
const losesSections = (release: string, text: string): boolean => /-3\.[89]\./.test(release) && text.split("[s]").length > 2;

/** sops prints 1.0 as 1. */
const numbersAsPrinted = (shapes: unknown): unknown => JSON.parse(JSON.stringify(shapes).replaceAll('["float",', '["int",'));

describe("sotto", () => {
  test.each(DOCUMENTS)("opens %s (%s) to the byte", async (_, format, text) => {
    const sealed = await sealText(text, format, { allowPlaintext: true });
    expect(await openText(sealed, format)).toBe(text);
  });

  test.each(DOCUMENTS)("leaves no place in %s (%s) where detaching alone would change the layout", async (_, format, text) => {
    const sealed = await sealText(text, format, { allowPlaintext: true });
    const reader = await loadFormat(format);
    const document = reader.parse(sealed);
    const bare = reader.parse(splice(sealed, reader.detach(document)));
    expect(shapesOf(bare)).toEqual(shapesOf(document));
    expect(bare.text.endsWith("\n")).toBe(text.endsWith("\n"));
  });
});

for (const release of RELEASES.filter((name) => name === "sops" || findPeer(name) !== undefined)) {
  describeWithPeers([release], `${release} opens`, () => {
    const folder = new SopsFolder();
    const access = accessFor(ANA);
    afterAll(() => folder[Symbol.dispose]());

    test.each(DOCUMENTS.filter(([, format]) => knows(release, format)))("%s (%s)", async (_, format, text) => {
      const sealed = await sealText(text, format, { allowPlaintext: true, access });
      const { exit, output, errors } = await folder.decrypt(sealed, format, { program: release, env: ANA });
      expect({ exit, errors: exit === 0 ? "" : errors }).toEqual({ exit: 0, errors: "" });
      const reader = await loadFormat(format);
      // Comments are compared by their texts in the contract; sops moves them.
      const values = numbersAsPrinted(shapesOf(reader.parse(text), WITHOUT_COMMENTS));
      const printed = numbersAsPrinted(shapesOf(reader.parse(output), WITHOUT_COMMENTS));
      const wanted = losesSections(release, text) ? printed : values;
      expect(printed).toEqual(wanted);
    });
  });
}
