import { expect, test } from "vitest";
import { defaultHint, nameFile } from "../../src/cli/hints.ts";
import { EXIT } from "../../src/model/error.ts";
import type { ErrorCode } from "../../src/model/error.ts";

test.each(Object.keys(EXIT) as ErrorCode[])("%s has one line of advice, without a full stop", (code) => {
  expect(defaultHint(code)).toMatch(/^[^\n]*[^\n.]$/);
});

test("the file is named where it is known, and nothing else is replaced", () => {
  expect(nameFile(defaultHint("NOT_ENCRYPTED"), "$&.yaml")).toBe("encrypt it first: sotto encrypt -i $&.yaml");
  expect(nameFile(defaultHint("DATA_KEY_UNAVAILABLE"), "a.yaml")).toContain("SOPS_AGE_KEY_FILE=");
  expect(nameFile(defaultHint("NOT_ENCRYPTED"), "standard input")).toBe("encrypt it first: sotto encrypt -i FILE");
});
