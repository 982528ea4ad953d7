/** `sotto/core`, bundled for a browser and run where there is nothing of Node, against the core on Node. */
import { describe, expect, it } from "vitest";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import { formatOfPath } from "../../formats/index.ts";
import { SottoError } from "../../src/model/error.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type * as Core from "../../src/core.ts";
import { accessFor, LATER, NOON } from "../support/sotto.ts";
import { identitiesOf, manifest, readVector, vectorRecipient } from "../support/vectors.ts";
import { bundleForBrowser, loadInRealm, Realm } from "./realm.ts";

const bundle = await bundleForBrowser("src/core.ts");
const realm = new Realm();
const core = realm.load(bundle) as typeof Core;

const everyone = ["ana", "ben", "cara", "pq"].map((name) => decodeText(readVector(`keys/${name}.txt`))).join("\n");
const access = core.accessFromIdentities(everyone);
const ana = core.accessFromIdentities(decodeText(readVector("keys/ana.txt")));
const forAna = [core.parseMasterKeys("age", vectorRecipient("ana"), { context: undefined, profile: "" })];

/** Errors of another realm are no `Error` of this one. */
async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "no error";
  } catch (error) {
    return core.SottoError.is(error) || SottoError.is(error) ? error.code : String(error);
  }
}

async function seal(text: string, format: Core.FormatId): Promise<Uint8Array> {
  return core.encryptFile({ bytes: encodeText(text), format }, { groups: forAna, threshold: 0, now: NOON }, ana);
}

async function openOnNode(bytes: Uint8Array, format: Core.FormatId): Promise<string> {
  using open = await (await EncryptedFile.parse(bytes, format)).unlock(accessFor(identitiesOf({ keys: ["keys/ana.txt"] })));
  return decodeText(await open.print());
}

