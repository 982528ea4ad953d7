/** Random laws with a seed that can be chosen: the same on every run, unless SOTTO_SEED says otherwise. */
import { assert, asyncProperty, property } from "fast-check";
import type { Arbitrary } from "fast-check";

export const SEED: number = Number(process.env["SOTTO_SEED"] ?? "20260102");

/** Holds a law against random values; a failure is shrunk to the smallest value that shows it. */
export async function assertAlways<T>(values: Arbitrary<T>, runs: number, law: (value: T) => Promise<void>): Promise<void> {
  await assert(
    asyncProperty(values, (value) => law(value)),
    { numRuns: runs, seed: SEED },
  );
}

export function assertAlwaysNow<T>(values: Arbitrary<T>, runs: number, law: (value: T) => void): void {
  assert(
    property(values, (value) => law(value)),
    { numRuns: runs, seed: SEED },
  );
}
