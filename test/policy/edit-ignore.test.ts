/** Which finding is fine, and why, written into a config of any form. */
import { expect, test } from "vitest";
import { loadConfig } from "../../src/policy/config.ts";
import { addIgnored } from "../../src/policy/edit-ignore.ts";
import { A } from "./rule-cases.ts";

const ADDED = { finding: "weak secrets/dev.yaml database.password", reason: "it never leaves the laptop: see ADR #7" };
const RULES = `creation_rules:\n  # who reads what\n  - age: ${A}\n`;
const ENTRY = "- finding: weak secrets/dev.yaml database.password\n";
const REASON = '  reason: "it never leaves the laptop: see ADR #7"\n';

async function add(text: string): Promise<string> {
  return (await addIgnored(await loadConfig("/p/.sops.yaml", text), ADDED)).text;
}

test.each([
  ["no section", RULES, `${RULES}sotto:\n  ignore:\n    ${ENTRY}    ${REASON}`],
  ["no line end", RULES.trimEnd(), `${RULES}sotto:\n  ignore:\n    ${ENTRY}    ${REASON}`],
  ["a section", `sotto:\n  people: {}\n${RULES}`, `sotto:\n  people: {}\n  ignore:\n    ${ENTRY}    ${REASON}${RULES}`],
  [
    "a list",
    `${RULES}sotto:\n  ignore:\n    # agreed\n    - {finding: weak a b, reason: old}\n`,
    `${RULES}sotto:\n  ignore:\n    # agreed\n    - {finding: weak a b, reason: old}\n    ${ENTRY}    ${REASON}`,
  ],
  [
    "a section in one line",
    `${RULES}sotto: {people: {}}\n`,
    `${RULES}sotto: {people: {}, ignore: [{ finding: weak secrets/dev.yaml database.password, reason: "it never leaves the laptop: see ADR #7" }]}\n`,
  ],
])("is put where it belongs, with %s, and all else stays", async (_, before, after) => {
  expect(await add(before)).toBe(after);
  const config = await loadConfig("/p/.sops.yaml", await add(before));
  expect(config.sotto?.ignore.at(-1)).toEqual(ADDED);
  expect(config.warnings).toEqual([]);
  expect(await add(after)).toBe(after);
});

test.each(["sotto: text\n", `{creation_rules: [{age: ${A}}]}\n`, "sotto:\n  ignore:\n", "sotto:\n"])(
  "%s is left to an editor",
  async (text) => {
    await expect(add(text)).rejects.toMatchObject({ code: "REFUSED" });
  },
);

test("an entry without a reason is refused, and so is another key in it", async () => {
  const text = `${RULES}sotto:\n  ignore:\n    - {finding: weak a b}\n    - {finding: weak a c, reason: x, until: 2027}\n    - text\n`;
  const { warnings, sotto } = await loadConfig("/p/.sops.yaml", text);
  expect(warnings.filter(({ refuses }) => refuses)).toHaveLength(4);
  expect(sotto?.ignore).toEqual([{ finding: "weak a c", reason: "x" }]);
});
