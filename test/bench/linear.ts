/** Is the cost linear? The candidate alone: sops is quadratic in places and would take minutes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlain } from "./data.ts";
import type { BenchFormat, Shape } from "./data.ts";
import { measure, medianSample, run } from "./measure.ts";
import type { Sample } from "./measure.ts";
import type { Bench } from "./rows.ts";

export interface LinearRow {
  readonly name: string;
  /** Measured at {@link count} values (binary: 100 bytes for each). */
  readonly small: Sample;
  /** Measured at ten times that. */
  readonly large: Sample;
  readonly count: number;
  /** CPU large / small: 10 if linear, 100 if quadratic, less because of the start. */
  readonly ratio: number;
}

const CASES: readonly (readonly [BenchFormat | "bin", Shape])[] = [
  ["yaml", "flat"],
  ["yaml", "nested"],
  ["json", "flat"],
  ["json", "nested"],
  ["env", "flat"],
  ["ini", "flat"],
  ["ini", "grouped"],
  ["bin", "flat"],
];
const RUNS = 3;

export function linearNames(): readonly string[] {
  return CASES.flatMap(([format, shape]) => ["encrypt", "decrypt"].map((command) => nameOf(command, format, shape)));
}

/** @returns the rows whose name is wanted, measured one after the other */
export function* measureLinear(bench: Bench, count: number, isWanted: (name: string) => boolean): Generator<LinearRow> {
  for (const [format, shape] of CASES) {
    if (!["encrypt", "decrypt"].some((command) => isWanted(nameOf(command, format, shape)))) continue;
    const small = measureSize(bench, format, shape, count);
    const large = measureSize(bench, format, shape, count * 10);
    for (const command of ["encrypt", "decrypt"] as const) {
      yield {
        name: nameOf(command, format, shape),
        count,
        small: small[command],
        large: large[command],
        ratio: large[command].cpu / small[command].cpu,
      };
    }
  }
}

function nameOf(command: string, format: string, shape: Shape): string {
  return `linear: ${command} ${format} ${shape}`;
}

function measureSize(bench: Bench, format: BenchFormat | "bin", shape: Shape, count: number): Record<"encrypt" | "decrypt", Sample> {
  const place = { cwd: bench.work, env: bench.env };
  const [plain, encrypted] = [`lp.${format}`, `le.${format}`];
  const text = format === "bin" ? "0123456789abcdef".repeat((count * 100) / 16) : createPlain(count, format, shape);
  writeFileSync(join(bench.work, plain), text);
  const encrypt = [...bench.candidate, "encrypt", "--age", bench.recipients[0], plain];
  const decrypt = [...bench.candidate, "decrypt", encrypted];
  const made = run(encrypt, place);
  if (made.status !== 0) throw new Error(`encrypt ${format} ${shape}: exit ${String(made.status)}: ${made.stderr.slice(0, 200)}`);
  writeFileSync(join(bench.work, encrypted), made.stdout);
  if (run(decrypt, place).stdout.toString() !== text) throw new Error(`decrypt ${format} ${shape}: the text does not come back`);
  const sample = (argv: readonly string[]): Sample => medianSample(Array.from({ length: RUNS }, () => measure(argv, place)));
  return { encrypt: sample(encrypt), decrypt: sample(decrypt) };
}
