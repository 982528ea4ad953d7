import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPluginProgram, startPlugin } from "../../src/host/plugin.ts";
import { SottoError } from "../../src/model/error.ts";
import { failureOf } from "../keys/context.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "sotto-plugin-")));
afterAll(() => rmSync(base, { recursive: true }));
const at = (...names: readonly string[]): string => join(base, ...names);

function install(...names: readonly string[]): void {
  const path = at(...names);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "#!/bin/sh\nexit 0\n");
  chmodSync(path, 0o755);
}

beforeAll(() => {
  install("own", "age-plugin-x");
  install("repository", "bin", "age-plugin-x");
  install("elsewhere", "node_modules", ".bin", "age-plugin-x");
  mkdirSync(at("links"));
  mkdirSync(at("repo"));
  symlinkSync(at("repository", "bin", "age-plugin-x"), at("links", "age-plugin-x"));
  mkdirSync(at("folder", "age-plugin-x"), { recursive: true });
  install("unusable", "age-plugin-x");
  chmodSync(at("unusable", "age-plugin-x"), 0o644);
});

function find(folders: readonly string[], repository = at("repository")): string {
  const env = { PATH: folders.join(delimiter) };
  return findPluginProgram("x", { env, platform: process.platform, repository: repository === "" ? undefined : repository });
}

describe("a plugin is found", () => {
  test.each([
    ["where the user put it", ["own"]],
    ["behind folders that do not have it", ["nowhere", "folder", "unusable", "own"]],
    ["behind one that the repository put first", ["repository/bin", "links", "elsewhere/node_modules/.bin", "own"]],
  ])("%s", (_, folders) => {
    expect(find(folders.map((folder) => at(folder)))).toBe(at("own", "age-plugin-x"));
  });

  test("in a repository when that is not the one the command runs in", () => {
    expect(find([at("repository", "bin")], "")).toBe(at("repository", "bin", "age-plugin-x"));
    expect(find([at("repository", "bin")], at("repo"))).toBe(at("repository", "bin", "age-plugin-x"));
  });
});

describe("a plugin is not taken", () => {
  test.each([
    ["from the repository", "repository/bin"],
    ["through a link that leads into the repository", "links"],
    ["from node_modules/.bin", "elsewhere/node_modules/.bin"],
  ])("%s", (_, folder) => {
    expect(() => find([at(folder)])).toThrow(
      expect.objectContaining({
        code: "PLUGIN_UNAVAILABLE",
        message: `age-plugin-x is on the PATH only where this project put it: ${at(folder, "age-plugin-x")}`,
        hints: ["install age-plugin-x outside the repository and outside node_modules, in a folder of your PATH"],
      }),
    );
  });

  test("through a repository that is itself reached by a link", () => {
    symlinkSync(at("repository"), at("linked-repository"));
    expect(() => find([at("repository", "bin")], at("linked-repository"))).toThrow(/only where this project put it/);
    expect(() => find([at("linked-repository", "bin")])).toThrow(/only where this project put it/);
  });

  test.each([
    ["a relative folder", "own"],
    ["an empty one, which is the current folder", ""],
    ["a dot", "."],
  ])("from %s", (_, folder) => {
    const before = process.cwd();
    process.chdir(folder === "own" ? base : at("own"));
    try {
      expect(() => find([folder])).toThrow(expect.objectContaining({ message: "age-plugin-x is not installed: it is not on the PATH" }));
    } finally {
      process.chdir(before);
    }
  });
});

test("on Windows the program has an ending, and the PATH may be called Path", () => {
  install("windows", "age-plugin-x.exe");
  const search = { env: { Path: at("windows") }, platform: "win32", repository: undefined };
  expect(findPluginProgram("x", search)).toBe(at("windows", "age-plugin-x.exe"));
});

test("a program that cannot be started is an error that names it", async () => {
  const path = at("own", "broken");
  writeFileSync(path, "#!/bin/sh\n", { mode: 0o644 });
  for (const place of [path, at("missing")]) {
    const error = await failureOf(startPlugin(place, "identity-v1", {}, undefined));
    expect(SottoError.is(error) && error.code).toBe("PLUGIN_UNAVAILABLE");
    expect(error.message).toContain(`${place} could not be started: E`);
  }
});

test("a plugin that will not end is ended by force", async () => {
  const path = at("own", "stubborn");
  writeFileSync(path, "#!/bin/sh\ntrap '' TERM\necho ready\nwhile :; do sleep 0.1; done\n");
  chmodSync(path, 0o755);
  const plugin = await startPlugin(path, "identity-v1", { PATH: process.env["PATH"] ?? "" }, undefined);
  expect(Buffer.from((await plugin.read()) ?? []).toString()).toBe("ready\n");
  const waiting = plugin.read();
  const start = Date.now();
  await plugin.stop();
  expect(Date.now() - start).toBeLessThan(5000);
  expect(await waiting).toBeUndefined();
  await plugin.write(new Uint8Array(10));
});
