import { relative } from "node:path";
import { type Environment, listEnvironments, listFiles } from "../../index.ts";
import { type Command, type Context, defineCommand, defineGroup, type Group } from "../command.ts";
import { openProject } from "./_files.ts";

const list: Command = defineCommand({
  name: "env list",
  summary: "list the environments and their files",
  description: "The environments of .sops.yaml in order, each with its files; without them, what the names of the files suggest.",
  args: [],
  flags: [],
  examples: ["sotto env list", "sotto env list --json"],
  async run(context) {
    const project = await openProject(context);
    const directory = project.config?.directory ?? context.host.cwd;
    const named = project.config?.sotto?.environments !== undefined;
    const files = named ? [] : (await listFiles(context.host, [directory])).map(({ path }) => relative(directory, path));
    const environments = listEnvironments(project.config, files);
    context.result({ environments });
    if (!context.json) show(context, environments);
    return 0;
  },
});

function show(context: Context, environments: readonly Environment[]): void {
  if (environments.length === 0) context.err("no environments: name them under sotto.environments in .sops.yaml\n");
  if (environments.some(({ guessed }) => guessed))
    context.err("guessed from file names; name them under sotto.environments in .sops.yaml to be sure\n");
  const width = Math.max(0, ...environments.map(({ name }) => name.length));
  for (const { name, files, inherited, abstract, isolated } of environments) {
    const notes = [...(abstract ? ["only to be extended"] : []), ...(isolated ? ["isolated"] : [])];
    const order = [...inherited, ...files].join(" → ");
    context.out(context.visible(`${name.padEnd(width)}  ${order}${notes.length === 0 ? "" : `  (${notes.join(", ")})`}\n`));
  }
}

export const env: Group = defineGroup("env", "environments", [
  { name: "list", summary: list.spec.summary, load: () => Promise.resolve(list) },
  { name: "diff", summary: "show by key how two environments differ", load: async () => (await import("./_env-diff.ts")).envDiff },
  { name: "check", summary: "check environments before a deploy", load: async () => (await import("./_env-check.ts")).envCheck },
]);
