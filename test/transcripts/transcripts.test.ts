import { describe, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { IDENTITY, listTranscripts, play, rewrite, type Transcript, withoutErrors } from "./transcript.ts";
import { splitWords } from "./words.ts";

// With TRANSCRIPTS=write what was seen is written down, to be read by a person; the run fails where it differed.
const transcripts = listTranscripts();

async function expectTranscript(transcript: Transcript): Promise<void> {
  using scratch = new Scratch(IDENTITY);
  const seen = await play(transcript, "sotto", scratch);
  if (process.env["TRANSCRIPTS"] === "write") rewrite(transcript, seen);
  expect(seen).toEqual(transcript.steps.map((step) => step.seen));
}

describe("transcripts", () => {
  test.each(transcripts.filter((transcript) => !transcript.callsSops))("$name", (transcript) => expectTranscript(transcript));
});

describeWithPeers(["sops"], "transcripts that show where sops differs", () => {
  test.each(transcripts.filter((transcript) => transcript.callsSops))("$name", (transcript) => expectTranscript(transcript));
});

describeWithPeers(["sops"], "the same transcripts with sops in the place of sotto", () => {
  test.each(transcripts.filter((transcript) => transcript.sameInSops))("$name", async (transcript) => {
    using scratch = new Scratch(IDENTITY);
    const seen = await play(transcript, "sops", scratch);
    expect(withoutErrors(seen)).toEqual(withoutErrors(transcript.steps.map((step) => step.seen)));
  });
});

describe("words of a line", () => {
  test("are split as a shell splits them", () => {
    expect(splitWords(`a  'b "c' "d 'e\\"" f\\ g "" '["h"][0]'`)).toEqual(["a", 'b "c', `d 'e"`, "f g", "", '["h"][0]']);
    expect(() => splitWords("a 'b")).toThrow("a quote is not closed");
  });
});
