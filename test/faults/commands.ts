/** The commands that write, killed at each step: every file is the old one or the new one, and several are the same of the two. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createNodeHost, decodeText, openSecrets, Project } from "../../src/index.ts";
import { sweepHandOvers } from "../../src/host/hand-over-folder.ts";
import { describeIfPermitted } from "../support/permitted.ts";
import { accessFor, ANA, sealText } from "../support/sotto.ts";
import { listCalls, type Outcome, type Program, runWithFault } from "../support/strace.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { bundle } from "./bundle.ts";

const PLAIN = "password: secret # why\nlist:\n    - 1\n    - 2\n";

export interface CommandCase {
  readonly argv: readonly string[];
  /** What the files decrypt to afterwards, by name. */
  readonly after: Readonly<Record<string, string>>;
  readonly editor?: string;
}

export const COMMANDS: Readonly<Record<string, CommandCase>> = {
  set: { argv: ["set", "a.yaml", "password", '"other"'], after: { "a.yaml": PLAIN.replace("secret", "other") } },
  unset: { argv: ["unset", "a.yaml", "list[0]"], after: { "a.yaml": PLAIN.replace("    - 1\n", "") } },
  "encrypt -i": { argv: ["encrypt", "-i", "plain.yaml"], after: { "plain.yaml": PLAIN } },
  edit: { argv: ["edit", "a.yaml"], after: { "a.yaml": `${PLAIN}more: 1\n` }, editor: "/bin/cp next.yaml" },
  "encrypt --onto": { argv: ["encrypt", "--onto", "a.yaml", "next.yaml"], after: { "a.yaml": `${PLAIN}more: 1\n` } },
  "encrypt --output": { argv: ["encrypt", "--output", "made.yaml", "plain.yaml"], after: { "made.yaml": PLAIN } },
  "rotate of one": { argv: ["rotate", "-i", "a.yaml"], after: { "a.yaml": PLAIN } },
  "rotate of two": { argv: ["rotate", "-i", "a.yaml", "b.yaml"], after: { "a.yaml": PLAIN, "b.yaml": PLAIN } },
  "groups add": { argv: ["groups", "add", "-i", "-f", "a.yaml", "--age", vectorRecipient("ana")], after: { "a.yaml": PLAIN } },
  "updatekeys of one": { argv: ["updatekeys", "-y", "a.yaml"], after: { "a.yaml": PLAIN } },
  "updatekeys of two": { argv: ["updatekeys", "-y", "a.yaml", "b.yaml"], after: { "a.yaml": PLAIN, "b.yaml": PLAIN } },
};

/** @param every stops at every call, and not only at those after which the disk may look different */
export function describeCommands(names: readonly string[], every: boolean): void {
  describeIfPermitted("strace", "a command that is killed at any step leaves each file old or new: sotto", () => {
    let program = "";
    let sealed = "";
    let top = "";
    let folder = "";
    const old = new Map<string, string>();
    beforeAll(async () => {
      program = await bundle("src/cli/main.ts");
      sealed = await sealText(PLAIN, "yaml", { access: accessFor({}) });
    });
    afterAll(() => rmSync(dirname(program), { recursive: true }));
    beforeEach(() => {
      top = mkdtempSync(join(tmpdir(), "sotto-commands-"));
      folder = join(top, "work");
      mkdirSync(join(top, "home"));
      old.clear();
      for (const name of ["a.yaml", "b.yaml"]) old.set(name, sealed);
      old.set("plain.yaml", PLAIN).set("next.yaml", `${PLAIN}more: 1\n`);
      old.set(".sops.yaml", `creation_rules:\n  - age: ${vectorRecipient("ana")},${vectorRecipient("ben")}\n`);
    });
    afterEach(() => rmSync(top, { recursive: true, force: true }));

    const layOut = (): void => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(join(folder, ".git"), { recursive: true });
      for (const [name, text] of old) writeFileSync(join(folder, name), text);
    };
    const stateOf = async (name: string, after: string): Promise<string> => {
      const text = readdirSync(folder).includes(name) ? readFileSync(join(folder, name), "utf8") : undefined;
      if (text === old.get(name)) return "old";
      try {
        using secrets = await openSecrets(name, { cwd: folder, env: ANA });
        return decodeText(await secrets.print()) === after ? "new" : "another";
      } catch (error) {
        return String(error);
      }
    };

    test.each(names)("%s", async (name) => {
      const { argv, after, editor = "false" } = COMMANDS[name] ?? { argv: [], after: {} };
      const env = { HOME: join(top, "home"), XDG_RUNTIME_DIR: join(top, "home"), EDITOR: editor, ...ANA };
      const child: Program = {
        argv: [process.execPath, program, ...argv],
        // The program runs in its folder, so that is what its calls mention.
        folders: [folder, '"a.yaml"', '"b.yaml"'],
        log: join(top, "log"),
        env,
        cwd: folder,
      };
      layOut();
      const calls = (await listCalls(child)).filter((call) => call.changes || every);
      const ends: Record<string, number> = { old: 0, new: 0 };
      for (const call of calls) {
        const outcome: Outcome | undefined = await runWithFault(child, call, "signal=KILL", layOut);
        if (outcome === undefined) throw new Error(`not met: ${call.text}`);
        const host = createNodeHost({ cwd: folder, env });
        await Project.open(host);
        const states = await Promise.all(Object.entries(after).map(([file, text]) => stateOf(file, text)));
        await host.writeFile("later", new Uint8Array());
        // The next save in a folder takes away what is left of the locks.
        const journals = existsSync(join(folder, ".sotto"));
        if (journals) await host.writeFile(".sotto/later", new Uint8Array());
        const beside = readdirSync(folder).filter((one) => !old.has(one) && !(one in after) && ![".git", ".sotto", "later"].includes(one));
        const [state = ""] = states;
        expect({
          at: call.text,
          states: [...new Set(states)],
          known: state in ends,
          beside,
          elsewhere: filesOf(join(folder, ".sotto"), join(top, "home")),
        }).toEqual({
          at: call.text,
          states: [state],
          known: true,
          beside: [],
          elsewhere: journals ? ["later"] : [],
        });
        ends[state] = (ends[state] ?? 0) + 1;
      }
      sweepHandOvers(env);
      expect(ends["old"]).toBeGreaterThan(4);
      expect(ends["new"]).toBeGreaterThan(0);
    });
  });
}

function filesOf(...folders: readonly string[]): string[] {
  return folders
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place, { recursive: true, withFileTypes: true }))
    .flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]));
}
