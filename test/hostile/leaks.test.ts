/** A canary in every value, through every command and its failures: it comes out where it was asked for, and nowhere else. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const CANARY = "kanarie-5b1e7f0a";
/** In other clothes, too. */
const FORMS = [
  CANARY,
  Buffer.from(CANARY).toString("base64"),
  Buffer.from(CANARY).toString("hex"),
  encodeURIComponent(CANARY),
  Array.from(CANARY).toReversed().join(""),
];

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

const found = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));

/** A file that could not be read as encrypted is printed as it is by what shows files as they are. */
const showsFilesAsTheyAre = (line: string, file: string): boolean => line === "git textconv FILE" && file.startsWith("broken");

describe.each(SILENT)("%s", (line) => {
  test.each([...ENCRYPTED, ...BAD])("%s", async (file) => {
    const argv = line.split(" ").map((word) => (word === "FILE" ? file : word));
    const asAna = await scratch.sotto(argv, { input: "n\n" });
    const asNobody = await scratch.sotto(argv, { input: "n\n", env: NOBODY });
    const asJson = await scratch.sotto(["--json", ...argv], { input: "n\n" });
    for (const one of showsFilesAsTheyAre(line, file) ? [] : [asAna, asNobody, asJson]) {
      expect([line, found(one.output), found(one.errors)]).toEqual([line, [], []]);
    }
  });
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
