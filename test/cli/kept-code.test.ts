/** The compiled code that the build keeps beside the program: it is used, and never wrong. `npm run build` makes it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessFor, ANA, sealText } from "../support/sotto.ts";

const built: string = join(import.meta.dirname, "..", "..", "dist");
const work: string = mkdtempSync(join(tmpdir(), "sotto-code-"));
const dist: string = join(work, "dist");
const code: string = join(dist, "code", `${process.version}-${process.platform}-${process.arch}`);
const spy: string = join(work, "spy.cjs");

beforeAll(async () => {
  for (const name of ["sotto.js", "package.json", "chunks", "code"]) cpSync(join(built, name), join(dist, name), { recursive: true });
  writeFileSync(join(work, "app.yaml"), await sealText("a: one\n", "yaml", { access: accessFor(ANA) }));
  // Prints, last on standard error, for each part whether V8 got code for it and took it.
  writeFileSync(
    spy,
    `const vm = require("vm"), used = {};
    vm.Script = class extends vm.Script {
      constructor(text, options) {
        super(text, options);
        used[require("path").basename(options.filename)] = options.cachedData !== undefined && !this.cachedDataRejected;
      }
    };
    process.on("exit", () => require("fs").writeSync(2, "\\n" + JSON.stringify(used)));`,
  );
});
afterAll(() => rmSync(work, { recursive: true }));

interface Start {
  readonly status: number | null;
  readonly stdout: string;
  readonly errors: string;
  /** By part: whether its code was used. */
  readonly used: Readonly<Record<string, boolean>>;
}

function start(...argv: readonly string[]): Start {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", spy, join(dist, "sotto.js"), ...argv], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: work, ...ANA },
    timeout: 20_000,
  });
  const end = stderr.lastIndexOf("\n");
  return { status, stdout, errors: stderr.slice(0, end), used: JSON.parse(stderr.slice(end + 1)) as Record<string, boolean> };
}

test.each([["--version"], ["--help"], ["decrypt", "app.yaml"], ["exec-env", "app.yaml", "true"], ["run", "-f", "app.yaml", "--", "true"]])(
  "each part that %s needs comes compiled",
  (...argv) => {
    const { status, errors, used } = start(...argv);
    expect([status, errors]).toEqual([0, ""]);
    expect(Object.keys(used)).toContain("frame.js");
    expect(Object.entries(used).filter(([, was]) => !was)).toEqual([]);
  },
);

const whole = (name: string): Buffer => readFileSync(join(built, "code", basename(code), `${name}.bin`));

describe("code", () => {
  const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ["one bit wrong", (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 4 : byte)))],
    ["a wrong head", (bytes) => Buffer.from(bytes.map((byte, at) => (at === 8 ? byte ^ 1 : byte)))],
    ["a block of zeros", (bytes) => Buffer.from(bytes).fill(0, 8192, 12_288)],
    ["half of it", (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ["nothing in it", () => Buffer.alloc(0)],
    ["three bytes in it", () => Buffer.from("abc")],
    ["more at its end", (bytes) => Buffer.concat([bytes, Buffer.from("x")])],
    ["what is that of another part", () => whole("deploy.js")],
  ];

  test.each(damages)("with %s is left, and the program compiles", (_, damage) => {
    for (const name of ["frame.js", "hot.js"]) {
      writeFileSync(join(code, `${name}.bin`), damage(whole(name)));
      const { status, stdout, used } = start("decrypt", "app.yaml");
      writeFileSync(join(code, `${name}.bin`), whole(name));
      expect([status, stdout, used[name]]).toEqual([0, "a: one\n", false]);
    }
  });

  test("of a part whose text has changed is left, though the length is the same", () => {
    const place = join(dist, "chunks", "frame.js");
    const text = readFileSync(place, "utf8");
    writeFileSync(place, text.replace('"0.1.0"', '"9.8.7"'));
    const { stdout, used } = start("--version");
    writeFileSync(place, text);
    expect([stdout, used]).toEqual(["sops 3.13.3 (sotto 9.8.7)\n", { "frame.js": false }]);
    expect(start("--version").used).toEqual({ "frame.js": true });
  });

  test("is not needed, and nothing writes it", () => {
    const before = readdirSync(code).toSorted();
    rmSync(join(dist, "code"), { recursive: true });
    expect(start("decrypt", "app.yaml")).toMatchObject({ status: 0, stdout: "a: one\n", used: { "frame.js": false, "hot.js": false } });
    expect(readdirSync(dist).toSorted()).toEqual(["chunks", "package.json", "sotto.js"]);
    cpSync(join(built, "code"), join(dist, "code"), { recursive: true });
    expect(readdirSync(code).toSorted()).toEqual(before);
  });
});
