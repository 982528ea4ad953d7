/** `sotto keyservice`: where it listens, for whom, what it asks, and how it ends. */
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers } from "../support/peers.ts";
import { ANA } from "../support/sotto.ts";
import { runInTerminal } from "../support/terminal.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { SOTTO, type Started, startProgram } from "./program.ts";
import { NOBODY, serveIn } from "./serving.ts";

const scratch: Scratch = new Scratch(NOBODY);
afterAll(() => scratch[Symbol.dispose]());
const env = { ...scratch.env, ...ANA, XDG_RUNTIME_DIR: join(scratch.path, "run") };
const ana = vectorRecipient("ana");

function start(...argv: readonly string[]): Started {
  return startProgram([...SOTTO, "keyservice", ...argv], env, scratch.path);
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe("a socket", () => {
  test("lies where the session has its files, in folders for this user alone; a signal removes it and ends with 0", async () => {
    mkdirSync(join(scratch.path, "run"), { mode: 0o700 });
    const running = start("--network", "unix");
    const path = join(scratch.path, "run", "sotto", "keyservice", "socket");
    expect(await running.says("listening")).toBe(`listening on unix://${path}\n`);
    expect([path, join(path, ".."), join(path, "..", "..")].map(modeOf)).toEqual([0o600, 0o700, 0o700]);
    scratch.write("a.yaml", "a: b\n");
    const { exit } = await scratch.sotto([
      "encrypt",
      "-i",
      "--enable-local-keyservice=false",
      "--keyservice",
      `unix://${path}`,
      "--age",
      ana,
      "a.yaml",
    ]);
    expect(exit).toBe(0);
    running.signal("SIGTERM");
    expect(await running.ended).toEqual({ exit: 0, output: "", errors: `listening on unix://${path}\n` });
    expect(existsSync(path)).toBe(false);
  });

  test("of a service that was killed is replaced; one that is in use, or anything else, is not", async () => {
    const running = start("--net", "unix", "--addr", "new/keys.sock", "--verbose", "--json");
    await running.says("listening");
    expect([modeOf(scratch.place("new")), modeOf(scratch.place("new/keys.sock"))]).toEqual([0o700, 0o600]);
    await expect(serveIn(scratch, ANA, { address: scratch.place("new/keys.sock") })).rejects.toMatchObject({
      code: "ADDRESS_UNUSABLE",
      message: `cannot listen on unix://${scratch.place("new/keys.sock")}: somebody else listens there`,
    });
    running.signal("SIGKILL");
    await running.ended;
    expect(existsSync(scratch.place("new/keys.sock"))).toBe(true);
    using again = await serveIn(scratch, ANA, { address: scratch.place("new/keys.sock") });
    expect(again.shared).toBe(false);
    writeFileSync(scratch.place("new/file"), "kept");
    await expect(serveIn(scratch, ANA, { address: scratch.place("new/file") })).rejects.toMatchObject({ code: "ADDRESS_UNUSABLE" });
    expect(scratch.read("new/file")).toBe("kept");
  });

  test("is refused where others could put theirs in its place", async () => {
    mkdirSync(scratch.place("open"));
    chmodSync(scratch.place("open"), 0o777);
    await expect(serveIn(scratch, ANA, { address: scratch.place("open/keys.sock") })).rejects.toMatchObject({ code: "REFUSED" });
    chmodSync(scratch.place("open"), 0o1777);
    using sticky = await serveIn(scratch, ANA, { address: scratch.place("open/keys.sock") });
    expect(sticky.shared).toBe(true);
    expect(modeOf(scratch.place("open/keys.sock"))).toBe(0o600);
    writeFileSync(scratch.place("plain"), "");
    await expect(serveIn(scratch, ANA, { address: scratch.place("plain/keys.sock") })).rejects.toMatchObject({ code: "ADDRESS_UNUSABLE" });
    const long = scratch.place("x".repeat(200));
    await expect(serveIn(scratch, ANA, { address: long })).rejects.toMatchObject({ code: "ADDRESS_UNUSABLE" });
  });
});

describe("TCP", () => {
  test("stays on this machine, with a warning; a break ends with 0", async () => {
    const running = start("--address", "127.0.0.1:0", "--json");
    const errors = await running.says("listening");
    expect(errors).toMatch(/^warning: any user of this machine can decrypt .*\nlistening on tcp:\/\/127\.0\.0\.1:\d+\n$/);
    const uri = /tcp:\S+/.exec(errors)?.[0] ?? "";
    scratch.write("b.yaml", "a: b\n");
    expect(
      (await scratch.sotto(["encrypt", "-i", "--enable-local-keyservice=false", "--keyservice", uri, "--age", ana, "b.yaml"])).exit,
    ).toBe(0);
    expect(await scratch.sotto(["decrypt", "b.yaml"], { env: { SOPS_KEYSERVICE: uri } })).toEqual({
      exit: 0,
      output: "a: b\n",
      errors: "",
    });
    running.signal("SIGINT");
    const { exit, output } = await running.ended;
    expect([exit, JSON.parse(output)]).toEqual([0, { ok: true, command: "keyservice", result: { uri, requests: 2 } }]);
  });

  test.each(["0.0.0.0:0", ":0", "[::]:0"])("is refused on %s, where other machines can connect", async (address) => {
    const { exit, output, errors } = await scratch.sotto(["keyservice", "--address", address]);
    expect([exit, output]).toEqual([204, ""]);
    expect(errors).toContain(`error: ${address} can be reached from other machines, and whoever connects can decrypt\n`);
    expect(errors).toContain("--allow-remote");
  });

  test("goes beyond with the flag that says so", async () => {
    using served = await serveIn(scratch, ANA, { network: "tcp4", address: "0.0.0.0:0", allowRemote: true });
    expect(served.uri).toMatch(/^tcp:\/\/0\.0\.0\.0:\d+$/);
  });

  test.each([
    [["--address", "5000"], "error: 5000 is no address to listen on"],
    [["--address", "/tmp/keys.sock"], "error: /tmp/keys.sock is no address to listen on"],
    [["--address", "no.such.host.invalid:1"], "error: there is no host no.such.host.invalid"],
    [["--network", "udp"], "error: udp is no network for a key service"],
    [["surplus"], "error: surplus is one argument too many"],
  ])("keyservice %j is an error (1)", async (argv, message) => {
    const { exit, errors } = await scratch.sotto(["keyservice", ...argv]);
    expect(exit).toBe(1);
    expect(errors).toContain(message);
  });

  test("where somebody else listens already is an error (1)", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const bound = other.address();
    const address = `127.0.0.1:${typeof bound === "object" ? bound?.port : 0}`;
    const { exit, errors } = await scratch.sotto(["keyservice", "--address", address]);
    other.close();
    expect([exit, errors]).toEqual([1, expect.stringContaining(`error: cannot listen on tcp://${address}: somebody else listens there`)]);
  });
});

