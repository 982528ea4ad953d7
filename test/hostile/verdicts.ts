/** What the real sops made of every mutant, recorded in `verdicts.json` by `record-mutants.ts`. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadFormat } from "../../formats/index.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { asPrinted, commentsOf, valuesOf } from "../support/shapes.ts";

/** `same` and `changed`: it decrypted the mutant, and the tree was that of the sample, or another one. */
export type Verdict = "same" | "changed" | 1 | 2 | 4 | 25 | 51 | 128;

const LETTERS: Readonly<Record<string, Verdict>> = { s: "same", c: "changed", p: 1, t: 2, f: 4, d: 25, m: 51, k: 128 };

export interface Recorded {
  /** Letters with the lengths of their runs, one letter a mutant. */
  readonly runs: string;
  /** Digest of the changed trees, in order, for each of the four ways. */
  readonly trees: readonly string[];
}

export const VERDICTS: string = join(import.meta.dirname, "verdicts.json");

export function readVerdicts(): Readonly<Record<string, Recorded>> {
  return JSON.parse(readFileSync(VERDICTS, "utf8")) as Record<string, Recorded>;
}

export function unpackRuns(runs: string): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const [, letter = "", length] of runs.matchAll(/([a-z])(\d*)/g)) {
    const verdict = LETTERS[letter];
    if (verdict === undefined) throw new Error(`no verdict is written ${letter}`);
    for (let left = Number(length || "1"); left > 0; left -= 1) verdicts.push(verdict);
  }
  return verdicts;
}

export function packRuns(verdicts: readonly Verdict[]): string {
  const letterOf = new Map(Object.entries(LETTERS).map(([letter, verdict]) => [verdict, letter]));
  const letters = verdicts.map((verdict) => letterOf.get(verdict) ?? "?").join("");
  return letters.replaceAll(/(.)\1*/g, (run, letter: string) => (run.length === 1 ? letter : `${letter}${run.length}`));
}

/** Types and values of what was printed, with its comments; numbers as sops prints them. */
export async function describeTree(output: string, format: FormatId): Promise<string> {
  const { roots } = (await loadFormat(format)).parse(format === "json" ? output.toWellFormed() : output);
  return JSON.stringify([valuesOf({ roots }, asPrinted), commentsOf(roots)]);
}

/** Takes descriptions of changed trees, by the way in which the mutant was made. */
export class TreeDigests {
  readonly #hashes = ["bit", "case", "delete", "random"].map(() => createHash("sha256"));

  add(number: number, tree: string): void {
    this.#hashes[number % this.#hashes.length]?.update(`${number} ${tree}\n`);
  }

  finish(): string[] {
    return this.#hashes.map((hash) => hash.digest("hex").slice(0, 32));
  }
}
