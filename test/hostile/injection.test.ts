/** Files whose metadata names hosts, roles, profiles, plugins and readers of an attacker: nothing is sent, started or wrapped for them. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";
import { hostileKeys, linesFor, TRAPS, victimEnv, withKeys } from "./hostile-keys.ts";

let scratch: Scratch;
let server: Server;
let connections = 0;
let place = "";
let sealed = "";

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  place = `127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  scratch = new Scratch(ANA);
  mkdirSync(scratch.place("bin"));
  // doctor asks gpg for the keys of the user.
  for (const name of TRAPS.filter((trap) => trap !== "gpg")) {
    writeFileSync(scratch.place(`bin/${name}`), `#!/bin/sh\necho ${name} >> '${scratch.place("started")}'\n`);
    chmodSync(scratch.place(`bin/${name}`), 0o755);
  }
  scratch.write("plain.yaml", "a: one\nb: two\n");
  sealed = (await scratch.sotto(["encrypt", "--age", vectorRecipient("ana"), "plain.yaml"])).output;
});
afterAll(() => {
  server.close();
  scratch[Symbol.dispose]();
});

describe.each(Object.keys(hostileKeys("")))("a key of the kind %s", (kind) => {
  test.each([true, false])(
    "alone in its file: %s",
    async (alone) => {
      const env = victimEnv(scratch.place("bin"), place);
      for (const argv of linesFor("evil.yaml")) {
        scratch.write("evil.yaml", withKeys(sealed, hostileKeys(place)[kind] ?? "", alone));
        await scratch.sotto(argv, { env, input: "n\n" });
        expect([argv, connections, existsSync(scratch.place("started"))]).toEqual([argv, 0, false]);
      }
    },
    120_000,
  );
});

test("what was accepted is connected to: the trap works", async () => {
  scratch.write("evil.yaml", withKeys(sealed, hostileKeys(place)["hc_vault"] ?? "", true));
  const argv = ["decrypt", "--accept", `endpoint:http://${place}`, "evil.yaml"];
  await scratch.sotto(argv, { env: { VAULT_TOKEN: "t", PATH: scratch.place("bin") } });
  expect(connections).toBeGreaterThan(0);
}, 60_000);

async function exitForBen(text: string): Promise<number> {
  scratch.write("bens.yaml", text);
  const env = identitiesOf({ keys: ["keys/ben.txt"] });
  return (await scratch.sotto(["decrypt", "bens.yaml"], { env })).exit;
}

describe("a reader that only the file names", () => {
  const BEN = vectorRecipient("ben");
  /** A stanza that nobody can open. */
  const stranger = `        - recipient: ${BEN}\n          enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            YWdl\n            -----END AGE ENCRYPTED FILE-----\n`;

  test.each(linesFor("evil.yaml").map((argv) => [argv.join(" "), argv] as const))("gets no key by: %s", async (_, argv) => {
    const ana = vectorRecipient("ana");
    scratch.write(".sops.yaml", `creation_rules:\n  - age: ${ana}\nsotto: {}\n`);
    const before = sealed.replace(/(?<= {4}age:\n)/, () => stranger);
    scratch.write("evil.yaml", before);
    const { output } = await scratch.sotto(argv, { env: { EDITOR: "sed -i s/one/three/" } });
    scratch.remove(".sops.yaml");
    for (const text of [scratch.read("evil.yaml"), output]) {
      expect(await exitForBen(text)).not.toBe(0);
    }
  });

  test("gets it when he was named: the proof works", async () => {
    scratch.write("evil.yaml", sealed);
    const { output } = await scratch.sotto(["rotate", "--add-age", BEN, "evil.yaml"]);
    expect(await exitForBen(output)).toBe(0);
  });
});
