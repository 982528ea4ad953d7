import { expect, test } from "vitest";
import { walk } from "../../../src/file/walk.ts";
import { EncryptedFile } from "../../../src/file/encrypted-file.ts";
import { encodeText } from "../../../src/model/text.ts";
import type { FormatId } from "../../../src/model/tree.ts";
import { SessionFile } from "../../../src/workspace/session/session-file.ts";
import { costOf } from "../../../src/workspace/session/unlock-cost.ts";
import { Verification, verifyFile } from "../../../src/workspace/session/verification.ts";
import { wouldEncrypt } from "../../../src/workspace/session/would-encrypt.ts";
import { findMismatches } from "../../../src/workspace/session/mismatches.ts";
import { readOutline } from "../../../src/workspace/session/read-outline.ts";
import { accessFor, ageGroup, ANA, BARE, FOR_ANA, sealText, type SealSettings, unlockText } from "../../support/sotto.ts";
import { manifest, readVector, vectorRecipient } from "../../support/vectors.ts";

const PLAIN = `# head
db:
    host_unencrypted: example.org
    # about the word
    word: canary-one
    port: 5432
    nothing:
    empty: ""
    none: {}
list:
    - canary-two
    # between
    - name: canary-three
      n: 1
    - []
tail: |
    line one
    line two
`;

async function read(text: string, format: FormatId = "yaml"): Promise<SessionFile> {
  return SessionFile.read(encodeText(text), `secrets.${format}`, format);
}

async function seal(plain: string, settings: SealSettings = {}, format: FormatId = "yaml"): Promise<SessionFile> {
  return read(await sealText(plain, format, settings), format);
}

const shown = (file: SessionFile): string[] =>
  file.rows.map(
    (row) => `${"  ".repeat(row.depth)}${row.kind} ${row.key} ${row.count} ${row.type ?? "-"} ${row.sealed ? "sealed" : (row.text ?? "-")}`,
  );

const rowOf = (file: SessionFile, ...path: string[]): number => file.find(path) ?? -1;

test("an outline lists every node in document order and needs no key", async () => {
  const file = await seal(PLAIN);
  expect(file.locked).toBe(true);
  expect(shown(file)).toEqual([
    "comment  0 comment sealed",
    "map db 6 - -",
    "  value host_unencrypted 0 str example.org",
    "  comment  0 comment sealed",
    "  value word 0 str sealed",
    "  value port 0 int sealed",
    "  null nothing 0 - -",
    "  value empty 0 str ",
    "  map none 0 - -",
    "list list 3 - -",
    "  value 0 0 str sealed",
    "  comment  0 comment sealed",
    "  map 1 2 - -",
    "    value name 0 str sealed",
    "    value n 0 int sealed",
    "  list 2 0 - -",
    "value tail 0 str sealed",
  ]);
});

test("rows say whether they are selected, and agree with the walk about leaves", async () => {
  const file = await seal(PLAIN);
  expect(file.rows[rowOf(file, "db", "host_unencrypted")]).toMatchObject({ selected: false, sealed: false });
  expect(file.rows[rowOf(file, "db", "nothing")]).toMatchObject({ selected: true, sealed: false });
  expect(file.rows[rowOf(file, "db", "empty")]).toMatchObject({ selected: true, sealed: false, text: "" });
});

test("for every file that sops wrote, the outline has the leaves of the walk with their selection", async () => {
  let leaves = 0;
  for (const name of new Set(manifest.files.flatMap((row) => row.file ?? []))) {
    const format = name.endsWith(".json") ? "json" : name.endsWith(".env") ? "dotenv" : name.endsWith(".ini") ? "ini" : "yaml";
    const file = await EncryptedFile.parse(readVector(name), format).catch(() => undefined);
    if (file === undefined) continue;
    const outline = readOutline(file.document, file.selector);
    const rows = outline.rows.filter((row) => row.kind === "value" || row.kind === "comment");
    const walked = walk(file.document.roots, file.selector);
    expect(rows.map((row) => row.selected)).toEqual(walked.map((one) => one.selected));
    leaves += walked.length;
  }
  expect(leaves).toBeGreaterThan(500);
});

