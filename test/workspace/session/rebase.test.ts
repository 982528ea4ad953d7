import { expect, test } from "vitest";
import type { Node } from "../../../src/model/tree.ts";
import { decodeText } from "../../../src/model/text.ts";
import { rebaseEdits, settleConflicts } from "../../../src/workspace/session/rebase.ts";
import { applyEdits, type SessionEdit } from "../../../src/workspace/session/session-edits.ts";
import { LATER, openText, sealText, unlockText } from "../../support/sotto.ts";

const BASE = "a:\n    x: one\n    w: two\nb: three\nc:\n    - four\n    - five\n";

const text = (canonical: string): Node => ({ kind: "scalar", type: "str", canonical });
const set = (path: string, to: string): SessionEdit => ({ kind: "set", path: path.split("."), node: text(to) });
const remove = (path: string): SessionEdit => ({ kind: "remove", path: path.split(".") });
const rename = (path: string, to: string): SessionEdit => ({ kind: "rename", path: path.split("."), to });

interface Outcome {
  readonly conflicts: readonly string[];
  readonly clean: number;
  readonly ours: string;
  readonly theirs: string;
}

async function merge(ours: readonly SessionEdit[], theirs: readonly SessionEdit[]): Promise<Outcome> {
  const sealed = await sealText(BASE, "yaml");
  using base = await unlockText(sealed, "yaml");
  using other = base.fork();
  applyEdits(other, theirs);
  const their = decodeText(other.encode(LATER));
  const rebased = rebaseEdits(base, other, ours);
  const result = async (side: "ours" | "theirs"): Promise<string> => {
    using open = await unlockText(their, "yaml");
    applyEdits(
      open,
      settleConflicts(rebased, () => side),
    );
    return openText(decodeText(open.encode(LATER)), "yaml");
  };
  return {
    conflicts: rebased.conflicts.map(({ path, ours: mine, theirs: his }) => `${path.join(".")}: ${mine}, ${his}`),
    clean: rebased.clean.length,
    ours: await result("ours"),
    theirs: await result("theirs"),
  };
}

test("edits of different values go together", async () => {
  const { conflicts, theirs } = await merge([set("a.x", "mine"), set("new", "new"), remove("b")], [set("a.w", "other"), set("m", "more")]);
  expect(conflicts).toEqual([]);
  expect(theirs).toBe("a:\n    x: mine\n    w: other\nc:\n    - four\n    - five\nm: more\nnew: new\n");
});

test("two different changes of one value are a conflict, and either side can be taken", async () => {
  const { conflicts, clean, ours, theirs } = await merge([set("b", "mine"), set("a.x", "mine")], [set("b", "other")]);
  expect(conflicts).toEqual(["b: set, changed"]);
  expect(clean).toBe(1);
  expect(ours).toBe("a:\n    x: mine\n    w: two\nb: mine\nc:\n    - four\n    - five\n");
  expect(theirs).toBe("a:\n    x: mine\n    w: two\nb: other\nc:\n    - four\n    - five\n");
});

test.each<[string, readonly SessionEdit[]]>([
  ["a value", [set("b", "same")]],
  ["a new value", [set("new.m", "same")]],
  ["a removal", [remove("a.x")]],
  ["a name", [rename("b", "d")]],
  ["an item", [set("c.0", "same")]],
  ["a detour", [set("b", "other"), set("b", "same")]],
])("the same change on both sides is no conflict: %s", async (_, edits) => {
  expect(await merge(edits, edits)).toMatchObject({ conflicts: [], clean: 0 });
});

test.each<[string, readonly SessionEdit[], readonly SessionEdit[], string, string]>([
  [
    "we remove what they change",
    [remove("b")],
    [set("b", "other")],
    "b: removed, changed",
    "a:\n    x: one\n    w: two\nc:\n    - four\n    - five\n",
  ],
  [
    "we change what they remove",
    [set("b", "mine")],
    [remove("b")],
    "b: set, removed",
    "a:\n    x: one\n    w: two\nc:\n    - four\n    - five\nb: mine\n",
  ],
  [
    "both add a key",
    [set("new", "mine")],
    [set("new", "other")],
    "new: set, added",
    "a:\n    x: one\n    w: two\nb: three\nc:\n    - four\n    - five\nnew: mine\n",
  ],
  [
    "a map goes under an edit",
    [set("a.x", "mine")],
    [remove("a")],
    "a.x: set, removed",
    "b: three\nc:\n    - four\n    - five\na:\n    x: mine\n",
  ],
  [
    "a map goes under a new key",
    [set("a.z", "mine")],
    [remove("a")],
    "a.z: set, removed",
    "b: three\nc:\n    - four\n    - five\na:\n    z: mine\n",
  ],
  [
    "a list is one thing",
    [set("c.0", "mine")],
    [set("c.1", "other")],
    "c: set, changed",
    "a:\n    x: one\n    w: two\nb: three\nc:\n    - mine\n    - five\n",
  ],
  [
    "their value and our name",
    [rename("b", "d")],
    [set("b", "other")],
    "b: renamed, changed",
    "a:\n    x: one\n    w: two\nd: other\nc:\n    - four\n    - five\n",
  ],
  [
    "our name for what they remove",
    [rename("b", "d")],
    [remove("b")],
    "b: renamed, removed",
    "a:\n    x: one\n    w: two\nc:\n    - four\n    - five\nd: three\n",
  ],
  [
    "our name is taken",
    [rename("b", "d")],
    [set("d", "other")],
    "d: renamed, added",
    "a:\n    x: one\n    w: two\nc:\n    - four\n    - five\nd: three\n",
  ],
  [
    "an edit below a new name",
    [rename("a", "e"), set("e.x", "mine")],
    [set("a.x", "other")],
    "a: renamed, changed",
    "b: three\nc:\n    - four\n    - five\ne:\n    x: mine\n    w: two\n",
  ],
])("%s: a conflict whose edits make their version ours", async (_, mine, their, conflict, ours) => {
  const outcome = await merge(mine, their);
  expect(outcome.conflicts).toEqual([conflict]);
  expect(outcome.ours).toBe(ours);
});

test("what they only moved about or commented is no change", async () => {
  const base = await sealText(BASE, "yaml");
  const other = await sealText("b: three\n# more\na:\n    w: two\n    x: one\nc:\n    - four\n    - five\n", "yaml");
  using left = await unlockText(base, "yaml");
  using right = await unlockText(other, "yaml");
  expect(rebaseEdits(left, right, [set("a.x", "mine"), remove("c.0"), rename("b", "d")])).toMatchObject({ conflicts: [] });
});
