/** Whoever wraps the data key, or writes a value, asks here first: what the creation rule lacks is refused, or told. */
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { KeyGroup } from "../../src/model/keys.ts";
import { parsePath } from "../../src/file/path.ts";
import { type SecretValue, valueFromJavaScript } from "../../src/file/value.ts";
import { guardNext, guardSet } from "../../src/workspace/guard-policy.ts";
import { type Approval, guardRecipients } from "../../src/workspace/guard-recipients.ts";
import { Project } from "../../src/workspace/project.ts";
import { guardUpdate, planUpdate } from "../../src/workspace/update-keys.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { accessFor, ageGroup, ANA, parseText, sealText } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const [ana, ben, cara] = [vectorRecipient("ana"), vectorRecipient("ben"), vectorRecipient("cara")];
const SECTION = `sotto: {people: {ben: {keys: [${ben}]}}}\n`;

const flat = (...recipients: readonly string[]): string => `creation_rules:\n  - {path_regex: \\.yaml$, age: [${recipients.join(", ")}]}\n`;

function grouped(groups: readonly (readonly string[])[], threshold = 0): string {
  const rows = groups.map((group) => `      - age: [${group.join(", ")}]\n`).join("");
  return `creation_rules:\n  - key_groups:\n${rows}${threshold === 0 ? "" : `    shamir_threshold: ${threshold}\n`}`;
}

interface Asked {
  readonly config?: string;
  readonly file?: string;
  readonly groups: readonly KeyGroup[];
  readonly threshold?: number;
  readonly approval?: Partial<Approval>;
}

async function openIn(scratch: Scratch, config: string | undefined): Promise<Project> {
  mkdirSync(scratch.place(".git"), { recursive: true });
  if (config !== undefined) scratch.write(".sops.yaml", config);
  return Project.open(createNodeHost({ cwd: scratch.path, env: { ...ANA, HOME: scratch.path } }));
}

async function ask({ config, file = "a.yaml", groups, threshold = 0, approval }: Asked): Promise<readonly string[]> {
  using scratch = new Scratch({});
  const project = await openIn(scratch, config);
  return guardRecipients(project, file, { groups, threshold }, { accepted: [], ...approval });
}

const refusal = (message: string, ...accepts: readonly string[]): object => ({
  code: "REFUSED",
  message,
  file: "a.yaml",
  hints: [
    expect.stringMatching(/^sotto updatekeys a\.yaml brings the file in line with .*\/\.sops\.yaml$/),
    `if it is meant to be so: ${accepts.map((one) => `--accept '${one}'`).join(" ")}`,
  ],
});

const stranger = (who: string): string => `the creation rule does not know ${who}, who is a recipient of the file`;
const CUT = "the key groups of the file are not those of the creation rule";

describe("recipients that the creation rule does not know", () => {
  const groups = [ageGroup(ana, ben, cara)];

  test("are nobody's business without a policy", async () => {
    expect(await ask({ groups })).toEqual([]);
    expect(await ask({ config: SECTION, groups })).toEqual([]);
    expect(await ask({ config: flat(ana) + SECTION, file: "a.json", groups })).toEqual([]);
  });

  test("are refused with a section of ours, by name", async () => {
    const message = `${stranger(`${ben} (ben)`)}; ${stranger(cara)}`;
    await expect(ask({ config: flat(ana) + SECTION, groups })).rejects.toMatchObject(
      refusal(message, `recipient:${ben}`, `recipient:${cara}`),
    );
  });

  test("are a warning each in a plain .sops.yaml", async () => {
    const told = [ben, cara].map((who) => `a.yaml: ${stranger(who)}; the data key is wrapped all the same`);
    expect(await ask({ config: flat(ana), groups })).toEqual(told);
  });

  test("are told once, however many groups they are in", async () => {
    const config = grouped([[ana], [ana]]) + SECTION;
    await expect(ask({ config, groups: [ageGroup(ana, cara), ageGroup(ana, cara)] })).rejects.toMatchObject({ message: stranger(cara) });
  });

  test("are let through one by one", async () => {
    const config = flat(ana) + SECTION;
    await expect(ask({ config, groups, approval: { accepted: [`recipient:${ben}`] } })).rejects.toMatchObject(
      refusal(stranger(cara), `recipient:${cara}`),
    );
    expect(await ask({ config, groups, approval: { accepted: [`recipient:${cara}`, `recipient:${ben}`] } })).toEqual([]);
    expect(await ask({ config, groups, approval: { keys: ageGroup(ben, cara) } })).toEqual([]);
  });

  test("may be missing", async () => {
    expect(await ask({ config: flat(ana, ben, cara) + SECTION, groups: [ageGroup(ben)] })).toEqual([]);
  });
});