test("every value of every file that sops wrote opens alone as it does in the whole", async () => {
  let compared = 0;
  for (const row of manifest.files) {
    if (row.file === undefined || row.decrypt_exit !== 0 || !/\.(?:ya?ml|json|env|ini)$/.test(row.file) || compared > 1500) continue;
    const format: FormatId = row.file.endsWith(".json")
      ? "json"
      : row.file.endsWith(".env")
        ? "dotenv"
        : row.file.endsWith(".ini")
          ? "ini"
          : "yaml";
    const access = accessFor(ANA);
    const whole = await EncryptedFile.parse(readVector(row.file), format).catch(() => undefined);
    if (whole === undefined || whole.metadata.groups.length !== 1) continue;
    const open = await whole.unlock(access, { ignoreMac: true }).catch(() => undefined);
    if (open === undefined) continue;
    const file = await SessionFile.read(readVector(row.file), row.file, format);
    await file.unlock(access);
    const rows = [...file.rows.keys()].filter((at) => ["value", "comment"].includes(file.rows[at]?.kind ?? ""));
    const alone = rows.map((at) => file.open(at)).map((one) => (one.kind === "comment" ? one.text : [one.type, one.canonical]));
    const together = open.opened.leaves.map(({ value }) => (value.kind === "comment" ? value.text : [value.type, value.canonical]));
    expect([row.file, alone, verifyFile(file)]).toEqual([row.file, together, "ok"]);
    compared += rows.length;
    open.dispose();
    file.lock();
  }
  expect(compared).toBeGreaterThan(300);
});

test("paths lead to rows and back, with list positions as texts", async () => {
  const file = await seal(PLAIN);
  const rows = [...file.rows.keys()].filter((row) => file.rows[row]?.kind !== "comment");
  expect(rows.map((row) => file.find(file.pathOf(row)))).toEqual(rows);
  expect(file.pathOf(rowOf(file, "list", "1", "name"))).toEqual(["list", "1", "name"]);
  expect(file.pathOf(3)).toEqual(["db"]);
  expect(file.find(["db", "missing"])).toBeUndefined();
  expect(file.find([])).toBeUndefined();
});

test("rows know their lines", async () => {
  const text = await sealText(PLAIN, "yaml");
  const file = await read(text);
  const lines = text.split("\n");
  expect(lines[file.lineOf(rowOf(file, "db", "port")) - 1]).toContain("port: ENC[");
  expect(lines[file.lineOf(rowOf(file, "tail")) - 1]).toContain("tail: |");
  expect(file.lineOf(0)).toBe(1);
});

test("a second document of a stream has its own rows and no edits", async () => {
  const file = await seal("a: one\n---\na: two\nb: three\n");
  expect(file.rows.map((row) => row.document)).toEqual([0, 1, 1]);
  expect(file.find(["a"], 1)).toBe(1);
  expect([0, 1, 2].map((row) => file.isEditable(row))).toEqual([true, false, false]);
});

test("one value is opened at a time, and nothing before the file is unlocked", async () => {
  const file = await seal(PLAIN);
  const row = rowOf(file, "db", "word");
  expect(() => file.open(row)).toThrow("the file is locked");
  expect(file.open(rowOf(file, "db", "host_unencrypted"))).toMatchObject({ canonical: "example.org" });
  await file.unlock(BARE);
  expect(file.open(row)).toEqual({ kind: "scalar", type: "str", canonical: "canary-one" });
  expect(file.open(rowOf(file, "db", "port"))).toEqual({ kind: "scalar", type: "int", canonical: "5432" });
  expect(file.open(3)).toEqual({ kind: "comment", text: " about the word", inline: false });
  expect(file.open(rowOf(file, "tail"))).toMatchObject({ canonical: "line one\nline two\n" });
  file.lock();
  expect(file.locked).toBe(true);
  expect(() => file.open(row)).toThrow("the file is locked");
});

