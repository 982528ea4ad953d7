/**
 * Fingerprints of values, by which two processes agree that values are equal and nobody else learns anything: keyed with random
 * bytes that stay in git's common folder and are never committed.
 */
import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { runGit } from "./run.ts";

/** Of a text and its type; 32 bits, for a person to compare. */
export type Fingerprint = (type: string, text: string) => string;

const KEY_LENGTH = 32;

/** Outside of a repository, or where the key cannot be kept, fingerprints hold for this process alone. */
export async function createFingerprint(host: Host): Promise<Fingerprint> {
  const key = (await readKey(host)) ?? randomBytes(KEY_LENGTH);
  return (type, text) => createHmac("sha256", key).update(`${type}\0${text}`).digest("hex").slice(0, 8);
}

async function readKey(host: Host): Promise<Uint8Array | undefined> {
  const { exit, output } = await runGit(host, ["rev-parse", "--git-common-dir"]);
  if (exit !== 0) return undefined;
  const common = output.toString("utf8").trim();
  const folder = join(common.startsWith("/") ? common : join(host.cwd, common), "sotto");
  const path = join(folder, "fingerprint.key");
  try {
    if ((await host.stat(path)) === undefined) {
      await host.makeFolder(folder, 0o700);
      await host.writeFile(path, randomBytes(KEY_LENGTH), { mode: 0o600 });
    }
    const key = await host.readFile(path);
    return key.length === KEY_LENGTH ? key : undefined;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}