describe("a threshold that is lower than the creation rule's", () => {
  const groups = [ageGroup(ana), ageGroup(ben), ageGroup(cara)];
  const config = grouped([[ana], [ben], [cara]], 3) + SECTION;
  const message = "2 key groups of the file can decrypt it, and the creation rule asks for 3";

  test("is refused, and let through", async () => {
    await expect(ask({ config, groups, threshold: 2 })).rejects.toMatchObject(refusal(message, "threshold:2"));
    expect(await ask({ config, groups, threshold: 2, approval: { accepted: ["threshold:2"] } })).toEqual([]);
    await expect(ask({ config, groups, threshold: 2, approval: { accepted: ["threshold:1"] } })).rejects.toMatchObject({ message });
    expect(await ask({ config, groups, threshold: 2, approval: { threshold: true } })).toEqual([]);
    await expect(ask({ config, groups, threshold: 2, approval: { threshold: false } })).rejects.toMatchObject({ message });
  });

  test("counts all groups where none is named, in the file and in the rule", async () => {
    expect(await ask({ config, groups, threshold: 0 })).toEqual([]);
    expect(await ask({ config, groups, threshold: 3 })).toEqual([]);
    const unsaid = grouped([[ana], [ben], [cara]]) + SECTION;
    await expect(ask({ config: unsaid, groups, threshold: 2 })).rejects.toMatchObject({
      message,
      hints: [expect.stringMatching(/^shamir_threshold: 2 in the creation rule of /), "if it is meant to be so: --accept 'threshold:2'"],
    });
  });

  test("may be higher", async () => {
    expect(await ask({ config: grouped([[ana], [ben], [cara]], 2) + SECTION, groups, threshold: 3 })).toEqual([]);
  });

  test("one group is a threshold of one", async () => {
    const found = `1 key group of the file can decrypt it, and the creation rule asks for 3; ${CUT}`;
    await expect(ask({ config, groups: [groups.flat()] })).rejects.toMatchObject(refusal(found, "threshold:1", "groups:1"));
  });
});

describe("groups that are cut in another way", () => {
  const config = grouped([[ana, ben], [cara]], 2) + SECTION;

  test.each([
    ["as in the rule", [ageGroup(ana, ben), ageGroup(cara)]],
    ["in another order", [ageGroup(cara), ageGroup(ben, ana)]],
    ["with fewer members", [ageGroup(cara), ageGroup(ben)]],
  ])("may be %s", async (_, groups) => {
    expect(await ask({ config, groups, threshold: 2 })).toEqual([]);
  });

  test.each([
    ["one group becomes two", [ageGroup(ana), ageGroup(ben)]],
    ["members change places", [ageGroup(ana, cara), ageGroup(ben)]],
    ["a group is there twice", [ageGroup(ana, ben), ageGroup(cara), ageGroup(cara)]],
  ])("are refused where %s", async (_, groups) => {
    await expect(ask({ config, groups, threshold: 2 })).rejects.toMatchObject(refusal(CUT, `groups:${groups.length}`));
    expect(await ask({ config, groups, threshold: 2, approval: { accepted: [`groups:${groups.length}`] } })).toEqual([]);
  });

  test("may have the group that was asked for, and only that", async () => {
    const groups = [ageGroup(ana, ben), ageGroup(cara), ageGroup(cara)];
    expect(await ask({ config, groups, threshold: 2, approval: { group: 2 } })).toEqual([]);
    await expect(ask({ config, groups: [...groups, ageGroup(ana)], threshold: 2, approval: { group: 2 } })).rejects.toMatchObject({
      message: CUT,
    });
  });

  test("of strangers alone are no other groups: the strangers are", async () => {
    const one = grouped([[ana], [ben]], 2) + SECTION;
    await expect(ask({ config: one, groups: [ageGroup(ana), ageGroup(cara)], threshold: 2 })).rejects.toMatchObject({
      message: stranger(cara),
    });
  });
});

