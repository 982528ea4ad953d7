/** The plugin protocol, both halves, against a plugin that follows a script. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import { encodeBech32 } from "../../../keys/age/bech32.ts";
import { createKeyContext } from "../../../src/host/key-context.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { SottoError } from "../../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../../src/model/keys.ts";
import type { PluginRecord, Step } from "../../support/scripted-plugin.ts";
import { failureOf, fakePrompt, identityOf, recipientIn, keysOf } from "../context.ts";
import type { FakePrompt } from "../context.ts";
import { sandbox } from "../real-context.ts";

const DATA_KEY = new Uint8Array(32).fill(3);
const RECIPIENT = encodeBech32("age1scripted", Uint8Array.of(1, 2, 3));
const IDENTITY = encodeBech32("age-plugin-scripted-", Uint8Array.of(4, 5, 6)).toUpperCase();
const box = sandbox();
const program = join(box.folder, "bin", "age-plugin-scripted");
const log = join(box.folder, "log.json");
afterAll(() => box[Symbol.dispose]());

beforeAll(() => {
  mkdirSync(join(box.folder, "bin"));
  const script = join(import.meta.dirname, "..", "..", "support", "scripted-plugin.ts");
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${script} "$@"\n`);
  chmodSync(program, 0o755);
});

/** What the plugin was told, by what it wrote down. */
const record = (): PluginRecord => JSON.parse(readFileSync(log, "utf8")) as PluginRecord;

