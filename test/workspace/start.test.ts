/** The start of a project: an identity, the rules, and the plaintext files that are encrypted together. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Host, LockedFiles } from "../../src/model/host.ts";
import { compilePattern } from "../../src/policy/re2.ts";
import { Project } from "../../src/workspace/project.ts";
import { findCandidates, regexFor } from "../../src/workspace/start-candidates.ts";
import { encryptAll } from "../../src/workspace/start-encrypt.ts";
import { createIdentity, findOwnRecipient, startProject } from "../../src/workspace/start-project.ts";
import { Repository } from "../git/repository.ts";
import { describeWithPeers } from "../support/peers.ts";

/** Nobody's: the home is empty. */
let repository: Repository;
const hostOf = (): Host => createNodeHost({ cwd: repository.path, env: repository.env });
const FILES = { "secrets/dev.yaml": "a: one # why\n", ".env": "A=canary\n", ".env.local": "B=canary\n" };

beforeEach(() => {
  repository = new Repository({});
  for (const [path, text] of Object.entries(FILES)) repository.write(path, text);
});
afterEach(() => repository[Symbol.dispose]());

async function start(): Promise<Project> {
  const { recipient } = await createIdentity(hostOf());
  await startProject(hostOf(), { recipients: [recipient], name: "ana", pathRegex: regexFor(Object.keys(FILES)), environments: [] });
  return Project.open(hostOf());
}

test("somebody without an identity gets one, and nobody's is overwritten", async () => {
  expect(await findOwnRecipient(hostOf())).toBeUndefined();
  const { recipient, file } = await createIdentity(hostOf());
  expect(await findOwnRecipient(hostOf())).toBe(recipient);
  expect((await hostOf().stat(file))?.mode).toBe(0o600);
  await expect(createIdentity(hostOf())).rejects.toMatchObject({ code: "REFUSED" });
});

const offered = async (): Promise<readonly string[]> =>
  (await findCandidates(await Project.open(hostOf()))).map(({ path, format, because }) => `${path} ${format} ${because}`);

describe("candidates", () => {
  test("are files whose names or folders speak of secrets", async () => {
    for (const path of ["config/app.enc.json", "a/credentials.ini", "web/prod.env", "a/b/secrets/deep/x.json"])
      repository.write(path, "A=1\n");
    repository.write("config/app.enc.json", '{"a": 1}\n');
    repository.write("a/b/secrets/deep/x.json", "{}\n");
    repository.write("a/credentials.ini", "[a]\nb = 1\n");
    expect(await offered()).toEqual([
      ".env dotenv its name",
      ".env.local binary its name",
      "a/b/secrets/deep/x.json json its folder",
      "a/credentials.ini ini its name",
      "config/app.enc.json json its name",
      "secrets/dev.yaml yaml its folder",
      "web/prod.env dotenv its name",
    ]);
  });

  test("are not templates, packages, foreign folders, broken files, or what is encrypted", async () => {
    const others = [
      "secrets/package.json",
      ".env.example",
      "node_modules/x/.env",
      ".cache/secrets/a.yaml",
      "secrets/README.md",
      "app.yaml",
    ];
    for (const path of others) repository.write(path, "a: 1\n");
    repository.write("secrets/broken.json", "{");
    repository.write("secrets/empty.yaml", "");
    const project = await start();
    await encryptAll(project, ["secrets/dev.yaml"]);
    expect(await offered()).toEqual([".env dotenv its name", ".env.local binary its name"]);
  });

  test("are also files that a rule is for", async () => {
    repository.write("app.yaml", "a: 1\n");
    repository.write(".sops.yaml", "creation_rules: [{path_regex: ^app, age: age1none}]\n");
    expect(await offered()).toContain("app.yaml yaml a rule");
  });

  test("have a rule of their own", async () => {
    expect(regexFor(["secrets/a.yaml", "secrets/b/c.yaml"])).toBe("^secrets/");
    const regex = regexFor(["secrets/a.yaml", ".env", "x+y/app.enc.json"]);
    const pattern = await compilePattern(regex);
    const held = ["secrets/new.yaml", ".env", "x+y/app.enc.json", "aenv", "xxy/app.enc.json", "a/.env"].map((path) => pattern?.test(path));
    expect(held).toEqual([true, true, true, false, false, false]);
  });
});

describe("the chosen files are encrypted", () => {
  test("together, and read as before", async () => {
    const project = await start();
    const seen: string[] = [];
    const written = await encryptAll(project, Object.keys(FILES), { progress: (path, state) => void seen.push(`${path} ${state}`) });
    expect(written).toEqual(Object.keys(FILES));
    expect(seen.slice(0, 2)).toEqual(["secrets/dev.yaml working", "secrets/dev.yaml ready"]);
    for (const [path, text] of Object.entries(FILES)) {
      expect(repository.read(path)).not.toContain("canary");
      expect((await repository.sotto(["decrypt", path])).output).toBe(text);
    }
    expect(repository.exists(".sotto/journal")).toBe(false);
  });

  test("or none of them, and no journal holds a plaintext", async () => {
    const project = await start();
    const all = (): readonly string[] => Object.keys(FILES).map((path) => repository.read(path));
    repository.write("app.yaml", "a: 1\n");
    await expect(encryptAll(project, [".env", "app.yaml"])).rejects.toMatchObject({ code: "NO_MATCHING_RULE" });
    await expect(encryptAll(project, [".env"], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "INTERRUPTED" });
    const { host } = project;
    const failing: Host = {
      ...host,
      cwd: host.cwd,
      home: host.home,
      async lockFiles(paths, options) {
        const locked: LockedFiles = await host.lockFiles(paths, options);
        const files = locked.files.map((file) => ({
          path: file.path,
          read: () => file.read(),
          remove: () => file.remove(),
          write: (bytes: Uint8Array, settings: Parameters<typeof file.write>[1]) =>
            file.path === ".env.local" ? Promise.reject(new Error("disk full")) : file.write(bytes, settings),
        }));
        return { files, [Symbol.dispose]: () => locked[Symbol.dispose]() };
      },
    };
    const watched = Object.create(project, { host: { value: failing } }) as Project;
    await expect(encryptAll(watched, Object.keys(FILES))).rejects.toThrow("disk full");
    expect(all()).toEqual(Object.values(FILES));
    expect([...repository.files().keys()].filter((path) => path.startsWith(".sotto"))).toEqual([]);
  });

  test("not twice", async () => {
    const project = await start();
    await encryptAll(project, [".env"]);
    const once = repository.read(".env");
    await expect(encryptAll(project, [".env", "secrets/dev.yaml"])).rejects.toMatchObject({ code: "ALREADY_ENCRYPTED", file: ".env" });
    expect([repository.read(".env"), repository.read("secrets/dev.yaml")]).toEqual([once, FILES["secrets/dev.yaml"]]);
  });
});

describeWithPeers(["sops"], "the real sops", () => {
  test("reads what the first run wrote", async () => {
    await encryptAll(await start(), Object.keys(FILES));
    for (const [path, text] of Object.entries(FILES))
      expect(repository.sops(["decrypt", path]).output).toBe(text.replace(/^(.*) (# why)$/m, "$2\n$1"));
  });
});
