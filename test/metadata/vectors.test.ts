import { Decrypter, armor } from "age-encryption";
import { describe, expect, it } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { openValue } from "../../src/crypto/envelope.ts";
import { openMac } from "../../src/crypto/mac.ts";
import { combineShares } from "../../src/crypto/shamir.ts";
import { readMetadata } from "../../src/metadata/read.ts";
import { metadataTree } from "../../src/metadata/write.ts";
import type { Metadata } from "../../src/model/metadata.ts";
import type { Node } from "../../src/model/tree.ts";
import { referenceLeaves, referenceMac } from "../reference/mac.ts";
import { parseTree, readVector, takeBlock, vectorDocument, vectorRows } from "./trees.ts";

const rows = vectorRows();

/** All key groups' shares, or the data key itself, opened with the identities of the row. */
async function unwrap(metadata: Metadata, keys: readonly string[]): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  for (const file of keys) {
    const identity = /AGE-SECRET-KEY-\S+/.exec(readVector(file))?.[0];
    if (identity !== undefined) decrypter.addIdentity(identity);
  }
  const parts: Uint8Array[] = [];
  for (const group of metadata.groups) {
    for (const key of group) {
      const part = await decrypter.decrypt(armor.decode(key.wrapped ?? "")).catch(() => undefined);
      if (part === undefined) continue;
      parts.push(part);
      break;
    }
  }
  const [only, ...more] = parts;
  if (only === undefined) throw new Error("no identity of the row opens a key");
  return more.length === 0 ? only : combineShares(parts);
}

describe.each(rows)("$file", ({ file, mode, sops }) => {
  const { document, layout } = vectorDocument(file);
  const metadata = readMetadata(document, layout);

  it("reads", () => {
    expect(metadata.version).toBe(sops);
    expect(metadata.mac).toMatch(/^ENC\[/);
    expect(metadata.unknown).toEqual({});
    expect(metadata.threshold).toBe(mode === "shamir" ? 2 : 0);
    expect(metadata.groups.length).toBe(mode === "shamir" ? 3 : 1);
    const keys = metadata.groups.flat();
    expect(
      keys.every(
        ({ provider, label, wrapped }) => provider === "age" && /^(age1|ssh-)/.test(label) && wrapped?.startsWith("-----BEGIN AGE"),
      ),
    ).toBe(true);
  });

  it("writes the tree that was read", () => {
    expect(sorted(metadataTree(metadata, layout), mode)).toEqual(sorted(document.metadata, mode));
  });
});

describe.each(rows.filter(({ sops }) => sops === "3.13.3"))("$file", ({ file }) => {
  it("is written in the same order, empty lists included", () => {
    const { document, layout } = vectorDocument(file);
    expect(metadataTree(readMetadata(document, layout), layout)).toEqual(document.metadata);
  });
});

const nested = rows.filter(({ file }) => !/\.(env|ini)$/.test(file));

it(`${nested.length} nested blocks of all releases keep their order, their empty lists and their nulls`, () => {
  for (const { file } of nested) {
    const { document, layout } = vectorDocument(file);
    expect(metadataTree(readMetadata(document, layout), layout, document.metadata)).toEqual(document.metadata);
  }
});

const json = rows.filter((row) => /app\.(default|two|shamir)\.json$/.test(row.file));

describe.each(json)("$file", ({ file, keys, decrypted = "" }) => {
  it("opens with its identities: data key, values and MAC", async () => {
    const { document, layout } = vectorDocument(file);
    const metadata = readMetadata(document, layout);
    using key = DataKey.from(await unwrap(metadata, keys));
    const opened = [...referenceLeaves(takeBlock(parseTree(readVector(file))).values)].map(({ path, leaf }) => {
      if (leaf.canonical === "" || path.some((name) => name.endsWith("_unencrypted"))) return leaf.canonical;
      return openValue(key, leaf.canonical, `${path.join(":")}:`).canonical;
    });
    const plain = [...referenceLeaves(parseTree(readVector(decrypted)))];
    expect(opened).toEqual(plain.map(({ leaf }) => leaf.canonical));
    expect(openMac(key, metadata.mac, metadata.lastModified)).toBe(referenceMac(opened));
  });
});

it("the vectors hold what these tests are about", () => {
  expect(rows.length).toBeGreaterThan(200);
  expect(json.length).toBeGreaterThan(15);
});

/** Releases before 3.13 used another order, other empty lists and, in INI files, another spelling of a number. */
function sorted(node: Node | undefined, mode: string): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "sequence") return node.items.flatMap((item) => (item.kind === "comment" ? [] : [sorted(item, mode)]));
  if (node.kind !== "branch") return node.kind === "scalar" ? node.canonical.replace(/^2\.000000$/, "2") : null;
  const fields = node.entries.flatMap((entry) => (entry.kind === "pair" ? [[entry.key, sorted(entry.value, mode)] as const] : []));
  const there = fields.filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(there.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