interface Setting {
  readonly prompt?: FakePrompt;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function contextFor(steps: readonly Step[], { prompt, env, signal }: Setting = {}): KeyContext {
  rmSync(log, { force: true });
  const host = createNodeHost({
    env: { ...box.env(), SOPS_AGE_KEY: IDENTITY, SCRIPT: JSON.stringify(steps), LOG: log, SOTTO_PLUGIN_TIMEOUT: "10", ...env },
  });
  return { ...createKeyContext(host, { signal, findPlugin: async () => program }), prompt };
}

async function wrapWith(steps: readonly Step[], setting?: Setting): Promise<MasterKey> {
  const [key] = keysOf(age, RECIPIENT);
  if (key === undefined) throw new Error("no key");
  return age.wrap(key, DATA_KEY, contextFor(steps, setting));
}

/** A key with one stanza of the plugin's own: the file key itself, as nobody should do it. */
async function makeKey(): Promise<{ readonly key: MasterKey; readonly fileKey: string }> {
  const key = await wrapWith([{ send: "recipient-stanza", args: ["0", "scripted", "arg1", "arg/2"], hex: "0102" }, { send: "done" }]);
  const fileKey = record().told.find(([head]) => head === "wrap-file-key")?.[1] ?? "";
  return { key, fileKey };
}

describe("wrapping", () => {
  test("tells the plugin its recipient and the file key, and takes its stanzas", async () => {
    const key = await wrapWith([
      { send: "recipient-stanza", args: ["0", "scripted", "one"], hex: "ab".repeat(48) },
      { send: "recipient-stanza", args: ["0", "other"] },
      { send: "labels", args: ["x"] },
      { send: "done" },
    ]);
    const { machine, told, answers } = record();
    expect(machine).toBe("--age-plugin=recipient-v1");
    expect(told.slice(0, 2)).toEqual([
      [`add-recipient ${RECIPIENT}`, ""],
      ["wrap-file-key", expect.stringMatching(/^[\da-f]{32}$/)],
    ]);
    expect(told[2]?.[0]).toMatch(/^grease-[\da-f]+ \d+$/);
    expect(told).toHaveLength(3);
    expect(answers).toEqual([
      ["ok", ""],
      ["ok", ""],
      ["unsupported", ""],
    ]);
    const header = Buffer.from((key.wrapped ?? "").split("\n").slice(1, -2).join(""), "base64").toString("latin1");
    expect(header).toContain(`\n-> scripted one\n${Buffer.from("ab".repeat(48), "hex").toString("base64")}\n\n-> other\n\n---`);
  });

  test.each<[string, readonly Step[], string]>([
    ["reports an error", [{ send: "error", args: ["recipient", "0"], body: "not\nmine" }, { send: "done" }], "not mine"],
    [
      "reports two errors and leaves",
      [
        { send: "error", args: ["internal"], body: "a" },
        { send: "error", body: "b" },
      ],
      "a; b",
    ],
    ["reports an error without a word", [{ send: "error", args: ["internal"] }, { send: "done" }], "it reported an error without a reason"],
    ["wraps for nobody", [{ send: "done" }], "it wrapped the key for nobody"],
    ["wraps another file", [{ send: "recipient-stanza", args: ["1", "x"] }], "malformed recipient-stanza"],
    ["sends a stanza without a type", [{ send: "recipient-stanza", args: ["0"] }], "malformed recipient-stanza"],
    ["talks nonsense", [{ raw: "Hello, this is not the protocol\n" }], "malformed stanza"],
    ["sends control characters", [{ raw: "-> ms\u001Bg\n\n" }], "malformed stanza"],
    ["sends lines that are too long", [{ raw: `-> msg\n${"A".repeat(65)}\n\n` }], "malformed stanza body"],
    ["sends Base64 with padding", [{ raw: "-> msg\nAA==\n" }], "malformed stanza body"],
    ["sends Base64 that is not canonical", [{ raw: "-> msg\nAB\n" }], "malformed stanza body"],
    ["stops in the middle of a stanza", [{ raw: "-> recipient-stanza 0 x\n" }, { exit: 0 }], "it ended in the middle of a stanza"],
    ["stops in the middle of a line", [{ raw: "-> recip" }, { exit: 0 }], "it ended in the middle of a stanza"],
    ["sends a line without an end", [{ raw: "-", times: 1_100_000 }, { wait: 5000 }], "the stanza is too long"],
    ["ends at once", [{ exit: 1 }], "it ended early"],
  ])("fails when the plugin %s", async (_, steps, reason) => {
    const error = await failureOf(wrapWith(steps));
    expect(error).toMatchObject({ code: "WRAP_FAILED" });
    expect(error.message).toBe(`failed to encrypt sops data key with age: age-plugin-scripted: ${reason}`);
  });
});

describe("unwrapping", () => {
  test("tells the plugin its identity and all stanzas, and takes the file key", async () => {
    const { key, fileKey } = await makeKey();
    const context = contextFor([{ send: "file-key", args: ["0"], hex: fileKey }, { send: "done" }]);
    expect(await age.unwrap(key, context)).toEqual(DATA_KEY);
    const { machine, told, answers } = record();
    expect(machine).toBe("--age-plugin=identity-v1");
    expect(told.slice(0, 2)).toEqual([
      [`add-identity ${IDENTITY}`, ""],
      ["recipient-stanza 0 scripted arg1 arg/2", "0102"],
    ]);
    expect(answers).toEqual([["ok", ""]]);
  });

  test("goes on after an error, if there is a key all the same, and ends without done", async () => {
    const { key, fileKey } = await makeKey();
    const error: Step = { send: "error", args: ["stanza", "0", "0"], body: "the first token is not plugged in" };
    expect(await age.unwrap(key, contextFor([error, { send: "file-key", args: ["0"], hex: fileKey }, { exit: 0 }]))).toEqual(DATA_KEY);
  });

  test("that the plugin knows nothing of is no error", async () => {
    const { key } = await makeKey();
    expect((await failureOf(age.unwrap(key, contextFor([{ send: "done" }])))).message).toContain(
      ": identity did not match any of the recipients",
    );
  });

  test("fails with what the plugin reports, and does not keep another identity from it", async () => {
    const [forAna] = keysOf(age, recipientIn("ana.txt"));
    if (forAna === undefined) throw new Error("no key");
    const steps: readonly Step[] = [{ send: "error", args: ["identity", "0"], body: "no such\ttoken\u001B[2J" }, { send: "done" }];
    const key = await age.wrap(forAna, DATA_KEY, box.context());
    const error = await failureOf(age.unwrap(key, contextFor(steps)));
    expect(error.message).toContain(": age-plugin-scripted: no such token [2J. Did not find keys");
    const env = { SOPS_AGE_KEY: IDENTITY, SOPS_AGE_KEY_CMD: `echo ${identityOf("ana.txt")}` };
    expect(await age.unwrap(key, contextFor(steps, { env }))).toEqual(DATA_KEY);
  });

  test("does not start a plugin when another identity fits", async () => {
    const [forAna] = keysOf(age, recipientIn("ana.txt"));
    if (forAna === undefined) throw new Error("no key");
    const env = { SOPS_AGE_KEY: `${IDENTITY} ${identityOf("ana.txt")}` };
    expect(await age.unwrap(await age.wrap(forAna, DATA_KEY, box.context()), contextFor([], { env }))).toEqual(DATA_KEY);
    expect(existsSync(log)).toBe(false);
  });

  test.each<[string, readonly Step[], string]>([
    [
      "two keys",
      [
        { send: "file-key", args: ["0"], hex: "00".repeat(16) },
        { send: "file-key", args: ["0"], hex: "00".repeat(16) },
      ],
      "file-key",
    ],
    ["a key of another length", [{ send: "file-key", args: ["0"], hex: "00".repeat(15) }], "file-key"],
    ["a key of another file", [{ send: "file-key", args: ["1"], hex: "00".repeat(16) }], "file-key"],
    ["a confirm without a choice", [{ send: "confirm", body: "?" }], "confirm"],
    ["a choice that is no Base64", [{ send: "confirm", args: ["!"], body: "?" }], "argument"],
  ])("refuses %s", async (_, steps, what) => {
    const { key } = await makeKey();
    const error = await failureOf(age.unwrap(key, contextFor(steps, { prompt: fakePrompt() })));
    expect(error.message).toContain(`: age-plugin-scripted: malformed ${what}`);
  });

  test("notices a wrong file key", async () => {
    const { key } = await makeKey();
    const error = await failureOf(age.unwrap(key, contextFor([{ send: "file-key", args: ["0"], hex: "00".repeat(16) }, { send: "done" }])));
    expect(error.message).toContain("bad header MAC");
  });
});

const hex = (text: string): string => Buffer.from(text).toString("hex");
const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/=+$/, "");

