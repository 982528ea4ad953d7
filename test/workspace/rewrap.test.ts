/** The rotate wizard: what it plans, that it writes everything or nothing, and that the real sops reads the result. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Host, LockedFiles } from "../../src/model/host.ts";
import { Project } from "../../src/workspace/project.ts";
import { planRewrap, type RewrapChange, type RewrapPlan } from "../../src/workspace/rewrap-plan.ts";
import { readableBy, readableIn } from "../../src/workspace/rewrap-readable.ts";
import { runRewrap } from "../../src/workspace/rewrap-run.ts";
import { Repository } from "../git/repository.ts";
import { describeWithPeers } from "../support/peers.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

const [ana, ben, cara] = [vectorRecipient("ana"), vectorRecipient("ben"), vectorRecipient("cara")];
const BEN = identitiesOf({ keys: ["keys/ben.txt"] });
const CARA = identitiesOf({ keys: ["keys/cara.txt"] });
const RULES = `# who
keys:
  - &ana ${ana}
  - &ben ${ben} # left
creation_rules:
  - path_regex: ^secrets/
    age: [*ana, *ben]
  - path_regex: ^own/
    age: *ana
sotto:
  people:
    ana: {keys: [*ana]}
    ben: {keys: [*ben]}
`;
const FILES = ["secrets/dev.yaml", "secrets/prod.json", "own/a.yaml"];
const REMOVE: RewrapChange = { kind: "remove", label: ben };
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", RULES);
  repository.write("secrets/dev.yaml", "a: one\nb:\n  - two\n  - three\nplain_unencrypted: 1\n");
  repository.write("secrets/prod.json", '{"a": "live"}\n');
  repository.write("own/a.yaml", "a: own\n");
  for (const file of FILES) await sotto("encrypt", "-i", file);
});
afterEach(() => repository[Symbol.dispose]());

async function sotto(...argv: readonly string[]): Promise<void> {
  const { exit, errors } = await repository.sotto(argv);
  if (exit !== 0) throw new Error(errors);
}

const open = (env: Readonly<Record<string, string>> = {}): Promise<Project> =>
  Project.open(createNodeHost({ cwd: repository.path, env: { ...repository.env, ...env } }));
const contents = (): readonly string[] => [".sops.yaml", ...FILES].map((file) => repository.read(file));
const decrypt = async (file: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await repository.sotto(["decrypt", file], { env })).output;
const brief = ({ files }: RewrapPlan): readonly object[] =>
  files.map(({ path, kept, added, removed, renews, changes, problem, locksOut }) => ({
    path,
    people: [kept, added, removed].map((labels) =>
      labels.map((label) => ({ [ana]: "ana", [ben]: "ben", [cara]: "cara" })[label]).join(" "),
    ),
    marks: [...(changes ? ["changes"] : []), ...(renews ? ["renews"] : []), ...(locksOut ? ["locks out"] : [])].join(" "),
    ...(problem === undefined ? {} : { problem: problem.message }),
  }));

async function run(change: RewrapChange, project?: Project): Promise<Awaited<ReturnType<typeof runRewrap>>> {
  const own = project ?? (await open());
  return runRewrap(own, await planRewrap(own, FILES, change));
}

describe("somebody is removed", () => {
  test("from the rules and from all files, which get new data keys", async () => {
    const project = await open();
    const before = contents();
    const plan = await planRewrap(project, FILES, REMOVE);
    expect(contents()).toEqual(before);
    expect(brief(plan)).toEqual([
      { path: "secrets/dev.yaml", people: ["ana", "", "ben"], marks: "changes renews" },
      { path: "secrets/prod.json", people: ["ana", "", "ben"], marks: "changes renews" },
      { path: "own/a.yaml", people: ["ana", "", ""], marks: "" },
    ]);
    const seen: string[] = [];
    const result = await runRewrap(project, plan, { progress: (path, state) => void seen.push(`${path} ${state}`) });
    expect(result).toMatchObject({ written: ["secrets/dev.yaml", "secrets/prod.json"], skipped: [], config: true });
    expect(seen.filter((one) => one.startsWith("secrets/dev"))).toEqual(
      ["working", "ready", "written"].map((one) => `secrets/dev.yaml ${one}`),
    );
    expect(repository.read(".sops.yaml")).toBe(
      RULES.replace(`  - &ben ${ben} # left\n`, "").replace(", *ben", "").replace("    ben: {keys: [*ben]}\n", ""),
    );
    expect(await decrypt("secrets/dev.yaml")).toBe("a: one\nb:\n  - two\n  - three\nplain_unencrypted: 1\n");
    expect(await decrypt("secrets/dev.yaml", BEN)).toBe("");
    expect(repository.read("own/a.yaml")).toBe(before[3]);
    expect(brief(await planRewrap(await open(), FILES, { kind: "sync" })).map((one) => ({ ...one, path: "" }))).toEqual(
      FILES.map(() => ({ path: "", people: ["ana", "", ""], marks: "" })),
    );
  });

  test("also from a file that no rule speaks of", async () => {
    repository.write("lone.yaml", repository.read("secrets/dev.yaml"));
    const plan = await planRewrap(await open(), ["lone.yaml"], REMOVE);
    expect(brief(plan)).toEqual([{ path: "lone.yaml", people: ["ana", "", "ben"], marks: "changes renews" }]);
  });

  test("and what they could read is told by path", async () => {
    const project = await open();
    const expected = [
      { path: "secrets/dev.yaml", keys: [["a"], ["b", 0], ["b", 1]], alone: true },
      { path: "secrets/prod.json", keys: [["a"]], alone: true },
    ];
    expect(await readableBy(project, ben, FILES)).toEqual(expected);
    const plan = await planRewrap(project, FILES, REMOVE);
    await runRewrap(project, plan);
    expect(await readableBy(project, ben, FILES)).toEqual([]);
    const before = await Promise.all(plan.files.map((file) => readableIn(ben, file)));
    expect(before.flat()).toEqual(expected);
  });

  test("never themselves by accident", async () => {
    const project = await open(BEN);
    const plan = await planRewrap(project, FILES, REMOVE);
    expect(plan.locksOut).toBe(true);
    expect(brief(plan)[0]).toMatchObject({ marks: "changes renews locks out" });
    const before = contents();
    await expect(runRewrap(project, plan)).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("2 files") as string,
    });
    expect(contents()).toEqual(before);
    await runRewrap(project, plan, { acceptLockout: true });
    expect(await decrypt("secrets/prod.json", BEN)).toBe("");
    expect(await decrypt("secrets/prod.json")).toContain("live");
  });

  test("never so that nobody is left", async () => {
    await expect(planRewrap(await open(), FILES, { kind: "remove", label: ana })).rejects.toMatchObject({ code: "REFUSED" });
  });
});

describe("files that cannot be changed", () => {
  test("are skipped, with the reason", async () => {
    repository.write("secrets/dev.yaml", repository.read("secrets/dev.yaml").replace("plain_unencrypted: 1", "plain_unencrypted: 2"));
    const damaged = repository.read("secrets/dev.yaml");
    const project = await open();
    const plan = await planRewrap(project, FILES, REMOVE);
    expect(plan.files[0]?.problem).toEqual({
      code: "MAC_MISMATCH",
      message: "its checksum does not match: it was changed outside of sotto",
    });
    const result = await runRewrap(project, plan);
    expect([result.written, result.skipped.map((file) => file.path)]).toEqual([["secrets/prod.json"], ["secrets/dev.yaml"]]);
    expect(repository.read("secrets/dev.yaml")).toBe(damaged);
    expect((await planRewrap(await open(CARA), ["own/a.yaml"], { kind: "rotate" })).files[0]?.problem?.message).toBe(
      "none of your keys opens it",
    );
  });

  test("because they differ from the rules are not given a new key for strangers", async () => {
    repository.write(".sops.yaml", RULES.replace("[*ana, *ben]", "[*ana]"));
    const [file] = (await planRewrap(await open(), FILES, { kind: "rotate" })).files;
    expect(file?.problem).toMatchObject({ code: "REFUSED", message: expect.stringContaining("ben") as string });
  });
});

describe("somebody is added", () => {
  const ADD: RewrapChange = { kind: "add", provider: "age", recipient: cara, name: "cara", files: ["secrets/dev.yaml"] };

  test("to the rules of the chosen files, and to all files of these rules; data keys stay", async () => {
    const project = await open();
    const plan = await planRewrap(project, FILES, ADD);
    expect(brief(plan)).toEqual([
      { path: "secrets/dev.yaml", people: ["ana ben", "cara", ""], marks: "changes" },
      { path: "secrets/prod.json", people: ["ana ben", "cara", ""], marks: "changes" },
      { path: "own/a.yaml", people: ["ana", "", ""], marks: "" },
    ]);
    const token = /a: (ENC\S+)/.exec(repository.read("secrets/dev.yaml"))?.[1];
    await runRewrap(project, plan);
    expect(repository.read("secrets/dev.yaml")).toContain(token);
    expect(await decrypt("secrets/prod.json", CARA)).toContain("live");
    expect(repository.read(".sops.yaml")).toContain("cara:");
    const next = await open();
    expect(next.access.nameOf?.(cara)).toBe("cara");
    await runRewrap(next, await planRewrap(next, FILES, { kind: "remove", label: cara }));
    expect(repository.read(".sops.yaml")).toBe(RULES);
  });

  test("only when it is a recipient, and a rule is there for the file", async () => {
    const project = await open();
    await expect(planRewrap(project, FILES, { ...ADD, recipient: "nonsense" })).rejects.toMatchObject({ code: "RECIPIENT_INVALID" });
    await expect(planRewrap(project, FILES, { ...ADD, files: ["x.yaml"] })).rejects.toMatchObject({ code: "NO_MATCHING_RULE" });
  });
});

test("a new data key is drawn for the same people", async () => {
  const before = repository.read("own/a.yaml");
  expect(await run({ kind: "rotate" })).toMatchObject({ written: FILES, config: false });
  expect(repository.read("own/a.yaml")).not.toBe(before);
  expect(await decrypt("secrets/prod.json", BEN)).toContain("live");
  expect(repository.read(".sops.yaml")).toBe(RULES);
});

describe("all or nothing", () => {
  test("when it is stopped", async () => {
    const project = await open();
    const before = contents();
    const plan = await planRewrap(project, FILES, REMOVE);
    const stopper = new AbortController();
    const stopped = runRewrap(project, plan, {
      signal: stopper.signal,
      progress: (_, state) => {
        if (state === "ready") stopper.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "INTERRUPTED", message: "stopped: 0 of 2 files changed" });
    expect(contents()).toEqual(before);
  });

  test("when a file changed since the plan", async () => {
    const project = await open();
    const plan = await planRewrap(project, FILES, REMOVE);
    await sotto("set", "secrets/prod.json", "a", '"other"');
    const before = contents();
    await expect(runRewrap(project, plan)).rejects.toMatchObject({ code: "FILE_CHANGED", file: "secrets/prod.json" });
    expect(contents()).toEqual(before);
  });

  test("when the rules changed since the plan", async () => {
    const project = await open();
    const plan = await planRewrap(project, FILES, REMOVE);
    repository.write(".sops.yaml", `${RULES}# more\n`);
    const before = contents();
    await expect(runRewrap(project, plan)).rejects.toMatchObject({ code: "FILE_CHANGED" });
    expect(contents()).toEqual(before);
  });

  test("when the last file cannot be written: the rules are put back, too", async () => {
    const project = await open();
    const plan = await planRewrap(project, FILES, REMOVE);
    const before = contents();
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
            file.path === "secrets/prod.json" ? Promise.reject(new Error("disk full")) : file.write(bytes, settings),
        }));
        return { files, [Symbol.dispose]: () => locked[Symbol.dispose]() };
      },
    };
    const watched = Object.create(project, { host: { value: failing } }) as Project;
    await expect(runRewrap(watched, plan)).rejects.toThrow("disk full");
    expect(contents()).toEqual(before);
    expect(repository.exists(".sotto/journal")).toBe(false);
  });
});

describeWithPeers(["sops"], "the real sops", () => {
  test("reads what was made, and rotates it by the rules that were written", async () => {
    await run(REMOVE);
    expect(repository.sops(["decrypt", "secrets/dev.yaml"]).output).toContain("a: one");
    expect(repository.sops(["decrypt", "secrets/dev.yaml"], { env: BEN }).exit).not.toBe(0);
    await run({ kind: "add", provider: "age", recipient: cara, name: "cara", files: ["own/a.yaml"] });
    expect(repository.sops(["decrypt", "own/a.yaml"], { env: CARA }).output).toBe("a: own\n");
    const { exit, errors } = repository.sops(["updatekeys", "-y", "own/a.yaml"]);
    expect([exit, errors]).toEqual([0, expect.stringContaining("already up to date")]);
  });
});
