/** A text that was changed in one line makes a file that differs in one line, however often that is done. */
import { array, constantFrom, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { encryptOnto } from "../../src/file/encrypt-file.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { assertAlways } from "../support/property.ts";
import { ANA, LATER, sealText, unlockText } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const TOKEN = /ENC\[AES256_GCM,[^\]]*\]/g;

interface Layout {
  readonly format: FormatId;
  readonly head: string;
  readonly line: (value: string, unique: number) => string;
}

/** What stands in a list has the same path, so equal values there could come out alike. */
const LAYOUTS: readonly Layout[] = [
  { format: "yaml", head: "# a list\nlist:\n", line: (value) => `  - ${value}  # as it is\n` },
  { format: "yaml", head: "rows:\n", line: (value, unique) => `  -   {k${unique % 2}: "${value}",  same: x}\n` },
  { format: "dotenv", head: "A=0\n", line: (value) => `K=${value}\n` },
  { format: "ini", head: "[s]\na   = 0\n", line: (value, unique) => `k${unique}   = ${value}\n` },
];

const changes = array(
  record({
    kind: constantFrom("replace", "insert", "remove", "copy"),
    at: integer({ min: 0, max: 99 }),
    value: constantFrom("x", "y", "z"),
  }),
  { minLength: 1, maxLength: 6 },
);
const starts = array(constantFrom("x", "y"), { minLength: 1, maxLength: 6 });

describe.each(LAYOUTS)("in $format, $head", ({ format, head, line }) => {
  test("lines that did not change keep their bytes, and no two values get the same ciphertext", async () => {
    let unique = 0;
    await assertAlways(record({ starts, changes }), 60, async (sample) => {
      const lines = sample.starts.map((value) => line(value, (unique += 1)));
      let sealed = await sealText(head + lines.join(""), format);
      const versions = [sealed];
      for (const { kind, at, value } of sample.changes) {
        const index = at % lines.length;
        const before = [...lines];
        if (kind === "replace") lines[index] = line(value, (unique += 1));
        else if (kind === "remove" && lines.length > 1) lines.splice(index, 1);
        else lines.splice(index, 0, kind === "copy" && format !== "ini" ? (lines[index] ?? "") : line(value, (unique += 1)));
        const plain = head + lines.join("");
        using open = await unlockText(sealed, format);
        const next = await encryptOnto(open, { bytes: encodeText(plain), format }, { now: LATER });
        expect([next === undefined, lines]).toEqual([lines.join("") === before.join(""), lines]);
        if (next === undefined) continue;
        expectOneChange(bodyOf(sealed), bodyOf(decodeText(next)));
        sealed = decodeText(next);
        versions.push(sealed);
        using again = await unlockText(sealed, format);
        expect(decodeText(await again.print())).toBe(plain);
        const tokens = sealed.match(TOKEN) ?? [];
        expect(new Set(tokens).size).toBe(tokens.length);
      }
      expect(repeatedNonces(versions)).toEqual([]);
    });
  });
});

/** Lines without what changes with every save. */
function bodyOf(text: string): readonly string[] {
  return text.split("\n").filter((one) => !/^\s*(?:sops_)?(?:mac|lastmodified)\b/.test(one));
}

/** From the front and from the back all lines are the same, up to one. */
function expectOneChange(before: readonly string[], after: readonly string[]): void {
  let front = 0;
  while (front < before.length && before[front] === after[front]) front += 1;
  let back = 0;
  while (back < Math.min(before.length, after.length) - front && before.at(-1 - back) === after.at(-1 - back)) back += 1;
  expect([before.slice(front, before.length - back).length <= 1, after.slice(front, after.length - back).length <= 1]).toEqual([
    true,
    true,
  ]);
}

function repeatedNonces(texts: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  return texts
    .flatMap((text) => text.match(TOKEN) ?? [])
    .filter((token) => {
      const iv = /,iv:([^,]+),/.exec(token)?.[1] ?? "";
      const first = seen.get(iv) ?? token;
      seen.set(iv, first);
      return first !== token;
    });
}

test("the command changes the line, the time and the MAC; not the version", async () => {
  using scratch = new Scratch(ANA);
  scratch.write("app.yaml", 'a:   one   # first\n\nl: [x,   x, "y"]\nb: two\n');
  await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), "app.yaml"]);
  scratch.write("app.yaml", scratch.read("app.yaml").replace("version: 3.13.3", "version: 3.8.1"));
  const before = scratch.read("app.yaml").split("\n");
  expect((await scratch.sotto(["edit", "app.yaml"], { env: { EDITOR: "/bin/sed -i s/two/2/" } })).exit).toBe(0);
  const after = scratch.read("app.yaml").split("\n");
  const changed = after.filter((one, at) => one !== before[at]).map((one) => one.replace(/:.*/, "").trim());
  // In the same second the time is the same.
  expect(changed.filter((name) => name !== "lastmodified")).toEqual(["b", "mac"]);
  expect(after).toContain("    version: 3.8.1");
  expect((await scratch.sotto(["decrypt", "app.yaml"])).output).toBe('a:   one   # first\n\nl: [x,   x, "y"]\nb: 2\n');
});
