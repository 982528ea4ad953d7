/** What sotto encrypts from the plain documents of the vectors, decrypted by a release of sops. */
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { formatOfPath } from "../../formats/index.ts";
import { decodeText } from "../../src/model/text.ts";
import { describeWithPeers } from "../support/peers.ts";
import { asPrinted, commentsOf, valuesOf } from "../support/shapes.ts";
import { accessFor, parseText, sealText } from "../support/sotto.ts";
import { SopsFolder } from "../support/sops.ts";
import type { SopsResult } from "../support/sops.ts";
import { VECTORS, readVector } from "../support/vectors.ts";
import { MODES, modeCases } from "./modes.ts";
import type { ModeCase } from "./modes.ts";

/**
 * @param program name of the peer
 * @param release as the manifest has it
 */
export function describeVectors(program: string, release: string): void {
  describeWithPeers([program], `sops ${release} decrypts what sotto encrypts`, () => {
    const folder = new SopsFolder();
    afterAll(() => folder[Symbol.dispose]());
    test.each(modeCases(release).map((one) => [one.mode, one.plain, one] as const))("%s %s", async (_mode, _plain, one) => {
      await expectDecrypts(folder, program, release, one);
    });
  });
}

/** What a release cannot read, whoever wrote it: it gives the same exit number for the file that sops 3.13.3 wrote. */
function limitOf(release: string, { mode, plain }: ModeCase): number {
  if (release === "3.13.1" && plain.endsWith(".ini")) return 128;
  // Before 3.13.2, an integer beyond 2^53 that stays plain in JSON is read as another one, which the MAC shows.
  if (isBefore(release, "3.13.2") && mode === "encrypted-regex" && plain.endsWith(".json")) return 51;
  return 0;
}

function isBefore(release: string, other: string): boolean {
  return release.localeCompare(other, "en", { numeric: true }) < 0;
}

/** What there is to say about a decryption. */
interface Verdict {
  readonly exit: number;
  readonly warned: boolean;
  readonly values: unknown;
  readonly comments: unknown;
}

async function expectDecrypts(folder: SopsFolder, program: string, release: string, one: ModeCase): Promise<void> {
  const { mode, plain, env } = one;
  const format = formatOfPath(plain);
  const text = decodeText(readVector(plain));
  const sealed = await sealText(text, format, { ...MODES[mode], access: accessFor(env) });
  const mine = await judge(await folder.decrypt(sealed, format, { program, env }), plain);
  const other = await judge(await folder.run(["-d", join(VECTORS, vectorOf(one))], { program, env }), plain);
  const limit = limitOf(release, one);
  // 3.13.2 cannot read list comments of 3.13.3; then the plain document itself is the measure.
  const tooNew = other.exit === 51 && limit === 0;
  const expected = tooNew ? await judge({ exit: 0, output: text, errors: "" }, plain) : other;
  expect(mine).toEqual({ ...expected, exit: limit });
}

async function judge({ exit, output, errors }: SopsResult, plain: string): Promise<Verdict> {
  const warned = errors.includes("unencrypted comment");
  if (exit !== 0) return { exit, warned, values: [], comments: [] };
  const document = await parseText(output, formatOfPath(plain));
  return { exit, warned, values: valuesOf(document, asPrinted), comments: commentsOf(document.roots) };
}

/** The same document and mode as sops 3.13.3 encrypted it. */
function vectorOf({ mode, plain }: ModeCase): string {
  const [, name = "", suffix = ""] = /^plain\/([^.]+)(\..+)$/.exec(plain) ?? [];
  return `3.13.3/${name}.${mode}${suffix}`;
}
