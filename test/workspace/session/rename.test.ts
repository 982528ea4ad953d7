import { expect, test } from "vitest";
import { rename } from "../../../src/file/rename.ts";
import { EncryptedFile, type OpenFile } from "../../../src/file/encrypted-file.ts";
import type { Branch, Entry, FormatId, Item, Pair } from "../../../src/model/tree.ts";
import { decodeText } from "../../../src/model/text.ts";
import { SUFFIXES, SopsFolder } from "../../support/sops.ts";
import { describeWithPeers } from "../../support/peers.ts";
import { accessFor, ANA, BARE, LATER, openText, sealText, type SealSettings, unlockText } from "../../support/sotto.ts";
import { manifest, readVector } from "../../support/vectors.ts";

async function renamed(
  plain: string,
  format: FormatId,
  path: string,
  to: string,
  settings: SealSettings = {},
): Promise<readonly [before: string, after: string]> {
  const text = await sealText(plain, format, { allowPlaintext: true, ...settings });
  using open = await unlockText(text, format, settings.access ?? BARE);
  rename(open, path.split("/"), to);
  return [text, decodeText(open.encode(LATER))];
}

const CASES: readonly (readonly [FormatId, string, string, string, string])[] = [
  ["yaml", "a: one # behind\n# above\nb: 2\n", "b", "c", "a: one # behind\n# above\nc: 2\n"],
  [
    "yaml",
    "a:\n    'b c':   |\n        text\n    d: [x, {e: y}]\n",
    "a",
    "other",
    "other:\n    'b c':   |\n        text\n    d: [x, {e: y}]\n",
  ],
  ["yaml", 'a: {"b": one, c: two}\n', "a/b", "d, e", 'a: {"d, e": one, c: two}\n'],
  ["yaml", "a: {b: one, c: two}\n", "a/b", "d, e", 'a: {"d, e": one, c: two}\n'],
  ["yaml", "a: one\n", "a", "true", '"true": one\n'],
  ["yaml", "a:\n    - b: one\n      c: two\n", "a/0/b", "d", "a:\n    - d: one\n      c: two\n"],
  ["json", '{"a": {"b":1}, "c": [true, "x"]}\n', "a", 'd"e', '{"d\\"e": {"b":1}, "c": [true, "x"]}\n'],
  ["dotenv", "# above\nA=one\nB=two\n", "A", "C", "# above\nC=one\nB=two\n"],
  ["ini", "[one]\n; above\na   = x\nb = y\n", "one/a", "c", "[one]\n; above\nc   = x\nb = y\n"],
  ["ini", "[one]\na = x\n\n[two]\nb = y\n", "one", "three", "[three]\na = x\n\n[two]\nb = y\n"],
];

test.each(CASES)("in %s an entry gets another name and nothing else changes: %j", async (format, plain, path, to, wanted) => {
  const [before, after] = await renamed(plain, format, path, to);
  expect(await openText(after, format)).toBe(wanted);
  expect(after.split("\n").length).toBe(before.split("\n").length);
});

const tokens = (text: string): string[] => text.match(/ENC\[AES256_GCM[^\]]*type:(?:str|int)\]/g) ?? [];

test("ciphertext that keeps its path keeps its bytes", async () => {
  const [before, after] = await renamed("a:\n    x: one\n    y: two\nb: three\n", "yaml", "a/x", "z");
  const [x, y, b] = tokens(before);
  expect(tokens(after).slice(1, 3)).toEqual([y, b]);
  expect(tokens(after)).not.toContain(x);
});

test("a value that was plain is sealed when its new name asks for it, with what is below it", async () => {
  const [, after] = await renamed("a_unencrypted:\n    b: canary-one\n    # canary-two\n    c: 3\nd: x\n", "yaml", "a_unencrypted", "a");
  expect(after).not.toMatch(/canary|c: 3/);
  expect(await openText(after, "yaml")).toBe("a:\n    b: canary-one\n    # canary-two\n    c: 3\nd: x\n");
});

test("a name under which a value would become readable is refused", async () => {
  await expect(renamed("a: one\n", "yaml", "a", "a_unencrypted")).rejects.toMatchObject({ code: "REFUSED" });
});

test.each<[FormatId, string, string, string, string]>([
  ["yaml", "a: one\nb: two\n", "a", "b", "BAD_PATH"],
  ["yaml", "a:\n    - one\n", "a/0", "b", "BAD_PATH"],
  ["yaml", "a: one\n", "a", "sops", "RESERVED_KEY"],
  ["dotenv", "A=one\n", "A", "sops_x", "RESERVED_KEY"],
  ["dotenv", "A=one\n", "A", "B=C", "EMIT_FAILED"],
  ["yaml", "a: one\n", "b", "c", "PATH_NOT_FOUND"],
  ["binary", "text", "data", "c", "BAD_PATH"],
])("in %s %j cannot rename %s to %s: %s", async (format, plain, path, to, code) => {
  await expect(renamed(plain, format, path, to)).rejects.toMatchObject({ code });
});

