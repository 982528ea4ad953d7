/** Random documents through both programs. */
import { tuple } from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { FormatId } from "../../src/model/tree.ts";
import { DOCUMENTS } from "../support/documents.ts";
import { describeWithPeers } from "../support/peers.ts";
import { assertAlways } from "../support/property.ts";
import { SopsFolder } from "../support/sops.ts";
import { checkOursToTheirs, checkTheirsToOurs, newTally } from "./both-ways.ts";
import type { Tally } from "./both-ways.ts";
import { setups } from "./setup.ts";

export type Way = "sotto encrypts, sops decrypts" | "sops encrypts, sotto decrypts";

const WAYS: Readonly<Record<Way, typeof checkOursToTheirs>> = {
  "sotto encrypts, sops decrypts": checkOursToTheirs,
  "sops encrypts, sotto decrypts": checkTheirsToOurs,
};

export interface RandomOptions {
  readonly runs: number;
  /** The least share of documents that come out exactly the same; where comments move or sops changes a value they do not. */
  readonly same: number;
}

export function describeRandom(format: FormatId, way: Way, options: RandomOptions): void {
  describeWithPeers(["sops"], `random ${format} documents: ${way}`, () => {
    const folder = new SopsFolder();
    afterAll(() => folder[Symbol.dispose]());
    const tally: Tally = newTally();

    test(`${options.runs} times`, { timeout: 600_000 }, async () => {
      await assertAlways(tuple(DOCUMENTS[format], setups), options.runs, ([text, setup]) =>
        WAYS[way]({ folder, text, format, setup }, tally),
      );
    });

    test("nearly all of them without a difference, and nearly none refused", () => {
      const total = Object.values(tally).reduce((sum, count) => sum + count, 0);
      expect(total).toBeGreaterThanOrEqual(options.runs);
      expect(tally.same / total).toBeGreaterThanOrEqual(options.same);
      const refused = tally["refused by both"] + tally["refused by sotto"] + tally["refused by sops"];
      expect(refused / total).toBeLessThan(0.05);
    });
  });
}
