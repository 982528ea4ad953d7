import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { encodeRecord } from "../../src/host/record.ts";
import type { Host, LockedFiles } from "../../src/model/host.ts";
import { Project } from "../../src/workspace/project.ts";
import { replaceFiles } from "../../src/workspace/transaction.ts";
import { sealText } from "../support/sotto.ts";

let OLD = "";
let NEW = "";
let OTHER = "";
let top = "";
let root = "";
let host: Host = createNodeHost();

beforeAll(async () => {
  OLD = await sealText("a: old\n", "yaml");
  NEW = await sealText("a: new\n", "yaml");
  OTHER = await sealText("a: another\n", "yaml");
});
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "sotto-journal-")));
  root = join(top, "repo");
  mkdirSync(join(root, ".git"), { recursive: true });
  host = createNodeHost({ cwd: root, env: { HOME: top, XDG_RUNTIME_DIR: join(top, "run") } });
  for (const name of ["a.yaml", "b.yaml", "c.yaml"]) put(name, OLD);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const journal = (): string => join(root, ".sotto", "journal");
const all = (): string[] =>
  ["a.yaml", "b.yaml", "c.yaml"].map((name) => ({ [OLD]: "old", [NEW]: "new", [OTHER]: "other" })[read(name)] ?? "?");

