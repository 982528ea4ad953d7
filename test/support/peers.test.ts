import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { NEEDS, describeWithPeers, findPeer, peerPath } from "./peers.ts";

test("a program that is nowhere is not found, and asking for its path says how to get it", () => {
  expect(findPeer("no-such-program-here")).toBeUndefined();
  expect(() => peerPath("no-such-program-here")).toThrow("install-peers.sh no-such-program-here");
});

test("the title of a group says what it needs", () => {
  expect(NEEDS.exec("reads both ways [needs sops, age] > yaml")?.[1]).toBe("sops, age");
});

describeWithPeers(["sops"], "the sops that tests compare with", () => {
  test("is the release that sotto claims to be", () => {
    const out = execFileSync(peerPath("sops"), ["--version", "--disable-version-check"], { encoding: "utf8" });
    expect(out.split("\n")[0]).toBe("sops 3.13.3");
  });
});
