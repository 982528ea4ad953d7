/** The history of a file and of a key, and what differs between two versions, as a screen shows them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listHistory, readAtCommit } from "../../src/git/history.ts";
import { historyOfKey } from "../../src/git/key-history.ts";
import { OpenedSides } from "../../src/git/opened-sides.ts";
import { diffSides, diffVersions, type SemanticDiff, valueAt } from "../../src/git/semantic-diff.ts";
import { readVersion } from "../../src/git/versions.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Node } from "../../src/model/tree.ts";
import { Project } from "../../src/workspace/project.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";
import { CONFIG, Repository } from "./repository.ts";

const FILE = "secrets/prod.yaml";
const BEN = identitiesOf({ keys: ["keys/ben.txt"] });
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  repository.write(FILE, "db:\n    # first\n    password: canary-one\n    port: 1\nold: moved value\nlast: canary-last\n");
  await sotto("encrypt", "-i", FILE);
  repository.commit("one");
});
afterEach(() => repository[Symbol.dispose]());

async function sotto(...argv: readonly string[]): Promise<void> {
  const { exit, errors } = await repository.sotto(argv);
  if (exit !== 0) throw new Error(errors);
}

async function change(message: string, ...argv: readonly string[]): Promise<void> {
  await sotto(...argv);
  repository.commit(message);
}

const open = (env: Readonly<Record<string, string>> = {}, cwd = ""): Promise<Project> =>
  Project.open(createNodeHost({ cwd: repository.place(cwd), env: { ...repository.env, ...env } }));

const subjects = async (options: Parameters<typeof listHistory>[2] = {}, path = FILE): Promise<readonly string[]> =>
  (await listHistory(await open(), path, options)).commits.map((commit) => commit.subject);

const text = (node: Node): string => (node.kind === "scalar" ? `${node.type} ${node.canonical}` : node.kind);

async function compare(from: string, to = FILE, env: Readonly<Record<string, string>> = {}): Promise<SemanticDiff<string>> {
  const project = await open(env);
  return diffVersions(project, await readVersion(project, from), await readVersion(project, to), text);
}

describe("the commits of a file", () => {
  beforeEach(async () => {
    await change("two", "set", FILE, "db.port", "2");
    repository.write("other.txt", "x");
    repository.commit("elsewhere");
    await change("three", "set", FILE, "db.port", "3");
  });

  test("come newest first, with who wrote them and when", async () => {
    const { commits, more } = await listHistory(await open(), FILE);
    expect(commits.map((commit) => commit.subject)).toEqual(["three", "two", "one"]);
    expect(more).toBe(false);
    const [newest] = commits;
    expect(newest).toMatchObject({ author: "ana", path: FILE, hash: repository.git("rev-parse", "HEAD").trim() });
    expect(newest?.hash.startsWith(newest.short)).toBe(true);
    expect(newest?.time).toBe(Number(repository.git("log", "-1", "--format=%at")) * 1000);
  });

  test("come in pages, across renames", async () => {
    repository.git("mv", FILE, "secrets/live.yaml");
    repository.commit("renamed");
    expect(await subjects({}, "secrets/live.yaml")).toEqual(["renamed", "three", "two", "one"]);
    expect(await subjects({ follow: false }, "secrets/live.yaml")).toEqual(["renamed"]);
    const { commits, more } = await listHistory(await open(), "secrets/live.yaml", { skip: 1, limit: 2 });
    expect([commits.map((commit) => commit.path), more]).toEqual([[FILE, FILE], true]);
    expect(await subjects({ skip: 3, limit: 2 }, "secrets/live.yaml")).toEqual(["one"]);
  });

  test("are found from a folder below, and the file is read as it was", async () => {
    const project = await open({}, "secrets");
    const { commits } = await listHistory(project, "prod.yaml");
    expect(commits.length).toBe(3);
    const { hash = "", path = "" } = commits[1] ?? {};
    const version = await readAtCommit(project, hash, path);
    expect(Buffer.from(version?.bytes ?? []).toString()).toBe(repository.git("show", `HEAD~2:${FILE}`));
    expect(await readAtCommit(project, hash, "nothing.yaml")).toBeUndefined();
  });

  test("are none outside of a repository, without commits, and for a file that git does not know", async () => {
    expect(await subjects({}, "nothing.yaml")).toEqual([]);
    expect(await subjects({}, ":(top)secrets")).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "sotto-nowhere-"));
    const project = await Project.open(createNodeHost({ cwd: folder, env: { ...repository.env, GIT_CEILING_DIRECTORIES: tmpdir() } }));
    expect(await listHistory(project, "a.yaml")).toEqual({ commits: [], more: false });
    rmSync(folder, { recursive: true });
  });

  test("survive settings and subjects that look like their own format", async () => {
    repository.git("config", "log.showSignature", "true");
    repository.git("config", "log.follow", "true");
    repository.write(FILE, `${repository.read(FILE)}# end\n`);
    repository.commit(`${"a".repeat(40)} %x00 subject`);
    expect(await subjects({ limit: 1 })).toEqual([`${"a".repeat(40)} %x00 subject`]);
  });
});

const blame = async (key: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> => {
  const { commits } = await historyOfKey(await open(env), FILE, key);
  return commits.map((one) => `${one.commit.subject}: ${one.change}`);
};

describe("the history of a key", () => {
  test("names the commits that changed it, not those that encrypted it anew", async () => {
    await change("two", "set", FILE, "db.port", "2");
    await change("three", "set", FILE, "db.password", '"canary-two"');
    await change("four", "rotate", "-i", FILE);
    await change("five", "unset", FILE, "db.password");
    expect(await blame(["db", "password"])).toEqual(["five: removed", "three: changed", "one: added"]);
    expect(await blame(["db", "port"])).toEqual(["two: changed", "one: added"]);
    expect(await blame(["nothing"])).toEqual([]);
  });

  test("says where we could not read it, and trusts equal ciphertexts without a key", async () => {
    await change("two", "set", FILE, "db.password", '"canary-two"');
    repository.write(".sops.yaml", CONFIG.replace("^secrets/", "^none/").replace("^shared/", ""));
    await change("three", "updatekeys", "-y", FILE);
    await change("four", "set", FILE, "db.password", '"canary-three"');
    await change("five", "set", FILE, "db.password", '"canary-four"');
    // Ben came with the third; he reads what changed between files that he can open.
    expect(await blame(["db", "password"], BEN)).toEqual(["five: changed", "four: changed", "two: not readable", "one: added"]);
    expect(await blame(["last"], BEN)).toEqual(["one: added"]);
  });

  test("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(historyOfKey(await open(), FILE, ["last"], { signal })).rejects.toThrow("enough");
  });
});

describe("what differs", () => {
  test("is told by kind, with the facts of the caller alone", async () => {
    await sotto("set", FILE, "db.password", '"canary-two"');
    await sotto("set", FILE, "db.port", '"1"');
    await sotto("set", FILE, "new", '"moved value"');
    await sotto("set", FILE, "fresh", "true");
    await sotto("unset", FILE, "old");
    const diff = await compare(`HEAD:${FILE}`);
    expect(diff.differences).toEqual([
      { kind: "value", path: ["db", "password"], before: "str canary-one", after: "str canary-two" },
      { kind: "type", path: ["db", "port"], before: "int 1", after: "str 1" },
      { kind: "moved", path: ["new"], from: ["old"], before: "str moved value", after: "str moved value" },
      { kind: "added", path: ["fresh"], after: "bool True" },
    ]);
    expect(diff).toMatchObject({
      blind: false,
      dataKey: "same",
      ciphertext: { values: 5, renewed: 4 },
      recipients: { added: [], removed: [] },
    });
  });

  test("tells of comments, and of what was removed", async () => {
    await sotto("unset", FILE, "last");
    const encrypted = repository.read(FILE);
    const plain = (await repository.sotto(["decrypt", FILE])).output.replace("# first", "# second");
    repository.write("plain.yaml", plain);
    expect(encrypted).not.toContain("second");
    await sotto("encrypt", "--onto", FILE, "plain.yaml");
    expect((await compare(`HEAD:${FILE}`)).differences).toEqual([
      { kind: "comment", path: ["db"] },
      { kind: "removed", path: ["last"], before: "str canary-last" },
    ]);
  });

  test("tells of recipients and data keys", async () => {
    await sotto("rotate", "-i", "--add-age", vectorRecipient("ben"), FILE);
    const diff = await compare(`HEAD:${FILE}`);
    expect(diff).toMatchObject({ dataKey: "new", ciphertext: { values: 4, renewed: 4 }, differences: [] });
    expect(diff.recipients).toEqual({ added: [vectorRecipient("ben")], removed: [] });
  });

  test("is told from ciphertexts where no key opens them, and then nothing of them is described", async () => {
    await sotto("set", FILE, "db.password", '"canary-two"');
    const diff = await compare(`HEAD:${FILE}`, FILE, BEN);
    expect(diff.differences).toEqual([{ kind: "value", path: ["db", "password"] }]);
    expect(diff).toMatchObject({
      blind: true,
      dataKey: "same",
      problems: { before: "DATA_KEY_UNAVAILABLE", after: "DATA_KEY_UNAVAILABLE" },
    });
  });

  test("is shown of a file with a wrong MAC, with a remark, and never fails for a file that is broken", async () => {
    const text1 = repository.read(FILE);
    repository.write(FILE, text1.replace(/^old: .*$/m, "old: ''"));
    expect(await compare(`HEAD:${FILE}`)).toMatchObject({ problems: { after: "MAC_MISMATCH" }, differences: [{ path: ["old"] }] });
    repository.write(FILE, "a: [\n");
    expect(await compare(`HEAD:${FILE}`)).toMatchObject({ problems: { after: "YAML_INVALID" }, blind: true });
  });

  test("counts a file that is not there as empty, and documents by number", async () => {
    repository.write("secrets/two.yaml", "a: one\n---\nb: two\n");
    await sotto("encrypt", "-i", "secrets/two.yaml");
    const project = await open();
    const diff = await diffVersions(project, undefined, await readVersion(project, "secrets/two.yaml"), text);
    expect(diff.differences).toEqual([
      { kind: "added", path: ["document 1", "a"], after: "str one" },
      { kind: "added", path: ["document 2", "b"], after: "str two" },
    ]);
  });
});

describe("opened versions", () => {
  test("give an old value back, and compare with unsaved edits", async () => {
    await change("two", "set", FILE, "db.password", '"canary-two"');
    const project = await open();
    using sides = new OpenedSides(project);
    const before = await sides.read(await readVersion(project, `HEAD~1:${FILE}`));
    const old = valueAt(before, ["db", "password"]);
    expect(old).toMatchObject({ canonical: "canary-one" });
    expect(valueAt(before, ["db", "nothing"])).toBeUndefined();
    using file = await project.open(FILE);
    if (old !== undefined) file.set(["db", "password"], old);
    const head = await sides.read(await readVersion(project, `HEAD:${FILE}`));
    const diff = diffSides(head, await sides.of(file), text);
    expect(diff.differences).toEqual([{ kind: "value", path: ["db", "password"], before: "str canary-two", after: "str canary-one" }]);
    expect(diff).toMatchObject({ dataKey: "same", ciphertext: { values: 4, renewed: 1 } });
  });

  test("of one data key ask for it once", async () => {
    await change("two", "set", FILE, "db.port", "2");
    await change("three", "set", FILE, "db.port", "3");
    const project = await open();
    let reads = 0;
    const { context } = project.access;
    const counted = Object.create(project, {
      access: { value: { ...project.access, context: { ...context, readFile: (path: string) => ((reads += 1), context.readFile(path)) } } },
    }) as Project;
    using sides = new OpenedSides(counted);
    await sides.read(await readVersion(counted, FILE));
    const once = reads;
    await sides.read(await readVersion(counted, `HEAD~1:${FILE}`));
    await sides.read(await readVersion(counted, `HEAD~2:${FILE}`));
    expect(once).toBeGreaterThan(0);
    expect(reads).toBe(once);
  });

  test("that cannot be opened have no values to give", async () => {
    const project = await open(BEN);
    using sides = new OpenedSides(project);
    const side = await sides.read(await readVersion(project, FILE));
    expect(side.open).toBe(false);
    expect(() => valueAt(side, ["last"])).toThrow("cannot be read with your keys");
  });
});
