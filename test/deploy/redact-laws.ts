/** The laws of redaction, for a run in seconds and for one in minutes. */
import { array, constantFrom, integer, record, string } from "fast-check";
import { expect } from "vitest";
import { formsOf } from "../../src/deploy/redact-forms.ts";
import { Redaction } from "../../src/deploy/redact.ts";
import { assertAlwaysNow, SEED } from "../support/property.ts";
import { redactInPieces, redactSlowly, withOneMark } from "./redact-oracle.ts";

/** Few letters, so that values overlap, repeat and begin alike. */
const crowded = string({ unit: constantFrom("a", "b", "c"), minLength: 4, maxLength: 12 });
const text = string({ unit: constantFrom("a", "b", "c", "-"), maxLength: 120 });

export function expectSameAsSlow(runs: number): void {
  const cases = record({ values: array(crowded, { minLength: 1, maxLength: 5 }), text, cuts: array(integer({ min: 0, max: 120 })) });
  assertAlwaysNow(cases, runs, ({ values, text: printed, cuts }) => {
    const redaction = new Redaction(values.map((value) => ({ name: "X", text: value })));
    const inside = cuts.filter((cut) => cut <= printed.length);
    expect(withOneMark(redactInPieces(redaction, Buffer.from(printed), inside))).toBe(redactSlowly(printed, values));
  });
}

const VALUES: readonly string[] = [
  "correct horse battery staple",
  "p@ss/w+rd?=&",
  "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQ\nEFAASCAUAwggE8AgEAAkEAq7BF\n-----END KEY-----\n",
  "größer☂𝄞",
  'quote"back\\slash',
  "0123456789abcdef".repeat(9),
  "kurz",
];

/** All forms of all values between other words. */
function everything(): Buffer {
  const parts = VALUES.flatMap((value) => formsOf(value)).flatMap((form) => [Buffer.from(" . "), Buffer.from(form)]);
  return Buffer.concat([...parts, Buffer.from(" .\n")]);
}

/** @returns how many leaked */
export function leaksInSplits(splits: number): number {
  const redaction = new Redaction(VALUES.map((value, at) => ({ name: `KEY_${at}`, text: value })));
  const bytes = everything();
  const whole = withOneMark(redactInPieces(redaction, bytes, []));
  expect(VALUES.flatMap((value) => formsOf(value)).filter((form) => Buffer.from(whole, "latin1").includes(Buffer.from(form)))).toEqual([]);
  const next = lcg(SEED);
  let leaks = 0;
  for (let split = 0; split < splits; split += 1) {
    // A few hundred bytes are looked at, cut in up to eight places.
    const start = next(bytes.length);
    const window = bytes.subarray(start, start + 40 + next(400));
    const cuts = Array.from({ length: 1 + next(8) }, () => next(window.length));
    if (withOneMark(redactInPieces(redaction, window, cuts)) !== withOneMark(redactInPieces(redaction, window, []))) leaks += 1;
  }
  return leaks;
}

/** Numbers below a limit, always the same. */
function lcg(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