test("updatekeys leaves nothing of a file but a threshold that no rule names", async () => {
  using scratch = new Scratch({});
  const project = await openIn(scratch, grouped([[ana], [ben], [ana, cara]]) + SECTION);
  const groups = [ageGroup(ana, cara), ageGroup(ben), ageGroup(ana)];
  scratch.write("a.yaml", await sealText("a: 1\n", "yaml", { groups, threshold: 2, access: accessFor({}) }));
  const plan = await planUpdate(project, "a.yaml", "yaml");
  await expect(guardUpdate(project, plan, [])).rejects.toMatchObject({ code: "REFUSED", message: expect.stringMatching(/^2 key groups/) });
  expect(await guardUpdate(project, plan, ["threshold:2"])).toEqual([]);
});

describe("a value that the creation rule wants encrypted and the file leaves plain", () => {
  const config = `creation_rules:\n  - {path_regex: \\.yaml$, encrypted_regex: ^(token|list)$, age: ${ana}}\n`;
  const PLAIN = "password: x\nname: y\nempty: {token: ''}\nlist: [old]\n";
  const RULE = ["the creation rule says encrypted_regex ^(token|list)$; a file keeps the selector that it was made with"];
  const hints = [...RULE, "--allow-plaintext writes the value all the same"];

  async function withFile<T>(use: (project: Project, file: string) => Promise<T>, rules = config): Promise<T> {
    using scratch = new Scratch({});
    const project = await openIn(scratch, rules);
    const selector = { kind: "encrypted_regex", pattern: "^password$" } as const;
    scratch.write("a.yaml", await sealText(PLAIN, "yaml", { selector, access: accessFor({}) }));
    return use(project, "a.yaml");
  }

  const set = (path: string, value: SecretValue, rules?: string, file = "a.yaml"): Promise<void> =>
    withFile(async (project, name) => {
      using open = await project.open(name);
      open.set(parsePath(path), valueFromJavaScript(value));
      await guardSet(project, file, open, parsePath(path));
    }, rules);

  test.each([
    ["token", "t", "token"],
    ["map.token", ["a", "b"], "map.token.0"],
    ["list.7", "new", "list.1"],
    ["list.7", ["", "new"], "list.1.1"],
    ["list.0", "new", "list.0"],
  ])("is refused: %s", async (path, value, named) => {
    const message = `${named} would stay readable: the file says encrypted_regex ^password$`;
    await expect(set(path, value)).rejects.toMatchObject({ code: "REFUSED", message, hints });
  });

  test.each([
    ["the file encrypts it", "password", "t", config],
    ["neither wants it", "other", "t", config],
    ["it is empty", "token", "", config],
    ["it is empty and new in a list", "list.7", "", config],
    ["there is no policy", "token", "t", undefined],
    ["the rule has a selector that is none", "token", "t", config.replace("^(token|list)$", "'(?=t'")],
  ])("is fine where %s", async (_, path, value, rules) => {
    await expect(set(path, value, rules ?? "stores: {}\n")).resolves.toBeUndefined();
  });

  test("is fine for a file that no rule matches", async () => {
    await expect(set("token", "t", config, "a.json")).resolves.toBeUndefined();
  });

  test.each([
    ["nothing new", PLAIN.replace("password: x", "password: z"), undefined],
    ["a new one", `${PLAIN}token: t\n`, "token would stay readable: the file says encrypted_regex ^password$"],
    ["a changed one", PLAIN.replace("old", "new"), "list.0 would stay readable: the file says encrypted_regex ^password$"],
    ["the same elsewhere", `${PLAIN}more: {list: [old]}\n`, "more.list.0 would stay readable: the file says encrypted_regex ^password$"],
  ])("is refused in the next version of a file, unless it stood there: %s", async (_, text, message) => {
    const outcome = await withFile(async (project, name) => {
      using open = await project.open(name);
      const { roots } = await parseText(text, "yaml");
      return guardNext(project, name, open, roots).then(
        () => undefined,
        (error: Error) => error.message,
      );
    });
    expect(outcome).toBe(message);
  });
});