test("a name that is there already changes nothing", async () => {
  const [before, after] = await renamed("a: one\n", "yaml", "a", "a");
  expect(after).toBe(before);
});

const formatOf = (name: string): FormatId | undefined =>
  ({ yaml: "yaml", yml: "yaml", json: "json", env: "dotenv", ini: "ini" } as const)[/\.(\w+)$/.exec(name)?.[1] ?? ""];

/** What a file says below the documents, with other names for what is renamed. */
function shapeOf(file: OpenFile, renames: ReadonlyMap<Pair, string>): string {
  const stored = file.current.document.roots;
  const values = new Map(file.opened.leaves.map((one) => [one.leaf, one.value]));
  const out: unknown[] = [];
  const pending: (Entry | Item)[] = stored.toReversed();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === "pair") {
      out.push(renames.get(node) ?? node.key);
      pending.push(node.value);
    } else if (node.kind === "branch" || node.kind === "sequence") {
      const children = node.kind === "branch" ? node.entries : node.items;
      out.push(children.length);
      pending.push(...children.toReversed());
    } else if (node.kind === "null") out.push(null);
    else {
      const value = values.get(node) ?? node;
      out.push(value.kind === "comment" ? value.text : [value.type, value.canonical]);
    }
  }
  return JSON.stringify(out);
}

function listPairs(root: Branch): { readonly pair: Pair; readonly path: readonly string[] }[] {
  return root.entries.flatMap((entry) => {
    if (entry.kind !== "pair") return [];
    const below = entry.value.kind === "branch" ? listPairs(entry.value) : [];
    return [{ pair: entry, path: [entry.key] }, ...below.map(({ pair, path }) => ({ pair, path: [entry.key, ...path] }))];
  });
}

test("in every file that sops wrote, each entry can get another name, and nothing else changes", async () => {
  const access = accessFor(ANA);
  const refused = new Map<string, number>();
  let done = 0;
  const seen = new Set<string>();
  for (const row of manifest.files) {
    const format = formatOf(row.file ?? "");
    if (row.file === undefined || format === undefined || seen.has(row.plain + row.mode)) continue;
    const open = await EncryptedFile.parse(readVector(row.file), format)
      .then((file) => file.unlock(access))
      .catch(() => undefined);
    if (open === undefined) continue;
    seen.add(row.plain + row.mode);
    using file = open;
    const before = open.current.document.text.split("\n");
    for (const { pair, path } of listPairs(open.current.document.roots[0] ?? { kind: "branch", entries: [] }).slice(0, 12)) {
      using one = open.fork();
      try {
        rename(one, path, "renamed.here");
      } catch (error) {
        const { code } = error as { code: string };
        refused.set(code, (refused.get(code) ?? 0) + 1);
        continue;
      }
      if (locateFirst(open, path) !== pair) continue;
      done += 1;
      expect([row.file, path, shapeOf(one, new Map())]).toEqual([row.file, path, shapeOf(open, new Map([[pair, "renamed.here"]]))]);
      expect(one.current.document.text.split("\n")).toHaveLength(before.length);
      one.encode(LATER);
    }
    expect(file.changed).toBe(false);
  }
  expect(done).toBeGreaterThan(200);
  expect([...refused.keys()].filter((code) => code !== "REFUSED" && code !== "VALUE_UNSUPPORTED")).toEqual([]);
  expect(refused.get("VALUE_UNSUPPORTED") ?? 0).toBeLessThan(done / 20);
});

/** Where a key stands twice, the first is meant. */
function locateFirst(file: OpenFile, path: readonly string[]): Pair | undefined {
  const root = file.current.document.roots[0];
  return root === undefined ? undefined : listPairs(root).find((one) => one.path.join("\0") === path.join("\0"))?.pair;
}

describeWithPeers(["sops"], "after a rename", () => {
  test.each(CASES)("sops decrypts %s", async (format, plain, path, to) => {
    using folder = new SopsFolder();
    const [, after] = await renamed(plain, format, path, to, { access: accessFor(ANA) });
    const result = await folder.decrypt(after, format, { env: ANA });
    expect([result.errors, result.exit]).toEqual(["", 0]);
    expect(result.output).toContain(format === "json" ? JSON.stringify(to) : to);
    expect(SUFFIXES[format]).toBeDefined();
  });
});
