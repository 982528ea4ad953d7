import * as fc from "fast-check";
import { expect, test } from "vitest";
import { diffTrees } from "../../../src/file/diff.ts";
import { applyEdits } from "../../../src/workspace/session/session-edits.ts";
import { editsBetween } from "../../../src/workspace/session/edits-between.ts";
import { assertAlways } from "../../support/property.ts";
import { sealText, unlockText } from "../../support/sotto.ts";

const key = fc.constantFrom("a", "b", "c", "d");
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("one", "two", 5, true, "", null),
    fc.dictionary(key, tie("node"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(fc.constantFrom("x", "y", 7), { maxLength: 3 }),
  ),
}));
const document = fc.dictionary(key, tree.node, { minKeys: 1, maxKeys: 4, noNullPrototype: true });

async function seal(value: unknown): Promise<string> {
  return sealText(`${JSON.stringify(value)}\n`, "json", { allowPlaintext: true });
}

test("made on the first version they give the second", async () => {
  await assertAlways(fc.tuple(document, document), 200, async ([before, after]) => {
    using old = await unlockText(await seal(before), "json");
    using next = await unlockText(await seal(after), "json");
    applyEdits(old, editsBetween(old.roots(), next.roots()));
    expect(diffTrees(old.roots(), next.roots())).toEqual([]);
  });
});

test("equal versions need none", async () => {
  const text = await sealText("a: one\nb:\n  - two\n", "yaml");
  using one = await unlockText(text, "yaml");
  using two = await unlockText(text, "yaml");
  expect(editsBetween(one.roots(), two.roots())).toEqual([]);
});
