/** All mutants, and what is recorded of them against the real sops: those that sotto accepts first, the others as long as there is time. */
import { expect, test } from "vitest";
import { decodeText } from "../../src/model/text.ts";
import { SAMPLES, WAYS, mutate, readSample } from "../hostile/mutants.ts";
import { describeTree, readVerdicts, unpackRuns } from "../hostile/verdicts.ts";
import { describeMutants } from "../hostile/mutation.ts";
import { describeWithPeers } from "../support/peers.ts";
import { SopsFolder } from "../support/sops.ts";
import { ANA } from "../support/sotto.ts";
import { longBudget } from "./budget.ts";

for (const name of SAMPLES) describeMutants(name, WAYS);

describeWithPeers(["sops"], "what is recorded of mutants", () => {
  test.concurrent.each(SAMPLES)("of %s is what sops says", async (name) => {
    using folder = new SopsFolder();
    const sample = readSample(name);
    const verdicts = unpackRuns(readVerdicts()[name]?.runs ?? "");
    const before = await describeTree((await folder.decrypt(decodeText(sample.bytes), sample.format, { env: ANA })).output, sample.format);
    const numbers = Array.from({ length: sample.bytes.length * WAYS.length }, (_, index) => (index * 7919) % verdicts.length);
    const accepted = numbers.filter((number) => typeof verdicts[number] === "string");
    const refused = numbers.filter((number) => typeof verdicts[number] !== "string");
    const end = Date.now() + longBudget();
    const wrong: string[] = [];
    let seen = 0;
    for (const number of [...accepted, ...refused]) {
      if (Date.now() > end) break;
      const { exit, output } = await folder.decrypt(decodeText(mutate(sample.bytes, number).bytes), sample.format, { env: ANA });
      const tree = exit === 0 ? await describeTree(output, sample.format) : "";
      const verdict = exit !== 0 ? exit : tree === before ? "same" : "changed";
      if (verdict !== verdicts[number]) wrong.push(`${name} ${number}: ${verdict} instead of ${verdicts[number]}`);
      seen += 1;
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(0);
  });
});
