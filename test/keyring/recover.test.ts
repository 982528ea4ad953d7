import { describe, expect, test } from "vitest";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { wrapDataKey } from "../../src/keyring/wrap.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyGroup, MasterKey } from "../../src/model/keys.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import { failureOf, fakeContext } from "../keys/context.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at + 1);

/** A provider whose wrapped key is the payload in hex; keys that are named `bad…` cannot be used. */
function fakeProvider(id: string, tried: string[]): KeyProvider {
  return {
    id,
    title: id,
    order: { file: 0, flags: 0, rule: 0 },
    cost: "local",
    flag: { name: id, env: id, value: id, help: id },
    flat: { key: id, spoken: [id, id] },
    group: { key: id, texts: {} },
    stored: [],
    message: { number: 0, fields: [] },
    form: id,
    variables: {},
    label: () => id,
    fromText: () => ({}),
    async check() {},
    async wrap(key, dataKey) {
      if (key.label.startsWith("bad")) throw new SottoError("WRAP_FAILED", "it is bad", { hints: ["do not be bad"] });
      return { ...key, wrapped: Buffer.from(dataKey).toString("hex") };
    },
    async unwrap(key) {
      tried.push(key.label);
      if (key.label.startsWith("bad")) throw new SottoError("DATA_KEY_UNAVAILABLE", "it is bad", { hints: ["do not be bad"] });
      return Uint8Array.from(Buffer.from(key.wrapped ?? "", "hex"));
    },
  };
}

interface Setup {
  readonly tried: string[];
  readonly options: Parameters<typeof recoverDataKey>[2];
}

function setup(order?: readonly string[]): Setup {
  const tried: string[] = [];
  const known = new Set(["age", "pgp", "kms"]);
  const find = (id: string): KeyProvider | undefined => (known.has(id) ? fakeProvider(id, tried) : undefined);
  return { tried, options: { context: fakeContext(), findProvider: find, ...(order ? { order } : {}) } };
}

const key = (text: string): MasterKey => {
  const [provider = "", label = ""] = text.split(":");
  return { provider, label, stored: {} };
};
const group = (...texts: readonly string[]): KeyGroup => texts.map(key);

/** Groups whose keys are wrapped, also those that cannot be unwrapped. */
async function wrapped(threshold: number, ...groups: readonly KeyGroup[]): Promise<KeyGroup[]> {
  const { options } = setup();
  const good = groups.map((one) => one.map((each) => ({ ...each, provider: "age", label: each.label.replace(/^bad/, "x") })));
  const result = await wrapDataKey(DATA_KEY, good, threshold, options);
  return groups.map((one, at) => one.map((each, index) => ({ ...each, wrapped: result.groups[at]?.[index]?.wrapped ?? "" })));
}

