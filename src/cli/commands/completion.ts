import { SottoError } from "../../index.ts";
import { type Place, listPlaces } from "../complete.ts";
import { type Command, defineCommand, defineGroup, type Group, type Row } from "../command.ts";
import { COMMANDS } from "../table.ts";

interface Shell {
  readonly name: string;
  readonly title: string;
  /** How a user makes it permanent. */
  readonly use: string;
  readonly load: () => Promise<(places: readonly Place[], name: string) => string>;
}

const SHELLS: readonly Shell[] = [
  {
    name: "bash",
    title: "bash",
    use: "source <(sotto completion bash)",
    load: async () => (await import("../complete-bash.ts")).bashCompletion,
  },
  {
    name: "zsh",
    title: "zsh",
    use: "source <(sotto completion zsh)",
    load: async () => (await import("../complete-zsh.ts")).zshCompletion,
  },
  {
    name: "fish",
    title: "fish",
    use: "sotto completion fish | source",
    load: async () => (await import("../complete-fish.ts")).fishCompletion,
  },
  {
    name: "powershell",
    title: "PowerShell",
    use: "sotto completion powershell | Out-String | Invoke-Expression",
    load: async () => (await import("../complete-powershell.ts")).powershellCompletion,
  },
];

export const completion: Group = defineGroup(
  "completion",
  "scripts that complete command lines: bash, zsh, fish, powershell",
  SHELLS.map((shell): Row => ({ name: shell.name, summary: `completion for ${shell.title}`, load: async () => makeCommand(shell) })),
);

function makeCommand({ name, title, use, load }: Shell): Command {
  return defineCommand({
    name: `completion ${name}`,
    summary: `completion for ${title}`,
    description: `Prints a script for ${title}. It knows the commands and flags of this version and starts no process when it completes.`,
    args: [],
    flags: [{ name: "name", type: "string", value: "program", help: "complete for sotto under this name, such as an alias sops" }],
    examples: [use],
    surplus: "warn",
    async run(context) {
      const program = context.flags.name ?? "sotto";
      // It becomes part of a script.
      if (!/^\w[\w.-]*$/.test(program)) throw new SottoError("BAD_FLAGS", "--name wants the name of a program");
      const script = (await load())(await listPlaces(COMMANDS), program);
      context.result({ script });
      if (!context.json) context.out(script);
      return 0;
    },
  });
}