describe("--prompt", () => {
  test("takes answers from standard input, one request after the other; its end is no", async () => {
    const running = start("--network", "unix", "--address", "asking.sock", "--prompt", "--verbose");
    await running.says("listening");
    const SOPS_KEYSERVICE = `unix://${scratch.place("asking.sock")}`;
    scratch.write("c.yaml", "a: b\n");
    running.type("maybe\n\ny\nn\n");
    expect(
      (await scratch.sotto(["encrypt", "-i", "--enable-local-keyservice=false", "--age", ana, "c.yaml"], { env: { SOPS_KEYSERVICE } }))
        .exit,
    ).toBe(0);
    const refused = await scratch.sotto(["decrypt", "c.yaml"], { env: { SOPS_KEYSERVICE } });
    expect(refused.exit).toBe(128);
    expect(refused.errors.replaceAll(/[\s|]+/g, " ")).toContain(`key service ${SOPS_KEYSERVICE}: Request rejected by user`);
    running.signal("SIGTERM");
    const { exit, output, errors } = await running.ended;
    const question = (what: string): string => `\nReceived ${what} request using age key ${ana}. Respond to request? (y/n): `;
    expect([exit, output]).toEqual([0, question("encrypt").repeat(3) + question("decrypt")]);
    expect(errors).toContain(`encrypt with age key ${ana}: done\ndecrypt with age key ${ana}: Request rejected by user\n`);
  });

  describeWithPeers(["script"], "on a terminal", () => {
    test("waits for the person, and a break ends it", async () => {
      const path = scratch.place("terminal.sock");
      scratch.write("d.yaml", "a: b\n");
      await scratch.sotto(["encrypt", "-i", "--age", ana, "d.yaml"]);
      let client: Promise<{ exit: number; output: string }> | undefined;
      const { shown, status } = await runInTerminal(
        `exec ${SOTTO.join(" ")} keyservice --network unix --address ${path} --prompt --verbose`,
        { ...env, PATH: process.env["PATH"] ?? "", TERM: "xterm", NO_COLOR: "1" },
        [
          ["listening", (): void => void (client = scratch.sotto(["decrypt", "--keyservice", `unix://${path}`, "d.yaml"]))],
          ["Respond to request? (y/n): ", "y\r"],
          [": done", "\u0003"],
        ],
      );
      expect(shown).toContain(`Received decrypt request using age key ${ana}.`);
      expect(status).toBe(0);
      expect(await client).toMatchObject({ exit: 0, output: "a: b\n" });
    });
  });
});
