/** The completion scripts in the shells they are for. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bashCompletion } from "../../src/cli/complete-bash.ts";
import { fishCompletion } from "../../src/cli/complete-fish.ts";
import { powershellCompletion } from "../../src/cli/complete-powershell.ts";
import { zshCompletion } from "../../src/cli/complete-zsh.ts";
import { listPlaces } from "../../src/cli/complete.ts";
import type { LoadedPlace } from "../../src/cli/complete.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { createMemoryHost } from "../support/memory-host.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { runInTerminal } from "../support/terminal.ts";

const folder: string = mkdtempSync(join(tmpdir(), "sotto-completion-"));
const env = { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "dumb", XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
let places: readonly LoadedPlace[] = [];

beforeAll(async () => {
  places = await listPlaces(COMMANDS);
  writeFileSync(join(folder, "sotto.bash"), bashCompletion(places, "sotto"));
  writeFileSync(join(folder, "sotto.zsh"), zshCompletion(places, "sotto"));
  writeFileSync(join(folder, "sotto.fish"), fishCompletion(places, "sotto"));
  writeFileSync(join(folder, "zebra.yaml"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WORDS = COMMANDS.filter((row) => row.hidden !== true).map((row) => row.name);
const FORMATS = ["yaml", "json", "dotenv", "ini", "binary"];

function shell(name: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(peerPath(name), [...args], { cwd: folder, env, encoding: "utf8", timeout: 30_000 });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

async function run(...argv: string[]): Promise<{ readonly exit: number; readonly output: string; readonly errors: string }> {
  const host = createMemoryHost();
  const exit = await runProgram(argv, COMMANDS, host);
  return { exit, output: host.output, errors: host.errors };
}

function flagsOf(path: string): readonly string[] {
  const place = places.find((one) => one.path.join(" ") === path);
  expect(place).toBeDefined();
  return place?.flags.map((flag) => `--${flag.name}`) ?? [];
}

describe("the table", () => {
  test("gives every command, with all flags that its help shows", async () => {
    const commands = places.filter((place) => place.words.length === 0);
    expect(commands.length).toBeGreaterThan(24);
    for (const { path, flags } of commands) {
      const { output } = await run(...path, "--help");
      const shown = [...(output.split("examples:")[0]?.matchAll(/^ {2}(?:-\w, | {4})--([\w-]+)/gm) ?? [])].map((match) => match[1]);
      expect(flags.map((flag) => flag.name)).toEqual(shown);
    }
  });

  test.each(["bash", "zsh", "fish", "powershell"])("becomes a script for %s, under any name", async (name) => {
    const { exit, output, errors } = await run("completion", name, "--name", "sops-of.mine");
    expect({ exit, errors }).toEqual({ exit: 0, errors: "" });
    expect(output).toContain("sops-of.mine");
    expect(output).not.toMatch(/undefined|\[object/);
    expect((await run("completion", name, "--name", "x;rm")).exit).toBe(8);
  });
});

describeWithPeers(["bash"], "bash", () => {
  const lines: readonly (readonly [line: string, offered: readonly string[] | "flags of decrypt" | "files"])[] = [
    ["sotto ", WORDS],
    ["sotto dec", ["decrypt"]],
    ["sotto keys ", ["generate", "list"]],
    ["sotto keys gen", ["generate"]],
    ["sotto groups de", ["delete"]],
    ["sotto completion p", ["powershell"]],
    ["sotto decrypt --", "flags of decrypt"],
    ["sotto decrypt --output-t", ["--output-type"]],
    ["sotto decrypt --output-type ", FORMATS],
    ["sotto decrypt --output-type=", FORMATS],
    ["sotto decrypt -output-type j", ["json"]],
    ["sotto decrypt --output-type=js", ["json"]],
    ["sotto decrypt --output encrypt --output-type d", ["dotenv"]],
    ["sotto --config decrypt key", ["keys", "keyservice"]],
    ["sotto --config=decrypt decrypt --ext", ["--extract"]],
    ["sotto decrypt --ignore-mac=true --ext", ["--extract"]],
    ["sotto decrypt -- --ext", "files"],
    ["sotto decrypt zeb", "files"],
    ["sotto decrypt --output ", "files"],
    ["sotto keys generate -o ", "files"],
    ["sotto exec-env zebra.yaml bas", ["bash"]],
    ["sotto exec-env zebra.yaml bash --pri", ["--pristine"]],
    ["sotto get zebra.yaml ", []],
  ];

  test("offers what fits, by itself", () => {
    // As bash itself does, "=" is a word of its own.
    const calls = lines.map(([line]) => {
      const words = line
        .split(" ")
        .flatMap((word) => (word.includes("=") ? word.split(/(=)/).filter((part, at, all) => part !== "" || at < all.length - 1) : [word]));
      return `try ${words.map((word) => `'${word}'`).join(" ")}`;
    });
    const script = [
      `source ${join(folder, "sotto.bash")}`,
      "compopt() { quiet=1; }",
      'compgen() { if [[ $1 == -c ]]; then builtin compgen -W \'bash\' -- "$3"; else builtin compgen "$@"; fi; }',
      'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); quiet=; _sotto; echo "${quiet:-0} ${COMPREPLY[*]}"; }',
      ...calls,
    ].join("\n");
    const answers = shell("bash", ["--norc", "-c", script]).trimEnd().split("\n");
    const expected = lines.map(([, offered]) => {
      if (offered === "files") return "0 ";
      const names = offered === "flags of decrypt" ? flagsOf("decrypt") : offered;
      return names.join(" ") === "bash" ? "0 bash" : `1 ${names.join(" ")}`;
    });
    expect(answers.map((answer, at) => [lines[at]?.[0], answer.trimEnd()])).toEqual(
      expected.map((answer, at) => [lines[at]?.[0], answer.trimEnd()]),
    );
  });

  test("offers no flags of ours behind the argument of a command that starts another program", async () => {
    const flags = [{ name: "pristine", type: "boolean", help: "" }] as const;
    const spec = { name: "go", summary: "", args: [{ name: "file", rest: true }], flags, flagsFirst: true, run: () => 0 } as const;
    const table = [{ name: "go", summary: "", load: async () => defineCommand(spec) }];
    writeFileSync(join(folder, "go.bash"), bashCompletion(await listPlaces(table), "my-go"));
    const script =
      'source ./go.bash; compopt() { :; }; try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _my_go; echo "<${COMPREPLY[*]}>"; }; try my-go go --pr; try my-go go x --pr';
    expect(shell("bash", ["--norc", "-c", script])).toBe("<--pristine>\n<>\n");
  });

  test("completes what a person types, names of files too", async () => {
    const start = `PS1='re''ady> '; cd ${folder}; source sotto.bash; sotto() { echo "<$*>"; }\r`;
    const { shown } = await runInTerminal("bash --norc --noprofile -i", env, [
      ["bash-", start],
      ["ready> ", "sotto dec\tzeb\t\r"],
      ["<decrypt zebra.yaml>", "exit\r"],
    ]);
    expect(shown).toContain("<decrypt zebra.yaml>");
  });
});

describeWithPeers(["zsh"], "zsh", () => {
  test("completes commands, sub-commands, flags, their values and names of files", async () => {
    writeFileSync(join(folder, ".zshenv"), "module_path=($ZSH_MODULES $module_path)\n");
    const start = ["autoload -Uz compinit", "compinit -u -D", "source ./sotto.zsh", 'sotto() { echo "<$*>" }', "PS1='ready> '", ""];
    writeFileSync(join(folder, ".zshrc"), start.join("\n"));
    const typed: readonly (readonly [keys: string, line: string])[] = [
      ["sotto dec\tzeb\t\r", "<decrypt zebra.yaml>"],
      ["sotto keys gen\t\r", "<keys generate>"],
      ["sotto --config dec keyse\t\r", "<--config dec keyservice>"],
      ["sotto decrypt --extr\tx\r", "<decrypt --extract=x>"],
      ["sotto decrypt --output-type dot\t\r", "<decrypt --output-type dotenv>"],
      ["sotto exec-env zebra.yaml --pris\t\r", "<exec-env zebra.yaml --pristine>"],
    ];
    const turns = typed.flatMap(([keys, line], at): [string, string][] => [
      ["ready> ", keys],
      [line, at === typed.length - 1 ? "exit\r" : "\r"],
    ]);
    const { shown } = await runInTerminal(`cd ${folder}; ${peerPath("zsh")} -d -i`, { ...env, ZDOTDIR: folder }, turns);
    expect(shown).not.toContain("command not found");
  });
});

describeWithPeers(["fish"], "fish", () => {
  test("offers what fits", () => {
    const lines: readonly (readonly [line: string, offered: readonly string[]])[] = [
      ["sotto ", WORDS],
      ["sotto dec", ["decrypt"]],
      ["sotto keys ", ["generate", "list"]],
      ["sotto --config keys upd", ["updatekeys"]],
      ["sotto decrypt --output-t", ["--output-type"]],
      ["sotto decrypt --output-type j", ["json"]],
      ["sotto decrypt --output-type=j", ["--output-type=json"]],
      ["sotto decrypt --output zeb", ["zebra.yaml"]],
      ["sotto decrypt zeb", ["zebra.yaml"]],
      ["sotto groups delete --fi", ["--file"]],
    ];
    const calls = lines.map(([line]) => `complete -C '${line}'; echo .`).join("\n");
    const answers = shell("fish", ["--no-config", "-c", `source sotto.fish\n${calls}`]).split("\n.\n");
    for (const [at, [line, offered]] of lines.entries()) {
      const names = answers[at]?.split("\n").map((one) => one.split("\t")[0] ?? "");
      expect([line, names?.toSorted()]).toEqual([line, [...offered].toSorted()]);
    }
  });
});

describe("PowerShell", () => {
  test("gets a script in which every text is quoted and every bracket closed", () => {
    const script = powershellCompletion(places, "sotto");
    const bare = script.replaceAll(/'(?:[^']|'')*'|"[^"]*"|#.*$/gm, "");
    expect(bare).not.toMatch(/['"`]/);
    const open: string[] = [];
    for (const mark of bare.replaceAll(/[^()[\]{}]/g, "")) {
      if (["()", "[]", "{}"].includes(`${open.at(-1)}${mark}`)) open.pop();
      else open.push(mark);
    }
    expect(open).toEqual([]);
    for (const { path } of places) expect(script).toContain(`'${path.join(" ")}' = @{`);
    for (const { flags } of places) for (const flag of flags) expect(script).toContain(`'--${flag.name}'`);
  });
});

describeWithPeers(["sops", "bash"], "a script of sops's own, with sotto under its name", () => {
  const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

  test("offers names that both have", () => {
    writeFileSync(join(folder, "sops.bash"), shell("sops", ["completion", "bash"]));
    const script = [
      "source ./sops.bash",
      `sops() { ${process.execPath} ${main} "$@"; }`,
      'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cli_bash_autocomplete; echo "${COMPREPLY[*]}"; }',
      "try sops dec",
      "try sops decrypt --extr",
      "try sops groups ''",
    ].join("\n");
    expect(shell("bash", ["--norc", "-c", script]).split("\n")).toEqual(["decrypt", "--extract", "add delete", ""]);
  });

  test("is answered a name a line, or with its summary for zsh", async () => {
    expect((await run("groups", "--generate-bash-completion")).output).toBe("add\ndelete\n");
    const host = createMemoryHost({ env: { _CLI_ZSH_AUTOCOMPLETE_HACK: "1" } });
    expect(await runProgram(["keys", "gen", "--generate-bash-completion"], COMMANDS, host)).toBe(0);
    expect(host.output).toMatch(/^generate:.+\nlist:.+\n$/);
  });
});
