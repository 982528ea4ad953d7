/** Merges of generated branches by the real git with our driver, read by sotto and by the real sops. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encryptOnto } from "../../src/file/encrypt-file.ts";
import { encodeText, decodeText } from "../../src/model/text.ts";
import { bundle } from "../faults/bundle.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { accessFor, ANA, LATER, sealText, unlockText } from "../support/sotto.ts";
import { type Case, FILES, makeCase, print, read, type Values } from "./branches.ts";
import { CONFIG, Repository } from "./repository.ts";

const access = accessFor(ANA);

async function nextVersion(sealed: string, values: Values, format: Case["format"]): Promise<string> {
  using open = await unlockText(sealed, format, access);
  const bytes = await encryptOnto(open, { bytes: encodeText(print(values, format)), format }, { now: LATER });
  return bytes === undefined ? sealed : decodeText(bytes);
}

/** @param count how many merges; every fourth is a true conflict */
export function describeMerges(count: number): void {
  describeWithPeers(["sops"], `${count} merges by git`, () => {
    let program = "";
    let repository: Repository;
    beforeAll(async () => {
      program = await bundle("src/cli/main.ts");
      repository = new Repository();
      repository.write(".sops.yaml", CONFIG);
      for (const file of Object.values(FILES)) repository.write(file, "");
      repository.write(".gitattributes", "/secrets/* merge=sotto\n");
      repository.git("config", "merge.sotto.driver", `"${process.execPath}" "${program}" git merge-file %O %A %B %L %P`);
      repository.commit("start");
    }, 60_000);
    afterAll(() => {
      repository[Symbol.dispose]();
      rmSync(dirname(program), { recursive: true });
    });

    const decryptBySops = (file: string): string => {
      const { stdout, stderr, status } = spawnSync(peerPath("sops"), ["decrypt", file], {
        cwd: repository.path,
        env: { ...repository.env },
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };

    /** Commits the base, then each side on its own branch, and merges. @returns git's exit */
    const mergeCase = async (one: Case): Promise<{ readonly exit: number | null; readonly file: string }> => {
      const file = FILES[one.format] ?? "";
      const base = await sealText(print(one.base, one.format), one.format, { access });
      repository.git("checkout", "-q", "-f", "main");
      repository.write(file, base);
      repository.commit("base");
      repository.git("checkout", "-q", "-B", "theirs");
      repository.write(file, await nextVersion(base, one.theirs, one.format));
      repository.commit("theirs");
      repository.git("checkout", "-q", "main");
      repository.write(file, await nextVersion(base, one.ours, one.format));
      repository.commit("ours");
      return { exit: repository.tryGit("merge", "-q", "-m", "merged", "theirs").status, file };
    };

    /** What came out, of a conflict when one side was chosen. */
    const settle = async (one: Case, exit: number | null, file: string, side: "ours" | "theirs"): Promise<unknown> => {
      const marked = repository.read(file).includes("<<<<<<< ");
      const whole = (await repository.sotto(["decrypt", file])).exit === 0;
      const sealed = marked ? (await repository.sotto(["reseal", "-y", `--${side}`, file])).exit : 0;
      if (marked) repository.commit("resolved");
      const ours = (await repository.sotto(["decrypt", file])).output;
      const values = [read(ours, one.format), read(decryptBySops(file), one.format)];
      return { exit, marked, whole, sealed, values: values.map(sorted) };
    };

    test("come to what the merge of the plaintexts is, and no conflict is lost", async () => {
      const conflicts: number[] = [];
      for (let index = 0; index < count; index += 1) {
        const one = makeCase(index, index % 4 === 0);
        const side = index % 8 === 0 ? "ours" : "theirs";
        const { exit, file } = await mergeCase(one);
        const chosen = one.conflicts.flatMap((key) => {
          const value = one[side].get(key);
          return value === undefined ? [] : [[key, value] as const];
        });
        const wanted = sorted(new Map([...one.merged, ...chosen]));
        const isConflict = one.conflicts.length > 0;
        if (isConflict) conflicts.push(index);
        expect([index, one.format, await settle(one, exit, file, side)]).toEqual([
          index,
          one.format,
          { exit: isConflict ? 1 : 0, marked: isConflict, whole: !isConflict, sealed: 0, values: [wanted, wanted] },
        ]);
      }
      expect(conflicts).toHaveLength(Math.ceil(count / 4));
    });

    test("without the driver they conflict", async () => {
      repository.git("checkout", "-q", "-f", "main");
      repository.write(".gitattributes", "\n");
      repository.commit("no driver");
      const { exit } = await mergeCase(makeCase(1, false));
      expect(exit).toBe(1);
      repository.git("merge", "--abort");
      repository.write(".gitattributes", "/secrets/* merge=sotto\n");
      repository.commit("driver");
    });
  });
}

function sorted(values: Values): readonly (readonly [string, string])[] {
  return [...values].toSorted(([left], [right]) => (left < right ? -1 : 1));
}
