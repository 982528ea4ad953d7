/** Every byte of encrypted files of all formats changed in four ways: what sops notices, sotto notices, and nothing crashes. */
import { describe, expect, test } from "vitest";
import { exitOf } from "../../src/cli/exit.ts";
import { encodeText } from "../../src/model/text.ts";
import { SAMPLES, WAYS, mutate, readMutant, readSample, rememberingAccess } from "./mutants.ts";
import type { Mutant, Reading, Sample } from "./mutants.ts";
import { TreeDigests, describeTree, readVerdicts, unpackRuns } from "./verdicts.ts";

/** Where sotto refuses what sops decrypts, or sops says another number: message and how many mutants. */
const STRICTER: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "nested.json": { "text after the end of the object, which sops would drop": 3 },
  "blob.bin": { "text after the end of the object, which sops would drop": 3 },
  "flat.env": { "the metadata field age is there twice": 4 },
  "flat.ini": { "the metadata field age is there twice": 4 },
};
const OTHER_NUMBER: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "flat.env": { "the metadata field age is there twice": 3 },
  "flat.ini": { "the metadata field age is there twice": 3, "text behind a section header": 4 },
};

const access = rememberingAccess();
const verdicts = readVerdicts();

/** Values that count: all but comments, nulls and empty texts, with the keys above what is encrypted. */
function guardedValues(reading: Extract<Reading, { exit: 0 }>): string {
  const guarded = reading.leaves.filter(({ value }) => value.kind === "scalar" && value.canonical !== "");
  return JSON.stringify(
    guarded.map(({ value, aad, selected }) => [
      value.kind === "scalar" && value.canonical,
      selected && value.kind === "scalar" && [aad, value.type],
    ]),
  );
}

interface Count {
  [message: string]: number;
}

function countUp(counts: Count, message: string): void {
  counts[message] = (counts[message] ?? 0) + 1;
}

const show = (sample: Sample, { at, way }: Mutant): string => `${sample.name}: byte ${at}, ${way}`;

describe("a mutant", () => {
  test.each(SAMPLES)("of %s is refused, or reads as in sops", async (name) => {
    const sample = readSample(name);
    const record = verdicts[name];
    const expected = unpackRuns(record?.runs ?? "");
    expect(expected).toHaveLength(sample.bytes.length * WAYS.length);
    const original = await readMutant(sample.bytes, sample.format, access);
    if (original.exit !== 0) throw original.error;
    const values = guardedValues(original);
    const tree = await describeTree(original.output, sample.format);
    const digests = new TreeDigests();
    const found = { laxer: [] as string[], changed: [] as string[], stricter: {} as Count, number: {} as Count };
    for (const [number, verdict] of expected.entries()) {
      const mutant = mutate(sample.bytes, number);
      const reading = await readMutant(mutant.bytes, sample.format, access);
      if (reading.exit !== 0) {
        if (typeof verdict === "string") countUp(found.stricter, reading.error.message);
        else if (verdict !== reading.exit) countUp(found.number, reading.error.message);
        continue;
      }
      if (typeof verdict !== "string") found.laxer.push(show(sample, mutant));
      if (guardedValues(reading) !== values) found.changed.push(show(sample, mutant));
      const read = reading.output === original.output ? tree : await describeTree(reading.output, sample.format);
      if ((verdict === "same") !== (read === tree)) found.laxer.push(show(sample, mutant));
      if (read !== tree) digests.add(number, read);
    }
    expect(found).toEqual({ laxer: [], changed: [], stricter: STRICTER[name] ?? {}, number: OTHER_NUMBER[name] ?? {} });
    expect(digests.finish()).toEqual(record?.trees);
  });
});

describe("found by mutation", () => {
  test("a form feed at the end of an armor is no part of it", async () => {
    const sample = readSample("nested.json");
    const text = new TextDecoder().decode(sample.bytes).replace(String.raw`FILE-----\n"`, String.raw`FILE-----\f"`);
    expect(await readMutant(encodeText(text), "json", access)).toMatchObject({ exit: 128 });
  });

  test("metadata of the second document alone is no metadata", async () => {
    const text = new TextDecoder().decode(readSample("kept.yaml").bytes);
    const start = text.indexOf("sops:\n");
    const without = text.slice(0, start) + text.slice(text.indexOf("---\nsecond"));
    expect(await readMutant(encodeText(without), "yaml", access)).toMatchObject({ exit: 1, error: { code: "NOT_ENCRYPTED" } });
    expect(exitOf("NOT_ENCRYPTED", "decrypt")).toBe(1);
  });
});
