import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exitOf } from "../../src/cli/exit.ts";
import { EXIT } from "../../src/model/error.ts";
import type { ErrorCode } from "../../src/model/error.ts";
import { COMMANDS, FORMATS, INPUTS } from "./exit-cases.ts";
import type { ExitInput, ExitRow } from "./exit-cases.ts";

const rows: readonly ExitRow[] = JSON.parse(readFileSync(new URL("exit-codes.json", import.meta.url), "utf8"));

/** The code that stands for an input, as far as one code does. */
const CODES: Partial<Record<ExitInput, ErrorCode>> = {
  plaintext: "NOT_ENCRYPTED",
  encrypted: "ALREADY_ENCRYPTED",
  "conflict markers": "CONFLICT_MARKERS",
  directory: "FILE_IS_DIRECTORY",
  "missing file": "FILE_MISSING",
  "truncated file": "YAML_INVALID",
  "wrong MAC": "MAC_MISMATCH",
  "damaged value": "DECRYPT_FAILED",
  "no key": "DATA_KEY_UNAVAILABLE",
};

test("the recording is complete", () => {
  expect(rows.length).toBe(COMMANDS.length * FORMATS.length * INPUTS.length);
  expect(new Set(rows.map((row) => `${row.command}|${row.input}|${row.format}`)).size).toBe(rows.length);
});

test("where sops fails on such an input in YAML, sotto has the same number", () => {
  const compared = rows
    .filter((row) => row.format === "yaml" && row.exit !== 0)
    .flatMap((row) => {
      // Without recipients `encrypt` fails for another reason; a value or a MAC in a file that is encrypted already is never reached.
      const isOther = row.command === "encrypt" && ["no key", "wrong MAC", "damaged value"].includes(row.input);
      const code = CODES[row.input as ExitInput];
      return code === undefined || isOther ? [] : [{ ...row, ours: exitOf(code, row.command) }];
    });
  expect(compared.length).toBeGreaterThan(60);
  expect(compared.filter((row) => row.ours !== row.exit)).toEqual([]);
});

test("an empty file is 92 for encrypt alone", () => {
  expect(COMMANDS.map((command) => exitOf("FILE_EMPTY", command))).toEqual([1, 92, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("the usual numbers never change", () => {
  expect(EXIT).toMatchObject({
    FILE_MISSING: 100,
    ALREADY_ENCRYPTED: 203,
    MAC_MISMATCH: 51,
    DATA_KEY_UNAVAILABLE: 128,
    DECRYPT_FAILED: 25,
    REFUSED: 204,
    FILE_CHANGED: 205,
    CHECK_FAILED: 206,
  });
});
