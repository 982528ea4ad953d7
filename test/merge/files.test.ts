/** Merges of encrypted files, held against the merge of their plaintexts. */
import { describe, expect, test } from "vitest";
import { encryptOnto } from "../../src/file/encrypt-file.ts";
import type { OpenFile } from "../../src/file/encrypted-file.ts";
import { mergeFiles } from "../../src/merge/files.ts";
import { chooseSides, readConflicts } from "../../src/merge/markers.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { BARE, FOR_ANA, LATER, openText, sealText, unlockText } from "../support/sotto.ts";

const NOW = new Date("2041-05-06T07:08:09Z");

/** The next version of a file, under the same data key. */
async function nextVersion(sealed: string, plain: string, format: FormatId): Promise<string> {
  using open = await unlockText(sealed, format);
  const bytes = await encryptOnto(open, { bytes: encodeText(plain), format }, { now: LATER, allowPlaintext: true });
  return bytes === undefined ? sealed : decodeText(bytes);
}

async function merge(
  format: FormatId,
  base: string,
  ours: string,
  theirs: string,
): Promise<{ readonly text: string; readonly conflicts: readonly string[]; readonly sealed: readonly [string, string, string] }> {
  const sealed = await sealText(base, format, { allowPlaintext: true });
  const mine = await nextVersion(sealed, ours, format);
  const other = await nextVersion(sealed, theirs, format);
  return { ...(await mergeSealed(format, sealed, mine, other)), sealed: [sealed, mine, other] };
}

async function mergeSealed(
  format: FormatId,
  base: string,
  ours: string,
  theirs: string,
): Promise<{ readonly text: string; readonly conflicts: readonly string[] }> {
  const files: OpenFile[] = [];
  try {
    for (const text of [base, ours, theirs]) files.push(await unlockText(text, format));
    const [one, two, three] = files;
    if (one === undefined || two === undefined || three === undefined) throw new Error("no files");
    const { bytes, conflicts } = await mergeFiles({ base: one, ours: two, theirs: three }, { now: NOW, access: BARE });
    return { text: decodeText(bytes), conflicts };
  } finally {
    for (const file of files) file.dispose();
  }
}

const encOf = (one: string): string | undefined => /enc: \|[\s\S]*?recipient/.exec(one)?.[0];
const tokensOf = (text: string): ReadonlySet<string> => new Set(text.match(/ENC\[[^\]]*\]/g));

const YAML = `# where
db:
    host: h   # inline
    port: 5432
    # secret
    password: p

list:
    - one
    - two
key: |
    -----BEGIN-----
    abc
    def
    -----END-----
`;

