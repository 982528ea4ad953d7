/** What was changed behind the back of the MAC: which entries differ from the last version that is whole. Never their values. */
import type { RecoverOptions } from "../../keyring/recover.ts";
import { SottoError } from "../../model/error.ts";
import type { SessionFile } from "./session-file.ts";
import { verifyFile } from "./verification.ts";

/**
 * Both files are unlocked when this returns, if that was possible.
 * @param whole an older version, such as the committed one
 * @returns paths in the order of the file, then of what is gone; undefined when the older version cannot be trusted or read either
 * @throws SottoError `DATA_KEY_UNAVAILABLE` when the file itself cannot be opened
 */
export async function findMismatches(
  file: SessionFile,
  whole: SessionFile,
  access: RecoverOptions,
): Promise<readonly (readonly string[])[] | undefined> {
  await file.unlock(access);
  try {
    if (!whole.unlockAs(file)) await whole.unlock(access);
  } catch (error) {
    if (SottoError.is(error) && error.code === "DATA_KEY_UNAVAILABLE") return undefined;
    throw error;
  }
  if (verifyFile(whole) !== "ok") return undefined;
  const before = indexRows(whole);
  const found = new Map<string, readonly string[]>();
  const note = (of: SessionFile, row: number): void => {
    const path = of.pathOf(row);
    found.set(JSON.stringify([of.rows[row]?.document, path]), path);
  };
  for (const [name, row] of indexRows(file)) {
    const old = before.get(name);
    before.delete(name);
    if (old === undefined || !isSame(file, row, whole, old)) note(file, row);
  }
  for (const row of before.values()) note(whole, row);
  return [...found.values()];
}

/** Everything without children, by a name that says where it is; what stands there twice has two names. */
function indexRows(file: SessionFile): Map<string, number> {
  const index = new Map<string, number>();
  const turns = new Map<string, number>();
  for (const [row, { kind, document, count }] of file.rows.entries()) {
    if ((kind === "map" || kind === "list") && count > 0) continue;
    const name = JSON.stringify([document, kind === "comment", file.pathOf(row)]);
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    index.set(`${name}${turn}`, row);
  }
  return index;
}

function isSame(file: SessionFile, row: number, other: SessionFile, old: number): boolean {
  const kind = file.rows[row]?.kind;
  if (kind !== other.rows[old]?.kind) return false;
  if (kind !== "value" && kind !== "comment") return true;
  try {
    const [left, right] = [file.open(row), other.open(old)];
    if (left.kind === "comment" || right.kind === "comment") {
      return left.kind === "comment" && right.kind === "comment" && left.text === right.text;
    }
    return left.type === right.type && left.canonical === right.canonical;
  } catch (error) {
    if (SottoError.is(error) && error.code === "DECRYPT_FAILED") return false;
    throw error;
  }
}
