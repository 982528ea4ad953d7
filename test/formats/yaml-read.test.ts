/**
 * The reader against sops's own: the hand-made and random texts of test/vectors/readings, and 314 documents with comments in odd
 * places (yaml-read-torture.jsonl, read by go.yaml.in/yaml v3.0.4 through a copy of the rules of sops's YAML store).
 */
import { describe, expect, test } from "vitest";
import { readYaml } from "../../formats/yaml/read.ts";
import { SottoError } from "../../src/model/error.ts";
import type { Document } from "../../src/model/tree.ts";
import { isBeyondSops, loadReadings, normalise, notate, wholeRoots, type Reading } from "./yaml-read-tree.ts";

interface Verdict {
  readonly kind: "agrees" | "accepted" | "refused" | "differs";
  readonly detail: string;
}

function judge(reading: Reading): Verdict {
  let document: Document;
  try {
    document = readYaml(reading.in);
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    if (!reading.tree) return { kind: error.code === "YAML_INVALID" ? "agrees" : "refused", detail: error.code };
    const expected = isBeyondSops(reading.tree) ? "VALUE_UNSUPPORTED" : undefined;
    return { kind: error.code === expected ? "agrees" : "refused", detail: `${JSON.stringify(reading.in)}: ${error.message}` };
  }
  if (!reading.tree) return { kind: "accepted", detail: JSON.stringify(reading.in) };
  const ours = JSON.stringify(wholeRoots(document).map((root) => notate(root)));
  const theirs = JSON.stringify(reading.tree.map(normalise));
  return { kind: ours === theirs ? "agrees" : "differs", detail: `${JSON.stringify(reading.in)}\n${ours}\n${theirs}` };
}

function disagreements(readings: readonly Reading[]): string[] {
  return readings.map(judge).flatMap((verdict) => (verdict.kind === "agrees" ? [] : [`${verdict.kind} ${verdict.detail}`]));
}

describe("readings of sops", () => {
  const readings = loadReadings("../vectors/readings/yaml.jsonl");
  // For the decoder alone an empty file is no document; every command of sops refuses it (exit 92), and so do we.
  const texts = readings.filter((reading) => reading.in !== "");

  test("are many", () => {
    expect(texts.length).toBeGreaterThan(3700);
    expect(texts.filter((reading) => reading.error !== undefined).length).toBeGreaterThan(300);
  });

  test("are the same as ours: kinds, types, values, keys, order, and comments with their place", () => {
    expect(disagreements(texts)).toEqual([]);
  });

  test("stay the same when a byte order mark comes first", () => {
    const marked = texts.filter((reading) => reading.tree && !reading.in.startsWith("\uFEFF"));
    expect(disagreements(marked.map((reading) => ({ ...reading, in: `\uFEFF${reading.in}` })))).toEqual([]);
  });

  test("agree on comments in odd places", () => {
    const torture = loadReadings("./yaml-read-torture.jsonl");
    expect(torture.length).toBe(314);
    expect(disagreements(torture)).toEqual([]);
  });
});
