import { expect, test } from "vitest";
import { compareWithSops } from "../cli/differential/compare.ts";
import { describeWithPeers } from "../support/peers.ts";

describeWithPeers(["sops"], "the recorded answers", () => {
  test("are those of sops, all of them", async () => {
    expect(await compareWithSops(() => true)).toEqual([]);
  });
});
