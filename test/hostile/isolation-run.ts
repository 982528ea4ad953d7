/**
 * Runs command lines one after the other in this process, for a recorder of its system calls: `isolation-run.ts PLAN`. Before
 * each it looks for a file with the number of the line in its name, which shows in the record.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { runProgram } from "../../src/cli/program.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { createNodeHost } from "../../src/host/node-host.ts";

/** A text for a file, and what is then run. */
export interface Step {
  readonly file: string;
  readonly text: string;
  readonly argv: readonly string[];
}

const steps = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as readonly Step[];
const exits: number[] = [];
for (const [number, { file, text, argv }] of steps.entries()) {
  writeFileSync(file, text);
  existsSync(`/nonexistent/step-${number}`);
  exits.push(await runProgram(argv, COMMANDS, createNodeHost()));
}
writeFileSync(`${process.argv[2] ?? ""}.exits`, JSON.stringify(exits));
process.exit(0);
