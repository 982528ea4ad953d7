/** Many processes that set different keys of one file: every success that was reported is in the file. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSecrets } from "../../src/index.ts";
import { accessFor, ANA, sealText } from "../support/sotto.ts";
import { bundle } from "./bundle.ts";

/** Milliseconds after which a loser has to have said so, with what a busy machine needs to start so many processes. */
const LATEST = 5000 + 60_000;

interface Ended {
  readonly key: string;
  readonly exit: number | null;
  readonly errors: string;
  readonly time: number;
}

export function describeWriters(cases: readonly { readonly writers: number; readonly rounds: number }[]): void {
  describe("many writers of one file", () => {
    let program = "";
    let folder = "";
    beforeAll(async () => {
      program = await bundle("src/cli/main.ts");
      folder = mkdtempSync(join(tmpdir(), "sotto-writers-"));
    });
    afterAll(() => {
      for (const place of [folder, dirname(program)]) rmSync(place, { recursive: true });
    });

    const set = (key: string): Promise<Ended> => {
      const start = performance.now();
      const env = { HOME: folder, XDG_RUNTIME_DIR: folder, ...ANA };
      const child = spawn(process.execPath, [program, "set", "app.yaml", key, `"value of ${key}"`], {
        cwd: folder,
        env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let errors = "";
      child.stderr.on("data", (part: Buffer) => {
        errors += part.toString();
      });
      return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exit) => resolve({ key, exit, errors, time: performance.now() - start }));
      });
    };

    test.each(cases)("$writers at once, $rounds times", async ({ writers, rounds }) => {
      for (let round = 0; round < rounds; round += 1) {
        writeFileSync(join(folder, "app.yaml"), await sealText("start: here\n", "yaml", { access: accessFor({}) }));
        const ended = await Promise.all(Array.from({ length: writers }, (_, index) => set(`key${index}`)));
        using secrets = await openSecrets(join(folder, "app.yaml"), { env: ANA });
        const succeeded = ended.filter((one) => one.exit === 0);
        expect(secrets.toObject()).toEqual(
          expect.objectContaining({ start: "here", ...Object.fromEntries(succeeded.map(({ key }) => [key, `value of ${key}`])) }),
        );
        const lost = ended.filter((one) => one.exit !== 0);
        expect(lost.filter((one) => one.exit !== 205 || !/app\.yaml is locked by process \d+/.test(one.errors))).toEqual([]);
        expect(lost.filter((one) => one.time > LATEST)).toEqual([]);
        // Nobody holds the lock for seconds here, so nobody has to give up.
        expect(lost).toEqual([]);
        expect(readdirSync(folder)).toEqual(["app.yaml"]);
      }
    });
  });
}
