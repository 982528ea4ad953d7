/** Mutants of encrypted files of all formats, half of them here and all in `test/long`, and what was found with them. */
import { describe, expect, test } from "vitest";
import { encodeText } from "../../src/model/text.ts";
import { describeMutants } from "./mutation.ts";
import { SAMPLES, readMutant, readSample, rememberingAccess } from "./mutants.ts";
import type { Way } from "./mutants.ts";

/** The larger a file, the fewer. */
const HERE: Readonly<Record<string, readonly Way[]>> = {
  "nested.yaml": ["bit", "delete"],
  "kept.yaml": ["random"],
  "nested.json": ["bit", "delete"],
  "flat.env": ["case", "random"],
  "flat.ini": ["bit", "delete"],
  "blob.bin": ["case", "random"],
};

for (const name of SAMPLES) describeMutants(name, HERE[name] ?? []);

const access = rememberingAccess();

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
  });
});
