/** What holds for every document: it comes back to the byte, and nothing selected stays readable. */
import { tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { Document, FormatId } from "../../src/model/tree.ts";
import { splice } from "../../src/model/tree.ts";
import { compileSelector } from "../../src/policy/selector.ts";
import { leafText, walk } from "../../src/file/walk.ts";
import { DOCUMENTS, selectors } from "../support/documents.ts";
import { SECRETS } from "../support/documents/words.ts";
import { assertAlways } from "../support/property.ts";
import { LATER, openText, parseText, sealText, unlockText } from "../support/sotto.ts";
import { asPrinted, commentsOf, valuesOf } from "../support/shapes.ts";

const RUNS: readonly (readonly [FormatId, number])[] = [
  ["yaml", 1500],
  ["json", 500],
  ["dotenv", 400],
  ["ini", 700],
  ["binary", 150],
];

type Sample = readonly [text: string, selector: SelectorSetting | undefined];

/** Holds a law against random documents that the format reads. */
async function assertForAll(
  format: FormatId,
  runs: number,
  law: (document: Document, selector: SelectorSetting | undefined) => Promise<void>,
): Promise<void> {
  let refused = 0;
  await assertAlways(tuple(DOCUMENTS[format], selectors), runs, async ([text, selector]: Sample) => {
    const document = await readable(text, format);
    if (document === undefined) refused += 1;
    else await law(document, format === "binary" ? undefined : selector);
  });
  expect(refused / runs).toBeLessThan(0.03);
}

async function readable(text: string, format: FormatId): Promise<Document | undefined> {
  try {
    return await parseText(text, format);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

describe.each(RUNS)("%s", (format, runs) => {
  test("what was encrypted comes back to the byte", async () => {
    await assertForAll(format, runs, async ({ text }, selector) => {
      const sealed = await sealText(text, format, { selector, allowPlaintext: true });
      expect(await openText(sealed, format)).toBe(text);
    });
  });

  test("a text without edits is the text", async () => {
    await assertForAll(format, runs, async (document) => {
      expect(splice(document.text, [])).toBe(document.text);
    });
  });

  test("an open file without edits is encoded to the same bytes", async () => {
    await assertForAll(format, Math.ceil(runs / 5), async ({ text }, selector) => {
      const sealed = await sealText(text, format, { selector, allowPlaintext: true });
      using open = await unlockText(sealed, format);
      expect(open.changed).toBe(false);
      expect(open.encode(LATER)).toEqual(encodeText(sealed));
    });
  });

  test("nothing that is selected can be read in the encrypted text", async () => {
    let hidden = 0;
    await assertForAll(format, Math.ceil(runs / 2), async (document, setting) => {
      const sealed = await sealText(document.text, format, { selector: setting, allowPlaintext: true });
      const leaves = walk(document.roots, await compileSelector(setting));
      const words = (selected: boolean): string[] =>
        leaves.filter((one) => one.selected === selected).flatMap((one) => leafText(one.leaf).match(SECRETS) ?? []);
      const readableWords = new Set(words(false));
      const secrets = new Set(words(true).filter((word) => !readableWords.has(word)));
      hidden += secrets.size;
      expect([...secrets].filter((word) => sealed.includes(word))).toEqual([]);
    });
    expect(hidden).toBeGreaterThan(format === "binary" ? 10 : runs / 4);
  });

  test("without residues all values, types and comments are still there", async () => {
    await assertForAll(format, Math.ceil(runs / 5), async (document, selector) => {
      const sealed = await sealText(document.text, format, { selector, allowPlaintext: true, residue: false });
      expect(sealed).not.toMatch(/type:\w+\]~/);
      using open = await unlockText(sealed, format);
      const roots = open.roots();
      expect(valuesOf({ roots })).toEqual(valuesOf(document));
      // A comment that sops overlooks in the plain file it may see in the encrypted one.
      const all = { unseen: true };
      expect(commentsOf(roots, all).toSorted()).toEqual(commentsOf(document.roots, all).toSorted());
      const printed = await parseText(decodeText(await open.print()), format);
      expect(valuesOf(printed, asPrinted)).toEqual(valuesOf(document, asPrinted));
    });
  });
});