describe("the plugin and the person", () => {
  const questions: readonly Step[] = [
    { send: "msg", body: "please touch the token" },
    { send: "request-secret", body: "PIN for 7" },
    { send: "request-public", body: "which slot" },
    { send: "confirm", args: [base64("go on"), base64("stop")], body: "it is old" },
    { send: "confirm", args: [base64("go on"), base64("stop")], body: "it is very old" },
    { send: "confirm", args: [base64("yes, I know")], body: "it is slow" },
    { send: "x-unknown", args: ["1"], body: "?" },
  ];
  const head = "age-plugin-scripted: ";

  test("every kind of question reaches the prompt, and the answer the plugin", async () => {
    const { key, fileKey } = await makeKey();
    const prompt = fakePrompt("12 34ö", "slot 2", true, false, true);
    const steps = [...questions, { send: "file-key", args: ["0"], hex: fileKey }, { send: "done" }];
    expect(await age.unwrap(key, contextFor(steps, { prompt }))).toEqual(DATA_KEY);
    expect(prompt.asked).toEqual([
      `${head}please touch the token`,
      `${head}PIN for 7`,
      `${head}which slot`,
      `${head}it is old [go on/stop]`,
      `${head}it is very old [go on/stop]`,
      `${head}it is slow [yes, I know]`,
    ]);
    expect(record().answers).toEqual([
      ["ok", ""],
      ["ok", hex("12 34ö")],
      ["ok", hex("slot 2")],
      ["ok yes", ""],
      ["ok no", ""],
      ["ok yes", ""],
      ["unsupported", ""],
      ["ok", ""],
    ]);
  });

  test("without a terminal the plugin learns that it cannot ask", async () => {
    const { key, fileKey } = await makeKey();
    const steps = [...questions, { send: "file-key", args: ["0"], hex: fileKey }, { send: "done" }];
    expect(await age.unwrap(key, contextFor(steps))).toEqual(DATA_KEY);
    expect(record().answers.map(([answer]) => answer)).toEqual([...Array<string>(6).fill("fail"), "unsupported", "ok"]);
  });

  test("long answers and long questions arrive whole", async () => {
    const { key, fileKey } = await makeKey();
    for (const length of [47, 48, 49, 96, 5000]) {
      const prompt = fakePrompt("a".repeat(length));
      const steps = [
        { send: "request-secret", body: "q".repeat(length) },
        { send: "file-key", args: ["0"], hex: fileKey },
        { send: "done" },
      ];
      expect(await age.unwrap(key, contextFor(steps, { prompt }))).toEqual(DATA_KEY);
      expect(prompt.asked).toEqual([head + "q".repeat(length)]);
      expect(record().answers[0]).toEqual(["ok", "61".repeat(length)]);
    }
  });

  test("a person who breaks off ends the command", async () => {
    const { key } = await makeKey();
    const prompt = fakePrompt(new SottoError("INTERRUPTED", "interrupted"));
    expect(await failureOf(age.unwrap(key, contextFor([{ send: "request-secret", body: "PIN" }], { prompt })))).toMatchObject({
      code: "INTERRUPTED",
    });
    expect(
      await failureOf(
        wrapWith([{ send: "confirm", args: ["AA"], body: "?" }], { prompt: fakePrompt(new SottoError("INTERRUPTED", "interrupted")) }),
      ),
    ).toMatchObject({ code: "INTERRUPTED" });
  });
});

