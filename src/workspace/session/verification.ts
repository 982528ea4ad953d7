/** Holds the values of a file against its MAC, a slice at a time, without keeping any of them. */
import { equalMac, MacHasher } from "../../crypto/mac.ts";
import { SottoError } from "../../model/error.ts";
import type { SessionFile } from "./session-file.ts";

/** `failed` is the first row whose value does not open. */
export type Verdict = "ok" | "mismatch" | "missing" | { readonly failed: number };

/** The clock is looked at after so many rows. */
const ROWS_AT_ONCE = 32;

export class Verification {
  readonly #file: SessionFile;
  readonly #mac: MacHasher;
  #row = 0;
  #verdict: Verdict | undefined;

  /** The file has to stay unlocked until the verdict is there. */
  constructor(file: SessionFile) {
    this.#file = file;
    this.#mac = new MacHasher(file.metadata.macOnlyEncrypted);
    if (file.metadata.mac === "") this.#verdict = "missing";
  }

  /** How far it is, from 0 to 1. */
  get progress(): number {
    const { length } = this.#file.rows;
    return this.#verdict !== undefined || length === 0 ? 1 : this.#row / length;
  }

  /**
   * Goes on for about so many milliseconds.
   * @returns undefined until there is a verdict
   * @throws SottoError `DATA_KEY_UNAVAILABLE` when the file was locked meanwhile
   */
  step(budget: number, now: () => number): Verdict | undefined {
    const end = now() + budget;
    while (this.#verdict === undefined) {
      this.#verdict = this.#take(ROWS_AT_ONCE);
      if (now() >= end) break;
    }
    return this.#verdict;
  }

  #take(count: number): Verdict | undefined {
    const { rows, metadata } = this.#file;
    const end = Math.min(this.#row + count, rows.length);
    for (; this.#row < end; this.#row += 1) {
      const row = rows[this.#row];
      if (row === undefined || (row.kind !== "value" && !(row.kind === "comment" && row.sealed))) continue;
      try {
        const value = this.#file.open(this.#row);
        if (value.kind === "scalar" && (row.selected || !metadata.macOnlyEncrypted)) this.#mac.add(value.canonical);
      } catch (error) {
        if (!SottoError.is(error) || error.code !== "DECRYPT_FAILED") throw error;
        return { failed: this.#row };
      }
    }
    return this.#row >= rows.length ? this.#compare() : undefined;
  }

  #compare(): Verdict {
    try {
      return equalMac(this.#file.openMac(), this.#mac.digest()) ? "ok" : "mismatch";
    } catch (error) {
      if (!SottoError.is(error) || error.code === "DATA_KEY_UNAVAILABLE") throw error;
      return "mismatch";
    }
  }
}

/** All at once. */
export function verifyFile(file: SessionFile): Verdict {
  return new Verification(file).step(Infinity, () => 0) ?? "mismatch";
}
