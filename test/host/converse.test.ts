/** Programs that read what they are given, started as gpg is. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { converse } from "../../src/host/converse.ts";
import type { ProgramEnd } from "../../src/model/keys.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";

const NODE = process.execPath;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-converse-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "tell"), "#!/bin/sh\necho on the path\n");
  chmodSync(join(folder, "bin", "tell"), 0o755);
  writeFileSync(join(folder, "plain"), "no program\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (argv: readonly string[], input: Uint8Array = new Uint8Array(), signal?: AbortSignal): Promise<ProgramEnd | undefined> =>
  converse(argv, input, { cwd: folder, env: { PATH: ["", ".", "bin", join(folder, "bin")].join(delimiter) }, platform: "linux" }, signal);
const script = (text: string, input?: Uint8Array, signal?: AbortSignal): Promise<ProgramEnd | undefined> =>
  run([NODE, "-e", text], input, signal);

test("what it reads and prints arrives whole, in both directions", async () => {
  const input = Uint8Array.from({ length: 1 << 20 }, (_, at) => at % 251);
  const end = await script("process.stdin.pipe(process.stdout); process.stderr.write('said'); process.exitCode = 3", input);
  expect(end?.output).toEqual(input);
  expect(end).toMatchObject({ code: 3, errors: "said" });
});

test("it need not read", async () => {
  const end = await script("process.stdin.destroy(); process.stdout.write('done')", new Uint8Array(1 << 20));
  expect(end).toMatchObject({ code: 0, output: Uint8Array.from(encodeText("done")) });
});

test("what it says too much is dropped", async () => {
  const end = await script("for (let i = 0; i < 64; i++) process.stderr.write('x'.repeat(1 << 16)); process.stdout.write('done')");
  expect(decodeText(end?.output ?? new Uint8Array())).toBe("done");
  expect(end?.errors.length).toBeLessThanOrEqual(1 << 17);
});

test("a signal ends it", async () => {
  const end = new AbortController();
  const work = script("setInterval(() => {}, 1000)", undefined, end.signal);
  setTimeout(() => end.abort(), 50);
  expect(await work).toMatchObject({ code: undefined });
});

test("it is looked for on the PATH, in folders that are whole paths, and nowhere else", async () => {
  expect(decodeText((await run(["tell"]))?.output ?? new Uint8Array())).toBe("on the path\n");
  expect(await run(["plain"])).toBeUndefined();
  expect(await run([join(folder, "nothing")])).toBeUndefined();
  await expect(run([join(folder, "plain")])).rejects.toMatchObject({ code: "IDENTITY_INVALID" });
});