test("a collection is opened with all that is in it", async () => {
  const file = await seal(PLAIN);
  await file.unlock(BARE);
  expect(file.openNode(rowOf(file, "list"))).toEqual({
    kind: "sequence",
    items: [
      { kind: "scalar", type: "str", canonical: "canary-two" },
      {
        kind: "branch",
        entries: [
          { kind: "pair", key: "name", value: { kind: "scalar", type: "str", canonical: "canary-three" } },
          { kind: "pair", key: "n", value: { kind: "scalar", type: "int", canonical: "1" } },
        ],
      },
      { kind: "sequence", items: [] },
    ],
  });
});

test("who could open the file is said with names, by the error", async () => {
  const group = ageGroup(vectorRecipient("ben"));
  const file = await seal("a: one\n", { groups: [group], access: accessFor({}) });
  const access = { ...accessFor(ANA), nameOf: (label: string) => (label === vectorRecipient("ben") ? "ben" : undefined) };
  const error: unknown = await file.unlock(access).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", file: "secrets.yaml" });
  expect((error as { hints: string[] }).hints.join("\n")).toContain("secrets.yaml is for ben");
  expect(file.locked).toBe(true);
});

test("unlocking that is given up leaves the file locked, however late the key comes", async () => {
  const file = await seal("a: one\n");
  const gate = Promise.withResolvers<void>();
  const provider = BARE.findProvider?.("age");
  const slow = {
    ...BARE,
    findProvider: () =>
      provider && {
        ...provider,
        unwrap: async (...args: Parameters<typeof provider.unwrap>) => gate.promise.then(() => provider.unwrap(...args)),
      },
  };
  const stop = new AbortController();
  const given = file.unlock(slow, { signal: stop.signal });
  stop.abort();
  await expect(given).rejects.toMatchObject({ code: "INTERRUPTED" });
  const second = file.unlock(slow);
  file.lock();
  gate.resolve();
  await expect(second).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(file.locked).toBe(true);
});

test("the next version takes over the key if it is wrapped the same, and only then", async () => {
  const text = await sealText(PLAIN, "yaml");
  const [first, second, other] = [await read(text), await read(text.replace("# head", "# other")), await seal(PLAIN)];
  expect(second.unlockAs(first)).toBe(false);
  await first.unlock(BARE);
  expect(second.unlockAs(first)).toBe(true);
  expect(other.unlockAs(first)).toBe(false);
  first.lock();
  expect(second.open(rowOf(second, "db", "word"))).toMatchObject({ canonical: "canary-one" });
});

test("the MAC is checked in slices", async () => {
  const plain = Array.from({ length: 300 }, (_, at) => `k${at}: v${at}\n`).join("");
  const file = await seal(plain);
  await file.unlock(BARE);
  const check = new Verification(file);
  let clock = 0;
  let steps = 1;
  while (check.step(2, () => clock++) === undefined) steps += 1;
  expect(steps).toBeGreaterThan(3);
  expect(check.step(2, () => clock++)).toBe("ok");
  expect(check.progress).toBe(1);
});

async function verdictOf(changed: string): Promise<unknown> {
  const file = await read(changed);
  await file.unlock(BARE);
  return verifyFile(file);
}

