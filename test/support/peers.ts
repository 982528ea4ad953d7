/**
 * The real programs that tests compare with (`test/peers/install-peers.sh` brings them).
 * Where one is missing the tests that need it are left out and named at the end; with SOTTO_REQUIRE_PEERS=1 they fail instead.
 */
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";

/** What {@link describeWithPeers} adds to a title; the summary reads it back. */
export const NEEDS: RegExp = /\[needs ([^\]]+)\]/;

const folder: string = process.env["PEERS_DIR"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "peers");

/** @returns the path of a program, from the folder of peers or else from the PATH; undefined if it is nowhere */
export function findPeer(name: string): string | undefined {
  const places = [join(folder, "bin"), ...(process.env["PATH"] ?? "").split(delimiter)];
  return places.map((place) => join(place, name)).find(isExecutable);
}

/** @throws Error that names the program. For use inside {@link describeWithPeers}. */
export function peerPath(name: string): string {
  const path = findPeer(name);
  if (path === undefined) throw new Error(`${name} is not installed; run: bash test/peers/install-peers.sh ${name}`);
  return path;
}

/** A group of tests that runs only where these programs are. The body is not run without them. */
export function describeWithPeers(names: readonly string[], title: string, body: () => void): void {
  const missing = names.filter((name) => findPeer(name) === undefined);
  const full = `${title} [needs ${names.join(", ")}]`;
  if (missing.length === 0) {
    describe(full, body);
  } else if (process.env["SOTTO_REQUIRE_PEERS"] === "1") {
    test(full, () => {
      throw new Error(`not installed: ${missing.join(", ")}`);
    });
  } else {
    test.skipIf(true)(full, () => {});
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
