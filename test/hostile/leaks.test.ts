/** A canary in every value, through every command and its failures: it comes out where it was asked for, and nowhere else. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { decodeText } from "../../src/model/text.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { CANARY, found } from "./canary.ts";

const PLAIN: Readonly<Record<string, string>> = {
  "a.yaml": `# ${CANARY}\ndb:\n    password: ${CANARY}\n    list: [${CANARY}, "x${CANARY}"]\n`,
  "a.json": `{"db": {"password": "${CANARY}"}}\n`,
  "a.env": `PASSWORD=${CANARY}\n`,
  "a.ini": `[db]\npassword = ${CANARY}\n`,
  "a.bin": `bytes ${CANARY}\n`,
};

let scratch: Scratch;
const NOBODY = Object.fromEntries(Object.keys(ANA).map((name) => [name, undefined]));

beforeAll(async () => {
  scratch = new Scratch(ANA);
  scratch.write(".sops.yaml", `creation_rules:\n  - age: ${vectorRecipient("ana")},${vectorRecipient("ben")}\n`);
  for (const [name, text] of Object.entries(PLAIN)) {
    scratch.write(`plain/${name}`, text);
    scratch.write(name, text);
    const { exit, errors } = await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), name]);
    if (exit !== 0) throw new Error(errors);
  }
  const sealed = scratch.read("a.yaml");
  scratch.write("mac.yaml", sealed.replace("mac: ENC[AES256_GCM,data:", "mac: ENC[AES256_GCM,data:A"));
  scratch.write("token.yaml", sealed.replace(/password: ENC\[AES256_GCM,data:./, "password: ENC[AES256_GCM,data:!"));
  scratch.write("cut.yaml", sealed.slice(0, sealed.indexOf("recipient")));
  scratch.write("metadata.yaml", sealed.replace("version:", "version: [1]\n    x:"));
  scratch.write("conflict.yaml", `<<<<<<< a\n${sealed}=======\n${sealed}>>>>>>> b\n`);
  scratch.write("broken.yaml", `a: ${CANARY}\n  b: ]${CANARY}[\n`);
  scratch.write("broken.json", `{"a": "${CANARY}", ${CANARY}}`);
});
afterAll(() => scratch[Symbol.dispose]());

const ENCRYPTED = Object.keys(PLAIN);
const BAD = ["mac.yaml", "token.yaml", "cut.yaml", "metadata.yaml", "conflict.yaml", "broken.yaml", "broken.json", "nothing.yaml"];

/** Command lines whose output must not hold a value; FILE stands for every file. */
const SILENT: readonly string[] = [
  "encrypt FILE",
  "encrypt --encrypted-regex ^nothing$ FILE",
  'set FILE ["db"]["port"] 1',
  "set FILE a.b.c.d {broken",
  "unset FILE nothing.here",
  "get FILE nothing.here",
  'decrypt --extract ["nothing"] FILE',
  "decrypt --output /nonexistent/folder/x FILE",
  "rotate FILE",
  "rotate --add-age age1wrong FILE",
  "verify FILE",
  "filestatus FILE",
  "explain FILE",
  "explain FILE db.password",
  "diff plain/a.yaml FILE",
  "updatekeys --check FILE",
  "groups add -f FILE --age age1wrong",
  "groups delete -f FILE 7",
  "publish FILE",
  "git textconv FILE",
  "reseal FILE",
  "exec-env FILE false",
  "exec-file FILE false",
  "fmt FILE",
  "keys list",
  "env list",
  "nonsense FILE",
  "--verbose verify FILE",
];

/** A file that could not be read as encrypted is printed as it is by what shows files as they are. */
const showsFilesAsTheyAre = (line: string, file: string): boolean => line === "git textconv FILE" && file.startsWith("broken");

