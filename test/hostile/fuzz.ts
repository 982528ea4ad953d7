/** Random damage to real files, for everything that reads: an answer or one of our errors, and never anything else. */
import { expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import { SEED } from "../support/property.ts";
import { createRandom } from "../support/random.ts";
import { readers } from "./fuzz-readers.ts";

/** Characters that mean something to one of the parsers. */
const TELLING = "\0\t\n\r \"'#%&*,-./0:;<=>?@[\\]^_`{|}~!\u0085\u00A0\u2028\uFEFF\uD800e1";

function damage(text: string, random: (below: number) => number, others: readonly string[]): string {
  let result = text;
  for (let changes = 1 + random(4); changes > 0; changes -= 1) {
    const [from, to] = [random(result.length + 1), random(result.length + 1)].toSorted((left, right) => left - right);
    const [start = 0, end = 0] = [from, to];
    const kind = random(6);
    if (kind === 0) result = result.slice(0, start) + (TELLING[random(TELLING.length)] ?? "") + result.slice(start);
    else if (kind === 1) result = result.slice(0, start) + result.slice(Math.min(end, start + 1 + random(8)));
    else if (kind === 2) result = result.slice(0, end) + result.slice(start, Math.min(end, start + 200)) + result.slice(end);
    else if (kind === 3) result = result.slice(0, start);
    else if (kind === 4) result = result.slice(0, start) + (TELLING[random(TELLING.length)] ?? "") + result.slice(start + 1);
    else {
      const other = others[random(others.length)] ?? "";
      result = result.slice(0, start) + other.slice(random(other.length + 1)).slice(0, 200) + result.slice(start);
    }
  }
  return result.slice(0, 20_000);
}

/** @param runs damaged texts for each reader @param patience milliseconds for one of them */
export function describeFuzz(runs: number, patience: number): void {
  test.each(readers())("$name", async ({ name, read, seeds, errors = [], share = 1 }) => {
    expect(seeds.length).toBeGreaterThan(0);
    const random = createRandom(SEED + name.length);
    for (let run = 0; run < runs * share; run += 1) {
      const text = damage(seeds[random(seeds.length)] ?? "", random, seeds);
      const start = performance.now();
      try {
        await read(text);
      } catch (error) {
        const isOurs = SottoError.is(error) || errors.some((type) => error instanceof type);
        if (!isOurs) throw new Error(`${name}, run ${run}: ${JSON.stringify(text)}`, { cause: error });
      }
      const took = performance.now() - start;
      if (took > patience) throw new Error(`${name}, run ${run}: ${took.toFixed(0)} ms for ${JSON.stringify(text)}`);
    }
  });
}
