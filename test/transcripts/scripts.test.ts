/**
 * Scripts as people have them around sops (scripts/*.sh): first with sotto under the name of sops, then with the real one. Both must
 * end with the same number, print the same, and leave the same files with the same plaintext in them. Needs `npm run build`.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { ROOT } from "../support/sources.ts";
import { ANA } from "../support/sotto.ts";
import { identitiesOf, vectorRecipient, VECTORS } from "../support/vectors.ts";

interface Outcome {
  readonly exit: number;
  readonly output: string;
  /** Plaintext by name; what was encrypted is marked. */
  readonly files: Readonly<Record<string, string>>;
}

const FOLDER: string = join(import.meta.dirname, "scripts");
const SCRIPTS: readonly string[] = readdirSync(FOLDER).toSorted();
const RECORDING: string = join(import.meta.dirname, "scripts.json");
const recording: Readonly<Record<string, Outcome>> = JSON.parse(readFileSync(RECORDING, "utf8"));

const programs: string = mkdtempSync(join(tmpdir(), "sotto-as-sops-"));
afterAll(() => rmSync(programs, { recursive: true }));

const EVERYBODY: Readonly<Record<string, string>> = identitiesOf({ identity: "SOPS_AGE_KEY", keys: ["keys/ana.txt", "keys/ben.txt"] });

/** What a script does with the program that is called sops in this folder. */
async function run(script: string, path: string): Promise<Outcome> {
  using scratch = new Scratch(ANA);
  const env = {
    ...scratch.env,
    PATH: `${path}:/usr/local/bin:/usr/bin:/bin`,
    LC_ALL: "C",
    SOPS_DISABLE_VERSION_CHECK: "true",
    ANA: vectorRecipient("ana"),
    BEN: vectorRecipient("ben"),
    KEYS: join(VECTORS, "keys"),
  };
  const child = spawn("/bin/sh", [join(FOLDER, script)], { cwd: scratch.path, env, stdio: ["ignore", "pipe", "ignore"] });
  const parts: Uint8Array[] = [];
  child.stdout.on("data", (part: Uint8Array) => parts.push(part));
  const exit = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 255));
  });
  const files: Record<string, string> = {};
  for (const [name, text] of scratch.files()) {
    files[name] = text.includes("ENC[AES256_GCM") ? `(encrypted) ${await open(scratch, name)}` : text;
  }
  return { exit, output: Buffer.concat(parts).toString("utf8").replaceAll(scratch.path, "$DIR"), files };
}

/** As JSON, since the layout is each program's own. */
async function open(scratch: Scratch, name: string): Promise<string> {
  for (const mac of ["", "--ignore-mac"]) {
    for (const type of ["", "yaml", "json", "dotenv", "ini", "binary"]) {
      for (const output of ["json", "binary"]) {
        const flags = [`--input-type=${type}`, `--output-type=${output}`, ...(mac === "" ? [] : [mac])];
        const opened = await scratch.sotto(["decrypt", ...flags, name], { env: EVERYBODY });
        if (opened.exit === 0) return mac === "" ? opened.output : `(wrong MAC) ${opened.output}`;
      }
    }
  }
  throw new Error(`${name} cannot be opened`);
}

/** A folder in which the program is called sops. */
function folderOf(name: "sotto" | "sops"): string {
  const folder = mkdtempSync(join(programs, `${name}-`));
  if (name === "sops") {
    symlinkSync(peerPath("sops"), join(folder, "sops"));
    return folder;
  }
  writeFileSync(join(folder, "sops"), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, "dist", "sotto.js")}' "$@"\n`);
  chmodSync(join(folder, "sops"), 0o755);
  return folder;
}

test("the scripts are short, and each says what it is for", () => {
  expect(SCRIPTS.length).toBeGreaterThanOrEqual(60);
  const texts = SCRIPTS.map((name) => readFileSync(join(FOLDER, name), "utf8").split("\n"));
  expect(texts.filter((lines) => lines.length > 16 || !/^# [A-Z].*[.,:]|^# %/.test(lines[0] ?? ""))).toEqual([]);
  expect(texts.filter((lines) => !lines.some((line) => line.includes("sops")))).toEqual([]);
  expect(Object.keys(recording)).toEqual(SCRIPTS);
});

describe.concurrent("scripts with sotto as sops", () => {
  const path = folderOf("sotto");
  test.each(SCRIPTS)("%s", async (script) => {
    expect(await run(script, path)).toEqual(recording[script]);
  });
});

describeWithPeers(["sops"], "scripts with sops", () => {
  const path = folderOf("sops");
  // SCRIPTS=write records what was seen; read it before you commit it.
  test("all do what was recorded", async () => {
    const seen: Record<string, Outcome> = {};
    for (const script of SCRIPTS) seen[script] = await run(script, path);
    if (process.env["SCRIPTS"] === "write") writeFileSync(RECORDING, `${JSON.stringify(seen, undefined, 1)}\n`);
    expect(seen).toEqual(recording);
  }, 120_000);
});