function put(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function leaveJournal(rows: readonly { readonly path: string; readonly before?: string; readonly after?: string }[]): void {
  put(
    ".sotto/journal",
    new TextDecoder().decode(
      encodeRecord(rows.map(({ path, before = OLD, after = NEW }) => ({ path, before: bytes(before), after: bytes(after) }))),
    ),
  );
}

async function warnings(): Promise<readonly string[]> {
  return (await Project.open(host)).warnings;
}

const toNew = async (): Promise<Uint8Array> => bytes(NEW);

async function failAtC(_: Uint8Array, path: string): Promise<Uint8Array> {
  if (path === "c.yaml") throw new Error("no");
  return bytes(NEW);
}

test("files are changed together, and nothing is left", async () => {
  const project = await Project.open(host);
  expect(await replaceFiles(project, ["a.yaml", "b.yaml", "c.yaml"], toNew)).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
  expect(all()).toEqual(["new", "new", "new"]);
  expect(readdirSync(join(root, ".sotto"))).toEqual([]);
  expect(readdirSync(root)).toEqual([".git", ".sotto", "a.yaml", "b.yaml", "c.yaml"]);
});

test("one file needs no journal, and a file that would not change is not written", async () => {
  const project = await Project.open(host);
  expect(await replaceFiles(project, ["a.yaml"], toNew)).toEqual(["a.yaml"]);
  expect(await replaceFiles(project, ["a.yaml"], toNew)).toEqual([]);
  expect(await replaceFiles(project, ["b.yaml"], async () => undefined)).toEqual([]);
  expect([all(), readdirSync(root)]).toEqual([
    ["new", "old", "old"],
    [".git", "a.yaml", "b.yaml", "c.yaml"],
  ]);
});

test("an error while a file is made leaves all files as they were, and names the file", async () => {
  const project = await Project.open(host);
  await expect(replaceFiles(project, ["a.yaml", "c.yaml"], failAtC)).rejects.toThrow("no");
  await expect(replaceFiles(project, ["a.yaml", "missing.yaml"], toNew)).rejects.toMatchObject({ code: "FILE_MISSING" });
  expect(all()).toEqual(["old", "old", "old"]);
  expect(existsSync(journal())).toBe(false);
});

test("when one file cannot be written, those before it are put back", async () => {
  const project = await Project.open(host);
  // Somebody without our lock writes the last file while the first is being written.
  const careless: Host = {
    ...host,
    cwd: root,
    home: top,
    async lockFiles(paths, options) {
      const locked: LockedFiles = await host.lockFiles(paths, options);
      const files = locked.files.map((file) => ({
        path: file.path,
        read: () => file.read(),
        remove: () => file.remove(),
        write: (content: Uint8Array, write: Parameters<typeof file.write>[1]) => {
          if (file.path === "b.yaml") put("c.yaml", OTHER);
          return file.write(content, write);
        },
      }));
      return { files, [Symbol.dispose]: () => locked[Symbol.dispose]() };
    },
  };
  const watched = Object.assign(Object.create(Object.getPrototypeOf(project) as object) as Project, project, { host: careless });
  await expect(replaceFiles(watched, ["a.yaml", "b.yaml", "c.yaml"], toNew)).rejects.toMatchObject({
    code: "FILE_CHANGED",
    file: "c.yaml",
  });
  expect(all()).toEqual(["old", "old", "other"]);
  expect(existsSync(journal())).toBe(false);
});

test("two names of one file count once, and files outside of the project are refused before anything is written", async () => {
  symlinkSync("a.yaml", join(root, "link.yaml"));
  const project = await Project.open(host);
  expect(await replaceFiles(project, ["link.yaml", "a.yaml", "b.yaml"], toNew)).toEqual(["link.yaml", "b.yaml"]);
  writeFileSync(join(top, "outside.yaml"), OLD);
  await expect(replaceFiles(project, ["c.yaml", "../outside.yaml"], toNew)).rejects.toMatchObject({ code: "REFUSED" });
  expect(all()).toEqual(["new", "new", "old"]);
});

test.each([
  { left: ["old", "old", "old"] },
  { left: ["new", "old", "old"] },
  { left: ["new", "new", "old"] },
  { left: ["old", "new", "old"] },
])("an interrupted change is completed at the next start: $left", async ({ left }) => {
  for (const [index, name] of ["a.yaml", "b.yaml", "c.yaml"].entries()) put(name, left[index] === "new" ? NEW : OLD);
  leaveJournal([{ path: "a.yaml" }, { path: "b.yaml" }, { path: "c.yaml" }]);
  expect(await warnings()).toEqual(["an interrupted change to 3 files was completed"]);
  expect([all(), existsSync(journal())]).toEqual([["new", "new", "new"], false]);
  expect(await warnings()).toEqual([]);
});

test("a change that was only not declared finished needs no word", async () => {
  for (const name of ["a.yaml", "b.yaml"]) put(name, NEW);
  leaveJournal([{ path: "a.yaml" }, { path: "b.yaml" }]);
  expect([await warnings(), existsSync(journal())]).toEqual([[], false]);
});

test("it is undone when somebody else has written one of the files since; that one stays", async () => {
  put("a.yaml", NEW);
  put("c.yaml", OTHER);
  leaveJournal([{ path: "a.yaml" }, { path: "b.yaml" }, { path: "c.yaml" }]);
  expect(await warnings()).toEqual(["an interrupted change to 3 files was undone"]);
  expect([all(), existsSync(journal())]).toEqual([["old", "old", "other"], false]);
});

test("it is undone when one of the files is gone", async () => {
  put("a.yaml", NEW);
  rmSync(join(root, "b.yaml"));
  leaveJournal([{ path: "a.yaml" }, { path: "b.yaml" }]);
  expect(await warnings()).toEqual(["an interrupted change to 2 files was undone"]);
  expect([read("a.yaml"), existsSync(join(root, "b.yaml"))]).toEqual([OLD, false]);
});

test("it is found from every folder of the repository, and by the next change to several files", async () => {
  put("deep/er/d.yaml", OLD);
  put("deep/.sops.yaml", "creation_rules: []\n");
  leaveJournal([{ path: "a.yaml" }, { path: "deep/er/d.yaml" }]);
  const inner = createNodeHost({ cwd: join(root, "deep/er"), env: { HOME: top } });
  expect((await Project.open(inner)).warnings).toEqual(["an interrupted change to 2 files was completed"]);
  const project = await Project.open(host);
  leaveJournal([{ path: "b.yaml" }, { path: "c.yaml" }]);
  await replaceFiles(project, ["a.yaml", "b.yaml"], async () => bytes(OTHER));
  expect(all()).toEqual(["other", "other", "new"]);
});

test("while the change is going on, other commands leave it alone", async () => {
  leaveJournal([{ path: "a.yaml" }, { path: "b.yaml" }]);
  using _ = await host.lockFiles([journal()]);
  expect(await warnings()).toEqual([]);
  expect([all(), existsSync(journal())]).toEqual([["old", "old", "old"], true]);
});

test("a damaged journal stays for its owner to look at, and stops changes to several files", async () => {
  put(".sotto/journal", "half a jour");
  const said = `a change to several files was interrupted and cannot be finished: ${journal()} is damaged`;
  const project = await Project.open(host);
  expect(project.warnings).toEqual([said]);
  await expect(replaceFiles(project, ["a.yaml", "b.yaml"], toNew)).rejects.toMatchObject({ code: "REFUSED" });
  expect(await replaceFiles(project, ["a.yaml"], toNew)).toEqual(["a.yaml"]);
});

const PLAIN = "#!/bin/sh\n";
test.each([
  ["a path that leads out", { path: "../victim" }],
  ["an absolute path", { path: "/etc/hosts" }],
  ["a path that hides where it leads", { path: "deep/../../victim" }],
  ["git's own files", { path: ".git/config" }],
  ["installed packages", { path: "node_modules/x/index.yaml" }],
  ["a plain file", { path: "plain.sh", before: PLAIN, after: NEW }],
  ["plain content for an encrypted file", { path: "a.yaml", after: PLAIN }],
  ["a link that leads out", { path: "link.yaml" }],
  ["a folder that leads out", { path: "folder/victim" }],
])("a journal that somebody committed cannot name %s", async (_, row) => {
  writeFileSync(join(top, "victim"), OLD);
  put(".git/config", OLD);
  put("node_modules/x/index.yaml", OLD);
  put("plain.sh", PLAIN);
  symlinkSync("../victim", join(root, "link.yaml"));
  symlinkSync("..", join(root, "folder"));
  leaveJournal([{ path: "b.yaml" }, row]);
  const [said] = await warnings();
  expect(said).toMatch(/names what no change of ours would touch$/);
  expect([readFileSync(join(top, "victim"), "utf8"), read(".git/config"), read("plain.sh"), all()]).toEqual([
    OLD,
    OLD,
    PLAIN,
    ["old", "old", "old"],
  ]);
});

test.runIf(process.getuid?.() === 0)("a journal of another user is not believed", async () => {
  leaveJournal([{ path: "a.yaml" }, { path: "b.yaml" }]);
  chownSync(journal(), 12_345, 12_345);
  expect((await warnings())[0]).toMatch(/belongs to another user$/);
  expect(all()).toEqual(["old", "old", "old"]);
});
