import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { makeFifo } from "../../src/host/fifo.ts";
import { handOver, type HandOverOptions } from "../../src/host/hand-over.ts";

const work: string = mkdtempSync(join(tmpdir(), "sotto-hand-over-"));
const TEXT = "A: one\n";
const BYTES: Uint8Array = new TextEncoder().encode(TEXT);
const PATH = process.env["PATH"] ?? "";

afterEach(() => {
  process.env["PATH"] = PATH;
  const left = readdirSync(work);
  if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
});
afterAll(() => rmSync(work, { recursive: true }));

function optionsFor(platform: string, more: Partial<HandOverOptions> = {}): HandOverOptions {
  return { env: { TMPDIR: work, TEMP: work }, platform, ...more };
}

/** In a process of its own: a FIFO is written to by this one. */
function readElsewhere(command: string): Promise<string> {
  const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "inherit"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  return new Promise((resolve) => {
    child.once("close", () => resolve(Buffer.concat(parts).toString("utf8")));
  });
}

describe.runIf(process.platform === "linux")("in memory", () => {
  test("a file without a name, which every process of the user can open from its start", async () => {
    const file = handOver(BYTES, optionsFor("linux"));
    expect(file.folder).toBeUndefined();
    expect(await readElsewhere(`cat ${file.path}; head -c 1 ${file.path}; cat ${file.path}`)).toBe(`${TEXT}A${TEXT}`);
    expect(statSync(file.path)).toMatchObject({ nlink: 0, size: BYTES.length });
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    expect(existsSync(file.path)).toBe(false);
  });

  test("in the background under a number that nothing else has", () => {
    const file = handOver(
      BYTES,
      optionsFor("linux", {
        background: true,
        taken: new Map([
          [3, 3],
          [4, 4],
        ]),
      }),
    );
    const [[number, opened] = [0, 0]] = file.descriptors;
    expect([number, file.path]).toEqual([5, "/proc/self/fd/5"]);
    expect(readFileSync(`/proc/self/fd/${opened}`, "utf8")).toBe(TEXT);
    file[Symbol.dispose]();
  });

  test.each([
    { more: { name: "a.yaml" }, ends: /\/a\.yaml$/ },
    { more: { regular: true }, ends: /\/tmp-file[a-z\d]+$/ },
  ])("with a name where one is asked for: $more", ({ more, ends }) => {
    const file = handOver(BYTES, optionsFor("linux", more));
    expect([readFileSync(file.path, "utf8"), readFileSync(file.path, "utf8")]).toEqual([TEXT, TEXT]);
    expect([statSync(file.path).mode & 0o777, statSync(dirname(file.path)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(file.path).toMatch(ends);
    file[Symbol.dispose]();
    expect(existsSync(dirname(file.path))).toBe(false);
  });
});

describe.runIf(process.platform !== "win32")("where there are no memory files", () => {
  test("a FIFO, for this user alone, that gives all of a large content", async () => {
    const large = new Uint8Array(1_000_000).fill(0x61);
    const file = handOver(large, optionsFor("darwin"));
    expect(file.path).toMatch(/\/\.sotto-exec-\w+\/tmp-file$/);
    const info = statSync(file.path);
    expect([info.isFIFO(), info.mode & 0o777]).toEqual([true, 0o600]);
    expect(await readElsewhere(`wc -c < ${file.path}`)).toMatch(/^ *1000000\n$/);
    file[Symbol.dispose]();
  });

  test("a FIFO that nobody reads, or not to the end, holds nothing up", async () => {
    const unread = handOver(BYTES, optionsFor("darwin", { name: "a.yaml" }));
    expect(basename(unread.path)).toBe("a.yaml");
    unread[Symbol.dispose]();
    const part = handOver(new Uint8Array(1_000_000).fill(0x61), optionsFor("darwin"));
    expect(await readElsewhere(`head -c 3 ${part.path}`)).toBe("aaa");
    part[Symbol.dispose]();
  });

  test("a private file where a FIFO cannot be made, or would be of no use", () => {
    const make = (platform: string, more: Partial<HandOverOptions>): void => {
      const file = handOver(BYTES, optionsFor(platform, more));
      expect(statSync(file.path).isFile()).toBe(true);
      expect([readFileSync(file.path, "utf8"), statSync(file.path).mode & 0o777]).toEqual([TEXT, 0o600]);
      file[Symbol.dispose]();
    };
    make("darwin", { regular: true });
    make("darwin", { background: true });
    make("win32", {});
    process.env["PATH"] = work;
    expect(makeFifo(join(work, "fifo"), BYTES)).toBeUndefined();
    make("darwin", {});
  });
});

describe("names", () => {
  test.each(["", "..", "../a", "/a", "a/../../b", "/"])("%j leads out", (name) => {
    expect(() => handOver(BYTES, optionsFor("darwin", { name, regular: true }))).toThrow("the provided filename is not a local path");
  });

  test.each([".", "a/b", "a/"])("%j cannot be made", (name) => {
    expect(() => handOver(BYTES, optionsFor("darwin", { name, regular: true }))).toThrow(`no file can be made under the name ${name}`);
  });

  test.each(["C:a", "nul", "NUL.txt", "con", "a\\..\\..\\b", "com1.yaml", "\\a"])("%j is none on Windows", (name) => {
    expect(() => handOver(BYTES, optionsFor("win32", { name }))).toThrow("the provided filename is not a local path");
  });

  test.each(["a", ".env", "a/../b", "...", "{}", "$(id)"])("%j is one", (name) => {
    const file = handOver(BYTES, optionsFor("darwin", { name, regular: true }));
    expect(readFileSync(file.path, "utf8")).toBe(TEXT);
    file[Symbol.dispose]();
  });

  test("a folder for temporary files that is not there is an error that names the file", () => {
    const nowhere = { env: { TMPDIR: join(work, "nowhere") }, platform: "darwin", regular: true };
    expect(() => handOver(BYTES, nowhere)).toThrow(expect.objectContaining({ code: "FILE_UNWRITABLE" }));
  });
});
