/** The wizard on a real folder: what it writes, that it writes all or nothing, and who can read the files afterwards. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Event } from "../../src/tui/model/events.ts";
import { Repository } from "../git/repository.ts";
import { describeWithPeers } from "../support/peers.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";
import { Live } from "./live.ts";
import { keyEvent } from "./states.ts";

const [ana, ben, cara] = [vectorRecipient("ana"), vectorRecipient("ben"), vectorRecipient("cara")];
const BEN = identitiesOf({ keys: ["keys/ben.txt"] });
const CARA = identitiesOf({ keys: ["keys/cara.txt"] });
const RULES = `keys:
  - &ana ${ana}
  - &ben ${ben}
creation_rules:
  - path_regex: ^secrets/prod
    age: [*ana, *ben]
  - path_regex: ^secrets/
    age: [*ana, *ben]
  - path_regex: ^own/
    age: *ana
sotto:
  people:
    ana: {keys: [*ana]}
    ben: {keys: [*ben]}
  environments:
    dev: {files: [secrets/dev.yaml]}
    prod: {files: [secrets/prod.json], isolated: true}
`;
const FILES = ["secrets/dev.yaml", "secrets/prod.json", "own/a.yaml"];
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", RULES);
  repository.write("secrets/dev.yaml", "a: one\nb:\n  - two\n  - three\nplain_unencrypted: 1\n");
  repository.write("secrets/prod.json", '{"a": "live"}\n');
  repository.write("own/a.yaml", "a: own\n");
  for (const file of FILES) {
    // oxlint-disable-next-line no-await-in-loop
    const { exit, errors } = await repository.sotto(["encrypt", "-i", file]);
    if (exit !== 0) throw new Error(errors);
  }
});
afterEach(() => repository[Symbol.dispose]());

const open = (env: Readonly<Record<string, string>> = {}): Promise<Live> =>
  Live.open(createNodeHost({ cwd: repository.path, env: { ...repository.env, ...env } }));
const contents = (): readonly string[] => [".sops.yaml", ...FILES].map((file) => repository.read(file));
const decrypt = async (file: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await repository.sotto(["decrypt", file], { env })).output;

async function access(env: Readonly<Record<string, string>> = {}): Promise<Live> {
  const live = await open(env);
  await live.press("P");
  return live;
}

async function confirm(live: Live, word: string): Promise<void> {
  await live.press("enter");
  expect(live.state.overlay).toMatchObject({ kind: "prompt", purpose: { kind: "confirm", word } });
  await live.type(word);
  await live.press("enter");
}

async function removeBen(): Promise<Live> {
  const live = await access();
  await live.press("j", "d", "enter");
  await confirm(live, "prod");
  return live;
}

test("who can read what is told by environments, and files in none have columns of their own", async () => {
  const live = await access();
  const { view } = live.screen("access");
  expect(view?.columns.map((column) => column.name)).toEqual(["dev", "prod", "own/a.yaml"]);
  expect(view?.rows.map(({ name, cells }) => [name, ...cells])).toEqual([
    ["ana", "reads", "reads", "reads"],
    ["ben", "reads", "reads", "no"],
  ]);
  expect(view?.rows[1]?.files).toEqual(FILES.slice(0, 2).map((path) => ({ path, cell: "reads" })));
});

test("it needs no key", async () => {
  const live = await access(CARA);
  expect(live.screen("access").view?.rows.map(({ name }) => name)).toEqual(["ana", "ben"]);
});

describe("ben is removed", () => {
  test("from the rules and all files, and what he could read is listed", async () => {
    const live = await removeBen();
    const screen = live.screen("wizard");
    expect([screen.step, screen.written]).toEqual([4, FILES.slice(0, 2)]);
    expect(screen.plan?.leaving).toEqual([
      {
        name: "ben",
        files: [
          { path: "secrets/dev.yaml", alone: true, keys: ["a", "b.0", "b.1"] },
          { path: "secrets/prod.json", alone: true, keys: ["a"] },
        ],
      },
    ]);
    expect(repository.read(".sops.yaml")).not.toContain(ben);
    expect(await Promise.all(FILES.map((file) => decrypt(file, BEN)))).toEqual(["", "", ""]);
    expect(await decrypt("secrets/dev.yaml")).toBe("a: one\nb:\n  - two\n  - three\nplain_unencrypted: 1\n");
  });

  test("and the files stay open, with the new rules in force", async () => {
    const live = await removeBen();
    expect(FILES.map((file) => live.state.files.get(file)?.key)).toEqual(["open", "open", "open"]);
    expect(live.state.files.get("secrets/dev.yaml")).toMatchObject({ stale: false, readers: ["ana"] });
    expect([live.state.job, live.edge.saving]).toEqual([undefined, undefined]);
    await live.press("enter");
    const { view } = live.screen("access");
    expect(view?.rows.map(({ name }) => name)).toEqual(["ana"]);
    expect(view?.differing).toEqual([]);
  });

  test("but the wrong word does nothing", async () => {
    const before = contents();
    const live = await access();
    await live.press("j", "d", "enter", "enter");
    await live.type("dev");
    await live.press("enter");
    expect([live.screen("wizard").step, live.said.at(-1)]).toEqual([2, "That is not prod: nothing was done."]);
    expect(contents()).toEqual(before);
  });

  test("and a file that is left out is told of", async () => {
    const live = await access();
    await live.press("j", "d", "j", "space", "enter");
    expect(live.screen("wizard").plan).toMatchObject({ left: ["secrets/prod.json"] });
    await live.press("enter");
    expect(live.screen("wizard").written).toEqual(["secrets/dev.yaml"]);
    expect(await decrypt("secrets/prod.json", BEN)).toContain("live");
  });

  test("by himself only when he types that he means it", async () => {
    const live = await access(BEN);
    await live.press("j", "d", "enter");
    expect(live.screen("wizard").plan?.locksOut).toBe(true);
    await confirm(live, "lock me out");
    expect(await decrypt("secrets/dev.yaml", BEN)).not.toBe("");
    await live.type("prod");
    await live.press("enter");
    expect(live.screen("wizard").step).toBe(4);
    expect(await decrypt("secrets/dev.yaml", BEN)).toBe("");
    expect(live.state.files.get("secrets/dev.yaml")?.key).toBe("refused");
  });
});

test("somebody whom only the rules name is removed from them", async () => {
  repository.write(".sops.yaml", RULES.replace("    age: *ana\n", `    age: [*ana, ${cara}]\n`));
  const before = contents();
  const live = await access();
  const at = live.screen("access").view?.rows.findIndex(({ label }) => label === cara) ?? 0;
  expect(live.screen("access").view?.rows[at]?.cells).toEqual(["no", "no", "rule only"]);
  await live.press(...Array.from({ length: at }, () => "j"), "d", "enter", "enter");
  expect(live.screen("wizard")).toMatchObject({ step: 4, written: [] });
  expect(repository.read(".sops.yaml")).not.toContain(cara);
  expect(contents().slice(1)).toEqual(before.slice(1));
});

describe("nothing is changed", () => {
  test("when it is stopped in the middle", async () => {
    const before = contents();
    const live = await access();
    const dispatch = live.edge.dispatch.bind(live.edge);
    let stopped = false;
    live.edge.dispatch = (event: Event): void => {
      dispatch(event);
      if (stopped || event.topic !== "access" || event.kind !== "progress" || event.state !== "ready") return;
      stopped = true;
      dispatch(keyEvent("escape"));
    };
    await live.press("j", "d", "enter");
    await confirm(live, "prod");
    expect(live.screen("wizard")).toMatchObject({ step: 3, outcome: "stopped" });
    expect(live.said.at(-1)).toBe("Stopped. 0 of 2 files changed.");
    expect(contents()).toEqual(before);
    expect(live.state.job).toBeUndefined();
    // The same again, to the end.
    await live.press("enter");
    await confirm(live, "prod");
    expect(live.screen("wizard").step).toBe(4);
  });

  test("when somebody wrote a file since it was looked at", async () => {
    const live = await access();
    await live.press("j", "d", "enter");
    repository.write("secrets/prod.json", `${repository.read("secrets/prod.json")}\n`);
    const before = contents();
    await confirm(live, "prod");
    expect(live.screen("wizard")).toMatchObject({ step: 3, outcome: "failed" });
    expect(live.said.at(-1)).toContain("Not done: it was changed by someone else meanwhile");
    expect(contents()).toEqual(before);
  });

  test("when nobody would be left", async () => {
    const live = await access();
    await live.press("d", "enter");
    expect(live.screen("wizard")).toMatchObject({ step: 2, plan: undefined });
    expect(live.screen("wizard").problem).toContain("nobody would be left");
  });
});

describe("cara is added", () => {
  async function addCara(): Promise<Live> {
    const live = await access();
    await live.press("a");
    await live.type(cara);
    await live.press("enter");
    expect(live.state.overlay).toMatchObject({ kind: "prompt", purpose: { kind: "recipient name" } });
    await live.type("cara");
    await live.press("enter", "enter");
    return live;
  }

  test("to dev alone", async () => {
    const live = await addCara();
    const { plan } = live.screen("wizard");
    expect(plan?.files.map(({ path, added, renews }) => ({ path, added, renews }))).toEqual([
      { path: "secrets/dev.yaml", added: ["cara"], renews: false },
    ]);
    await live.press("enter");
    expect(live.screen("wizard").step).toBe(4);
    expect(await decrypt("secrets/dev.yaml", CARA)).toContain("a: one");
    expect(await decrypt("secrets/prod.json", CARA)).toBe("");
    await live.press("enter");
    expect(live.screen("access").view?.rows.find(({ name }) => name === "cara")?.cells).toEqual(["reads", "no", "no"]);
  });

  test("and known by her name afterwards", async () => {
    const live = await addCara();
    await live.press("enter", "enter", "right", "a");
    await live.type("cara");
    await live.press("enter");
    expect(live.screen("wizard").change).toMatchObject({ kind: "add", recipient: cara, name: "cara" });
  });

  test.each([
    ["somebody", "that is no recipient that sotto knows"],
    ["age1wrong", "age1wrong"],
    [`${cara},${ben}`, "one recipient at a time"],
  ])("never as %s", async (text, message) => {
    const live = await access();
    await live.press("a");
    await live.type(text);
    await live.press("enter");
    live.screen("access");
    expect(live.state.overlay).toBeUndefined();
    expect(live.said.at(-1)).toContain(message);
  });

  test("never by a secret key, which is not repeated", async () => {
    const secret = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;
    const live = await access();
    await live.press("a");
    await live.type(secret);
    await live.press("enter");
    expect(live.said.at(-1)).toContain("this is a secret key where a recipient belongs");
    expect(JSON.stringify(live.state.messages)).not.toContain(secret);
  });
});

describe("without a change of people", () => {
  test("a new data key leaves the rules alone", async () => {
    const before = contents();
    const live = await access();
    await live.press("R", "enter", "enter");
    expect(live.screen("wizard")).toMatchObject({ step: 4, written: ["secrets/dev.yaml"] });
    const after = contents();
    expect(after.map((text, at) => text !== before[at])).toEqual([false, true, false, false]);
    expect(await decrypt("secrets/dev.yaml", BEN)).toContain("a: one");
  });

  test("files follow rules that somebody changed", async () => {
    repository.write(".sops.yaml", RULES.replace("age: [*ana, *ben]\n  - path_regex: ^own", "age: *ana\n  - path_regex: ^own"));
    const live = await access();
    expect(live.screen("access").view?.rows[1]?.cells).toEqual(["file only", "reads", "no"]);
    await live.press("s", "enter");
    expect(live.screen("wizard").plan).toMatchObject({ config: [], files: [{ path: "secrets/dev.yaml", removed: ["ben"], renews: true }] });
    await live.press("enter", "enter");
    expect(live.screen("access").view?.differing).toEqual([]);
    expect(await decrypt("secrets/dev.yaml", BEN)).toBe("");
  });
});

describeWithPeers(["sops"], "with the real sops", () => {
  test("ben cannot decrypt any more, ana can", async () => {
    await removeBen();
    for (const file of FILES.slice(0, 2)) {
      expect(repository.sops(["decrypt", file]).exit).toBe(0);
      expect(repository.sops(["decrypt", file], { env: BEN }).exit).not.toBe(0);
    }
    expect(repository.sops(["decrypt", "secrets/prod.json"]).output).toContain("live");
  });
});
