/** A rotation of very many files that is killed again and again, and meets errors: in the end all are right, and none was lost. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeText, openSecrets } from "../../src/index.ts";
import { describeIfPermitted } from "../support/permitted.ts";
import { peerPath } from "../support/peers.ts";
import { accessFor, ANA, sealText } from "../support/sotto.ts";
import { bundle } from "./bundle.ts";

const KILLS = 5;
const FAULTS = 5;

export function describeMany(files: number): void {
  describeIfPermitted("strace", `a rotation of ${files} files`, () => {
    let program = "";
    let folder = "";
    const names = Array.from({ length: files }, (_, index) => `group${index % 10}/file${index}.yaml`);
    beforeAll(async () => {
      program = await bundle("src/cli/main.ts");
      folder = mkdtempSync(join(tmpdir(), "sotto-many-"));
      mkdirSync(join(folder, ".git"));
      for (const name of names) {
        mkdirSync(join(folder, dirname(name)), { recursive: true });
        writeFileSync(join(folder, name), await sealText(`name: ${name}\n`, "yaml", { access: accessFor({}) }));
      }
    }, 120_000);
    afterAll(() => {
      for (const place of [folder, dirname(program)]) rmSync(place, { recursive: true });
    });

    const env = (): Record<string, string> => ({ HOME: folder, XDG_RUNTIME_DIR: folder, ...ANA });
    const contents = (): string[] => names.map((name) => readFileSync(join(folder, name), "utf8"));
    const argv = (): string[] => [program, "rotate", "-i", ...names];
    /** How many files differ from what they were. */
    const changed = (before: readonly string[]): number => contents().filter((text, index) => text !== before[index]).length;
    const resume = (): void => {
      spawnSync(process.execPath, [program, "filestatus", names[0] ?? ""], { cwd: folder, env: env() });
    };

    test(`killed ${KILLS} times and failing ${FAULTS} times, is done entirely or not at all each time`, async () => {
      let before = contents();
      const first = performance.now();
      expect(spawnSync(process.execPath, argv(), { cwd: folder, env: env() }).status).toBe(0);
      const whole = performance.now() - first;
      expect(changed(before)).toBe(files);
      for (let kill = 0; kill < KILLS; kill += 1) {
        before = contents();
        const child = spawn(process.execPath, argv(), { cwd: folder, env: env(), stdio: "ignore" });
        setTimeout(() => child.kill("SIGKILL"), whole * (0.4 + 0.14 * kill));
        await once(child, "exit");
        resume();
        expect([0, files]).toContain(changed(before));
      }
      for (let fault = 1; fault <= FAULTS; fault += 1) {
        before = contents();
        // Of the writes that give a file its name, every tenth from somewhere on.
        const strace = ["-qq", "-o", "/dev/null", "-e", "trace=rename", "-e", `inject=rename:error=EIO:when=${fault}+10`];
        const { status } = spawnSync(peerPath("strace"), [...strace, process.execPath, ...argv()], { cwd: folder, env: env() });
        expect(status).not.toBe(0);
        for (let start = 0; start < 3; start += 1) resume();
        expect([0, files]).toContain(changed(before));
      }
      for (const name of names) {
        using secrets = await openSecrets(join(folder, name), { env: ANA });
        expect(decodeText(await secrets.print())).toBe(`name: ${name}\n`);
      }
      expect(spawnSync(process.execPath, argv(), { cwd: folder, env: env() }).status).toBe(0);
      const stray = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.name.includes("sotto-"));
      expect(stray.map((entry) => entry.name)).toEqual([]);
    });
  });
}
