/** The program, a terminal, and an identity that is locked. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Encrypter } from "age-encryption";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identityOf, recipientIn, vectorKey, VECTORS } from "../keys/context.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { runInTerminal } from "../support/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-locked-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keyFile = join(folder, ".config", "sops", "age", "keys.txt");
const program = `${process.execPath} ${join(import.meta.dirname, "..", "..", "src", "cli", "main.ts")}`;
const encrypted = join(VECTORS, "3.13.3", "app.default.json");
const plain = readFileSync(join(VECTORS, "3.13.3", "app.default.decrypted.json"), "utf8");
const env = { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "xterm", NO_COLOR: "1" };
const question = `Enter passphrase for identity '${keyFile}': `;

beforeAll(async () => {
  const encrypter = new Encrypter();
  encrypter.setPassphrase("open sesame");
  encrypter.setScryptWorkFactor(10);
  mkdirSync(join(keyFile, ".."), { recursive: true });
  writeFileSync(keyFile, await encrypter.encrypt(vectorKey("ana.txt")));
});

describeWithPeers(["script", "stty"], "a locked identity file, on a terminal", () => {
  test("opens with its passphrase; the answer goes where it belongs, the question does not", async () => {
    const out = join(folder, "out.json");
    const command = `${program} decrypt ${encrypted} </dev/null >${out}; echo "exit $?"; stty -a`;
    const { shown } = await runInTerminal(command, env, [[question, "open sesame\r"]]);
    expect(readFileSync(out, "utf8")).toBe(plain);
    expect(shown.replaceAll("\r", "").split("\nspeed ")[0]).toBe(`${question}\nexit 0`);
    expect(shown).toMatch(/^isig icanon iexten echo /m);
  });

  test.each([
    ["a wrong passphrase", "wrong\r", `incorrect passphrase for the identity file`, 128],
    ["a break", "op\u0003", "error: ", 1],
  ])("%s ends in an error", async (_, typed, message, exit) => {
    const command = `${program} decrypt ${encrypted}; echo "exit $?"; stty -a`;
    const { shown } = await runInTerminal(command, env, [[question, typed]]);
    expect(shown.replaceAll(/[\r\n| ]+/g, " ")).toContain(message);
    expect(shown).toContain(`exit ${exit}`);
    expect(shown).not.toContain(typed.trim());
    expect(shown).toMatch(/^isig icanon iexten echo /m);
  });

  test("is asked about once for a file with many groups", async () => {
    const out = join(folder, "many.json");
    const text = join(folder, "many-plain.json");
    writeFileSync(text, '{"a": 1}\n');
    const others = Array.from(
      { length: 3 },
      () => /public key: (\S+)/.exec(execFileSync(peerPath("age-keygen"), { stdio: ["ignore", "pipe", "pipe"] }).toString())?.[1],
    );
    const recipients = [...others, recipientIn("ana.txt")].join(",");
    writeFileSync(
      out,
      execFileSync(peerPath("sops"), ["encrypt", "--age", recipients, text], { env: { ...env, SOPS_DISABLE_VERSION_CHECK: "true" } }),
    );
    const { shown } = await runInTerminal(`${program} decrypt ${out}; echo "exit $?"`, env, [[question, "open sesame\r"]]);
    expect(shown).toContain("exit 0");
    expect(shown.split(question)).toHaveLength(2);
  });
});

/** Without a terminal of its own, the program has none. */
function run(args: readonly string[], extra: Readonly<Record<string, string>> = {}): ReturnType<typeof spawnSync> {
  return spawnSync("setsid", ["-w", ...program.split(" "), ...args], { env: { ...env, ...extra }, encoding: "utf8" });
}

describeWithPeers(["setsid"], "a locked identity file, without a terminal", () => {
  test("is an error that names the file and what to do", () => {
    const { status, stdout, stderr } = run(["decrypt", encrypted]);
    expect([status, stdout]).toEqual([128, ""]);
    expect(String(stderr).replaceAll(/[\n| ]+/g, " ")).toContain(`the identity file '${keyFile}' is protected by a passphrase`);
    expect(stderr).toContain(
      `hint: the identity file '${keyFile}': there is no terminal to ask for its passphrase: run the command in one`,
    );
  });

  test("is not needed when another identity opens the file", () => {
    expect(run(["decrypt", encrypted], { SOPS_AGE_KEY: identityOf("ana.txt") })).toMatchObject({ status: 0, stdout: plain });
  });

  test("is listed as what it is", () => {
    expect(run(["keys", "list"])).toMatchObject({ status: 0, stdout: `(locked by a passphrase)  ${keyFile}\n` });
  });
});
