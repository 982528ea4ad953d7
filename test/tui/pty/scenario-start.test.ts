/** The first run, in a repository without a `.sops.yaml`: three steps, and the same as the commands make. */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Scratch } from "../../cli/commands/scratch.ts";
import { describeWithPeers } from "../../support/peers.ts";
import { ANA } from "../../support/sotto.ts";
import { vectorRecipient } from "../../support/vectors.ts";
import { start } from "./driver.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, quit } from "./play.ts";
import { newSecret } from "./play-values.ts";

const CANARIES = [newSecret("database.password", "dev"), newSecret("API_TOKEN", "prod")] as const;
const PLAIN = {
  "secrets/dev.yaml": `database:\n  host: localhost\n  password: ${CANARIES[0].value}\n`,
  "secrets/prod.env": `API_TOKEN=${CANARIES[1].value}\n`,
};
const FILES = Object.keys(PLAIN) as readonly (keyof typeof PLAIN)[];

/** What is not the same each time is taken away. */
function timeless(text: string): string {
  return text
    .replaceAll(/ENC\[[^\]]+\]/g, "ENC[]")
    .replaceAll(/(-----BEGIN AGE ENCRYPTED FILE-----).*?(-----END)/gs, "$1…$2")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "now");
}

async function go(session: Session): Promise<void> {
  await session.press("enter");
  const files = await session.waitFor("Step 2 of 3: the files to encrypt");
  for (const file of FILES) expect(files.text).toContain(`[✓] ${file}`);
  await session.press("enter");
  await session.waitFor("- path_regex: ^secrets/");
}

describeWithPeers(["sops"], "the first run", () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch({});
    for (const folder of ["shop", "same"]) for (const file of FILES) scratch.write(`${folder}/${file}`, PLAIN[file]);
    spawnSync("git", ["init", "-q", "-b", "main", scratch.place("shop")]);
  });
  afterEach(() => scratch[Symbol.dispose]());

  async function begin(env: Readonly<Record<string, string>> = {}): Promise<Session> {
    return start({ cwd: scratch.place("shop"), env: { USER: "ana", ...env } });
  }

  /** Both folders say the same, and what they say is what was there. */
  async function expectSame(env: Readonly<Record<string, string>>): Promise<void> {
    for (const argv of [["init", "--name", "ana"], ...FILES.map((file) => ["encrypt", "-i", file])])
      expect(await scratch.sotto(argv, { cwd: "same", env })).toMatchObject({ exit: 0 });
    for (const file of [".sops.yaml", ...FILES])
      expect(timeless(scratch.read(`shop/${file}`))).toBe(timeless(scratch.read(`same/${file}`)));
    for (const file of FILES) {
      expect(await scratch.sotto(["decrypt", file], { cwd: "shop", env })).toMatchObject({ exit: 0, output: PLAIN[file] });
      const { output } = scratch.sops(["decrypt", file], { cwd: "shop", env });
      expect(output.replaceAll("    ", "  ")).toBe(PLAIN[file]);
    }
  }

  test("makes a key, and encrypts the files that look like secrets", async () => {
    await using session = await begin();
    const keyFile = join(session.home.path, ".config", "sops", "age", "keys.txt");
    const step = await session.waitFor("▸ Make a new key");
    expect(step.text).toContain("You have no key yet.");
    await go(session);
    expect(session.screen().text).toContain("1 new key, for you alone to read");
    await session.press("enter");
    const home = await session.waitFor("Encrypted 2 files and wrote .sops.yaml. Commit them; P adds other people.");
    expect(home.text).toMatch(/▸ Matrix[^]*password +●\w{4} only[^]*API_TOKEN +○ missing +●\w{4} only/);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    await expectSame({ SOPS_AGE_KEY_FILE: keyFile });
    await quit(session);
    expectClean(session);
    expect(session.log.toString("latin1")).not.toContain("AGE-SECRET-KEY");
    expectNoLeak(session, CANARIES, { folders: [scratch.place("shop")] });
  });

  test("takes a key that is there", async () => {
    await using session = await begin(ANA);
    const step = await session.waitFor("Step 1 of 3: your key");
    expect(step.text).not.toContain("AGE-SECRET");
    await session.waitFor(vectorRecipient("ana").slice(0, 12));
    await go(session);
    expect(session.screen().text).toContain(`&ana ${vectorRecipient("ana")}`);
    await session.press("enter");
    await session.waitFor("Encrypted 2 files and wrote .sops.yaml.");
    await expectSame(ANA);
    await quit(session);
    expectClean(session);
    expectNoLeak(session, CANARIES, { folders: [scratch.place("shop")] });
  });

  test("changes nothing when one leaves before the end", async () => {
    const before = scratch.files("shop");
    await using session = await begin();
    await session.waitFor("▸ Make a new key");
    await go(session);
    await session.press("esc");
    await session.waitFor("Step 2 of 3");
    await session.press("space");
    await session.waitFor("1 of 2 chosen");
    await session.press("enter");
    await session.waitFor("1 file, encrypted where it is");
    expect(await quit(session)).toEqual({ code: 0, signal: undefined });
    expectClean(session);
    expect(scratch.files("shop")).toEqual(before);
    expect(spawnSync("find", [session.home.path, "-type", "f"], { encoding: "utf8" }).stdout).toBe("");
    expectNoLeak(session, CANARIES);
  });
});
