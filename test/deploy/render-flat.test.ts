/** Forms of variables, each read back by the program that it is for. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as readDotenv } from "dotenv";
import { parse as readProperties } from "dot-properties";
import { afterAll, describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import { renderEnvironment } from "../../src/deploy/render/render.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import { describeWithPeers, findPeer, peerPath } from "../support/peers.ts";
import { assertAlways } from "../support/property.ts";
import { readCredentials, readDockerEnv, readGitlabReport } from "./render-readers.ts";
import { flatTrees, HARD, LARGE, renderTree, type Tree, texts, valuesOf } from "./render-values.ts";

const folder: string = mkdtempSync(join(tmpdir(), "sotto-render-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell has in its environment after it read the text. */
function source(shell: string, text: string, line: string): Readonly<Record<string, string>> {
  const file = join(folder, "values.sh");
  writeFileSync(file, encodeText(text));
  const { stdout, stderr, status } = spawnSync(shell, [...(shell === "bash" ? ["--norc"] : []), "-c", line, "sh", file], {
    env: { PATH: "/usr/bin:/bin", SHLVL: "1" },
    maxBuffer: 1 << 26,
  });
  expect([status, stderr.toString()]).toEqual([0, ""]);
  const pairs = stdout.toString().split("\0").filter(Boolean);
  const found = pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
  return Object.fromEntries(found.filter(([name]) => !["PATH", "PWD", "OLDPWD", "SHLVL", "_"].includes(name)));
}

/** The lines of what is refused. */
async function refusals(tree: Tree, format: string, options: Parameters<typeof renderTree>[2] = {}): Promise<string> {
  const error: unknown = await renderTree(tree, format, options).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(SottoError);
  return error instanceof Error ? error.message : "";
}

describe.each([
  ["sh", "env"],
  ["bash", "env"],
  ["sh", "shell"],
  ["bash", "shell"],
])("%s reads the form %s", (shell, format) => {
  const line = format === "env" ? 'set -a; . "$1"; exec env -0' : '. "$1"; exec env -0';
  test("with every hard value", async () => {
    expect(source(shell, await renderTree(HARD, format), line)).toEqual(HARD);
  });

  test("with random values", { timeout: 60_000 }, async () => {
    await assertAlways(flatTrees(), 40, async (tree) => {
      expect(source(shell, await renderTree(tree, format), line)).toEqual(tree);
    });
  });
});

test("a value of a megabyte reaches a shell whole", async () => {
  const text = await renderTree({ LARGE }, "env");
  const file = join(folder, "large.sh");
  writeFileSync(file, text);
  const { stdout } = spawnSync("sh", ["-c", '. "$1"; printf %s "$LARGE"', "sh", file], { maxBuffer: 1 << 26 });
  expect(stdout.toString() === LARGE).toBe(true);
});

test("shells are not asked to set what they keep for themselves", async () => {
  expect(await refusals({ UID: "1", A: "x", PPID: "2" }, "env")).toBe(
    "2 things are wrong:\n  UID gives UID, which shells keep for themselves\n  PPID gives PPID, which shells keep for themselves",
  );
});

describe("dotenv", () => {
  test("reads every hard value, whichever of its parsers is used", async () => {
    const text = await renderTree(HARD, "dotenv").catch((error: unknown) => String(error));
    const { BACKSLASH: _hard, ...possible } = HARD;
    expect(text).toContain("BACKSLASH");
    for (const tree of [possible, { A: String.raw`C:\new\tab\\` }, { A: `a'b"c\`d` }]) {
      const rendered = await renderTree(tree, "dotenv");
      expect(readDotenv(rendered)).toEqual(tree);
      expect(readDotenv(rendered, { fast: true })).toEqual(tree);
    }
  });

  test("reads random values, or they are refused", async () => {
    let read = 0;
    await assertAlways(flatTrees(), 2000, async (tree) => {
      const rendered = await renderTree(tree, "dotenv").catch((error: unknown) => {
        if (!SottoError.is(error)) throw error;
        return undefined;
      });
      if (rendered === undefined) return;
      read += 1;
      expect(readDotenv(rendered)).toEqual(tree);
      expect(readDotenv(rendered, { fast: true })).toEqual(tree);
    });
    expect(read).toBeGreaterThan(1500);
  });

  test("is refused what it has no way to hold", async () => {
    expect(await refusals({ A: "'\"`\n", B: "#\\", C: "fine" }, "dotenv")).toMatch(/^2 things are wrong:\n {2}A cannot .*\n {2}B cannot /);
  });
});