describe("one group", () => {
  test("is tried in the order age, pgp, and the rest as the file has it; the first success ends it", async () => {
    const { tried, options } = setup();
    const groups = await wrapped(0, group("kms:bad1", "pgp:p1", "age:bad2", "pgp:p2", "kms:k"));
    const { dataKey, reports } = await recoverDataKey(groups, 0, options);
    expect(dataKey).toEqual(DATA_KEY);
    expect(tried).toEqual(["bad2", "p1"]);
    expect(reports).toMatchObject([
      {
        outcome: "recovered",
        keys: [
          { label: "bad2", outcome: "failed", errors: [{ message: "it is bad" }] },
          { label: "p1", outcome: "unwrapped" },
          { label: "p2", outcome: "untried" },
          { label: "bad1", outcome: "untried" },
          { label: "k", outcome: "untried" },
        ],
      },
    ]);
  });

  test.each([
    [
      ["kms", "age"],
      ["bad1", "a"],
    ],
    [["nonsense"], ["bad1", "p"]],
    [[], ["bad1", "p"]],
  ])("is tried in the order %j", async (order, expected) => {
    const { tried, options } = setup(order);
    await recoverDataKey(await wrapped(0, group("kms:bad1", "pgp:p", "age:a")), 0, options);
    expect(tried).toEqual(expected);
  });

  test("those keys of a kind come first whose identity is at hand, and the report keeps the order of the file", async () => {
    const { tried, options } = setup(["age"]);
    const find = (id: string): KeyProvider => ({
      ...fakeProvider(id, tried),
      holds: async ({ label }) => label.includes("mine"),
    });
    const good = await wrapped(0, group("age:a", "kms:mine", "age:badmine", "age:mine", "age:b"));
    const { reports } = await recoverDataKey(good, 0, { ...options, findProvider: find });
    expect(tried).toEqual(["badmine", "mine"]);
    expect(reports[0]?.keys.map(({ label, outcome }) => `${label} ${outcome}`)).toEqual([
      "a untried",
      "badmine failed",
      "mine unwrapped",
      "b untried",
      "mine untried",
    ]);
    const bad = await wrapped(0, group("age:bad1", "age:badmine", "age:bad2"));
    const error = await failureOf(recoverDataKey(bad, 0, { ...options, findProvider: find }));
    expect(SottoError.is(error) && error.report?.match(/bad\w+/g)).toEqual(["bad1", "badmine", "bad2"]);
  });

  test("a kind that is named twice in the order is refused", async () => {
    const { options } = setup(["age", "pgp", "age"]);
    await expect(recoverDataKey([group("age:a")], 0, options)).rejects.toMatchObject({
      code: "DUPLICATE_KEY_TYPE",
      message: "duplicate decryption key type: age",
    });
  });

  test("ignores the threshold", async () => {
    const { options } = setup();
    expect((await recoverDataKey(await wrapped(0, group("age:a")), 3, options)).dataKey).toEqual(DATA_KEY);
  });

  test("without a key that can be used fails with a report, the hints of its keys, and whose file it is", async () => {
    const { options } = setup();
    const error = await failureOf(recoverDataKey(await wrapped(0, group("azure_kv:vault", "age:bad1", "new_kms:x")), 0, options));
    expect(error).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", message: "no key of the file could unwrap its data key" });
    expect(SottoError.is(error) && error.report).toBe(
      [
        "Failed to get the data key required to decrypt the SOPS file.",
        "",
        "Group 0: FAILED",
        "  bad1: FAILED",
        "    - | it is bad",
        "  ",
        "  vault: FAILED",
        "    - | sotto cannot use Azure Key Vault keys",
        "  ",
        "  x: FAILED",
        "    - | sotto cannot use new_kms keys",
        "",
        "Recovery failed because no master key was able to decrypt the file. In",
        "order for SOPS to recover the file, at least one key has to be successful,",
        "but none were.",
      ].join("\n"),
    );
    expect(SottoError.is(error) && error.hints).toEqual([
      "do not be bad",
      "the file is for vault, bad1 and x: use an identity of one of them, or ask one of their owners to add your recipient",
    ]);
  });

  test("says whose keys the person holds, and by name for whom the file is", async () => {
    const names: Readonly<Record<string, string>> = { good0: "ana", bad1: "ben", bad2: "ci-prod", good1: "ana's old key" };
    const explain = async (held: readonly string[], keys: KeyGroup, file?: string): Promise<readonly string[]> => {
      const { options } = setup();
      const find = (id: string): KeyProvider => ({ ...fakeProvider(id, []), held: async () => held });
      const named = { ...options, findProvider: find, nameOf: (label: string) => names[label], ...(file === undefined ? {} : { file }) };
      const error = await failureOf(recoverDataKey(await wrapped(0, keys), 0, named));
      return SottoError.is(error) ? error.hints.slice(1) : [];
    };
    const advice = "use an identity of one of them, or ask one of their owners to add your recipient";
    const keys = group("age:bad1", "age:bad2");
    expect(await explain(["good0"], keys, "prod.yaml")).toEqual(["you hold good0 (ana)", `prod.yaml is for ben and ci-prod: ${advice}`]);
    expect(await explain(["good0", "other", "good1"], keys)).toEqual([
      "you hold good0 (ana), other and good1 (ana's old key)",
      `the file is for ben and ci-prod: ${advice}`,
    ]);
    expect(await explain([], group("age:bad1", "age:bad3", "age:bad4"))).toEqual([`the file is for ben, bad3 and bad4: ${advice}`]);
    expect(await explain(["bad2"], keys)).toEqual([
      "you hold bad2 (ci-prod)",
      "the file is for bad2 (ci-prod), but that wrapped key does not open: it may be damaged",
      `the file is for ben and ci-prod: ${advice}`,
    ]);
  });

  test("names only some of many recipients", async () => {
    const { options } = setup();
    const many = group(...Array.from({ length: 9 }, (_, at) => `age:bad${at}`));
    const error = await failureOf(recoverDataKey(await wrapped(0, many), 0, options));
    expect(SottoError.is(error) && error.hints.at(-1)).toContain("bad5 and 3 more");
  });

  test("a fault of the program is not mistaken for a key that does not fit", async () => {
    const { options } = setup();
    const broken = { ...fakeProvider("age", []), unwrap: () => Promise.reject(new TypeError("a bug")) };
    await expect(recoverDataKey([group("age:a")], 0, { ...options, findProvider: () => broken })).rejects.toThrow(TypeError);
  });

  test("an interruption ends the work", async () => {
    const { tried, options } = setup();
    const context = fakeContext({ signal: AbortSignal.abort() });
    await expect(recoverDataKey([group("age:a")], 0, { ...options, context })).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(tried).toEqual([]);
  });
});

