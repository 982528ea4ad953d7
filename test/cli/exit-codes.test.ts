/** Every row of the recording of the real sops (exit-codes.json) against sotto itself. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { DIFFERENCES } from "./differences.ts";
import { Scratch } from "./commands/scratch.ts";
import { argumentsFor, damage, type ExitCommand, type ExitInput, type ExitRow, FORMATS, ownRule, plainText } from "./exit-cases.ts";

const rows: readonly ExitRow[] = JSON.parse(readFileSync(new URL("exit-codes.json", import.meta.url), "utf8"));

interface Deviation {
  readonly when: (row: ExitRow) => boolean;
  readonly exit: number;
  /** Key of a row of differences.ts. */
  readonly difference: string;
}

/** Where sotto ends with another number on purpose. */
const DEVIATIONS: readonly Deviation[] = [
  // Before anything else is looked at.
  { when: (row) => row.input === "unknown type" && takesType(row.command), exit: 1, difference: "input-type" },
  { when: (row) => row.command === "updatekeys" && row.input === "directory", exit: 0, difference: "updatekeys-folder" },
  { when: (row) => row.command === "updatekeys" && row.input === "wrong MAC", exit: 51, difference: "updatekeys-verifies" },
  { when: (row) => row.command === "updatekeys" && row.input === "damaged value", exit: 25, difference: "updatekeys-verifies" },
  { when: (row) => row.command === "groups add" && row.input === "wrong MAC", exit: 51, difference: "groups" },
  { when: (row) => row.command === "groups add" && row.input === "damaged value", exit: 25, difference: "groups" },
];

/** Commands that sotto has so far; the others are recorded for when it has them. */
const COMMANDS: ReadonlySet<string> = new Set(["decrypt", "encrypt", "set", "unset", "rotate", "updatekeys", "groups add", "filestatus"]);

function takesType(command: string): boolean {
  return command !== "exec-env" && command !== "groups add";
}

const ours = rows.filter((row) => COMMANDS.has(row.command));

test.each(FORMATS)("$id: sotto ends with the number of sops", async (format) => {
  using scratch = new Scratch(ANA);
  const plain = plainText(format);
  const source = `source.${format.suffix}`;
  scratch.write(source, plain);
  const recipient = vectorRecipient("ana");
  const { output: encrypted } = await scratch.sotto(["encrypt", "--age", recipient, source]);
  const wrong: object[] = [];
  for (const row of ours.filter((one) => one.format === format.id)) {
    const command = row.command as ExitCommand;
    const input = row.input as ExitInput;
    scratch.clear();
    const name = `file.${input === "unknown suffix" ? "unknown" : format.suffix}`;
    const content = damage(input, command === "encrypt" ? plain : encrypted, { plain, encrypted });
    if (input === "directory") scratch.folder(name);
    else if (content !== undefined) scratch.write(name, content);
    if (command === "updatekeys") scratch.write(".sops.yaml", ownRule([recipient, vectorRecipient("ben")]));
    const env = input === "no key" ? { SOPS_AGE_KEY_FILE: "" } : {};
    const { exit, errors } = await scratch.sotto(argumentsFor(command, format, name, input, recipient), { env });
    const wanted = DEVIATIONS.find((one) => one.when(row))?.exit ?? row.exit;
    if (exit !== wanted) wrong.push({ ...row, wanted, exit, errors });
  }
  expect(wrong).toEqual([]);
});

test("every deviation is needed, and a row of the list of differences", () => {
  const known = new Set(DIFFERENCES.map(({ id }) => id));
  expect(DEVIATIONS.filter(({ difference }) => !known.has(difference))).toEqual([]);
  expect(ours.length).toBe(8 * FORMATS.length * 13);
  for (const one of DEVIATIONS) expect(ours.some((row) => one.when(row) && row.exit !== one.exit)).toBe(true);
});
