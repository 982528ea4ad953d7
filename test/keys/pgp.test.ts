/** PGP with a real gpg, and both ways with the real sops. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgp } from "../../keys/pgp.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { describeWithPeers } from "../support/peers.ts";
import { SopsFolder } from "../support/sops.ts";
import { ANA, FOR_ANA, openText, sealText } from "../support/sotto.ts";
import { failureOf, fakeContext, keyOf } from "./context.ts";
import { GpgHome } from "./gpg-home.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at);
const FINGERPRINT = "85D77543B3D624B63CEA9E6DBC17301B491B3F21";

describeWithPeers(["gpg"], "PGP", () => {
  let home: GpgHome;
  let stranger: GpgHome;
  let [one, two, locked]: string[] = [];
  const failing = (wrapped: string, context = home.context()): Promise<Error> =>
    failureOf(pgp.unwrap({ ...keyOf("pgp", one ?? ""), wrapped }, context));
  const sub = (name: string, at: number): string => `${home.fingerprintsOf(name)[at] ?? ""}!`;

  beforeAll(() => {
    home = new GpgHome();
    one = home.makeKey("one@example.com");
    two = home.makeKey("two@example.com", { algorithm: "ed25519", usage: "sign" });
    home.makeSubkey(two);
    home.makeSubkey(two);
    locked = home.makeKey("locked@example.com", { passphrase: "secret" });
    stranger = new GpgHome();
    stranger.run(["--import"], home.export(one, two));
  });
  afterAll(() => {
    home[Symbol.dispose]();
    stranger[Symbol.dispose]();
  });

  describeKeyProvider(pgp, {
    title: "gpg",
    get recipient() {
      return one ?? "";
    },
    get other() {
      return two ?? "";
    },
    invalid: ["ana@example.com", "DEADBEEF", FINGERPRINT.slice(1), `${FINGERPRINT}!!`, "-r"],
    owner: () => home.context(),
    stranger: () => stranger.context(),
  });

  test.each([1, 2])("a sub-key with ! behind it is the one that is used: %i", async (at) => {
    const key = await pgp.wrap(keyOf("pgp", sub("two@example.com", at)), DATA_KEY, stranger.context());
    expect(home.run(["--list-packets", "--list-only"], key.wrapped)).toContain(`keyid ${sub("two@example.com", at).slice(24, 40)}`);
    expect(await pgp.unwrap(key, home.context())).toEqual(DATA_KEY);
  });

  test("a key may be named by its last 16 digits, with 0x, in small letters, and with blanks", async () => {
    for (const name of [one?.slice(-16), `0x${one}`, one?.toLowerCase(), one?.replaceAll(/(....)/g, "$1 ")]) {
      const key = keyOf("pgp", name ?? "");
      await pgp.check(key);
      expect(await pgp.unwrap(await pgp.wrap(key, DATA_KEY, home.context()), home.context())).toEqual(DATA_KEY);
    }
  });

  test("what is held is known without a passphrase", async () => {
    expect(await pgp.held?.(home.context())).toEqual([one, two, locked]);
    expect(await pgp.held?.(stranger.context())).toEqual([]);
    for (const name of [one, one?.slice(-16), sub("two@example.com", 1)]) {
      expect(await pgp.holds?.(keyOf("pgp", name ?? ""), home.context())).toBe(true);
      expect(await pgp.holds?.(keyOf("pgp", name ?? ""), stranger.context())).toBe(false);
    }
    expect(await pgp.holds?.(keyOf("pgp", FINGERPRINT), home.context())).toBe(false);
  });

  test("a passphrase is asked for by gpg alone", async () => {
    const key = await pgp.wrap(keyOf("pgp", locked ?? ""), DATA_KEY, home.context());
    const unwrapWith = (passphrase: string): Promise<Uint8Array> => {
      home.forget();
      return pgp.unwrap(key, home.context({ SOPS_GPG_EXEC: home.scriptWith(passphrase) }));
    };
    await expect(unwrapWith("wrong")).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: `the secret key ${locked} could not be used: the passphrase is wrong`,
    });
    expect(await unwrapWith("secret")).toEqual(DATA_KEY);
    home.forget();
  });

  describe("keys that gpg does not encrypt for are named as what they are", () => {
    const THEN = "20200101T000000";
    test("expired", async () => {
      const key = home.makeKey("expired@example.com", { expires: "1d", at: THEN });
      expect(await failureOf(pgp.wrap(keyOf("pgp", key), DATA_KEY, home.context()))).toMatchObject({
        code: "WRAP_FAILED",
        message: `the PGP key ${key} expired on 2020-01-02`,
        hints: [`its owner extends it: gpg --quick-set-expire ${key} 1y; then import it again`],
      });
    });

    test("with a sub-key that expired", async () => {
      const key = home.makeKey("sub@example.com", { algorithm: "ed25519", usage: "sign", at: THEN });
      home.makeSubkey(key, "1d", THEN);
      const message = `the sub-key for encryption of the PGP key ${key} expired on 2020-01-02`;
      await expect(pgp.wrap(keyOf("pgp", key), DATA_KEY, home.context())).rejects.toMatchObject({ message });
      const exact = sub("sub@example.com", 1);
      await expect(pgp.wrap(keyOf("pgp", exact), DATA_KEY, home.context())).rejects.toMatchObject({
        message: `the sub-key ${exact} expired on 2020-01-02`,
      });
    });

    test("revoked", async () => {
      const key = home.makeKey("revoked@example.com");
      const wrapped = await pgp.wrap(keyOf("pgp", key), DATA_KEY, home.context());
      home.revoke(key);
      await expect(pgp.wrap(keyOf("pgp", key), DATA_KEY, home.context())).rejects.toMatchObject({
        code: "WRAP_FAILED",
        message: `the PGP key ${key} was revoked`,
      });
      expect(await pgp.unwrap(wrapped, home.context())).toEqual(DATA_KEY);
    });

    test("for signatures only", async () => {
      const key = home.makeKey("sign@example.com", { algorithm: "ed25519", usage: "sign" });
      const message = `the PGP key ${key} has no sub-key for encryption`;
      await expect(pgp.wrap(keyOf("pgp", key), DATA_KEY, home.context())).rejects.toMatchObject({ message });
      await expect(pgp.wrap(keyOf("pgp", `${key}!`), DATA_KEY, home.context())).rejects.toMatchObject({
        message: `the sub-key ${key}! is not one for encryption`,
      });
    });

    test("not there", async () => {
      const work = pgp.wrap(keyOf("pgp", FINGERPRINT), DATA_KEY, home.context());
      await expect(work).rejects.toMatchObject({ code: "WRAP_FAILED", message: `gpg has no public key ${FINGERPRINT}` });
    });
  });

  describe("what cannot be unwrapped says why", () => {
    test("no secret key", async () => {
      const { wrapped = "" } = await pgp.wrap(keyOf("pgp", one ?? ""), DATA_KEY, home.context());
      expect(await failing(wrapped, stranger.context())).toMatchObject({
        code: "DATA_KEY_UNAVAILABLE",
        message: `gpg has no secret key for ${one}`,
        hints: [`looked for in ${stranger.path}; those that are there: gpg --list-secret-keys`],
      });
    });

    test("no message, no encryption, another length", async () => {
      expect(await failing("hello")).toMatchObject({ message: "the wrapped key is no PGP message" });
      expect(await failing(home.run(["--store", "--armor"], DATA_KEY))).toMatchObject({ message: "the wrapped key is not encrypted" });
      const short = home.run(["--armor", "--trust-model", "always", "--encrypt", "-r", one ?? ""], "short");
      expect(await failing(short)).toMatchObject({ message: expect.stringContaining("answered with 5 bytes") as string });
    });

    test("no gpg, no folder of gpg", async () => {
      expect(await failing("x", home.context({ SOPS_GPG_EXEC: "/nonexistent/gpg" }))).toMatchObject({
        code: "IDENTITY_INVALID",
        message: "/nonexistent/gpg is not installed",
      });
      expect(await failing("x", home.context({ SOPS_GPG_EXEC: "gpg", PATH: ".:bin" }))).toMatchObject({ message: "gpg is not installed" });
      const { wrapped = "" } = await pgp.wrap(keyOf("pgp", one ?? ""), DATA_KEY, home.context());
      const nowhere = new GpgHome();
      rmSync(nowhere.path, { recursive: true });
      expect(await failing(wrapped, nowhere.context())).toMatchObject({ message: `gpg cannot use its folder ${nowhere.path}` });
    });
  });

  describeWithPeers(["sops"], "with sops", () => {
    test("each opens what the other wraps, for several fingerprints and for a sub-key", async () => {
      using folder = new SopsFolder();
      const access = { context: home.context() };
      for (const recipients of [one ?? "", `${two},${one}`, sub("two@example.com", 1)]) {
        const theirs = await folder.encrypt("a: secret\n", "yaml", ["--pgp", recipients], { env: home.env });
        expect(theirs.exit).toBe(0);
        expect(await openText(theirs.output, "yaml", access)).toBe("a: secret\n");
        const groups = [recipients.split(",").map((text) => keyOf("pgp", text))];
        const ours = await sealText("a: secret\n", "yaml", { groups, access });
        expect(await folder.decrypt(ours, "yaml", { env: home.env })).toMatchObject({ exit: 0, output: "a: secret\n" });
      }
    });

    test("two of three groups, with age and a key that neither has", async () => {
      using folder = new SopsFolder();
      const lost = stranger.makeKey("lost@example.com");
      home.run(["--import"], stranger.export(lost));
      const env = { ...home.env, ...ANA };
      const access = { context: home.context(ANA) };
      const groups = [[keyOf("pgp", one ?? "")], [keyOf("pgp", lost)], FOR_ANA[0] ?? []];
      const ours = await sealText("a: secret\n", "yaml", { groups, threshold: 2, access });
      expect(await folder.decrypt(ours, "yaml", { env })).toMatchObject({ exit: 0, output: "a: secret\n" });
      expect(await openText(ours, "yaml", access)).toBe("a: secret\n");
      await expect(openText(ours, "yaml", { context: home.context() })).rejects.toMatchObject({
        message: "the data key needs 2 key groups, and only 1 could be unwrapped",
      });
      const path = folder.writeConfig({
        shamir_threshold: 2,
        key_groups: [{ pgp: [one] }, { pgp: [lost] }, { age: [FOR_ANA[0]?.[0]?.label] }],
      });
      const theirs = await folder.encrypt("a: secret\n", "yaml", ["--config", path], { env });
      expect(await openText(theirs.output, "yaml", access)).toBe("a: secret\n");
    });
  });
});

describe("a fingerprint", () => {
  test.each([
    ["85D77543B3D624B63CEA9E6DBC17301B491B3F2", "expected 40 hexadecimal digits, and there are 39, up to character 39"],
    ["85D77543B3D624B63CEA9E6DBC17301B491B3F2G", "expected a hexadecimal digit at character 40"],
    ["0x85D7x543", "expected a hexadecimal digit at character 7"],
    ["", "expected 40 hexadecimal digits, and there are 0, up to character 0"],
  ])("%j is none, with its place", async (text, message) => {
    await expect(pgp.check({ provider: "pgp", label: text, stored: { fp: text } })).rejects.toMatchObject({
      code: "RECIPIENT_INVALID",
      message: `${JSON.stringify(text)} is no PGP fingerprint: ${message}`,
      hints: [pgp.form],
    });
  });

  test("instead of a name or a short ID, with the way to it", async () => {
    for (const [text, hint] of [
      ["ana@example.com", "for the fingerprint of that person: gpg --list-keys ana@example.com"],
      ["DEADBEEF", "a key with these 8 digits can be made by anybody; for all of them: gpg --list-keys DEADBEEF"],
    ] as const) {
      await expect(pgp.check(keyOf("pgp", text))).rejects.toMatchObject({ hints: [hint, pgp.form] });
    }
  });
});

describe("where no program can be started", () => {
  test("PGP keys say so", async () => {
    await expect(pgp.unwrap({ ...keyOf("pgp", FINGERPRINT), wrapped: "x" }, fakeContext())).rejects.toMatchObject({
      code: "IDENTITY_INVALID",
      message: "no program can be started here, and PGP keys need gpg",
    });
    expect(await pgp.held?.(fakeContext())).toEqual([]);
  });
});
