/** The doctor on a real project: what it finds, where it leads, what it mends, and what is ignored from then on. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { doctorRows, type FindingView } from "../../src/tui/model/doctor.ts";
import { topScreen } from "../../src/tui/model/state.ts";
import { Repository } from "../git/repository.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { Live } from "./live.ts";

const CONFIG = `creation_rules:
  - path_regex: ^secrets/
    age: ${vectorRecipient("ana")}
sotto:
  environments:
    dev: {files: secrets/dev.yaml}
    prod: {files: secrets/prod.yaml, isolated: true}
`;
let repository: Repository;
let live: Live;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  repository.write("secrets/dev.yaml", "user: app\npassword: abc123\nsession_secret: canary-shared-between\n");
  repository.write("secrets/prod.yaml", "password: canary-K7q.Vd2w_Zp9x\nsession_secret: canary-shared-between\n");
  await sotto("encrypt", "-i", "secrets/dev.yaml");
  await sotto("encrypt", "-i", "secrets/prod.yaml");
  repository.write("secrets/new.yaml", "token: canary\n");
  live = await Live.open(createNodeHost({ cwd: repository.path, env: repository.env }));
});
afterEach(() => repository[Symbol.dispose]());

async function sotto(...argv: readonly string[]): Promise<void> {
  const { exit, errors } = await repository.sotto(argv);
  if (exit !== 0) throw new Error(errors);
}

const findings = (): readonly FindingView[] =>
  doctorRows(live.screen("doctor")).flatMap((row) => (row.kind === "finding" ? [row.finding] : []));
const idsOf = (state: FindingView["state"]): readonly string[] => findings().flatMap((one) => (one.state === state ? [one.id] : []));

/** Puts the cursor on a finding. */
async function choose(id: string): Promise<void> {
  const at = doctorRows(live.screen("doctor")).findIndex((row) => row.kind === "finding" && row.finding.id.startsWith(id));
  if (at === -1)
    throw new Error(
      `no finding ${id}: ${findings()
        .map((one) => one.id)
        .join(", ")}`,
    );
  await live.press("home", ...Array.from({ length: at }, () => "down"));
}

test("what is wrong and what is weak is found, and no value with it", async () => {
  await live.press("C");
  expect(idsOf("wrong")).toEqual(["plaintext secrets/new.yaml"]);
  expect(idsOf("weak").filter((id) => id.includes("secrets/"))).toEqual([
    "duplicate secrets/prod.yaml session_secret prod is kept apart, and this is the value of session_secret @ dev",
    "weak secrets/dev.yaml password",
    "policy .sops.yaml rule 1 (^secrets/) has no backup recipient: whoever loses that one key loses the files",
  ]);
  expect(JSON.stringify(live.screen("doctor"))).not.toContain("canary");
  expect(live.screen("doctor").looked).toEqual({ files: 3, values: 5 });
  expect(doctorRows(live.screen("doctor"))[live.screen("doctor").list.cursor]?.kind).toBe("finding");
  expect(live.state.job).toBeUndefined();
});

test("Enter goes to the key", async () => {
  await live.press("C");
  await choose("weak secrets/dev.yaml password");
  await live.press("enter");
  expect(live.screen("document")).toMatchObject({ file: "secrets/dev.yaml", pane: "tree", list: { cursor: 1 } });
  await live.press("escape");
  expect(topScreen(live.state).kind).toBe("doctor");
});

test("x encrypts a file after a question, and looks again", async () => {
  await live.press("C");
  await choose("plaintext");
  await live.press("x", "escape");
  expect(repository.read("secrets/new.yaml")).toBe("token: canary\n");
  await live.press("x", "e");
  expect(await repository.sotto(["decrypt", "secrets/new.yaml"])).toMatchObject({ exit: 0, output: "token: canary\n" });
  expect(idsOf("wrong")).toEqual([]);
});

test("a file that is encrypted from the document is no finding any more", async () => {
  await live.press("C");
  await choose("plaintext");
  await live.press("enter", "enter", "e", "escape");
  expect(idsOf("wrong")).toEqual([]);
});

test("x opens the editor for a weak value, and does nothing where nothing is surely safe", async () => {
  await live.press("C");
  await choose("weak secrets/dev.yaml password");
  await live.press("x");
  expect(live.screen("editor").targets).toMatchObject([{ file: "secrets/dev.yaml", path: ["password"] }]);
  await live.press("escape", "escape");
  await choose("keys ");
  await live.press("x");
  expect(live.said.at(-1)).toContain("there is no fix for this that is surely safe");
});

test("x leads to the wizard where a file differs from its rule, and Enter to the people", async () => {
  await sotto("rotate", "-i", "--add-age", vectorRecipient("ben"), "secrets/prod.yaml");
  await live.dispatch({ topic: "input", kind: "action", id: "reload" });
  await live.press("C");
  await choose("drift secrets/prod.yaml");
  await live.press("x");
  expect(live.screen("wizard")).toMatchObject({ change: { kind: "sync" } });
  await live.press("escape", "enter");
  expect(topScreen(live.state).kind).toBe("access");
});

test("i hides a finding for everybody, with a reason, and v shows it", async () => {
  await live.press("C");
  await choose("weak secrets/dev.yaml password");
  await live.press("i", "enter");
  expect(live.said.at(-1)).toBe("A reason is needed: nothing is ignored.");
  expect(repository.read(".sops.yaml")).toBe(CONFIG);
  await live.press("i");
  await live.type("a container that nobody reaches");
  await live.press("enter");
  expect(repository.read(".sops.yaml")).toBe(
    `${CONFIG}  ignore:\n    - finding: weak secrets/dev.yaml password\n      reason: a container that nobody reaches\n`,
  );
  expect(idsOf("weak")).not.toContain("weak secrets/dev.yaml password");
  await live.press("C");
  expect(idsOf("weak")).not.toContain("weak secrets/dev.yaml password");
  await live.press("v");
  expect(findings().find(({ id }) => id === "weak secrets/dev.yaml password")?.ignored).toBe("a container that nobody reaches");
});

test("a file that was changed outside of sotto is found, and cannot be hidden", async () => {
  const text = repository.read("secrets/dev.yaml");
  repository.write("secrets/dev.yaml", text.replace(/^user: .*\n/m, ""));
  await live.dispatch({ topic: "input", kind: "action", id: "reload" });
  await live.press("C");
  await choose("mac secrets/dev.yaml");
  await live.press("i");
  expect(live.said.at(-1)).toBe("ignore: this cannot be ignored");
});

test("^C stops it, and says that not everything was looked at", async () => {
  const looking = live.press("C");
  while (live.edge.running === undefined) await new Promise((resolve) => void setImmediate(resolve));
  live.edge.running.abort();
  await looking;
  expect(live.screen("doctor")).toMatchObject({ stopped: true, groups: undefined });
  expect(live.state.job).toBeUndefined();
});
