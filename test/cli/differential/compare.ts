/** The recording against the real sops, in part or as a whole. */
import { readAnswers, withoutHelp } from "./answers.ts";
import { LINES } from "./lines.ts";
import { type Answer, Bench, typed } from "./replay.ts";

export interface Stale {
  readonly line: string;
  readonly recorded: Answer | undefined;
  readonly seen: Answer;
}

/**
 * Inside `describeWithPeers` only.
 * @returns the lines to which sops answers otherwise than recorded
 */
export async function compareWithSops(isChosen: (index: number) => boolean): Promise<readonly Stale[]> {
  const { files, lines } = readAnswers();
  using bench = new Bench(files);
  const stale: Stale[] = [];
  for (const line of LINES.filter((_, index) => isChosen(index))) {
    const { errors: _, ...answer } = await bench.sops(line);
    const seen = { ...answer, output: withoutHelp(answer.output) };
    const recorded = lines[typed(line)];
    if (JSON.stringify(seen) !== JSON.stringify(recorded)) stale.push({ line: typed(line), recorded, seen });
  }
  return stale;
}
