/** Every byte of an encrypted file changed: what sops notices, sotto notices, what both read is the same, and nothing crashes. */
import { describe, expect, test } from "vitest";
import { WAYS, mutate, readMutant, readSample, rememberingAccess } from "./mutants.ts";
import type { Mutant, ReadingOk, Sample, Way } from "./mutants.ts";
import { TreeDigests, describeTree, readVerdicts, unpackRuns } from "./verdicts.ts";

/** Where sotto refuses what sops decrypts. */
const STRICTER: Readonly<Record<string, readonly string[]>> = {
  "nested.json": ["text after the end of the object, which sops would drop"],
  "blob.bin": ["text after the end of the object, which sops would drop"],
  "flat.env": ["the metadata field age is there twice"],
  "flat.ini": ["the metadata field age is there twice"],
};
/** Where both refuse, with another exit number. */
const OTHER_NUMBER: Readonly<Record<string, readonly string[]>> = {
  "flat.env": ["the metadata field age is there twice"],
  "flat.ini": ["the metadata field age is there twice", "text behind a section header"],
};

const access = rememberingAccess();

/** Values that count: all but comments, nulls and empty texts, with the keys above what is encrypted. */
function guardedValues(reading: ReadingOk): string {
  const guarded = reading.leaves.filter(({ value }) => value.kind === "scalar" && value.canonical !== "");
  return JSON.stringify(
    guarded.map(({ value, aad, selected }) => [
      value.kind === "scalar" && value.canonical,
      selected && value.kind === "scalar" && [aad, value.type],
    ]),
  );
}

const show = (sample: Sample, { at, way }: Mutant): string => `${sample.name}: byte ${at}, ${way}`;

export function describeMutants(name: string, ways: readonly Way[]): void {
  describe(`mutants of ${name} (${ways.join(", ")})`, () => {
    test("are refused, or read as in sops", () => checkMutants(name, ways));
  });
}

async function checkMutants(name: string, ways: readonly Way[]): Promise<void> {
  const sample = readSample(name);
  const record = readVerdicts()[name];
  const verdicts = unpackRuns(record?.runs ?? "");
  expect(verdicts).toHaveLength(sample.bytes.length * WAYS.length);
  const original = await readMutant(sample.bytes, sample.format, access);
  if (!original.ok) throw original.error;
  const values = guardedValues(original);
  const tree = await describeTree(original.output, sample.format);
  const digests = new TreeDigests();
  const wrong: string[] = [];
  for (const [number, verdict] of verdicts.entries()) {
    const mutant = mutate(sample.bytes, number);
    if (!ways.includes(mutant.way)) continue;
    const reading = await readMutant(mutant.bytes, sample.format, access);
    if (!reading.ok) {
      const named = typeof verdict === "string" ? STRICTER : OTHER_NUMBER;
      if (verdict !== reading.exit && named[name]?.includes(reading.error.message) !== true) {
        wrong.push(`${show(sample, mutant)}: ${reading.exit}, in sops ${verdict}: ${reading.error.message}`);
      }
      continue;
    }
    const read = reading.output === original.output ? tree : await describeTree(reading.output, sample.format);
    const said = read === tree ? "same" : "changed";
    if (said !== verdict) wrong.push(`${show(sample, mutant)}: ${said}, in sops ${verdict}`);
    if (guardedValues(reading) !== values) wrong.push(`${show(sample, mutant)}: another value`);
    if (read !== tree) digests.add(number, read);
  }
  expect(wrong).toEqual([]);
  const chosen = (all: readonly string[]): readonly string[] => all.filter((_, index) => ways.includes(WAYS[index] ?? "bit"));
  expect(chosen(digests.finish())).toEqual(chosen(record?.trees ?? []));
}