test.each([
  ["all values", {}],
  ["encrypted values alone", { macOnlyEncrypted: true }],
])("the MAC of %s fits until somebody changes what it is about", async (_, settings) => {
  const text = await sealText(PLAIN, "yaml", settings);
  expect(await verdictOf(text)).toBe("ok");
  expect(await verdictOf(text.replace("example.org", "example.net"))).toBe("macOnlyEncrypted" in settings ? "ok" : "mismatch");
  expect(await verdictOf(text.replace(/ {4}port: .*\n/, ""))).toBe("mismatch");
  expect(await verdictOf(text.replace(/^ {4}mac: .*\n/m, ""))).toBe("missing");
  expect(await verdictOf(text.replace(/(word: ENC\[AES256_GCM,data:)../, "$1zz"))).toEqual({ failed: 4 });
  expect(await verdictOf(text.replace(/word: .*/, "word: put here"))).toEqual({ failed: 4 });
});

test("plaintext where ciphertext belongs is not shown, and does not open", async () => {
  const file = await read((await sealText(PLAIN, "yaml")).replace(/word: .*/, "word: put here"));
  const row = rowOf(file, "db", "word");
  expect(file.rows[row]).toMatchObject({ selected: true, sealed: false });
  expect(file.rows[row]?.text).toBeUndefined();
  await file.unlock(BARE);
  expect(() => file.open(row)).toThrow("cannot decrypt db.word: it is not encrypted, and the file says that it is");
});

test("what differs from the last whole version is told by path", async () => {
  const text = await sealText(PLAIN, "yaml");
  using open = await unlockText(text, "yaml");
  open.set(["tail"], { kind: "scalar", type: "str", canonical: "canary-four" });
  const other = new TextDecoder().decode(open.encode(new Date(0)));
  const tail = /^tail: .*\n(?: .*\n)*?(?=sops:)/m;
  const mixed = text
    .replace(tail, tail.exec(other)?.[0] ?? "")
    .replace("example.org", "example.net")
    .replace(/ {4}port: .*\n/, "")
    .replace(/(word: ENC\[AES256_GCM,data:)../, "$1zz");
  const file = await read(mixed);
  expect(await findMismatches(file, await read(text), BARE)).toEqual([
    ["db", "host_unencrypted"],
    ["db", "word"],
    ["tail"],
    ["db", "port"],
  ]);
  expect(await findMismatches(file, await read(mixed), BARE)).toBeUndefined();
});

test.each<[string, SealSettings, Record<string, boolean>]>([
  ["by suffix", {}, { "db.new": true, "db.new_unencrypted": false, "x_unencrypted.y": false, "list.3": true, "list.1.k": true }],
  [
    "by pattern",
    { selector: { kind: "encrypted_regex", pattern: "^(db|1)$" } },
    { "db.new": true, new: false, "list.1.k": false, "new.db": true },
  ],
  [
    "by comment",
    { selector: { kind: "encrypted_comment_regex", pattern: "between" } },
    { "list.1.k": true, "list.3": false, "db.new": false },
  ],
])("whether a new value would be encrypted is known: %s", async (_, settings, cases) => {
  const file = await seal(PLAIN, { allowPlaintext: true, ...settings });
  for (const [path, wanted] of Object.entries(cases)) {
    expect([path, wouldEncrypt(file, path.split("."))]).toEqual([path, wanted]);
    using open = await unlockText(await sealText(PLAIN, "yaml", { allowPlaintext: true, ...settings }), "yaml");
    open.set(path.split("."), { kind: "scalar", type: "str", canonical: "canary-five" });
    expect([path, !new TextDecoder().decode(open.encode(new Date(0))).includes("canary-five")]).toEqual([path, wanted]);
  }
});

const nobody = (): Promise<never> => Promise.reject(new Error("nobody is asked"));

test("what opening costs is known without asking anybody", async () => {
  const kms = { provider: "kms", label: "arn:aws:kms:eu-central-1:111122223333:key/example", wrapped: "x", stored: {} };
  const [ana = []] = FOR_ANA;
  const withKms = { groups: [[...ana, kms]], threshold: 0 };
  expect(await costOf(withKms, accessFor(ANA))).toBe("local");
  expect(await costOf(withKms, accessFor({}))).toBe("network");
  expect(await costOf(withKms, { ...accessFor(ANA), order: ["kms", "age"] })).toBe("network");
  expect(await costOf({ groups: [ana, [kms]], threshold: 2 }, accessFor(ANA))).toBe("network");
  expect(await costOf({ groups: [ana], threshold: 0 }, accessFor({}))).toBe("local");
  const prompt = { tell: nobody, askSecret: nobody, askText: nobody, confirm: nobody };
  const asking = (env: Readonly<Record<string, string>>): Parameters<typeof costOf>[1] => {
    const access = accessFor(env);
    return { ...access, context: { ...access.context, prompt } };
  };
  const ben = { groups: [ageGroup(vectorRecipient("ben"))], threshold: 0 };
  expect(await costOf(ben, asking(ANA))).toBe("local");
  expect(await costOf(ben, asking({ ...ANA, SOPS_AGE_KEY_CMD: "print-a-key" }))).toBe("interactive");
  expect(await costOf(ben, asking({ ...ANA, SOPS_AGE_KEY: "-----BEGIN AGE ENCRYPTED FILE-----" }))).toBe("interactive");
});
