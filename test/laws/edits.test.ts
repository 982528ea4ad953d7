/** What holds for every change: it changes what it has to and nothing else. */
import { integer, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenFile } from "../../src/file/encrypted-file.ts";
import { encryptOnto } from "../../src/file/encrypt-file.ts";
import { locate } from "../../src/file/tree-path.ts";
import { pathOf } from "../../src/file/walk.ts";
import type { Place } from "../../src/file/walk.ts";
import { SottoError } from "../../src/model/error.ts";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { Branch, FormatId, Scalar, Span } from "../../src/model/tree.ts";
import { DOCUMENTS, selectors } from "../support/documents.ts";
import { assertAlways } from "../support/property.ts";
import { valuesOf } from "../support/shapes.ts";
import { BARE, FOR_ANA, LATER, parseText, sealText, unlockText } from "../support/sotto.ts";

const RUNS: readonly (readonly [FormatId, number])[] = [
  ["yaml", 500],
  ["json", 250],
  ["dotenv", 200],
  ["ini", 250],
];

const TOKEN = /ENC\[AES256_GCM,[^\]]*\]/g;
const TOKEN_WITH_RESIDUE = /ENC\[AES256_GCM,[^\]]*\](?:~[\w+/=]*)?/g;

interface Sample {
  readonly text: string;
  readonly sealed: string;
  /** A number to choose a leaf by. */
  readonly pick: number;
}

/** Holds a law against encrypted random documents; what the format refuses is left out. */
async function assertForAll(format: FormatId, runs: number, law: (sample: Sample) => Promise<void>): Promise<void> {
  const samples = tuple(DOCUMENTS[format], selectors, integer({ min: 0, max: 9999 }));
  await assertAlways(samples, runs, async ([text, selector, pick]) => {
    const sealed = await sealReadable(text, format, selector);
    if (sealed !== undefined) await law({ text, sealed, pick });
  });
}

