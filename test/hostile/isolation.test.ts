/** The same hostile files with a recorder of system calls: no packet leaves, also not to a name server, and no program is started. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { hostileKeys, linesFor, PLUGIN, TRAPS, victimEnv, withKeys } from "./hostile-keys.ts";
import type { Step } from "./isolation-run.ts";

/** Nobody listens there. */
const PLACE = "127.0.0.1:9";
const TRACED = "execve,execveat,connect,sendto,sendmsg,sendmmsg,?access,?faccessat,?faccessat2,?stat,?statx";

let scratch: Scratch;
let sealed = "";
beforeAll(async () => {
  scratch = new Scratch(ANA);
  mkdirSync(scratch.place("bin"));
  for (const name of TRAPS) {
    writeFileSync(scratch.place(`bin/${name}`), "#!/bin/false\n");
    chmodSync(scratch.place(`bin/${name}`), 0o755);
  }
  scratch.write("plain.yaml", "a: one\nb: two\n");
  sealed = (await scratch.sotto(["encrypt", "--age", vectorRecipient("ana"), "plain.yaml"])).output;
});
afterAll(() => scratch[Symbol.dispose]());

interface Seen {
  /** The command line it belongs to. */
  readonly line: string;
  /** A program, or an address. */
  readonly what: string;
}

/** @returns what was started and sent, except what Node does when it starts */
function record(steps: readonly Step[], env: Readonly<Record<string, string>> = {}): readonly Seen[] {
  const plan = scratch.place("plan.json");
  const log = scratch.place("calls.log");
  writeFileSync(plan, JSON.stringify(steps));
  const driver = join(import.meta.dirname, "isolation-run.ts");
  const args = ["-f", "-qq", "-s", "300", "-o", log, "-e", `trace=${TRACED}`, "-e", "signal=none", "--", process.execPath, driver, plan];
  const { status, stderr } = spawnSync(peerPath("strace"), args, {
    cwd: scratch.path,
    env: { ...scratch.env, ...victimEnv(scratch.place("bin"), PLACE), ...env },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  expect(JSON.parse(readFileSync(`${plan}.exits`, "utf8"))).toHaveLength(steps.length);
  return readLog(readFileSync(log, "utf8"), steps);
}

function readLog(log: string, steps: readonly Step[]): readonly Seen[] {
  const seen: Seen[] = [];
  let line = "";
  for (const call of log.split("\n")) {
    const step = /\/nonexistent\/step-(\d+)"/.exec(call)?.[1];
    if (step !== undefined) line = steps[Number(step)]?.argv.join(" ") ?? "";
    if (line === "") continue;
    const program = /\bexecve(?:at)?\((?:AT_FDCWD, )?"([^"]*)"/.exec(call)?.[1];
    if (program !== undefined) seen.push({ line, what: program });
    const address = /sa_family=AF_INET6?, .*?sin6?_port=htons\((\d+)\).*?"([0-9a-f.:]+)"/.exec(call);
    if (address !== null) seen.push({ line, what: `${address[2]}:${address[1]}` });
  }
  return seen;
}

const stepsFor = (list: string, alone: boolean): readonly Step[] =>
  linesFor("evil.yaml").map((argv) => ({ file: "evil.yaml", text: withKeys(sealed, list, alone), argv }));

/** What the user asked for, by the words of the command or of the environment: shells and editors, git by its name, and a look at one's own keys. */
function isAskedFor({ line, what }: Seen): boolean {
  const own = (name: string): boolean => what === scratch.place(`bin/${name}`);
  if (line.startsWith("exec-")) return what === "/bin/sh";
  if (line.startsWith("edit ")) return what === "/bin/sh" || what === "/bin/true";
  if (line.startsWith("git ") || line.startsWith("reseal ")) return own("git");
  return line === "doctor" && own("gpg");
}

describeWithPeers(["strace"], "with a recorder", () => {
  test("hostile keys lead to nothing", () => {
    const steps = Object.values(hostileKeys(PLACE)).flatMap((list) => [...stepsFor(list, true), ...stepsFor(list, false)]);
    expect(steps.length).toBeGreaterThan(400);
    const seen = record(steps);
    expect(seen.filter((one) => !isAskedFor(one))).toEqual([]);
    // Files that are opened by Ana's key are handed to programs: they were not all refused.
    expect(seen.filter(isAskedFor).length).toBeGreaterThan(10);
  }, 180_000);

  test("a configuration of the repository starts no plugin, whatever it says", () => {
    const config = `creation_rules:\n  - age: ${vectorRecipient("ana")},${PLUGIN}\n    key_command: evil\nsotto:\n  trust: {plugins: [evil]}\n`;
    const texts = [config, config.replace(/sotto:[\s\S]*/, ""), config.replace(/ {4}key_command: evil\n/, "")];
    const argvs = [["encrypt", "plain.yaml"], ...linesFor("good.yaml")];
    scratch.write("good.yaml", sealed);
    const steps = texts.flatMap((text) => argvs.map((argv) => ({ file: ".sops.yaml", text, argv })));
    const seen = record(steps);
    scratch.remove(".sops.yaml");
    expect(seen.filter((one) => !isAskedFor(one))).toEqual([]);
  }, 180_000);

  test("gpg gets no option from a file", () => {
    const list = 'pgp:\n        - fp: --load-extension=/evil\n          created_at: "2026-01-02T12:00:00Z"\n          enc: --version';
    const log = record([...stepsFor(list, true), ...stepsFor(list, false)]).filter((one) => !isAskedFor(one));
    expect([...new Set(log.map(({ what }) => what))]).toEqual([scratch.place("bin/gpg")]);
    const calls = readFileSync(scratch.place("calls.log"), "utf8").match(/execve\("[^"]*gpg", \[[^\]]*\]/g) ?? [];
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const words = call.slice(call.indexOf("[")).split(", ");
      const at = words.findIndex((word) => word.includes("load-extension"));
      expect(at === -1 ? "--" : words[at - 1]).toMatch(/"--"|^--$|"-r"/);
    }
  }, 120_000);

  test("the recorder sees what is accepted", () => {
    const vault = withKeys(sealed, hostileKeys(PLACE)["hc_vault"] ?? "", true);
    const plugin = withKeys(sealed, hostileKeys(PLACE)["plugin"] ?? "", true);
    const argv = ["decrypt", "--accept", `endpoint:http://${PLACE}`, "evil.yaml"];
    const seen = record(
      [
        { file: "evil.yaml", text: vault, argv },
        { file: "evil.yaml", text: plugin, argv: ["rotate", "evil.yaml"] },
        { file: "evil.yaml", text: sealed, argv: ["rotate", "--add-age", PLUGIN, "evil.yaml"] },
      ],
      { SOTTO_TRUST_PLUGINS: "evil" },
    );
    expect(seen.map(({ what }) => what)).toContain(PLACE);
    expect(seen.map(({ what }) => what)).toContain(scratch.place("bin/age-plugin-evil"));
  }, 120_000);
});
