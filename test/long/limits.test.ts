/** What is too much for every run of the tests: a million names, and a hundred megabytes in one value. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../faults/bundle.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

/** Seconds of CPU for each command; MiB of heap beside the bytes of the files. */
const SECONDS = 60;
const HEAP = 3072;

let program = "";
let folder = "";
beforeAll(async () => {
  program = await bundle("src/cli/main.ts");
  folder = mkdtempSync(join(tmpdir(), "sotto-limits-"));
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(dirname(program), { recursive: true });
});

function run(...args: readonly string[]): number | null {
  const script = `ulimit -t ${SECONDS}; exec "$0" --max-old-space-size=${HEAP} "$@"`;
  const env = { HOME: folder, XDG_CONFIG_HOME: folder, ...ANA };
  return spawnSync("bash", ["-c", script, process.execPath, program, ...args], { cwd: folder, env, stdio: "ignore" }).status;
}

const lines = (line: (number: number) => string, between: string): string =>
  Array.from({ length: 1_000_000 }, (_, number) => line(number)).join(between);

test.each([
  ["many.env", `${lines((number) => `K${number}=v`, "\n")}\n`],
  ["many.json", `{\n${lines((number) => `\t"k${number}": "v"`, ",\n")}\n}\n`],
  ["large.env", `A=${"QUJD".repeat(25_000_000)}\n`],
])("%s comes back as it was", (name, text) => {
  writeFileSync(join(folder, name), text);
  expect(run("encrypt", "--age", vectorRecipient("ana"), "--output", `sealed.${name}`, name)).toBe(0);
  expect(run("decrypt", "--output", `plain.${name}`, `sealed.${name}`)).toBe(0);
  expect(readFileSync(join(folder, `plain.${name}`), "utf8") === text).toBe(true);
});

test("a hundred megabytes of Base64 in a token are a wrong token", () => {
  writeFileSync(join(folder, "token.yaml"), "a: one\n");
  expect(run("encrypt", "--age", vectorRecipient("ana"), "-i", "token.yaml")).toBe(0);
  const sealed = readFileSync(join(folder, "token.yaml"), "utf8");
  writeFileSync(
    join(folder, "token.yaml"),
    sealed.replace(/data:[^,]*/, () => `data:${"QUJD".repeat(25_000_000)}`),
  );
  expect(run("decrypt", "token.yaml")).toBe(25);
});
