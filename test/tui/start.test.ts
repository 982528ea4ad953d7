/** The first run from the first key to encrypted files, new files, and files that lie there in plaintext. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { markedFiles } from "../../src/tui/model/start.ts";
import { topScreen } from "../../src/tui/model/state.ts";
import { CONFIG, Repository } from "../git/repository.ts";
import { describeWithPeers } from "../support/peers.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { Live } from "./live.ts";

const FILES = { "secrets/dev.yaml": "password: canary-one # why\n", "secrets/prod.yaml": "password: canary-two\n" };
let repository: Repository;

function begin(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = FILES): void {
  repository = new Repository({ ...env, USER: "ana" });
  for (const [path, text] of Object.entries(files)) repository.write(path, text);
}
const open = (options: { readonly readOnly?: boolean } = {}): Promise<Live> =>
  Live.open(createNodeHost({ cwd: repository.path, env: repository.env }), options);
afterEach(() => repository[Symbol.dispose]());

describe("a project without anything of sotto", () => {
  beforeEach(() => begin(ANA));

  test("begins with the keys that were found", async () => {
    const live = await open();
    const { step, found } = live.screen("start");
    expect(step).toBe(1);
    expect(found?.identities.map(({ recipient }) => recipient)).toEqual([vectorRecipient("ana")]);
    expect(found?.candidates.map(({ path }) => path)).toEqual(Object.keys(FILES));
  });

  test("is what sotto init and sotto encrypt make of it, after three times Enter", async () => {
    const live = await open();
    await live.press("enter", "enter", "enter");
    const regex = "^secrets/";
    const init = new Repository({ ...ANA, USER: "ana" });
    try {
      for (const [path, text] of Object.entries(FILES)) init.write(path, text);
      expect(await init.sotto(["init", "--path-regex", regex])).toMatchObject({ exit: 0 });
      expect(repository.read(".sops.yaml")).toBe(init.read(".sops.yaml"));
    } finally {
      init[Symbol.dispose]();
    }
    for (const [path, text] of Object.entries(FILES)) {
      expect(repository.read(path)).not.toContain("canary");
      expect(await repository.sotto(["decrypt", path])).toMatchObject({ exit: 0, output: text });
    }
    expect(topScreen(live.state).kind).toBe("matrix");
    expect(live.said.at(-1)).toBe("Encrypted 2 files and wrote .sops.yaml. Commit them; P adds other people.");
    expect(live.state.job).toBeUndefined();
  });

  test("shows what will be written, and writes nothing when one goes back or leaves", async () => {
    const before = repository.files();
    const live = await open();
    await live.press("enter", "space", "enter");
    const { preview } = live.screen("start");
    expect(preview?.files).toEqual(["secrets/prod.yaml"]);
    expect(preview?.config).toContain("path_regex: ^secrets/");
    await live.press("escape", "escape", "escape");
    expect(live.screen("start").step).toBe(1);
    await live.press("q");
    expect(live.state.quitting).toBe(true);
    expect(repository.files()).toEqual(before);
  });

  test("stays as it was when a file cannot be encrypted", async () => {
    const live = await open();
    await live.press("enter", "enter");
    repository.write("secrets/prod.yaml", "sops_version: [\n");
    const before = repository.files();
    await live.press("enter");
    expect(live.said.at(-1)).toMatch(/^Nothing was encrypted: /);
    expect(repository.files()).toEqual(before);
    expect(live.screen("start").step).toBe(1);
  });

  test("tells which files stood in git in plaintext", async () => {
    repository.commit("all of it");
    const live = await open();
    await live.press("enter", "enter", "enter");
    expect(live.said.at(-1)).toBe("2 files stood in git in plaintext, and its history keeps that: replace those values.");
  });

  test("does not offer to encrypt at once what git ignores", async () => {
    repository.write(".env", "A=1\n");
    repository.write(".gitignore", ".env\n");
    const live = await open();
    expect(live.screen("start").found?.candidates.map(({ path }) => path)).toContain(".env");
    expect(markedFiles(live.screen("start"))).toEqual(Object.keys(FILES));
    await live.press("enter", "a");
    expect(markedFiles(live.screen("start"))).toContain(".env");
    await live.press("a");
    expect(markedFiles(live.screen("start"))).toEqual([]);
  });

  test("is only looked at with --read-only", async () => {
    const live = await open({ readOnly: true });
    expect(topScreen(live.state).kind).toBe("document");
    await live.press("I");
    expect(topScreen(live.state).kind).toBe("document");
  });
});

test("somebody without a key gets one, in the file that sops and sotto read", async () => {
  begin({});
  const live = await open();
  const { found } = live.screen("start");
  expect(found?.identities).toEqual([]);
  const file = found?.newKeyFile ?? "";
  await live.press("enter", "enter");
  expect(await live.edge.host.stat(file)).toBeUndefined();
  expect(JSON.stringify(live.state)).not.toContain("AGE-SECRET-KEY");
  await live.press("enter");
  expect((await live.edge.host.stat(file))?.mode).toBe(0o600);
  expect(await repository.sotto(["decrypt", "secrets/dev.yaml"])).toMatchObject({ exit: 0, output: FILES["secrets/dev.yaml"] });
});

test("without candidates a new file is named, and its first value is typed into the editor", async () => {
  begin(ANA, {});
  const live = await open();
  await live.press("enter", "n");
  await live.type("secrets/dev.yaml");
  await live.press("enter", "enter", "enter");
  expect(live.state.overlay).toMatchObject({ kind: "prompt", purpose: { kind: "first key", file: "secrets/dev.yaml" } });
  await live.type("database.password");
  await live.press("enter");
  expect(live.screen("editor").targets).toMatchObject([{ file: "secrets/dev.yaml", path: ["database", "password"], encrypted: true }]);
  expect(await repository.sotto(["decrypt", "secrets/dev.yaml"])).toMatchObject({ output: 'database:\n    password: ""\n' });
});

test("encrypted files without rules stay as they are, and the new rule is for them, too", async () => {
  begin(ANA);
  expect(await repository.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), "secrets/dev.yaml"])).toMatchObject({ exit: 0 });
  repository.write("old/dev.json", '{"a": 1}');
  expect(await repository.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), "old/dev.json"])).toMatchObject({ exit: 0 });
  const before = repository.read("old/dev.json");
  const live = await open();
  await live.press("I", "enter", "enter");
  expect(live.screen("start").preview).toMatchObject({ files: ["secrets/prod.yaml"] });
  await live.press("enter");
  expect(repository.read("old/dev.json")).toBe(before);
  expect(repository.read(".sops.yaml")).toContain(String.raw`path_regex: ^(old/dev\.json$|secrets/)`);
  expect(live.state.screens.map(({ kind }) => kind)).not.toContain("start");
  expect(live.state.project.hasConfig).toBe(true);
});

describe("a project with rules", () => {
  beforeEach(() => {
    begin(ANA);
    repository.write(".sops.yaml", CONFIG);
  });

  test("says that files lie there in plaintext, and encrypts one when told to", async () => {
    const live = await open();
    await live.press("down", "enter");
    expect(live.state.overlay).toMatchObject({ kind: "choose", title: "secrets/dev.yaml is not encrypted", at: 0 });
    await live.press("enter");
    expect(repository.read("secrets/dev.yaml")).toBe(FILES["secrets/dev.yaml"]);
    await live.press("enter", "e");
    expect(live.state.files.get("secrets/dev.yaml")).toMatchObject({ state: "read", key: "open" });
    expect(repository.read("secrets/prod.yaml")).toBe(FILES["secrets/prod.yaml"]);
    expect(await repository.sotto(["decrypt", "secrets/dev.yaml"])).toMatchObject({ output: FILES["secrets/dev.yaml"] });
  });

  test("makes a new file, and says which rule is missing", async () => {
    const live = await open();
    await live.press("n");
    await live.type("other/new.yaml");
    await live.press("enter");
    expect(live.said.at(-1)).toContain("no matching creation rules found");
    await live.press("n");
    await live.type("secrets/new.env");
    await live.press("enter");
    await live.type("TOKEN");
    await live.press("enter");
    expect(live.screen("editor").targets).toMatchObject([{ file: "secrets/new.env", path: ["TOKEN"] }]);
    expect(live.state.files.get("secrets/new.env")).toMatchObject({ state: "read", key: "open" });
  });

  test("is not set up once more", async () => {
    const live = await open();
    await live.press("I");
    expect(live.said.at(-1)).toContain("there is a .sops.yaml already");
  });
});

describeWithPeers(["sops"], "the real sops", () => {
  test("reads what the first run encrypted", async () => {
    begin(ANA);
    const live = await open();
    await live.press("enter", "enter", "enter");
    for (const [path, text] of Object.entries(FILES)) {
      // sops gives a comment two blanks.
      expect(repository.sops(["decrypt", path]).output.replaceAll(/ +#/g, " #").trim()).toContain(text.split(" #")[0]?.trim());
    }
  });
});
