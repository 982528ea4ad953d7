/** Programs that may be there and yet not be allowed to do their work, as in many containers. */
import { spawnSync } from "node:child_process";
import { test } from "vitest";
import { describeWithPeers, findPeer } from "./peers.ts";

/** What shows whether a program may do its work. */
const PROBES = {
  strace: ["strace", "-qq", "-o", "/dev/null", "true"],
  unshare: ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
} as const;

/** As `describeWithPeers`; without the permission the group is left out too, or fails with SOTTO_REQUIRE_PEERS=1. */
export function describeIfPermitted(name: keyof typeof PROBES, title: string, body: () => void): void {
  const [program, ...rest] = PROBES[name];
  const path = findPeer(program);
  const permitted = path === undefined || spawnSync(path, rest).status === 0;
  if (permitted || process.env["SOTTO_REQUIRE_PEERS"] === "1") describeWithPeers([name], title, body);
  else test.skipIf(true)(`${title} (${name} is not permitted here)`, () => {});
}