describe.each(SILENT)("%s", (line) => {
  test.each([...ENCRYPTED, ...BAD])("%s", async (file) => {
    const argv = line.split(" ").map((word) => (word === "FILE" ? file : word));
    const asAna = await scratch.sotto(argv, { input: "n\n" });
    const asNobody = await scratch.sotto(argv, { input: "n\n", env: NOBODY });
    const asJson = await scratch.sotto(["--json", ...argv], { input: "n\n" });
    const verbose = await scratch.sotto(["--verbose", ...argv], { input: "n\n", terminals: ["output", "errors"] });
    for (const one of showsFilesAsTheyAre(line, file) ? [] : [asAna, asNobody, asJson, verbose]) {
      expect([line, found(one.output), found(one.errors)]).toEqual([line, [], []]);
    }
  });
});

/** The program with a fault in this process: the n-th thing that it asks of the host fails with words that hold a value. */
async function runWithFault(
  argv: readonly string[],
  fault: number,
): Promise<{ readonly met: boolean; readonly errors: string; readonly output: string }> {
  const shown = { output: "", errors: "" };
  let calls = 0;
  const host = createNodeHost({ env: scratch.env, cwd: scratch.path, auditConfig: scratch.place("no-such-file") });
  const faulty = new Proxy(host, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name === "write") return (stream: "output" | "errors", bytes: Uint8Array) => void (shown[stream] += decodeText(bytes));
      if (typeof member !== "function" || name === "isTerminal") return member;
      return (...args: readonly unknown[]): unknown => {
        calls += 1;
        if (calls === fault) throw new TypeError(`cannot read ${CANARY}`);
        return Reflect.apply(member, target, args);
      };
    },
  });
  await runProgram(argv, COMMANDS, faulty);
  return { met: calls >= fault, ...shown };
}

test.each([
  "decrypt FILE",
  "verify FILE",
  'set FILE ["db"]["port"] 1',
  "rotate -i FILE",
  "encrypt plain/a.yaml",
  "--json verify FILE",
  "diff plain/a.yaml FILE",
])("a fault of our own does not say what it was about: %s", async (line) => {
  const before = scratch.read("a.yaml");
  let fault = 0;
  for (let met = true; met;) {
    fault += 1;
    const ran = await runWithFault(
      line.split(" ").map((word) => (word === "FILE" ? "a.yaml" : word)),
      fault,
    );
    ({ met } = ran);
    expect([line, fault, found(ran.errors)]).toEqual([line, fault, []]);
    // What was asked for may be there, and that alone.
    expect([line, fault, line.startsWith("decrypt") ? [] : found(ran.output)]).toEqual([line, fault, []]);
    scratch.write("a.yaml", before);
  }
  expect(fault).toBeGreaterThan(1);
});

test("a value is found in whatever it is dressed", () => {
  for (const before of ["", "a", "ab", "abc"]) expect(found(Buffer.from(`${before}${CANARY}b`).toString("base64"))).not.toEqual([]);
  expect(found(Buffer.from(CANARY, "utf16le").toString("latin1"))).not.toEqual([]);
  expect(found("kanarie")).toEqual([]);
});

test("values come out where they are asked for, and not on standard error", async () => {
  for (const argv of [
    ["decrypt", "a.yaml"],
    ["get", "a.yaml", "db.password"],
    ["exec-env", "a.env", "printenv PASSWORD"],
    ["diff", "--reveal", "plain/a.yaml", "a.json"],
  ]) {
    const { errors } = await scratch.sotto(argv);
    expect([argv, found(errors)]).toEqual([argv, []]);
  }
});

test("nothing was left beside the files, nor in the home folder", () => {
  const plain = new Set([...Object.keys(PLAIN).map((name) => join("plain", name)), "broken.yaml", "broken.json"]);
  const left = readdirSync(scratch.path, { recursive: true, encoding: "utf8" }).filter(
    (path) => !plain.has(path) && statSync(scratch.place(path)).isFile() && found(readFileSync(scratch.place(path), "latin1")).length > 0,
  );
  expect(left).toEqual([]);
  const home = scratch.env["HOME"] ?? "";
  expect(readdirSync(home, { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(home, path)).isFile())).toEqual([]);
});