const dockerLines = texts.map((text) => text.replaceAll("\n", " ").replace(/\r+$/, ""));

describeWithPeers(["dockerenv"], "docker's own parser", () => {
  test("reads random values of one line", { timeout: 60_000 }, async () => {
    await assertAlways(flatTrees(dockerLines), 100, async (tree) => {
      const { stdout, stderr } = spawnSync(peerPath("dockerenv"), { input: await renderTree(tree, "docker"), encoding: "utf8" });
      expect([stderr, JSON.parse(stdout)]).toEqual(["", tree]);
    });
  });
});

describe("docker", () => {
  test("reads random values of one line", async () => {
    await assertAlways(flatTrees(dockerLines), 1000, async (tree) => {
      expect(readDockerEnv(await renderTree(tree, "docker"))).toEqual(tree);
    });
  });

  test("is refused all that an env-file cannot hold at once", async () => {
    expect(await refusals({ A: "1\n2", B: "x\r", C: "x".repeat(65_536), D: "\udc80", E: "fine" }, "docker")).toBe(
      [
        "4 things are wrong:",
        "  A has several lines, which an env-file cannot hold",
        "  B ends in a carriage return, which docker would drop",
        "  C is longer than the 65536 bytes that docker takes in a line",
        "  D holds bytes that are not UTF-8, which an env-file cannot hold",
      ].join("\n"),
    );
    const longest = "x".repeat(65_536 - "A=\n".length);
    expect(readDockerEnv(await renderTree({ A: longest }, "docker"))).toEqual({ A: longest });
  });
});

describe("gitlab", () => {
  const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, "").replaceAll(/^[\t\v\f ]+|[\t\v\f ]+$/g, ""));

  test("reads random values of one line", async () => {
    await assertAlways(flatTrees(lines), 1000, async (tree) => {
      expect(readGitlabReport(await renderTree(tree, "gitlab"))).toEqual(tree);
    });
  });

  test("is refused all that a report cannot hold at once", async () => {
    expect(await refusals({ A: "1\n2", B: " x", C: "x\t", D: "a b" }, "gitlab")).toMatch(
      /^3 things are wrong:\n {2}A has several lines.*\n {2}B begins or ends.*\n {2}C begins or ends.*$/,
    );
  });
});

describe("properties", () => {
  const dotted = { "a b": "x", "c:d=e": "#!y", "#f": " z", deep: { er: "1", list: ["a", 2] }, ...HARD, NUL: "a\0b" };
  const flat = { "a b": "x", "c:d=e": "#!y", "#f": " z", "deep.er": "1", "deep.list": '["a",2]', ...HARD, NUL: "a\0b" };

  test("are read by a library, named by their paths", async () => {
    expect(readProperties(await renderTree(dotted, "properties"))).toEqual(flat);
  });

  test("are plain ASCII and read back with random values", async () => {
    await assertAlways(flatTrees(), 1000, async (tree) => {
      const text = await renderTree(tree, "properties");
      expect(text).toMatch(/^[ -~\n]*$/);
      expect(readProperties(text)).toEqual(tree);
    });
  });

  test.skipIf(findPeer("java") === undefined)("are read by Java itself", { timeout: 60_000 }, async () => {
    writeFileSync(join(folder, "values.properties"), await renderTree(dotted, "properties"));
    writeFileSync(
      join(folder, "Read.java"),
      `import java.io.*; import java.util.*;
       class Read { public static void main(String[] args) throws Exception {
         Properties all = new Properties();
         try (InputStream in = new FileInputStream(args[0])) { all.load(in); }
         PrintStream out = new PrintStream(System.out, false, "UTF-8");
         for (String name : all.stringPropertyNames()) {
           out.println(Base64.getEncoder().encodeToString(name.getBytes("UTF-8")) + " " + Base64.getEncoder().encodeToString(all.getProperty(name).getBytes("UTF-8")));
         }
         out.flush(); } }`,
    );
    const { stdout } = spawnSync("java", [join(folder, "Read.java"), join(folder, "values.properties")], { encoding: "utf8" });
    const read = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map((part) => Buffer.from(part, "base64").toString()));
    expect(Object.fromEntries(read)).toEqual(flat);
  });

  test("two paths that give one name are told", async () => {
    expect(await refusals({ "a.b": "1", a: { b: "2" } }, "properties")).toBe(String.raw`a\.b and a.b give one name, a.b`);
  });
});

