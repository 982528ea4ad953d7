/** What somebody without a key can do to an encrypted file: sotto notices all that sops notices, and reads the rest as sops does. */
import { describe, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { SopsFolder } from "../support/sops.ts";
import { CASES } from "./tampering-cases.ts";
import type { TamperCase } from "./tampering-cases.ts";
import { originals, say, sopsSays } from "./tampering.ts";

const rows = CASES.map((one) => [`${one.format}: ${one.name}`, one] as const);

async function tamper(one: TamperCase): Promise<{ readonly text: string; readonly original: string }> {
  const from = await originals(one.format);
  const original = from[one.of ?? "text"];
  return { text: one.change(original, from), original };
}

test("every case has its own name, and whatever is not as in sops says why", () => {
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(120);
  const different = CASES.flatMap(({ sotto }) => (sotto === undefined ? [] : [sotto[1]]));
  expect(different.filter((because) => because === "")).toEqual([]);
  expect(different).toHaveLength(6);
});

describe("sotto's answer to", () => {
  test.each(rows)("%s", async (_, one) => {
    const { text, original } = await tamper(one);
    const { said, suspects } = await say(text, original, one.format);
    expect([said, (suspects ?? 0) > 0]).toEqual([one.sotto?.[0] ?? one.sops, one.warns === true]);
  });
});

describeWithPeers(["sops"], "sops's answer is the recorded one, and what both read is the same, for", () => {
  test.each(rows)("%s", async (_, one) => {
    using folder = new SopsFolder();
    const { text, original } = await tamper(one);
    const theirs = await sopsSays(folder, text, original, one.format);
    expect(theirs.said).toBe(one.sops);
    const ours = await say(text, original, one.format);
    const bothRead = typeof theirs.said === "string" && typeof ours.said === "string";
    expect(ours.tree === theirs.tree).toBe(bothRead ? one.otherTree !== true : ours.tree === "" && theirs.tree === "");
  });
});
