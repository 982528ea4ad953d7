/** What is compared with sops. A row is timed only after its answer was found right. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlain } from "./data.ts";
import type { BenchFormat } from "./data.ts";
import { run } from "./measure.ts";
import type { Place, Run } from "./measure.ts";

export interface Row {
  readonly name: string;
  /** The same words for both programs. */
  readonly args: readonly string[];
  /** The whole command line in place of sops with {@link args}, where sops does it in another way. */
  readonly sops?: readonly string[];
  readonly cwd: string;
  /** In addition to that of all rows. */
  readonly env?: Place["env"];
  readonly pairs: number;
  /** Before every run, not timed. */
  readonly prepare?: () => void;
  /** @throws Error that says what is wrong with the candidate's answer */
  readonly check: () => void;
}

export interface Bench {
  /** Scratch folder with `one.txt` and `two.txt`, the identities. */
  readonly work: string;
  readonly sops: readonly string[];
  readonly candidate: readonly string[];
  readonly recipients: readonly [string, string];
  readonly env: Place["env"];
}

const FORMATS: readonly BenchFormat[] = ["yaml", "json", "env", "ini"];
const TITLES: Readonly<Record<BenchFormat, string>> = { yaml: "YAML", json: "JSON", env: "dotenv", ini: "INI" };
const FILES = 200;

/** sops takes minutes for the largest of the others. */
function formatsFor(count: number): readonly BenchFormat[] {
  return count > 10_000 ? ["yaml", "json"] : FORMATS;
}

/** Pairs of a row: many where a run is short and one stray millisecond counts. */
function pairsFor(count: number): number {
  return count <= 10 ? 21 : count <= 1000 ? 11 : 5;
}

export function makeRows(bench: Bench, sizes: readonly number[]): readonly Row[] {
  return [
    {
      name: "--version",
      args: ["--version", "--disable-version-check"],
      cwd: bench.work,
      pairs: 21,
      check: () => succeed(bench, bench.candidate, ["--version"]),
    },
    ...sizes.flatMap((count) =>
      formatsFor(count).flatMap((format) => [decryptRow(bench, count, format), encryptRow(bench, count, format)]),
    ),
    ...ruleRows(bench),
    setRow(bench),
    ...[10, 10_000].map((count) => editRow(bench, count)),
    ...manyRows(bench),
    execRow(bench, "exec-env", "env", "true", "env | grep -a KEY_ | sort"),
    execRow(bench, "exec-file", "yaml", "cat {} > /dev/null", "cat {}"),
  ];
}

/** @param command timed @param shown what its answer is seen by */
function execRow(bench: Bench, name: "exec-env" | "exec-file", format: BenchFormat, command: string, shown: string): Row {
  const file = `e10.${format}`;
  return {
    name: `${name} ${size(10)} ${TITLES[format]}`,
    args: [name, file, command],
    cwd: bench.work,
    pairs: pairsFor(10),
    check() {
      makeEncrypted(bench, 10, format);
      sameOutput(bench, [name, file, shown], bench.work);
      if (succeed(bench, bench.candidate, [name, file, shown]).stdout.length < 100) throw new Error("the command did not get the values");
    },
  };
}

function decryptRow(bench: Bench, count: number, format: BenchFormat): Row {
  const file = `e${count}.${format}`;
  return {
    name: `decrypt ${size(count)} ${TITLES[format]}`,
    args: ["decrypt", file],
    cwd: bench.work,
    pairs: pairsFor(count),
    check() {
      makeEncrypted(bench, count, format);
      sameOutput(bench, ["decrypt", file], bench.work);
    },
  };
}

function encryptRow(bench: Bench, count: number, format: BenchFormat): Row {
  const args = ["encrypt", "--age", bench.recipients[0], `p${count}.${format}`];
  return {
    name: `encrypt ${size(count)} ${TITLES[format]}`,
    args,
    cwd: bench.work,
    pairs: pairsFor(count),
    check() {
      makeEncrypted(bench, count, format);
      writeFileSync(join(bench.work, `c${count}.${format}`), succeed(bench, bench.candidate, args).stdout);
      const theirs = succeed(bench, bench.sops, ["decrypt", `e${count}.${format}`]).stdout;
      const ours = succeed(bench, bench.sops, ["decrypt", `c${count}.${format}`]).stdout;
      if (!ours.equals(theirs)) throw new Error("sops decrypts what the candidate encrypted to something else");
    },
  };
}