describe("systemd", () => {
  test("has random values, byte by byte", async () => {
    await assertAlways(flatTrees(texts.map((text) => `${text}.`)), 1000, async (tree) => {
      const read = readCredentials(await renderTree(tree, "systemd"));
      expect(Object.fromEntries([...read].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))).toEqual(tree);
    });
  });

  test("takes NUL and bytes that are no text", async () => {
    const read = readCredentials(await renderTree({ key: "\0a\udcff\n" }, "systemd"));
    expect([...(read.get("key") ?? [])]).toEqual([0, 0x61, 0xff, 0x0a]);
  });

  test.skipIf(findPeer("systemd-analyze") === undefined)("finds nothing to ignore in such a unit", async () => {
    const { EMPTY: _empty, ...tree } = HARD;
    const unit = join(folder, "values.service");
    writeFileSync(unit, `[Service]\nExecStart=/bin/true\n${await renderTree({ ...tree, nul: "\0" }, "systemd")}`);
    expect(spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" }).stderr).not.toContain("values.service");
  });

  test("is refused names that are no files, and what no setting holds", async () => {
    expect(await refusals({ "a/b": "1", "..": "1", c: "", d: "x".repeat(1 << 20) }, "systemd")).toBe(
      [
        "4 things are wrong:",
        '  a/b gives "a/b", which is no name of a credential',
        String.raw`  \.\. gives "..", which is no name of a credential`,
        "  c is empty, which no setting can be; with --out DIR it becomes a file",
        "  d is too long for a line of a unit; with --out DIR it becomes a file",
      ].join("\n"),
    );
  });
});

describe("names", () => {
  test("everything that is wrong with them is told at once", async () => {
    const tree = { "a-b": { c: "1" }, a: { "b-c": "2" }, "1st": "x", "b c": "y", nul: "a\0b" };
    expect(await refusals(tree, "env", { only: ["a", "a-b", "1st", "b c", "nul", "none"] })).toBe(
      [
        "5 things are wrong:",
        '  1st gives "1st", which is no name of a variable',
        '  b c gives "b c", which is no name of a variable',
        "  nul holds a NUL, which no variable can hold",
        "  a-b.c and a.b-c give one name, A_B_C",
        "  there is no none to choose",
      ].join("\n"),
    );
  });

  test("are nested in upper case, prefixed, chosen by name or path; null is none", async () => {
    const tree = { db: { "pass-word": "1", user: "2", none: null }, Plain: true, other: 1.5 };
    expect(await renderTree(tree, "env")).toBe("DB_PASS_WORD='1'\nDB_USER='2'\nPlain='true'\nother='1.5'\n");
    expect(await renderTree(tree, "env", { only: ["db.user", "Plain"], prefix: "APP_" })).toBe("APP_DB_USER='2'\nAPP_Plain='true'\n");
  });

  test("of variables that decide what is started need an encrypted value or a word", async () => {
    const tree = { PATH: "/x", LD_PRELOAD: "y", A: "z" };
    expect(await renderTree(tree, "env")).toBe("PATH='/x'\nLD_PRELOAD='y'\nA='z'\n");
    const plain = { values: valuesOf(tree, false) };
    await expect(renderEnvironment(plain, "docker", { platform: "linux" })).rejects.toThrow("PATH, LD_PRELOAD decide what programs load");
    const allowed = { platform: "linux", allowed: ["PATH", "LD_PRELOAD"] };
    expect(decodeText((await renderEnvironment(plain, "docker", allowed)).bytes)).toBe("PATH=/x\nLD_PRELOAD=y\nA=z\n");
  });
});
