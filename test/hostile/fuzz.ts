/** Random damage to real files, for everything that reads: an answer or one of our errors, and never anything else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatOfPath, loadFormat } from "../../formats/index.ts";
import { decryptFile } from "../../keys/age/file.ts";
import { parseToken } from "../../src/crypto/envelope.ts";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import { parsePath } from "../../src/file/path.ts";
import { SottoError } from "../../src/model/error.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { loadConfig } from "../../src/policy/config.ts";
import { SEED } from "../support/property.ts";
import { createRandom } from "../support/random.ts";
import { identityOf, VECTORS } from "../keys/context.ts";

const CORPUS: string = join(import.meta.dirname, "corpus");

interface Reader {
  readonly name: string;
  readonly read: (text: string) => unknown;
  readonly seeds: readonly string[];
}

/** Characters that mean something to one of the parsers. */
const TELLING = "\0\t\n\r \"'#%&*,-./0:;<=>?@[\\]^_`{|}~!\u0085\u00A0\u2028\uFEFF\uD800e1";

function damage(text: string, random: (below: number) => number, others: readonly string[]): string {
  let result = text;
  for (let changes = 1 + random(4); changes > 0; changes -= 1) {
    const [from, to] = [random(result.length + 1), random(result.length + 1)].toSorted((left, right) => left - right);
    const [start = 0, end = 0] = [from, to];
    const kind = random(6);
    if (kind === 0) result = result.slice(0, start) + (TELLING[random(TELLING.length)] ?? "") + result.slice(start);
    else if (kind === 1) result = result.slice(0, start) + result.slice(Math.min(end, start + 1 + random(8)));
    else if (kind === 2) result = result.slice(0, end) + result.slice(start, Math.min(end, start + 200)) + result.slice(end);
    else if (kind === 3) result = result.slice(0, start);
    else if (kind === 4) result = result.slice(0, start) + (TELLING[random(TELLING.length)] ?? "") + result.slice(start + 1);
    else {
      const other = others[random(others.length)] ?? "";
      result = result.slice(0, start) + other.slice(random(other.length + 1)).slice(0, 200) + result.slice(start);
    }
  }
  return result.slice(0, 20_000);
}

function seedsOf(pattern: RegExp): readonly string[] {
  const folder = join(VECTORS, "3.13.3");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => pattern.test(name));
  const vectors = names.slice(0, 25).map((name) => decodeText(readFileSync(join(folder, name))));
  const kept = readdirSync(CORPUS).filter((name) => pattern.test(name));
  return [...vectors, ...kept.map((name) => decodeText(readFileSync(join(CORPUS, name))))];
}

const formatReader = (id: FormatId, pattern: RegExp): Reader => ({
  name: id,
  read: async (text) => {
    const format = await loadFormat(id);
    const document = format.parse(text);
    format.emit(document.roots, { lossy: true });
  },
  seeds: seedsOf(pattern),
});

function readers(): readonly Reader[] {
  const yaml = seedsOf(/\.yaml$/);
  return [
    formatReader("yaml", /\.yaml$/),
    formatReader("json", /\.json$/),
    formatReader("dotenv", /\.env$/),
    formatReader("ini", /\.ini$/),
    { name: "an encrypted file", read: async (text) => EncryptedFile.parse(encodeText(text), formatOfPath("a.yaml")), seeds: yaml },
    { name: ".sops.yaml", read: (text) => loadConfig("/x/.sops.yaml", text), seeds: seedsOf(/config.*\.yaml$/) },
    { name: "a path", read: parsePath, seeds: ['["a"]["b"][0]', "a.b\\.c.0", "[0]['x']"] },
    { name: "an envelope", read: parseToken, seeds: ["ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]"] },
    {
      name: "a wrapped key of age",
      read: (text) => decryptFile(text, [identityOf("ana.txt")]),
      seeds: yaml
        .flatMap((text) => text.match(/-----BEGIN AGE[\s\S]*?END AGE ENCRYPTED FILE-----/g) ?? [])
        .map((text) => text.replaceAll(/^ +/gm, "")),
    },
  ];
}

/** @param runs damaged texts for each reader @param patience milliseconds for one of them */
export function describeFuzz(runs: number, patience: number): void {
  test.each(readers())("$name", async ({ name, read, seeds }) => {
    expect(seeds.length).toBeGreaterThan(0);
    const random = createRandom(SEED + name.length);
    for (let run = 0; run < runs; run += 1) {
      const text = damage(seeds[random(seeds.length)] ?? "", random, seeds);
      const start = performance.now();
      try {
        await read(text);
      } catch (error) {
        if (!SottoError.is(error)) throw new Error(`${name}, run ${run}: ${JSON.stringify(text)}`, { cause: error });
      }
      const took = performance.now() - start;
      if (took > patience) throw new Error(`${name}, run ${run}: ${took.toFixed(0)} ms for ${JSON.stringify(text)}`);
    }
  });
}
