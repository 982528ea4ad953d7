/** The golden vectors: what real releases of sops wrote, and what they said about it (`test/vectors/README.md`). */
import { describe, expect, test } from "vitest";
import { formatOfPath, loadFormat } from "../formats/index.ts";
import { exitOf } from "../src/cli/exit.ts";
import { EncryptedFile } from "../src/file/encrypted-file.ts";
import type { OpenFile } from "../src/file/encrypted-file.ts";
import { SottoError } from "../src/model/error.ts";
import { decodeText } from "../src/model/text.ts";
import type { Branch } from "../src/model/tree.ts";
import { asPrinted, commentsOf, valuesOf } from "./support/shapes.ts";
import { accessFor } from "./support/sotto.ts";
import { identitiesOf, manifest, readVector } from "./support/vectors.ts";
import type { TamperedRow, VectorRow } from "./support/vectors.ts";

interface FileRow extends VectorRow {
  readonly file: string;
}

const files = manifest.files.filter((row): row is FileRow => row.file !== undefined);

async function unlock(row: FileRow | TamperedRow): Promise<OpenFile> {
  const file = await EncryptedFile.parse(readVector(row.file), formatOfPath(row.file));
  return file.unlock(accessFor(identitiesOf(row)));
}

async function readRoots(path: string): Promise<readonly Branch[]> {
  const format = await loadFormat(formatOfPath(path));
  return format.parse(decodeText(readVector(path))).roots;
}

/** sops puts an encrypted inline comment on a line of its own, sotto leaves it where it stands. */
function hasInline(open: OpenFile): boolean {
  return open.opened.leaves.some(({ leaf, sealed }) => leaf.kind === "comment" && leaf.inline && sealed !== undefined);
}

test("the manifest is read as a whole", () => {
  expect(files).toHaveLength(240);
  expect(manifest.tampered).toHaveLength(52);
});

describe("a file that its release could decrypt gives the same data", () => {
  const readable = files.filter((row): row is FileRow & { decrypted: string } => row.decrypted !== undefined);
  test.each(readable.map((row) => [row.file, row] as const))("%s", async (_, row) => {
    using file = await unlock(row);
    const bytes = await file.print();
    const expected = await readRoots(row.decrypted);
    const printed = (await loadFormat(formatOfPath(row.file))).parse(decodeText(bytes));
    expect(valuesOf(printed, asPrinted)).toEqual(valuesOf({ roots: expected }, asPrinted));
    expect(commentsOf(printed.roots)).toEqual(commentsOf(expected));
    expect(file.opened.suspects).toEqual([]);
    const comparable = row.sops === "3.13.3" && !hasInline(file);
    expect(comparable ? decodeText(bytes) : "").toBe(comparable ? decodeText(readVector(row.decrypted)) : "");
  });
});

describe("a file that its release could not decrypt is sound, and other releases read it", () => {
  const unreadable = files.filter((row) => row.decrypt_exit !== 0);
  test.each(unreadable.map((row) => [row.file, row] as const))("%s", async (_, row) => {
    using file = await unlock(row);
    const sibling = row.file.replace(row.sops, "3.13.3").replace(/\.(\w+)$/, ".decrypted.$1");
    const expected = await readRoots(sibling);
    expect(valuesOf({ roots: file.roots() }, asPrinted)).toEqual(valuesOf({ roots: expected }, asPrinted));
    expect(commentsOf(file.roots())).toEqual(commentsOf(expected));
  });
});

describe("a tampered file", () => {
  const refused = manifest.tampered.filter((row) => row.decrypt_exit !== 0);
  test.each(refused.map((row) => [row.what, row] as const))("%s is refused with the exit number of sops", async (_, row) => {
    const error = await unlock(row).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(SottoError.is(error)).toBe(true);
    expect(exitOf((error as SottoError).code, "decrypt")).toBe(row.decrypt_exit);
  });

  const accepted = manifest.tampered.filter((row): row is TamperedRow & { decrypted: string } => row.decrypted !== undefined);
  test.each(accepted.map((row) => [row.what, row] as const))(
    "%s: what sops prints all the same is what is read here",
    async (what, row) => {
      using file = await unlock(row);
      const expected = await readRoots(row.decrypted);
      const printed = (await loadFormat(formatOfPath(row.file))).parse(decodeText(await file.print()));
      expect(valuesOf(printed, asPrinted)).toEqual(valuesOf({ roots: expected }, asPrinted));
      expect(commentsOf(printed.roots)).toEqual(commentsOf(expected));
      // A comment that does not verify is named, so that a command can warn.
      expect(file.opened.suspects.length > 0).toBe(what.startsWith("flip-comment"));
    },
  );
});
