/** What every command says about itself, and whether it knows the flags of sops. */
import { describe, expect, test } from "vitest";
import type { Command, Flag, Group, Row } from "../../../src/cli/command.ts";
import { SHARED_FLAGS } from "../../../src/cli/global-flags.ts";
import { COMMANDS } from "../../../src/cli/table.ts";
import { describeWithPeers } from "../../support/peers.ts";
import { Scratch } from "./scratch.ts";

async function listCommands(
  rows: readonly Row[],
  prefix: readonly string[] = [],
): Promise<(readonly [words: string[], command: Command])[]> {
  const found: (readonly [string[], Command])[] = [];
  for (const row of rows) {
    const loaded: Command | Group = await row.load();
    const words = [...prefix, row.name];
    if (loaded.kind === "command") found.push([words, loaded]);
    else found.push(...(await listCommands(loaded.rows, words)));
  }
  return found;
}

const commands = await listCommands(COMMANDS);

describe.each(commands.map(([words, command]) => ({ name: words.join(" "), words, spec: command.spec })))(
  "$name",
  ({ words, spec, name }) => {
    test("has the name that its table gives it", () => {
      expect(spec.name).toBe(name);
    });

    test("tells what it does, how it is called, and gives an example", async () => {
      using scratch = new Scratch({});
      const { exit, output, errors } = await scratch.sotto([...words, "--help"]);
      expect([exit, errors]).toEqual([0, ""]);
      expect(output.startsWith(`sotto ${name} - ${spec.summary}\n\nusage: sotto ${name}`)).toBe(true);
      expect(output).toContain(`examples:\n  `);
      for (const line of output.split("\n")) expect(line.length).toBeLessThanOrEqual(112);
      expect(await scratch.sotto(["help", ...words])).toEqual({ exit, output, errors });
    });

    test("explains every flag that is not hidden, once", () => {
      const shown = spec.flags.filter((flag) => flag.hidden !== true);
      expect(shown.filter((flag) => flag.help === "").map((flag) => flag.name)).toEqual([]);
      const names = spec.flags.flatMap((flag) => [flag.name, ...(flag.short === undefined ? [] : [flag.short])]);
      expect(new Set(names).size).toBe(names.length);
      for (const flag of shown) expect(flag.help).toMatch(/^[^A-Z\n].*[^.\n]$|^(AWS|Google|Azure|HuaweiCloud|PGP|VALUE|Vault).*[^.\n]$/);
    });

    test("has examples that its own parser takes for its own", () => {
      const examples = spec.examples ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(example).toContain(`sotto ${name}`);
    });
  },
);

describeWithPeers(["sops"], "flags of sops", () => {
  test.each(["encrypt", "decrypt", "set", "unset", "rotate", "updatekeys", "filestatus", "keyservice", "groups add", "groups delete"])(
    "%s knows them all",
    (name) => {
      using scratch = new Scratch({});
      const { output } = scratch.sops([...name.split(" "), "--help"]);
      const theirs = [...output.matchAll(/^ {3}--([\w-]+)( value)?(?:, -(\w))?( value)?/gm)].map(([, flag, value, short]) => ({
        flag,
        short,
        takesValue: value !== undefined,
      }));
      const spec = commands.find(([words]) => words.join(" ") === name)?.[1].spec;
      const ours: readonly Flag[] = [...(spec?.flags ?? []), ...SHARED_FLAGS];
      expect(theirs.length).toBeGreaterThan(0);
      for (const { flag, short, takesValue } of theirs) {
        const own = ours.find((one) => one.name === flag);
        expect({ flag, short: own?.short, takesValue: own?.type !== "boolean" }).toEqual({ flag, short, takesValue });
      }
    },
  );
});
