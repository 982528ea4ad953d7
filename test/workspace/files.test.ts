import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { listEncryptedFiles, listFiles } from "../../src/workspace/files.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

async function encryptedText(scratch: Scratch): Promise<string> {
  scratch.write("plain.yaml", "a: 1\n");
  const { output } = await scratch.sotto(["encrypt", "--age", vectorRecipient("ana"), "plain.yaml"]);
  scratch.clear();
  return output;
}

test("folders stand for the files in them, each once, named ones first", async () => {
  using scratch = new Scratch({});
  for (const name of ["b/2.yaml", "b/1.yaml", "a.yaml", "b/c/3.env"]) scratch.write(name, "x");
  const host = createNodeHost({ cwd: scratch.path, env: {} });
  expect(await listFiles(host, ["b/2.yaml", "b", "a.yaml", "b/c"])).toEqual([
    { path: "b/2.yaml", named: true },
    { path: "b/1.yaml", named: false },
    { path: "b/c/3.env", named: false },
    { path: "a.yaml", named: true },
  ]);
  await expect(listFiles(host, ["b", "zz"])).rejects.toMatchObject({ code: "FILE_MISSING", file: "zz" });
});

test("links are not followed inside a folder, and what is not the user's own is not entered", async () => {
  using scratch = new Scratch({});
  for (const name of ["a/1.yaml", "a/.git/x", "a/node_modules/y", "a/.sotto/z", "out/2.yaml"]) scratch.write(name, "x");
  symlinkSync("..", scratch.place("a/round"));
  symlinkSync("../out", scratch.place("a/out"));
  symlinkSync("../out/2.yaml", scratch.place("a/2.yaml"));
  const host = createNodeHost({ cwd: scratch.path, env: {} });
  expect(await listFiles(host, ["a"])).toEqual([{ path: "a/1.yaml", named: false }]);
  expect(await listFiles(host, ["a/2.yaml", "a/out"])).toEqual([
    { path: "a/2.yaml", named: true },
    { path: "a/out/2.yaml", named: false },
  ]);
});

test("of a folder only what is encrypted counts, also when it cannot be read any more", async () => {
  using scratch = new Scratch(ANA);
  const encrypted = await encryptedText(scratch);
  scratch.write("s/encrypted.yaml", encrypted);
  scratch.write("s/conflict.yaml", encrypted.replace("sops:", "<<<<<<< HEAD\nsops:"));
  scratch.write("s/plain.yaml", "a: 1\n");
  scratch.write("s/README.md", `Looks like ${/ENC\[.*?\]/.exec(encrypted)?.[0] ?? ""}\n`);
  scratch.write("s/quoted.yaml", `example: "${/ENC\[.*?\]/.exec(encrypted)?.[0] ?? ""}"\n`);
  const host = createNodeHost({ cwd: scratch.path, env: {} });
  expect((await listEncryptedFiles(host, ["s", "s/plain.yaml"])).map(({ path, named }) => [path, named])).toEqual([
    ["s/conflict.yaml", false],
    ["s/encrypted.yaml", false],
    ["s/plain.yaml", true],
  ]);
});
