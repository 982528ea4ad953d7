/** A change of the plaintext changes no more of an encrypted file than `set` does, whatever release of sops wrote it. */
import { describe, expect, test } from "vitest";
import { encryptOnto } from "../../src/file/encrypt-file.ts";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import { formatPath } from "../../src/file/path.ts";
import { isFilled, pathOf } from "../../src/file/walk.ts";
import { decodeText } from "../../src/model/text.ts";
import { formatOfPath } from "../../formats/index.ts";
import { accessFor } from "../support/sotto.ts";
import { identitiesOf, manifest, readVector } from "../support/vectors.ts";

const LATER = new Date("2040-01-02T03:04:05Z");
const rows = manifest.files.filter((row) => row.file !== undefined && row.decrypt_exit === 0);

/** Numbers of the lines that differ; the second number tells whether there are more or fewer lines. */
function changedLines(before: string, after: string): readonly number[] {
  const left = before.split("\n");
  const right = after.split("\n");
  const changed = right.flatMap((line, index) => (line === left[index] ? [] : [index]));
  return left.length === right.length ? changed : [...changed, -1];
}

describe.each([...new Set(rows.map((row) => row.sops))])("files of sops %s", (release) => {
  test("change in the lines of the value, the time and the MAC", async () => {
    let compared = 0;
    for (const row of rows.filter((one) => one.sops === release)) {
      const path = row.file ?? "";
      const bytes = readVector(path);
      const format = formatOfPath(path);
      if (format === "binary") continue;
      const file = await EncryptedFile.parse(bytes, format);
      using open = await file.unlock(accessFor(identitiesOf(row)));
      for (const { leaf, place, root, selected } of open.opened.leaves.filter((one) => one.root === 0)) {
        if (leaf.kind === "comment" || leaf.slot === undefined || !isFilled(leaf) || root !== 0 || !selected) continue;
        using asked = open.fork();
        asked.set(pathOf(place).map(String), { kind: "scalar", type: "str", canonical: "another text" });
        const wanted = decodeText(asked.encode(LATER));
        using given = open.fork();
        const made = await encryptOnto(given, { bytes: await asked.print(), format }, { now: LATER });
        const what = `${path} ${formatPath(pathOf(place))}`;
        expect([what, changedLines(decodeText(bytes), decodeText(made ?? bytes))]).toEqual([what, changedLines(decodeText(bytes), wanted)]);
        expect(decodeText(await given.print())).toBe(decodeText(await asked.print()));
        compared += 1;
        if (compared % 7 === 0) break;
      }
    }
    expect(compared).toBeGreaterThan(20);
  });
});
