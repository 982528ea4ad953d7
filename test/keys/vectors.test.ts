/** Every age key that a release of sops wrote into the vectors is unwrapped with every identity that it is for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { age } from "../../keys/age.ts";
import type { MasterKey } from "../../src/model/keys.ts";
import { fakeContext, identityOf, recipientIn, VECTORS, vectorKey } from "./context.ts";

interface Row {
  readonly file: string;
  readonly decrypt_exit?: number;
}

const { files } = JSON.parse(readFileSync(join(VECTORS, "manifest.json"), "utf8")) as { readonly files: readonly Row[] };
// 51: what sops 3.13.2 wrote and misread itself; the keys are sound.
const rows = files.filter((row) => row.decrypt_exit === 0 || row.decrypt_exit === 51);

const everyone = fakeContext({
  env: {
    SOPS_AGE_KEY: ["ana", "ben", "cara", "pq"].map((name) => identityOf(`${name}.txt`)).join(" "),
    SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/ssh",
  },
  files: { "/ssh": vectorKey("ssh_ed25519") },
});

/** Armor as it stands in any format: indented, with escaped line breaks, or once more escaped. */
function armorsIn(text: string): string[] {
  const found = text.matchAll(/-----BEGIN AGE ENCRYPTED FILE-----[\s\S]*?-----END AGE ENCRYPTED FILE-----/g);
  return Array.from(found, ([armor]) => `${armor.replaceAll(/\\+n/g, "\n").replaceAll(/^[ \t]+/gm, "")}\n`);
}

function keyOf(wrapped: string): MasterKey {
  return { provider: "age", label: recipientIn("ana.txt"), wrapped, stored: {} };
}

describe("the age keys of the vectors", () => {
  test("are there", () => {
    expect(rows.length).toBeGreaterThan(230);
  });

  test.each(rows)("$file", async ({ file }) => {
    const armors = armorsIn(readFileSync(join(VECTORS, file), "utf8"));
    expect(armors.length).toBeGreaterThan(0);
    const payloads = await Promise.all(armors.map((armor) => age.unwrap(keyOf(armor), everyone)));
    // Entries of one group hold the same data key; each group of a split key holds its own share.
    const split = file.includes(".shamir.");
    const distinct = new Set(payloads.map((payload) => Buffer.from(payload).toString("hex")));
    expect(distinct.size).toBe(split ? armors.length : 1);
    expect(new Set(payloads.map((payload) => payload.length))).toEqual(new Set([split ? 33 : 32]));
  });
});