describe("several groups", () => {
  test("are tried until there are as many shares as the threshold asks for", async () => {
    const { tried, options } = setup();
    const groups = await wrapped(2, group("age:bad1"), group("age:a", "age:b"), group("pgp:p"), group("kms:k"));
    const { dataKey, reports } = await recoverDataKey(groups, 2, options);
    expect(dataKey).toEqual(DATA_KEY);
    expect(tried).toEqual(["bad1", "a", "p"]);
    expect(reports.map((report) => report.outcome)).toEqual(["failed", "recovered", "recovered", "untried"]);
  });

  test("are all taken when the threshold is 1, which no split can have: sops leaves it behind shares of which more are needed", async () => {
    const { tried, options } = setup();
    const groups = await wrapped(2, group("age:a"), group("age:bad1"), group("age:b"), group("age:c"));
    expect((await recoverDataKey(groups, 1, options)).dataKey).toEqual(DATA_KEY);
    expect(tried).toEqual(["a", "bad1", "b", "c"]);
    const alone = await wrapped(2, group("age:a"), group("age:bad1"));
    expect((await failureOf(recoverDataKey(alone, 1, options))).message).toMatch(/^could not get data key from shamir parts/);
  });

  test("are all needed when the threshold is 0", async () => {
    const { options } = setup();
    const groups = await wrapped(0, group("age:a"), group("age:b"), group("age:c"));
    expect((await recoverDataKey(groups, 0, options)).dataKey).toEqual(DATA_KEY);
    const cut = groups.with(1, group("age:bad1"));
    await expect(recoverDataKey(cut, 0, options)).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: "the data key needs 3 key groups, and only 2 could be unwrapped",
    });
  });

  test("whose shares do not belong together are refused", async () => {
    const { options } = setup();
    const [one = []] = await wrapped(2, group("age:a"), group("age:b"));
    await expect(recoverDataKey([one, one], 2, options)).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: expect.stringMatching(/^could not get data key from shamir parts: /),
    });
  });

  test("no groups at all", async () => {
    await expect(recoverDataKey([], 0, setup().options)).rejects.toMatchObject({ code: "NO_KEYS" });
  });
});

describe("wrapping", () => {
  test("gives every key of a single group the data key, and keeps the threshold as it is", async () => {
    const { options } = setup();
    const result = await wrapDataKey(DATA_KEY, [group("age:a", "pgp:b")], 2, options);
    const hex = Buffer.from(DATA_KEY).toString("hex");
    expect(result).toEqual({
      threshold: 2,
      groups: [[expect.objectContaining({ label: "a", wrapped: hex }), expect.objectContaining({ wrapped: hex })]],
    });
  });

  test("gives every group its own share, in order, and every key of it the same", async () => {
    const { options } = setup();
    const result = await wrapDataKey(DATA_KEY, [group("age:a", "pgp:b"), group("age:c"), group("age:d")], 0, options);
    expect(result.threshold).toBe(3);
    const shares = result.groups.map((one) => [...new Set(one.map((each) => each.wrapped ?? ""))]);
    expect(shares.map((texts) => texts.map((text) => [text.length, text.slice(-2)]))).toEqual([[[66, "01"]], [[66, "02"]], [[66, "03"]]]);
  });

  test.each([
    ["no groups", [], 0, "NO_KEYS", /^no key groups provided$/],
    ["an empty group", [[]], 0, "NO_KEYS", /^empty key group provided$/],
    ["an empty group among others", [group("age:a"), []], 0, "NO_KEYS", /^empty key group provided$/],
    [
      "a threshold of one",
      [group("age:a"), group("age:b")],
      1,
      "SHAMIR_INVALID",
      /^could not split data key into parts for shamir: .*at least 2$/,
    ],
    [
      "a threshold that is too great",
      [group("age:a"), group("age:b")],
      3,
      "SHAMIR_INVALID",
      /^could not split data key into parts for shamir: /,
    ],
  ])("refuses %s", async (_, groups, threshold, code, message) => {
    const work = wrapDataKey(DATA_KEY, groups, threshold, setup().options);
    await expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("names every key that failed", async () => {
    const error = await failureOf(wrapDataKey(DATA_KEY, [group("age:a", "pgp:bad1", "azure_kv:v")], 0, setup().options));
    expect(error).toMatchObject({
      code: "WRAP_FAILED",
      message:
        'failed to encrypt new data key with master key "bad1": it is bad; ' +
        'failed to encrypt new data key with master key "v": sotto cannot use Azure Key Vault keys',
      hints: ["do not be bad"],
    });
  });

  test("leaves the data key as it was, and wipes the shares", async () => {
    const { options } = setup();
    const seen: Uint8Array[] = [];
    const find = (id: string): KeyProvider => ({
      ...fakeProvider(id, []),
      async wrap(one, share) {
        seen.push(share);
        return { ...one, wrapped: "x" };
      },
    });
    const dataKey = Uint8Array.from(DATA_KEY);
    await wrapDataKey(dataKey, [group("age:a"), group("age:b")], 2, { ...options, findProvider: find });
    expect(dataKey).toEqual(DATA_KEY);
    expect(seen.map((share) => share.every((byte) => byte === 0))).toEqual([true, true]);
  });
});
