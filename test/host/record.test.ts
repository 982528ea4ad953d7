import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRecord, encodeRecord } from "../../src/host/record.ts";

const files = fc.array(
  fc.record({ path: fc.string({ unit: "binary" }), before: fc.uint8Array({ maxLength: 200 }), after: fc.uint8Array({ maxLength: 200 }) }),
  { minLength: 1, maxLength: 4 },
);

test("a record is read as it was written", () => {
  fc.assert(
    fc.property(files, (list) => {
      const read = decodeRecord(encodeRecord(list));
      expect(read?.map((one) => ({ path: one.path, before: Uint8Array.from(one.before), after: Uint8Array.from(one.after) }))).toEqual(
        list,
      );
    }),
  );
});

test("a record that was cut short, lengthened or changed in its contents is none", () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, at, change) => {
      const bytes = encodeRecord(list);
      expect(decodeRecord(bytes.subarray(0, at % bytes.length))).toBeUndefined();
      expect(decodeRecord(Uint8Array.from([...bytes, 0]))).toBeUndefined();
      const head = bytes.indexOf(0x0a) + 1;
      if (head === bytes.length) return;
      const changed = Uint8Array.from(bytes);
      const place = head + (at % (bytes.length - head));
      changed[place] = (changed[place] ?? 0) ^ change;
      expect(decodeRecord(changed)).toBeUndefined();
    }),
  );
});

const HASH = createHash("sha256").update("").digest("hex");
const row = (changes: object): string =>
  JSON.stringify({ path: "x", before: { size: 0, sha256: HASH }, after: { size: 0, sha256: HASH }, ...changes });

const ODD: readonly object[] = [
  { path: 1 },
  { path: undefined },
  { before: undefined },
  { after: undefined },
  { before: null },
  { after: "size sha256" },
  { after: { size: 0 } },
  { after: { sha256: HASH } },
  { before: { size: "0", sha256: HASH } },
  { before: { size: 0.5, sha256: HASH } },
  { after: { size: -1, sha256: HASH } },
  { after: { size: 0, sha256: [HASH] } },
  { after: { size: 2 ** 60, sha256: HASH } },
  { after: { size: 1, sha256: HASH } },
];

test("an empty file is one", () => {
  expect(decodeRecord(Buffer.from(`{"sotto record 1":[${row({})}]}\n`))).toEqual([
    { path: "x", before: Buffer.from(""), after: Buffer.from("") },
  ]);
});

test.each([
  "",
  "{}",
  "null",
  "true",
  "7\n",
  '"sotto record 1"\n',
  "[]\n",
  '{"sotto record 1":[]}\n',
  '{"sotto record 1":{"every":1}}\n',
  '{"sotto record 1":[null]}\n',
  '{"sotto record 1":["path before after"]}\n',
  '{"sotto record 1":[{"path":"x","before":{"size":-1,"sha256":""},"after":null}]}\n',
  ...ODD.map((changes) => `{"sotto record 1":[${row(changes)}]}\n`),
  `{"sotto record 1":[${row({})},null]}\n`,
  `{"sotto record 2":[${row({})}]}\n`,
])("anything else is none: %j", (text) => {
  expect(decodeRecord(Buffer.from(text))).toBeUndefined();
});
