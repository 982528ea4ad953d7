/** What a deploy script calls: a command with the values of an environment. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlain } from "./data.ts";
import { run } from "./measure.ts";
import type { Bench, Row } from "./rows.ts";

const FILES = ["base.env", "region.env", "prod.env"];
/** Values in each. */
const VALUES = 10;
const MANY = 10_000;
const CONFIG = `sotto:\n  environments:\n    base: {files: [base.env], abstract: true}\n    prod: {extends: base, files: [region.env, prod.env]}\n`;

/** sops once for each file, in a loop of the shell. */
function loop(command: string): readonly string[] {
  return ["sh", "-c", `program=$1; shift; for file do "$program" ${command} || exit; done`, "sh"];
}

export function deployRows(bench: Bench): readonly Row[] {
  const cwd = join(bench.work, "deploy");
  const place = { cwd, env: bench.env };
  const call = (argv: readonly string[]): Buffer => {
    const { status, stdout, stderr } = run(argv, place);
    if (status !== 0) throw new Error(`${argv.join(" ").slice(0, 80)}: ${stderr.slice(0, 200)}`);
    return stdout;
  };
  const seal = (name: string, plain: string): void => {
    writeFileSync(join(cwd, `plain.${name.split(".").at(-1)}`), plain);
    const sealed = call([...bench.sops, "encrypt", "--age", bench.recipients[0], `plain.${name.split(".").at(-1)}`]);
    writeFileSync(join(cwd, name), sealed);
  };
  const start = (): void => {
    if (existsSync(cwd)) return;
    mkdirSync(cwd);
    writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n  - age: ${bench.recipients[0]}\n${CONFIG}`);
    for (const [at, name] of FILES.entries()) seal(name, createPlain(VALUES, "env").replaceAll(/^/gm, `F${at}_`).replace(/F\d_$/, ""));
    seal("many.yaml", createPlain(MANY, "yaml"));
  };
  const expectValues = (args: readonly string[], count: number): void => {
    const shown = call([...bench.candidate, ...args, "--", "env"]);
    const found = shown.toString("latin1").match(/^(?:F\d_|SERVICE_)\w+=/gm)?.length;
    if (found !== count) throw new Error(`the command got ${String(found)} values`);
  };
  const expectLines = (args: readonly string[], count: number): void => {
    const found = call([...bench.candidate, ...args])
      .toString("latin1")
      .match(/^\w+=/gm)?.length;
    if (found !== count) throw new Error(`it printed ${String(found)} values`);
  };
  const row = (name: string, args: readonly string[], sops: readonly string[], pairs: number, check: () => void): Row => ({
    name,
    args,
    sops,
    cwd,
    pairs,
    check() {
      start();
      check();
    },
  });
  const prod = ["run", "-e", "prod"];
  const checkProd = (): void => expectValues(prod, FILES.length * VALUES);
  const many = ["run", "-f", "many.yaml"];
  const rendered = ["render", "-e", "prod", "--format", "dotenv"];
  const renderedMany = ["render", "-f", "many.yaml", "--format", "dotenv"];
  return [
    row(
      "run of three files, sops exec-env of one",
      [...prod, "--", "true"],
      [...bench.sops, "exec-env", "prod.env", "true"],
      21,
      checkProd,
    ),
    row(
      "run of three files, sops exec-env of three",
      [...prod, "--", "true"],
      [...loop('exec-env "$file" true'), ...bench.sops, ...FILES],
      21,
      checkProd,
    ),
    row("run of 10k YAML, sops decrypt", [...many, "--", "true"], [...bench.sops, "decrypt", "many.yaml"], 5, () =>
      expectValues(many, MANY),
    ),
    row("render of three files, sops exec-env of one", rendered, [...bench.sops, "exec-env", "prod.env", "true"], 21, () =>
      expectLines(rendered, FILES.length * VALUES),
    ),
    row("render of three files, sops exec-env of three", rendered, [...loop('exec-env "$file" true'), ...bench.sops, ...FILES], 21, () =>
      expectLines(rendered, FILES.length * VALUES),
    ),
    row("render of 10k YAML, sops decrypt", renderedMany, [...bench.sops, "decrypt", "many.yaml"], 5, () =>
      expectLines(renderedMany, MANY),
    ),
  ];
}
