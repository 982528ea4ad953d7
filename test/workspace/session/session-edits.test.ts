import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { decodeText } from "../../../src/model/text.ts";
import type { FormatId, Node } from "../../../src/model/tree.ts";
import { sameNode } from "../../../src/workspace/session/same-tree.ts";
import { applyEdits, type SessionEdit } from "../../../src/workspace/session/session-edits.ts";
import { assertAlways } from "../../support/property.ts";
import { describeWithPeers } from "../../support/peers.ts";
import { SopsFolder } from "../../support/sops.ts";
import { accessFor, ANA, LATER, openText, sealText, unlockText } from "../../support/sotto.ts";

const PLAIN = `# head
a:
    x: one
    # about y
    y: two
b: three
c:
    - four
    - five
d_unencrypted: plain   # stays
`;

const text = (canonical: string): Node => ({ kind: "scalar", type: "str", canonical });
const set = (path: string, node: Node | string): SessionEdit => ({
  kind: "set",
  path: path.split("."),
  node: typeof node === "string" ? text(node) : node,
});
const remove = (path: string): SessionEdit => ({ kind: "remove", path: path.split(".") });
const rename = (path: string, to: string): SessionEdit => ({ kind: "rename", path: path.split("."), to });

async function edited(before: string, edits: readonly SessionEdit[], format: FormatId = "yaml"): Promise<string> {
  using open = await unlockText(before, format);
  applyEdits(open, edits);
  return decodeText(open.encode(LATER));
}

const tokensOf = (file: string): ReadonlyMap<string, string> =>
  new Map([...file.matchAll(/^ *(\w+): (ENC\[.*)$/gm)].map(([, key = "", token = ""]) => [key, token]));

test("edits are made in their order, and each value that nobody touched keeps its ciphertext", async () => {
  const before = await sealText(PLAIN, "yaml");
  const after = await edited(before, [
    set("a.x", "new"),
    rename("a", "e"),
    set("e.z", "six"),
    remove("c.0"),
    set("c.1", "seven"),
    remove("b"),
  ]);
  expect(await openText(after, "yaml")).toBe(
    "# head\ne:\n    x: new\n    # about y\n    y: two\n    z: six\nc:\n    - five\n    - seven\nd_unencrypted: plain   # stays\n",
  );
  const kept = await edited(before, [set("a.x", "new")]);
  const [old, now] = [tokensOf(before), tokensOf(kept)];
  expect([...old.keys()].filter((key) => old.get(key) !== now.get(key))).toEqual(["x", "mac"]);
});

test.each<[string, readonly SessionEdit[]]>([
  ["no edits", []],
  ["the value that is there", [set("b", "three")]],
  ["there and back", [set("b", "other"), set("b", "three")]],
  ["a name there and back", [rename("a", "e"), set("e.x", "other"), rename("e", "a"), set("a.x", "one")]],
  ["another type there and back", [set("b", { kind: "scalar", type: "int", canonical: "3" }), set("b", "three")]],
  ["a new key and away with it", [set("n.m", "x"), remove("n")]],
  ["plaintext there and back", [set("d_unencrypted", "'"), set("d_unencrypted", "plain")]],
])("%s changes no byte", async (_, edits) => {
  const before = await sealText(PLAIN, "yaml");
  expect(await edited(before, edits)).toBe(before);
});

test("what was set back on the way to another edit has its old ciphertext", async () => {
  const before = await sealText(PLAIN, "yaml");
  const after = await edited(before, [set("a.x", "other"), set("b", "new"), set("a.x", "one"), rename("c", "f"), rename("f", "c")]);
  const [old, now] = [tokensOf(before), tokensOf(after)];
  expect([...old.keys()].filter((key) => old.get(key) !== now.get(key))).toEqual(["b", "mac"]);
});

test("comments inside of a node are left out, since nothing would encrypt them", async () => {
  const before = await sealText(PLAIN, "yaml");
  const node: Node = {
    kind: "branch",
    entries: [
      { kind: "comment", text: " canary-comment", inline: false },
      { kind: "pair", key: "k", value: { kind: "sequence", items: [{ kind: "comment", text: " canary-item", inline: false }, text("v")] } },
    ],
  };
  const after = await edited(before, [set("new", node)]);
  expect(after).not.toContain("canary");
  expect(await openText(after, "yaml")).toContain("new:\n    k:\n        - v\n");
});

const KEYS = ["a", "b", "c", "d_unencrypted"];
const value: fc.Arbitrary<Node> = fc.oneof(
  fc.constantFrom<Node>(
    { kind: "scalar", type: "int", canonical: "7" },
    { kind: "scalar", type: "bool", canonical: "True" },
    { kind: "null" },
  ),
  fc.stringMatching(/^[ -~]{0,8}$/).map(text),
);
const tree: fc.Arbitrary<Record<string, string | Record<string, string>>> = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.oneof(
    fc.stringMatching(/^[a-z]{1,6}$/),
    fc.dictionary(fc.constantFrom(...KEYS), fc.stringMatching(/^[a-z]{1,6}$/), { minKeys: 1, noNullPrototype: true }),
  ),
  { minKeys: 1, noNullPrototype: true },
);
const path: fc.Arbitrary<readonly string[]> = fc.array(fc.constantFrom(...KEYS, "e"), { minLength: 1, maxLength: 2 });
const edit: fc.Arbitrary<SessionEdit> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), path, node: value }),
  fc.record({ kind: fc.constant("remove" as const), path }),
  fc.record({ kind: fc.constant("rename" as const), path, to: fc.constantFrom("a", "e", "f") }),
);

