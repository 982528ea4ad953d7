/**
 * Runs the real sops on every mutant of every sample and records its verdicts; 44,000 processes, about half an hour.
 * Usage: node test/hostile/record-mutants.ts [SAMPLE…]
 */
import { writeFileSync } from "node:fs";
import { decodeText } from "../../src/model/text.ts";
import { SopsFolder } from "../support/sops.ts";
import type { SopsResult } from "../support/sops.ts";
import { ANA } from "../support/sotto.ts";
import { SAMPLES, WAYS, mutate, readSample } from "./mutants.ts";
import { TreeDigests, VERDICTS, describeTree, packRuns, readVerdicts } from "./verdicts.ts";
import type { Verdict } from "./verdicts.ts";

using folder: SopsFolder = new SopsFolder();
const chosen: readonly string[] = process.argv.length > 2 ? process.argv.slice(2) : SAMPLES;
const records = { ...readVerdicts() };

for (const name of chosen) {
  const sample = readSample(name);
  const decrypt = (bytes: Uint8Array): Promise<SopsResult> => folder.decrypt(decodeText(bytes), sample.format, { env: ANA });
  const before = await describeTree((await decrypt(sample.bytes)).output, sample.format);
  const digests = new TreeDigests();
  const verdicts: Verdict[] = [];
  for (let number = 0; number < sample.bytes.length * WAYS.length; number += 1) {
    const { exit, output } = await decrypt(mutate(sample.bytes, number).bytes);
    if (exit !== 0) {
      verdicts.push(exit as Verdict);
      continue;
    }
    const tree = await describeTree(output, sample.format);
    verdicts.push(tree === before ? "same" : "changed");
    if (tree !== before) digests.add(number, tree);
  }
  records[name] = { runs: packRuns(verdicts), trees: digests.finish() };
  writeFileSync(VERDICTS, `${JSON.stringify(records, undefined, 2)}\n`);
}
