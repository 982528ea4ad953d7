import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listProjectFiles } from "../../src/git/project-files.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { Project } from "../../src/workspace/project.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA, sealText } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch(ANA);
});
afterEach(() => scratch[Symbol.dispose]());

async function list(cwd: string = ""): Promise<readonly string[]> {
  const project = await Project.open(createNodeHost({ cwd: scratch.place(cwd), env: { ...scratch.env, PATH: process.env["PATH"] } }));
  return (await listProjectFiles(project)).map(({ path, state }) => `${path} ${state}`).toSorted();
}

async function fill(): Promise<void> {
  const sealed = await sealText("a: one\n", "yaml");
  const rule = `    age: ${vectorRecipient("ana")}\n`;
  scratch.write(".sops.yaml", `creation_rules:\n  - path_regex: ^secrets/\n${rule}  - ${rule.trim()}\n`);
  scratch.write("secrets/good.yaml", sealed);
  scratch.write("secrets/plain.yaml", "a: canary\n");
  scratch.write("secrets/notes.md", "text\n");
  scratch.write("secrets/empty.yaml", "");
  scratch.write("secrets/torn.yaml", `<<<<<<< ours\n${sealed}=======\n${sealed}>>>>>>> theirs\n`);
  scratch.write("secrets/broken.yaml", sealed.replace(/lastmodified: .*/, "lastmodified: [x"));
  scratch.write("elsewhere.yaml", sealed);
  scratch.write("data.bin", await sealText("some bytes", "binary"));
  scratch.write("config.yaml", "a: plain\n");
  scratch.write("about.md", `like ${sealed.split("\n")[0]}\n`);
  scratch.write("about.yaml", `# ENC[AES256_GCM, and so on\na: b\n`);
}

const WANTED = [
  "data.bin encrypted",
  "elsewhere.yaml encrypted",
  "secrets/broken.yaml invalid",
  "secrets/good.yaml encrypted",
  "secrets/plain.yaml plaintext",
  "secrets/torn.yaml conflict",
];

test("the secrets below a folder are found without git", async () => {
  await fill();
  expect(await list()).toEqual(WANTED);
});

test("with git the same, tracked or new, but what it ignores", async () => {
  await fill();
  scratch.write(".gitignore", "ignored\n");
  scratch.write("ignored/good.yaml", scratch.read("secrets/good.yaml"));
  execFileSync("git", ["init", "-q"], { cwd: scratch.path });
  execFileSync("git", ["add", "secrets/good.yaml", "data.bin"], { cwd: scratch.path });
  expect(await list()).toEqual(WANTED);
  scratch.remove("data.bin");
  expect(await list()).toEqual(WANTED.slice(1));
});

test("from a folder further in, paths are as the user would name them", async () => {
  await fill();
  execFileSync("git", ["init", "-q"], { cwd: scratch.path });
  expect(await list("secrets")).toEqual([
    "../data.bin encrypted",
    "../elsewhere.yaml encrypted",
    "broken.yaml invalid",
    "good.yaml encrypted",
    "plain.yaml plaintext",
    "torn.yaml conflict",
  ]);
});

test("a file of an environment is meant to be encrypted, whatever its name", async () => {
  const rule = `creation_rules:\n  - age: ${vectorRecipient("ana")}\n`;
  scratch.write(".sops.yaml", `${rule}sotto:\n  environments:\n    dev: {files: [config/dev.yaml, config/dev.properties]}\n`);
  scratch.write("config/dev.yaml", "a: canary\n");
  scratch.write("config/dev.properties", "a=canary\n");
  scratch.write("config/other.yaml", "a: plain\n");
  expect(await list()).toEqual(["config/dev.properties plaintext", "config/dev.yaml plaintext"]);
});