describe("changes that go together", () => {
  const change = (...pairs: readonly (readonly [string, string])[]): string =>
    pairs.reduce((text, [from, to]) => text.replace(from, to), YAML);
  test.each([
    [
      "values of neighbouring keys",
      change(["port: 5432", "port: 1"]),
      change(["host: h ", "host: other "]),
      change(["port: 5432", "port: 1"], ["host: h ", "host: other "]),
    ],
    ["the same change", change(["port: 5432", "port: 1"]), change(["port: 5432", "port: 1"]), change(["port: 5432", "port: 1"])],
    [
      "a removal and a change",
      change(["    port: 5432\n", ""]),
      change(["password: p", "password: q"]),
      change(["    port: 5432\n", ""], ["password: p", "password: q"]),
    ],
    ["new keys at the same place", `${YAML}mine: 1\n`, `${YAML}theirs: 2\n`, `${YAML}mine: 1\ntheirs: 2\n`],
    [
      "a comment and a value",
      change(["# secret", "# top secret"]),
      change(["password: p", "password: q"]),
      change(["# secret", "# top secret"], ["password: p", "password: q"]),
    ],
    [
      "items of a list",
      change(["- one", "- zero\n    - one"]),
      change(["- two", "- two\n    - three"]),
      change(["- one", "- zero\n    - one"], ["- two", "- two\n    - three"]),
    ],
    [
      "a type",
      change(["port: 5432", "port: '5432'"]),
      change(["password: p", "password: 7"]),
      change(["port: 5432", "port: '5432'"], ["password: p", "password: 7"]),
    ],
    [
      "a move",
      change(["    port: 5432\n", ""], ["key: |", "port: 5432\nkey: |"]),
      change(["password: p", "password: q"]),
      change(["    port: 5432\n", ""], ["key: |", "port: 5432\nkey: |"], ["password: p", "password: q"]),
    ],
  ])("%s", async (_, ours, theirs, wanted) => {
    const { text, conflicts, sealed } = await merge("yaml", YAML, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(await openText(text, "yaml")).toBe(wanted);
    // Every token but the MAC's is one of those that were there.
    const known = new Set(sealed.flatMap((one) => [...tokensOf(one)]));
    expect([...tokensOf(text)].filter((token) => !known.has(token)).length).toBeLessThanOrEqual(1);
  });

  test.each<[FormatId, string, string, string, string]>([
    ["json", '{\n\t"a": 1,\n\t"b": 2\n}\n', '{\n\t"a": 3,\n\t"b": 2\n}\n', '{\n\t"a": 1,\n\t"b": 4\n}\n', '{\n\t"a": 3,\n\t"b": 4\n}\n'],
    ["json", '{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"m": 2\n}\n', '{\n\t"a": 1,\n\t"t": 3\n}\n', '{\n\t"a": 1,\n\t"m": 2,\n\t"t": 3\n}\n'],
    ["dotenv", "A=1\nB=2\n", "A=3\nB=2\n", "A=1\nB=4\nC=5\n", "A=3\nB=4\nC=5\n"],
    ["ini", "[s]\na = 1\nb = 2\n", "[s]\na = 3\nb = 2\n", "[s]\na = 1\nb = 4\n", "[s]\na = 3\nb = 4\n"],
  ])("%s", async (format, base, ours, theirs, wanted) => {
    const { text, conflicts } = await merge(format, base, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(await openText(text, format)).toBe(wanted);
  });

  test("several documents", async () => {
    const { text, conflicts } = await merge("yaml", "a: 1\n---\nb: 2\n", "a: 3\n---\nb: 2\n", "a: 1\n---\nb: 4\n");
    expect(conflicts).toEqual([]);
    expect(await openText(text, "yaml")).toBe("a: 3\n---\nb: 4\n");
  });
});

describe("changes that do not", () => {
  test("stand between markers, and either side can be chosen", async () => {
    const base = "a: 1\nb: two\nc: 3\n";
    const { text, conflicts } = await merge("yaml", base, "a: 9\nb: ours\nc: 3\n", "a: 1\nb: theirs\nc: 8\n");
    expect(conflicts).toHaveLength(1);
    const lines = text.split("\n");
    expect(lines.slice(0, 1)).toEqual([expect.stringMatching(/^a: ENC\[/)]);
    expect(lines[1]).toBe("<<<<<<< ours");
    expect([lines[3], lines[5]]).toEqual(["=======", ">>>>>>> theirs"]);
    const parts = readConflicts(text);
    if (parts === undefined) throw new Error("no conflicts");
    expect(await openIgnoringMac(chooseSides(parts, ["ours"]))).toBe("a: 9\nb: ours\nc: 8\n");
    expect(await openIgnoringMac(chooseSides(parts, ["theirs"]))).toBe("a: 9\nb: theirs\nc: 8\n");
  });

  test.each([
    ["a removal of what changed", "a: 1\n", "a: 1\nb: other\n"],
    ["another value", "a: 1\nb: mine\n", "a: 1\nb: other\n"],
    ["a value that became a mapping", "a: 1\nb:\n    c: 1\n", "a: 1\nb: other\n"],
    ["the same new key", "a: 1\nb: 2\nn: 1\n", "a: 1\nb: 2\nn: 2\n"],
  ])("%s", async (_, ours, theirs) => {
    const { text, conflicts } = await merge("yaml", "a: 1\nb: 2\n", ours, theirs);
    expect(conflicts.length).toBeGreaterThan(0);
    const parts = readConflicts(text);
    if (parts === undefined) throw new Error("no conflicts");
    expect(
      await openIgnoringMac(
        chooseSides(
          parts,
          parts.conflicts.map(() => "ours"),
        ),
      ),
    ).toBe(ours);
    expect(
      await openIgnoringMac(
        chooseSides(
          parts,
          parts.conflicts.map(() => "theirs"),
        ),
      ),
    ).toBe(theirs);
  });

  test("a text of several lines is one value", async () => {
    const { conflicts } = await merge("yaml", YAML, YAML.replace("abc", "xyz"), YAML.replace("def", "uvw"));
    expect(conflicts).toHaveLength(1);
  });
});

test("after a rotation on one side the result stands under the newer data key", async () => {
  const base = await sealText("a: 1\nb: 2\n", "yaml");
  const mine = await nextVersion(base, "a: 3\nb: 2\n", "yaml");
  using open = await unlockText(base, "yaml");
  await open.rotate(FOR_ANA, 0, BARE);
  const other = decodeText(open.encode(LATER));
  const { text, conflicts } = await mergeSealed("yaml", base, mine, other);
  expect(conflicts).toEqual([]);
  expect(await openText(text, "yaml")).toBe("a: 3\nb: 2\n");
  expect(encOf(text)).toBe(encOf(other));
});

async function openIgnoringMac(text: string): Promise<string> {
  const { EncryptedFile } = await import("../../src/file/encrypted-file.ts");
  const file = await EncryptedFile.parse(encodeText(text), "yaml");
  using open = await file.unlock(BARE, { ignoreMac: true });
  return decodeText(await open.print());
}