/** The same on plain objects; undefined for edits that are refused. */
function model(root: Map<string, unknown>, { kind, ...rest }: SessionEdit): boolean {
  const { path: keys } = rest;
  let holder = root;
  for (const key of keys.slice(0, -1)) {
    const next = holder.get(key);
    if (next instanceof Map) holder = next as Map<string, unknown>;
    else if (kind === "set") {
      const made = new Map<string, unknown>();
      holder.set(key, made);
      holder = made;
    } else return false;
  }
  const last = keys.at(-1) ?? "";
  if (kind === "set" && "node" in rest) holder.set(last, rest.node);
  else if (!holder.has(last)) return false;
  else if (kind === "remove") holder.delete(last);
  else if ("to" in rest) {
    if (rest.to !== last && holder.has(rest.to)) return false;
    const entries = [...holder].map(([key, one]) => [key === last ? rest.to : key, one] as const);
    holder.clear();
    for (const [key, one] of entries) holder.set(key, one);
  }
  return true;
}

function toModel(object: object): Map<string, unknown> {
  return new Map(Object.entries(object).map(([key, one]) => [key, typeof one === "object" ? toModel(one as object) : text(String(one))]));
}

function toNode(one: unknown): Node {
  if (!(one instanceof Map)) return one as Node;
  return {
    kind: "branch",
    entries: [...(one as Map<string, unknown>)].map(([key, inner]) => ({ kind: "pair", key, value: toNode(inner) })),
  };
}

const folder = new SopsFolder();
afterAll(() => folder[Symbol.dispose]());

/** @returns the file before and after, and the tree that it has to have */
async function runEdits(
  plain: object,
  edits: readonly SessionEdit[],
  access?: ReturnType<typeof accessFor>,
): Promise<{ before: string; after: string; wanted: Node } | undefined> {
  const before = await sealText(`${JSON.stringify(plain)}\n`, "json", {
    allowPlaintext: true,
    ...(access === undefined ? {} : { access }),
  });
  const root = toModel(plain);
  const taken: SessionEdit[] = [];
  using open = await unlockText(before, "json", access);
  using probe = open.fork();
  for (const one of edits) {
    const next = structuredClone(root);
    if (!model(next, one)) continue;
    try {
      applyEdits(probe, [one]);
    } catch (error) {
      // A value that may not become readable.
      if ((error as { code?: string }).code !== "REFUSED") throw error;
      continue;
    }
    model(root, one);
    taken.push(one);
  }
  applyEdits(open, taken);
  return { before, after: decodeText(open.encode(LATER)), wanted: toNode(root) };
}

test("after any edits, the file that is read again has the edited tree, and untouched ciphertext its bytes", async () => {
  await assertAlways(fc.tuple(tree, fc.array(edit, { maxLength: 6 })), 150, async ([plain, edits]) => {
    const done = await runEdits(plain, edits);
    if (done === undefined) return;
    const { before, after, wanted } = done;
    using old = await unlockText(before, "json");
    using now = await unlockText(after, "json");
    const [found] = now.roots();
    expect(sameNode(found, wanted)).toBe(true);
    const place = ({ aad, value: one }: (typeof now.opened.leaves)[number]): string => JSON.stringify([aad, one]);
    const tokens = new Map(old.opened.leaves.map((one) => [place({ ...one, value: bare(one.value) }), one]));
    const kept = now.opened.leaves.filter((one) => tokens.get(place({ ...one, value: bare(one.value) })) !== undefined);
    const textOf = ({ leaf }: (typeof kept)[number]): string => (leaf.kind === "scalar" ? leaf.canonical : leaf.text);
    expect(kept.map((one) => textOf(one))).toEqual(kept.map((one) => textOf(tokens.get(place({ ...one, value: bare(one.value) })) ?? one)));
  });
});

function bare<T extends { readonly slot?: unknown }>(one: T): T {
  const { slot: _, ...rest } = one;
  return rest as unknown as T;
}

describeWithPeers(["sops"], "after edits", () => {
  test("sops decrypts the file", async () => {
    await assertAlways(fc.tuple(tree, fc.array(edit, { minLength: 1, maxLength: 4 })), 10, async ([plain, edits]) => {
      const done = await runEdits(plain, edits, accessFor(ANA));
      const result = await folder.decrypt(done?.after ?? "", "json", { env: ANA });
      expect([result.errors, result.exit]).toEqual(["", 0]);
    });
  });
});