describe("the bundle", () => {
  it("imports nothing, and no module of Node", () => {
    expect(bundle.text.length).toBeGreaterThan(100_000);
    expect(bundle.text).not.toMatch(/["'`]node:|\brequire\s*\(/);
    const imports = Object.values(bundle.metafile.outputs).flatMap((output) => output.imports);
    expect(imports.filter((one) => one.external === true)).toEqual([]);
  });

  it("holds the portable implementations in place of Node's, and no source that knows Buffer or process", () => {
    const own = Object.keys(bundle.metafile.inputs).filter((path) => /^(src|formats|keys)\//.test(path));
    expect(own).toContain("src/crypto/primitives-portable.ts");
    expect(own).toContain("keys/age/portable.ts");
    expect(
      own.filter((path) => /primitives-node|keys\/age\/(x25519|sources|store|ssh-key)\.ts|^src\/(host|workspace|cli)\//.test(path)),
    ).toEqual([]);
    expect(bundle.text).not.toMatch(/\bBuffer\.|\bnew Buffer\b|\bprocess\.(?:env|version|platform|stdout|cwd)\b/);
  });

  it("runs where there is only the web", () => {
    const names = ["process", "Buffer", "require", "module", "global", "setImmediate", "__dirname"];
    expect(names.map((name) => realm.run(`typeof ${name}`))).toEqual(names.map(() => "undefined"));
    expect(realm.run("typeof TextDecoder")).toBe("function");
  });

  it("exports what the file says, and the same on Node", async () => {
    const names = Object.keys(await import("../../src/core.ts")).toSorted();
    expect(Object.keys(core).toSorted()).toEqual(names);
    expect(names).toContain("EncryptedFile");
  });
});

describe("files that releases of sops wrote", () => {
  // SSH identities are not for browsers. Exit 51: what sops 3.13.2 wrote and misread itself.
  const rows = manifest.files.filter((row) => row.mode !== "ssh" && (row.decrypt_exit === 0 || row.decrypt_exit === 51));
  const releases = [...new Set(rows.map((row) => row.sops))];

  it("are there in all formats", () => {
    expect(releases.length).toBeGreaterThanOrEqual(8);
    expect([...new Set(rows.map((row) => formatOfPath(row.plain)))].toSorted()).toEqual(["binary", "dotenv", "ini", "json", "yaml"]);
  });

  it.each(releases)("sops %s: each decrypts to the bytes that Node gives", async (release) => {
    const own = rows.filter((row) => row.sops === release);
    expect(own.length).toBeGreaterThan(20);
    for (const { file = "", plain } of own) {
      const format = formatOfPath(plain);
      const here = await (await core.EncryptedFile.parse(readVector(file), format)).unlock(access);
      using there = await (await EncryptedFile.parse(readVector(file), format)).unlock(accessFor({ SOPS_AGE_KEY: everyone }));
      expect([file, decodeText(await here.print())]).toEqual([file, decodeText(await there.print())]);
      expect([file, JSON.stringify(here.roots())]).toEqual([file, JSON.stringify(there.roots())]);
      here.dispose();
    }
  });

  it("are refused with Node's code when they were tampered with", async () => {
    const codes = new Set<string>();
    for (const { file } of manifest.tampered) {
      const format = formatOfPath(file);
      const attempt = async (one: Pick<typeof core, "EncryptedFile">, by: Core.Access): Promise<void> => {
        const open = await (await one.EncryptedFile.parse(readVector(file), format)).unlock(by);
        open.dispose();
      };
      const here = await codeOf(() => attempt(core, access));
      expect([file, here]).toEqual([file, await codeOf(() => attempt({ EncryptedFile }, accessFor({ SOPS_AGE_KEY: everyone })))]);
      codes.add(here);
    }
    expect(codes).toContain("MAC_MISMATCH");
    expect(codes).toContain("DECRYPT_FAILED");
  });
});

const PLAIN: Readonly<Record<Core.FormatId, string>> = {
  yaml: "# who\nuser: ana # inline\nlist:\n  - 0x1F\n  - 'no'\n  - 1e3\nempty: \"\"\nnothing: ~\n",
  json: '{\n  "user": "ana",\n  "list": [1, 2.50, true, null, "é\\u0000"]\n}\n',
  dotenv: "# who\nUSER=ana\nEMPTY=\nLINES=a\\nb\n",
  ini: "; who\n[one]\nuser = ana\n\n[two]\nuser=ben\n",
  binary: "\u0000\udcff bytes \udc80\r\n",
};
const FORMATS = Object.keys(PLAIN) as Core.FormatId[];

describe("encrypting", () => {
  it.each(FORMATS)("%s: Node opens it, byte for byte", async (format) => {
    const sealed = await seal(PLAIN[format], format);
    expect(decodeText(sealed)).not.toMatch(/user"?\s*[:=]\s*"?ana|bytes/i);
    expect(await openOnNode(sealed, format)).toBe(PLAIN[format]);
  });

  it.each(FORMATS)("%s: a new version keeps the tokens of what did not change", async (format) => {
    const open = await (await core.EncryptedFile.parse(await seal(PLAIN[format], format), format)).unlock(ana);
    const next = PLAIN[format].replace("ana", "eva").replace("bytes", "changed");
    const bytes = await core.encryptOnto(open, { bytes: encodeText(next), format }, { now: LATER });
    expect(await openOnNode(bytes ?? new Uint8Array(), format)).toBe(next);
    expect(await core.encryptOnto(open, { bytes: await open.print(), format }, { now: LATER })).toBeUndefined();
  });

  it("chooses values by any kind of pattern", async () => {
    const text = "password: a\nhost: b\n";
    const sealWith = async (pattern: string): Promise<string> =>
      decodeText(
        await core.encryptFile(
          { bytes: encodeText(text), format: "yaml" },
          { groups: forAna, threshold: 0, now: NOON, selector: { kind: "encrypted_regex", pattern } },
          ana,
        ),
      );
    for (const pattern of ["^password$", "(?i)^PASS\\w+", "^p[^x]{7}$"]) {
      const sealed = await sealWith(pattern);
      expect(sealed).toMatch(/^password: ENC\[/);
      expect(sealed).toContain("host: b\n");
      expect(await openOnNode(encodeText(sealed), "yaml")).toBe(text);
    }
  });

  it("refuses what it cannot wrap for", async () => {
    const groups = [[{ provider: "kms", label: "arn:aws:kms:x", stored: {} }]];
    const attempt = (): Promise<Uint8Array> =>
      core.encryptFile({ bytes: encodeText("a: 1\n"), format: "yaml" }, { groups, threshold: 0, now: NOON }, ana);
    expect(await codeOf(attempt)).toBe("WRAP_FAILED");
  });
});

describe("editing", () => {
  it.each(["yaml", "json", "dotenv", "ini"] as const)("%s: set, unset, a new MAC; the rest keeps its bytes", async (format) => {
    const sealed = await seal(PLAIN[format], format);
    const open = await (await core.EncryptedFile.parse(sealed, format)).unlock(ana);
    const user = { yaml: "user", json: "user", dotenv: "USER", ini: "one.user" }[format];
    const fresh = { yaml: "fresh", json: "fresh", dotenv: "FRESH", ini: "one.fresh" }[format];
    const gone = { yaml: "empty", json: "list", dotenv: "EMPTY", ini: "two.user" }[format];
    open.set(core.parsePath(user), core.valueFromJson('"eva"'));
    open.set(core.parsePath(fresh), core.valueFromJavaScript("new"));
    open.unset(core.parsePath(gone));
    const bytes = open.encode(LATER);
    open.dispose();
    using there = await (await EncryptedFile.parse(bytes, format)).unlock(accessFor({ SOPS_AGE_KEY: everyone }));
    expect(there.get(core.parsePath(user))).toMatchObject({ canonical: "eva" });
    expect(there.get(core.parsePath(fresh))).toMatchObject({ canonical: "new" });
    expect(there.get(core.parsePath(gone))).toBeUndefined();
    expect(there.metadata.lastModified).toBe("2026-03-04T05:06:07Z");
  });

  it("rotates for other recipients, also those with SSH keys and such that resist quantum computers", async () => {
    const open = await (await core.EncryptedFile.parse(await seal(PLAIN.yaml, "yaml"), "yaml")).unlock(ana);
    const groups = [
      ["ben", "pq", "ssh"].flatMap((name) =>
        core.parseMasterKeys("age", vectorRecipient(name as "ben"), { context: undefined, profile: "" }),
      ),
    ];
    await open.rotate(groups, 0, ana);
    const bytes = open.encode(LATER);
    open.dispose();
    const file = await EncryptedFile.parse(bytes, "yaml");
    expect(await codeOf(() => file.unlock(accessFor(identitiesOf({ keys: ["keys/ana.txt"] }))))).toBe("DATA_KEY_UNAVAILABLE");
    const rows = [
      { keys: ["keys/ben.txt"] },
      { keys: ["keys/pq.txt"] },
      { keys: ["keys/ssh_ed25519"], identity: "SOPS_AGE_SSH_PRIVATE_KEY_FILE" },
    ];
    for (const row of rows) {
      using there = await file.unlock(accessFor(identitiesOf(row)));
      expect(decodeText(await there.print())).toBe(PLAIN.yaml);
    }
  });

  it("splits the data key among groups, and puts it together from enough of them", async () => {
    const groups = (["ana", "ben", "cara"] as const).map((name) =>
      core.parseMasterKeys("age", vectorRecipient(name), { context: undefined, profile: "" }),
    );
    const sealed = await core.encryptFile({ bytes: encodeText("a: 1\n"), format: "yaml" }, { groups, threshold: 2, now: NOON }, ana);
    expect(await codeOf(async () => (await core.EncryptedFile.parse(sealed, "yaml")).unlock(ana))).toBe("DATA_KEY_UNAVAILABLE");
    const open = await (await core.EncryptedFile.parse(sealed, "yaml")).unlock(access);
    expect(decodeText(await open.print())).toBe("a: 1\n");
  });
});

describe("opening", () => {
  it("needs no identity where the caller has the data key", async () => {
    const bytes = await seal(PLAIN.json, "json");
    using there = await (await EncryptedFile.parse(bytes, "json")).unlock(accessFor(identitiesOf({ keys: ["keys/ana.txt"] })));
    const copy = there.dataKey.use((secret) => Uint8Array.from(secret));
    const file = await core.EncryptedFile.parse(bytes, "json");
    const open = file.open(core.DataKey.from(copy));
    expect(decodeText(await open.print())).toBe(PLAIN.json);
    expect(core.toValue(open.get(core.parsePath("list.2")) as Core.Node)).toBe(true);
    expect(await codeOf(() => file.open(core.DataKey.generate()))).toBe("DECRYPT_FAILED");
  });

  it("tells what is wrong with identities, without repeating them", async () => {
    const file = await core.EncryptedFile.parse(await seal("a: 1\n", "yaml"), "yaml");
    const { identity } = await core.generateIdentity("x25519");
    const reportOf = async (identities?: string): Promise<string> => {
      try {
        await file.unlock(core.accessFromIdentities(identities));
        return "no error";
      } catch (error) {
        return core.SottoError.is(error)
          ? [error.code, error.report, ...error.hints].join("\n").replaceAll(/\s*\n[\s|]*/g, " ")
          : String(error);
      }
    };
    expect(await reportOf()).toContain("failed to load age identities: there is none in SOPS_AGE_KEY");
    expect(await reportOf(" \n")).toContain("there is none");
    expect(await reportOf(identity)).toContain("identity did not match any of the recipients");
    expect(await reportOf(`${identity} ${identity}`)).toContain("no identity matched any of the recipients");
    const wrong = await reportOf(`${identity.slice(0, -1)}${identity.endsWith("Q") ? "P" : "Q"}`);
    expect(wrong).toContain("malformed secret key: invalid checksum");
    expect(wrong).not.toContain(identity.slice(20, 40));
    expect(await reportOf(vectorRecipient("ana"))).toContain("is a recipient (age1…), the public half");
  });

  it("makes identities of both kinds that open what was encrypted for them", async () => {
    for (const kind of ["x25519", "pq"] as const) {
      const { identity, recipient } = await core.generateIdentity(kind);
      const groups = [core.parseMasterKeys("age", recipient, { context: undefined, profile: "" })];
      const none = core.accessFromIdentities();
      const sealed = await core.encryptFile({ bytes: encodeText("a=1\n"), format: "dotenv" }, { groups, threshold: 0, now: NOON }, none);
      const open = await (await core.EncryptedFile.parse(sealed, "dotenv")).unlock(core.accessFromIdentities(identity));
      expect(decodeText(await open.print())).toBe("a=1\n");
    }
  });
});

it("an engine without Symbol.dispose runs it too", async () => {
  const other = await loadInRealm<typeof Core>("src/core.ts", { "Symbol.dispose": "undefined" });
  const none = other.accessFromIdentities(everyone);
  const sealed = await other.encryptFile(
    { bytes: encodeText(PLAIN.yaml), format: "yaml" },
    { groups: forAna, threshold: 0, now: NOON },
    none,
  );
  const open = await (await other.EncryptedFile.parse(sealed, "yaml")).unlock(none);
  const { dataKey } = open;
  expect(decodeText(await open.print())).toBe(PLAIN.yaml);
  open.dispose();
  expect(() => dataKey.use((bytes) => bytes)).toThrowError(/disposed/);
});