/** A configuration of five rules, the last of which matches, with a selector. */
function ruleRows(bench: Bench): readonly Row[] {
  const cwd = join(bench.work, "rules");
  const [one, two] = bench.recipients;
  const selector = "encrypted_regex: ^(key_0|key_1|key_2|key_3|key_4|key_5)$";
  const rules = ["prod", "staging", "shared", "ci"]
    .map((name) => `  - path_regex: ^${name}/.*\\.yaml$\n    ${selector}\n    age: ${one},${two}\n`)
    .join("");
  const makeFiles = (): void => {
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n${rules}  - path_regex: \\.yaml$\n    ${selector}\n    age: ${one}\n`);
    writeFileSync(join(cwd, "p.yaml"), createPlain(10, "yaml"));
    writeFileSync(join(cwd, "e.yaml"), succeed(bench, bench.sops, ["encrypt", "p.yaml"], cwd).stdout);
  };
  return [
    {
      name: "encrypt 10 YAML, five rules and encrypted_regex",
      args: ["encrypt", "p.yaml"],
      cwd,
      pairs: pairsFor(10),
      check() {
        makeFiles();
        const ours = succeed(bench, bench.candidate, ["encrypt", "p.yaml"], cwd).stdout;
        writeFileSync(join(cwd, "c.yaml"), ours);
        if (!succeed(bench, bench.sops, ["decrypt", "c.yaml"], cwd).stdout.equals(readFileSync(join(cwd, "p.yaml"))))
          throw new Error("sops decrypts it to something else");
        if (countTokens(ours) !== countTokens(readFileSync(join(cwd, "e.yaml")))) throw new Error("another number of values is encrypted");
      },
    },
    {
      name: "decrypt 10 YAML, five rules and encrypted_regex",
      args: ["decrypt", "e.yaml"],
      cwd,
      pairs: pairsFor(10),
      check() {
        makeFiles();
        sameOutput(bench, ["decrypt", "e.yaml"], cwd);
      },
    },
  ];
}

function countTokens(bytes: Buffer): number {
  return bytes.toString("latin1").split("ENC[").length;
}

function setRow(bench: Bench): Row {
  return changeRow(bench, "set in 10k YAML", 10_000, (file) => ["set", file, '["service_3"]["key_1"]', '"new"']);
}

/** The editor changes one value. */
function editRow(bench: Bench, count: number): Row {
  return changeRow(bench, `edit ${size(count)} YAML`, count, (file) => ["edit", file]);
}

function changeRow(bench: Bench, name: string, count: number, argsFor: (file: string) => readonly string[]): Row {
  const args = argsFor(`s${count}.yaml`);
  const prepare = (): void => copyFileSync(join(bench.work, `e${count}.yaml`), join(bench.work, `s${count}.yaml`));
  return {
    name,
    args,
    cwd: bench.work,
    pairs: pairsFor(count),
    prepare,
    check() {
      makeEncrypted(bench, count, "yaml");
      const outcome = (program: readonly string[]): Buffer => {
        prepare();
        succeed(bench, program, args);
        return succeed(bench, bench.sops, ["decrypt", `s${count}.yaml`]).stdout;
      };
      if (!outcome(bench.candidate).equals(outcome(bench.sops))) throw new Error("the file holds something else than after sops");
    },
  };
}

/** Two hundred files of ten values. */
function manyRows(bench: Bench): readonly Row[] {
  const cwd = join(bench.work, "many");
  const names = Array.from({ length: FILES }, (_, index) => `f${index}.yaml`);
  const [first = "", last = ""] = [names[0], names.at(-1)];
  const prepare = (): void => {
    for (const name of names) copyFileSync(join(bench.work, "e10.yaml"), join(cwd, name));
  };
  const start = (args: readonly string[]): void => {
    makeEncrypted(bench, 10, "yaml");
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n  - age: ${bench.recipients.join(",")}\n`);
    prepare();
    succeed(bench, bench.candidate, args, cwd);
  };
  const expectPlain = (name: string, identity: string): void => {
    const env = { ...bench.env, SOPS_AGE_KEY_FILE: join(bench.work, identity) };
    const { stdout } = run([...bench.sops, "decrypt", name], { cwd, env });
    if (!stdout.equals(readFileSync(join(bench.work, "p10.yaml")))) throw new Error(`sops cannot decrypt ${name} with ${identity}`);
  };
  const update = ["updatekeys", "-y", ...names];
  const rotate = ["rotate", "-i", ...names];
  return [
    {
      name: `updatekeys of ${FILES} files, one process`,
      args: update,
      cwd,
      pairs: 5,
      prepare,
      check() {
        start(update);
        const missing = names.find((name) => !readFileSync(join(cwd, name), "utf8").includes(bench.recipients[1]));
        if (missing !== undefined) throw new Error(`${missing} lacks the second recipient`);
        expectPlain(last, "two.txt");
      },
    },
    {
      name: `rotate of ${FILES} files, sops in a loop`,
      args: rotate,
      sops: ["sh", "-c", 'program=$1; shift; for file do "$program" rotate -i "$file" || exit; done', "sh", ...bench.sops, ...names],
      cwd,
      pairs: 3,
      prepare,
      check() {
        start(rotate);
        const before = readFileSync(join(bench.work, "e10.yaml"), "utf8").match(/data:[^,]+/)?.[0] ?? "";
        const same = names.find((name) => readFileSync(join(cwd, name), "utf8").includes(before));
        if (same !== undefined) throw new Error(`${same} holds old ciphertext`);
        for (const name of [first, last]) expectPlain(name, "one.txt");
      },
    },
  ];
}

function makeEncrypted(bench: Bench, count: number, format: BenchFormat): void {
  const path = join(bench.work, `e${count}.${format}`);
  if (existsSync(path)) return;
  writeFileSync(join(bench.work, `p${count}.${format}`), createPlain(count, format));
  writeFileSync(path, succeed(bench, bench.sops, ["encrypt", "--age", bench.recipients[0], `p${count}.${format}`]).stdout);
}

function sameOutput(bench: Bench, args: readonly string[], cwd: string): void {
  const theirs = succeed(bench, bench.sops, args, cwd).stdout;
  if (!succeed(bench, bench.candidate, args, cwd).stdout.equals(theirs)) throw new Error("the output differs from sops");
}

function succeed(bench: Bench, program: readonly string[], args: readonly string[], cwd: string = bench.work): Run {
  const result = run([...program, ...args], { cwd, env: bench.env });
  if (result.status !== 0) throw new Error(`${args[0] ?? ""}: exit ${String(result.status)}: ${result.stderr.trim().slice(0, 200)}`);
  return result;
}

export function size(count: number): string {
  return count >= 1000 ? `${count / 1000}k` : String(count);
}