async function sealReadable(text: string, format: FormatId, selector: SelectorSetting | undefined): Promise<string | undefined> {
  try {
    await parseText(text, format);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
  return sealText(text, format, { selector, allowPlaintext: true });
}

interface Chosen {
  readonly path: readonly (string | number)[];
  readonly value: Scalar;
  /** The stretch of the encrypted text in which it stands. */
  readonly slot: Span;
}

/** One of the scalars of document 1 that a path leads to, and that have a place of their own. */
function pickLeaf(open: OpenFile, pick: number): Chosen | undefined {
  const candidates = open.opened.leaves.flatMap(({ leaf, place, root, value }): Chosen[] => {
    if (root !== 0 || value.kind !== "scalar" || leaf.slot === undefined || leaf.slot.style === "alias") return [];
    const path = pathOf(place).map(String);
    const found = locate(rootOf(place), path);
    // Of two equal paths, an edit means the first.
    return found.kind === "entry" && found.node === leaf ? [{ path, value, slot: leaf.slot }] : [];
  });
  return candidates[pick % Math.max(candidates.length, 1)];
}

function rootOf(place: Place): Branch {
  let top = place;
  while (top.up !== undefined) top = top.up;
  if (top.parent.kind !== "branch") throw new TypeError("a root that is no mapping");
  return top.parent;
}

/** False for a file that `encryptOnto` refuses, since all its values are in plaintext. */
function hidesSomething(open: OpenFile): boolean {
  return open.opened.leaves.some((one) => one.selected && one.value.kind === "scalar" && one.value.canonical !== "");
}

/** The text without what a rotation changes. */
function layoutOf(text: string): string {
  return text
    .replaceAll(TOKEN_WITH_RESIDUE, "ENC")
    .replaceAll(/(enc"?\s*[:=]\s*"?)[\w+/=]{44}/g, "$1KEY")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME");
}

/** Lines of two texts that differ, by number; undefined if the texts have different numbers of lines. */
function changedLines(before: string, after: string): readonly number[] | undefined {
  const [left, right] = [before.split("\n"), after.split("\n")];
  if (left.length !== right.length) return undefined;
  return left.flatMap((line, index) => (line === right[index] ? [] : [index]));
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length - 1;

/** Lines that change with every change, and a comment that came to belong to another collection, and is sealed for that. */
const isBookkeeping = (line: string): boolean => /\b(?:sops_)?(?:mac|lastmodified)\b|^\s*#ENC/.test(line);

describe.each(RUNS)("%s", (format, runs) => {
  test("the value that is there already changes nothing", async () => {
    await assertForAll(format, runs, async ({ sealed, pick }) => {
      using open = await unlockText(sealed, format);
      const chosen = pickLeaf(open, pick);
      if (chosen === undefined) return;
      open.set(chosen.path, { kind: "scalar", type: chosen.value.type, canonical: chosen.value.canonical });
      expect(open.changed).toBe(false);
      expect(decodeText(open.encode(LATER))).toBe(sealed);
    });
  });

  test("a new value changes its own line and those of mac and lastmodified", async () => {
    let held = 0;
    await assertForAll(format, runs, async ({ sealed, pick }) => {
      using open = await unlockText(sealed, format);
      const chosen = pickLeaf(open, pick);
      if (chosen === undefined) return;
      const { start, end } = chosen.slot;
      open.set(chosen.path, { kind: "scalar", type: "str", canonical: "a new value" });
      const after = decodeText(open.encode(LATER));
      const changed = changedLines(sealed, after);
      const lines = sealed.split("\n");
      const [first, last] = [lineOf(sealed, start), lineOf(sealed, end)];
      const rest = changed?.filter((line) => (line < first || line > last) && !isBookkeeping(lines[line] ?? ""));
      expect(rest ?? []).toEqual([]);
      // Only a value over several lines may change their number.
      expect(changed === undefined && first === last).toBe(false);
      using again = await unlockText(after, format);
      expect(again.get(chosen.path)).toMatchObject({ kind: "scalar", type: "str", canonical: "a new value" });
      held += 1;
    });
    expect(held).toBeGreaterThan(runs / 3);
  });

  test("a new entry keeps every token, and all values are what they were when it is gone again", async () => {
    const path = format === "ini" ? ["DEFAULT", "brand_new"] : ["brand_new"];
    await assertForAll(format, Math.ceil(runs / 2), async ({ sealed }) => {
      using open = await unlockText(sealed, format);
      const before = valuesOf({ roots: open.roots() });
      open.set(path, { kind: "scalar", type: "str", canonical: "a new value" });
      const after = decodeText(open.encode(LATER));
      const kept = new Set(after.match(TOKEN));
      // The MAC goes; a comment may come to belong to another collection, and is sealed for that.
      const lost = [...new Set(sealed.match(TOKEN))].filter((token) => !kept.has(token) && !token.endsWith("type:comment]"));
      expect(lost.length).toBeLessThanOrEqual(1);
      using again = await unlockText(after, format);
      expect(again.get(path)).toMatchObject({ canonical: "a new value" });
      again.unset(path);
      expect(valuesOf({ roots: again.roots() })).toEqual(before);
    });
  });

  test("a rotation changes every token and the keys, and no line more", async () => {
    await assertForAll(format, Math.ceil(runs / 2), async ({ text, sealed }) => {
      using open = await unlockText(sealed, format);
      await open.rotate(FOR_ANA, 0, BARE);
      const after = decodeText(open.encode(LATER));
      expect(layoutOf(after)).toBe(layoutOf(sealed));
      const old = new Set(sealed.match(TOKEN));
      expect((after.match(TOKEN) ?? []).filter((token) => old.has(token))).toEqual([]);
      using again = await unlockText(after, format);
      expect(decodeText(await again.print())).toBe(text);
    });
  });

  test("a new version of the plaintext keeps the tokens of all values that did not change", async () => {
    await assertForAll(format, Math.ceil(runs / 2), async ({ sealed, pick }) => {
      using open = await unlockText(sealed, format);
      using edited = await unlockText(sealed, format);
      const chosen = pickLeaf(edited, pick);
      if (chosen === undefined || !hidesSomething(edited)) return;
      edited.set(chosen.path, { kind: "scalar", type: "str", canonical: "a new value" });
      const plain = await edited.print();
      const onto = await encryptOnto(open, { bytes: plain, format }, { now: LATER });
      if (onto === undefined) return;
      const next = decodeText(onto);
      using again = await unlockText(next, format);
      expect(await again.print()).toEqual(plain);
      const kept = new Set(next.match(TOKEN));
      const lost = [...new Set(sealed.match(TOKEN))].filter((token) => !kept.has(token));
      // The value itself, its copies behind aliases, and the MAC.
      expect(lost.length).toBeLessThanOrEqual(2 + (sealed.match(/\*[ab]0|!sotto/g) ?? []).length);
      expect(repeatedNonces(sealed, next)).toEqual([]);
    });
  });

  test("the same plaintext again is no new version", async () => {
    await assertForAll(format, Math.ceil(runs / 5), async ({ text, sealed }) => {
      using open = await unlockText(sealed, format);
      expect(await encryptOnto(open, { bytes: encodeText(text), format }, { now: LATER })).toBeUndefined();
    });
  });
});

/** Nonces that occur with two different ciphertexts. */
function repeatedNonces(...texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  const repeated: string[] = [];
  for (const token of texts.flatMap((text) => text.match(TOKEN) ?? [])) {
    const iv = /,iv:([^,]+),/.exec(token)?.[1] ?? "";
    if (seen.has(iv) && seen.get(iv) !== token) repeated.push(iv);
    seen.set(iv, token);
  }
  return repeated;
}

describe("equal values", () => {
  test.each<readonly [FormatId, string]>([
    ["yaml", "l: [same, same, same]\nm: {k: same}\n"],
    ["yaml", "l:\n  - same\n  - same\n  # same\n  # same\n"],
    ["json", '{"l": ["same", "same"], "a": 1, "b": 1}'],
    ["dotenv", "K=same\nK=same\n"],
    ["ini", "[s]\nk = same\n[s]\nk = same\n"],
  ])("never have equal tokens: %s %j", async (format, text) => {
    const sealed = await sealText(text, format);
    const tokens = sealed.match(TOKEN) ?? [];
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test("stay apart when a list grows by one more of them", async () => {
    using open = await unlockText(await sealText("l:\n  - same\n  - same\n", "yaml"), "yaml");
    const onto = await encryptOnto(
      open,
      { bytes: encodeText("l:\n  - same\n  - same\n  - same\n  - same\n"), format: "yaml" },
      { now: LATER },
    );
    const tokens = decodeText(onto ?? new Uint8Array()).match(TOKEN) ?? [];
    expect(tokens).toHaveLength(5);
    expect(new Set(tokens.map((token) => /,iv:([^,]+),/.exec(token)?.[1])).size).toBe(5);
  });
});
