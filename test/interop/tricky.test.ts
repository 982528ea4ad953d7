import { expect, test } from "vitest";
import { openText, sealText } from "../support/sotto.ts";
import { REFUSED, TRICKY } from "./tricky-documents.ts";
import { describeTricky } from "./tricky.ts";

test.each(TRICKY.map((one) => [one.name, one] as const))("comes back byte by byte: %s", async (_, { text, format, selector }) => {
  const sealed = await sealText(text, format, { selector });
  expect(sealed).not.toBe(text);
  expect(await openText(sealed, format)).toBe(text);
});

test.each(REFUSED)("is refused with its place: %s %j", async (format, text, code, line, column) => {
  await expect(sealText(text, format)).rejects.toMatchObject({ code, position: { line, column } });
});

describeTricky("sops", "3.13.3");