describe("time", () => {
  test("a plugin that says nothing is ended", async () => {
    const error = await failureOf(wrapWith([{ wait: 20_000 }], { env: { SOTTO_PLUGIN_TIMEOUT: "0.5" } }));
    expect(error.message).toContain("age-plugin-scripted: it has said nothing for 0.5 s");
    expect(SottoError.is(error) && error.hints).toEqual(["SOTTO_PLUGIN_TIMEOUT=SECONDS lets it take longer, 0 for ever"]);
  });

  test("does not count while a person is asked, or was told to do something", async () => {
    const { key, fileKey } = await makeKey();
    const prompt: FakePrompt = {
      ...fakePrompt(),
      askSecret: async () => {
        await new Promise((done) => void setTimeout(done, 1500));
        return new TextEncoder().encode("1234");
      },
    };
    const steps: readonly Step[] = [
      { send: "request-secret", body: "PIN" },
      { send: "msg", body: "touch" },
      { wait: 1500 },
      { send: "file-key", args: ["0"], hex: fileKey },
      { send: "done" },
    ];
    expect(await age.unwrap(key, contextFor(steps, { prompt, env: { SOTTO_PLUGIN_TIMEOUT: "1" } }))).toEqual(DATA_KEY);
  });

  test("may be without limit, and nonsense counts for nothing", async () => {
    const { key, fileKey } = await makeKey();
    const steps: readonly Step[] = [{ wait: 200 }, { send: "file-key", args: ["0"], hex: fileKey }, { send: "done" }];
    for (const value of ["0", "soon", "-1"]) {
      expect(await age.unwrap(key, contextFor(steps, { env: { SOTTO_PLUGIN_TIMEOUT: value } }))).toEqual(DATA_KEY);
    }
  });

  test("a command that is interrupted ends the plugin", async () => {
    const { key } = await makeKey();
    const controller = new AbortController();
    const work = failureOf(age.unwrap(key, contextFor([{ wait: 20_000 }], { signal: controller.signal })));
    setTimeout(() => controller.abort(), 300);
    const start = Date.now();
    await work;
    expect(Date.now() - start).toBeLessThan(5000);
  });
});

test("the plugin runs in the folder for temporary files", async () => {
  const where = join(box.folder, "bin", "where");
  writeFileSync(where, `#!/bin/sh\npwd >${log}\n`);
  chmodSync(where, 0o755);
  const context = createKeyContext(createNodeHost({ env: box.env() }), { findPlugin: async () => where });
  const [key] = keysOf(age, RECIPIENT);
  if (key === undefined) throw new Error("no key");
  expect((await failureOf(age.wrap(key, DATA_KEY, context))).message).toContain("it ended early");
  expect(readFileSync(log, "utf8").trim()).toBe(tmpdir());
});
