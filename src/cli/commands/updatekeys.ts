import {
  applyUpdate,
  type Config,
  type GroupChange,
  listEncryptedFiles,
  nameOfRecipient,
  planUpdate,
  refuseFlawed,
  SottoError,
  type UpdatePlan,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { paint } from "../terminal.ts";
import { formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE, KEY_SERVICE, YES } from "./_flags.ts";

export const updatekeys: Command = defineCommand({
  name: "updatekeys",
  summary: "bring the recipients of files in line with .sops.yaml",
  description:
    "Shows for each file who gains and who loses access, asks, and wraps the data key anew. A folder means every encrypted file in it.\nWhen a recipient is removed, the data key is renewed too, since the one who is removed may know the old one.",
  args: [{ name: "file", rest: true }],
  flags: [
    YES,
    { name: "check", type: "boolean", help: "change nothing; exit 206 if a file is not in line" },
    { name: "keep-data-key", type: "boolean", help: "do not renew the data key when a recipient is removed (as sops does)" },
    INPUT_TYPE,
    ...KEY_SERVICE,
  ],
  examples: ["sotto updatekeys secrets/", "sotto updatekeys -y secrets/prod.yaml secrets/dev.yaml", "sotto updatekeys --check ."],
  async run(context) {
    const { flags, args } = context;
    if (args.file.length === 0) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto updatekeys FILE or FOLDER"] });
    const project = await openProject(context, flags);
    if (project.config !== undefined) refuseFlawed(project.config);
    const files = await listEncryptedFiles(context.host, args.file);
    const plans: UpdatePlan[] = [];
    for (const file of files) plans.push(await planUpdate(project, file, formatFor(flags["input-type"], file)));
    const open = plans.filter((plan) => plan.changes);
    if (!context.json) for (const plan of plans) showPlan(context, plan, project.config);
    context.result({ files: plans.map(describePlan) });
    if (open.length === 0) return 0;
    if (flags.check) return 206;
    if (!flags.yes && !(await confirm(context))) return 0;
    const ready: [UpdatePlan, Uint8Array][] = [];
    for (const plan of open) ready.push([plan, await applyUpdate(project, plan, { keepDataKey: flags["keep-data-key"] })]);
    for (const [plan, bytes] of ready) {
      await context.host.writeFile(plan.path, bytes, { expected: plan.bytes });
      if (!context.json) context.err(`${plan.path}: synced with new keys\n`);
    }
    return 0;
  },
});

function showPlan(context: Context, plan: UpdatePlan, config: Config | undefined): void {
  if (!plan.changes) {
    context.err(`${plan.path}: already up to date\n`);
    return;
  }
  context.err(`${plan.path}:\n`);
  context.out("The following changes will be made to the file's groups:\n");
  const { before, after } = plan.threshold;
  if (before > 0 && before === after) context.out(`shamir_threshold: ${after}\n`);
  else {
    if (after > 0) context.out(paint(`+++ shamir_threshold: ${after}\n`, "green", context.color));
    if (before > 0) context.out(paint(`--- shamir_threshold: ${before}\n`, "red", context.color));
  }
  for (const [index, group] of plan.groups.entries()) showGroup(context, index, group, config);
  if (plan.groups.some((group) => group.removed.length > 0) && context.flags["keep-data-key"] !== true) {
    context.out("The data key is renewed, since a recipient is removed.\n");
  }
}

function showGroup(context: Context, index: number, group: GroupChange, config: Config | undefined): void {
  const line = (mark: string, label: string): string => {
    const name = nameOfRecipient(config, label);
    return context.visible(`${mark} ${label}${name === undefined ? "" : ` (${name})`}`);
  };
  context.out(`${paint(`Group ${index + 1}`, "underline", context.color)}\n`);
  for (const label of group.kept) context.out(`${line("   ", label)}\n`);
  for (const label of group.added) context.out(`${paint(line("+++", label), "green", context.color)}\n`);
  for (const label of group.removed) context.out(`${paint(line("---", label), "red", context.color)}\n`);
}

function describePlan({ path, groups, threshold, changes }: UpdatePlan): object {
  return { path, changes, groups, threshold };
}

/** Asks until the answer is y or n, as sops does. @throws SottoError when there is nobody to answer */
async function confirm(context: Context): Promise<boolean> {
  for (;;) {
    context.out("Is this okay? (y/n):");
    const answer = await context.host.readLine();
    if (answer === undefined) throw new SottoError("USAGE", "nobody answered", { hints: ["--yes goes on without asking"] });
    if (answer.trim() === "y") return true;
    if (answer.trim() === "n") return false;
  }
}
