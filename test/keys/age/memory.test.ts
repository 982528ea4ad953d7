/** Buffers that held a secret are wiped when it has been used. What cannot be wiped is written down in `identities.ts`. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { armor, Encrypter } from "age-encryption";
import { afterAll, describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import type { KeyContext } from "../../../src/model/keys.ts";
import { describeWithPeers, peerPath } from "../../support/peers.ts";
import { DEFAULT_FILE, fakeContext, fakePrompt, HOME, keysOf, recipientIn, vectorKey } from "../context.ts";
import { sandbox } from "../real-context.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const box = sandbox();
afterAll(() => box[Symbol.dispose]());

interface Watched {
  readonly context: KeyContext;
  /** Every buffer that was handed out. */
  readonly given: Uint8Array[];
}

function watch(files: Readonly<Record<string, string>>, output?: string, passphrase?: string): Watched {
  const given: Uint8Array[] = [];
  const give = (text: string): Uint8Array => {
    const bytes = new TextEncoder().encode(text);
    given.push(bytes);
    return bytes;
  };
  const env: Record<string, string> = output === undefined ? {} : { SOPS_AGE_KEY_CMD: "op" };
  const context: KeyContext = {
    ...fakeContext({ env }),
    readFile: async (path) => {
      const file = files[path];
      return file === undefined ? undefined : give(file);
    },
    run: async () => give(output ?? ""),
    prompt: { ...fakePrompt(), askSecret: async () => give(passphrase ?? "") },
  };
  return { context, given };
}

async function unwrapFor(recipient: string, { context, given }: Watched): Promise<readonly Uint8Array[]> {
  const [key] = keysOf(age, recipient);
  if (key === undefined) throw new Error("no key");
  expect(await age.unwrap(await age.wrap(key, DATA_KEY, context), context)).toEqual(DATA_KEY);
  return given;
}

const isWiped = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes.every((byte) => byte === 0);

describe("what was read is wiped", () => {
  test.each<[string, string, () => Watched, number]>([
    ["an identity file", recipientIn("ana.txt"), () => watch({ [DEFAULT_FILE]: vectorKey("ana.txt") }), 1],
    ["a hybrid identity's file", recipientIn("pq.txt"), () => watch({ [DEFAULT_FILE]: vectorKey("pq.txt") }), 1],
    ["what a command printed", recipientIn("ana.txt"), () => watch({}, vectorKey("ana.txt")), 1],
    ["an SSH key", vectorKey("ssh_ed25519.pub").trim(), () => watch({ [`${HOME}/.ssh/id_ed25519`]: vectorKey("ssh_ed25519") }), 1],
  ])("%s", async (_, recipient, make, count) => {
    const given = await unwrapFor(recipient, make());
    expect(given.map(isWiped)).toEqual(Array<boolean>(count).fill(true));
  });

  test("the passphrase of an identity file", async () => {
    const encrypter = new Encrypter();
    encrypter.setPassphrase("open sesame");
    encrypter.setScryptWorkFactor(8);
    const file = armor.encode(await encrypter.encrypt(vectorKey("ana.txt")));
    const given = await unwrapFor(recipientIn("ana.txt"), watch({ [DEFAULT_FILE]: file }, undefined, "open sesame"));
    expect(given.map(isWiped)).toEqual([true, true]);
  });

  test("the caller's data key is not", async () => {
    const dataKey = Uint8Array.from(DATA_KEY);
    for (const recipient of [recipientIn("ana.txt"), recipientIn("pq.txt")]) {
      const [key] = keysOf(age, recipient);
      if (key === undefined) throw new Error("no key");
      await age.wrap(key, dataKey, fakeContext());
    }
    expect(dataKey).toEqual(DATA_KEY);
  });
});

describeWithPeers(["ssh-keygen"], "what was read is wiped", () => {
  test("the passphrase of an SSH key", async () => {
    const path = join(box.folder, "locked");
    execFileSync(peerPath("ssh-keygen"), ["-q", "-t", "ed25519", "-a", "1", "-N", "open sesame", "-f", path]);
    const watched = watch({ [`${HOME}/.ssh/id_ed25519`]: readFileSync(path, "utf8") }, undefined, "open sesame");
    const given = await unwrapFor(readFileSync(`${path}.pub`, "utf8").trim(), watched);
    expect(given.map(isWiped)).toEqual([true, true]);
  });
});
