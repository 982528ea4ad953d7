import {
  applyUpdate,
  type Config,
  type FoundFile,
  guardUpdate,
  listEncryptedFiles,
  planUpdate,
  type Project,
  removesAnybody,
  replaceFiles,
  SottoError,
  type UpdatePlan,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { paint } from "../terminal.ts";
import { formatFor, openProject } from "./_files.ts";
import { IGNORE_MAC, INPUT_TYPE, UNLOCKING, YES } from "./_flags.ts";
import { showGroups } from "./_groups.ts";
import { showProgress } from "./_progress.ts";

export const updatekeys: Command = defineCommand({
  name: "updatekeys",
  summary: "bring the recipients of files in line with .sops.yaml",
  description:
    "Shows for each file who gains and who loses access, asks once, verifies the files and wraps their data keys anew: all of them or none. A folder means every encrypted file in it that a creation rule matches. When a recipient is removed, the data key is renewed too, since the one who is removed may know the old one.",
  args: [{ name: "file", rest: true, optional: true }],
  flags: [
    YES,
    { name: "check", type: "boolean", help: "change nothing; exit 206 if a file is not in line" },
    { name: "keep-data-key", type: "boolean", help: "do not renew the data key when a recipient is removed (as sops does)" },
    { ...IGNORE_MAC, help: "do not verify the files first (as sops does)" },
    INPUT_TYPE,
    ...UNLOCKING,
  ],
  examples: ["sotto updatekeys secrets/", "sotto updatekeys -y secrets/prod.yaml secrets/dev.yaml", "sotto updatekeys --check ."],
  async run(context) {
    const { flags, args } = context;
    const project = await openProject(context, flags, true);
    if (project.config === undefined) throw new SottoError("CONFIG_MISSING", "config file not found");
    if (args.file.length === 0) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto updatekeys FILE or FOLDER"] });
    const plans = await planAll(context, project, await listEncryptedFiles(context.host, args.file));
    const open = plans.filter((plan) => plan.changes);
    if (!context.json) for (const plan of plans) showPlan(context, plan, project.config);
    context.result({ files: plans.map((plan) => describePlan(plan, false)) });
    if (open.length === 0) return 0;
    if (flags.check) return 206;
    for (const plan of open) for (const warning of await guardUpdate(project, plan, flags.accept)) context.warn(context.visible(warning));
    if (!flags.yes && !(await confirm(context))) return 0;
    const options = { keepDataKey: flags["keep-data-key"], ignoreMac: flags["ignore-mac"] };
    const shown = new Map(open.map((plan) => [plan.path, plan]));
    {
      using progress = showProgress(context, open.length);
      const make = async (bytes: Uint8Array, path: string): Promise<Uint8Array> =>
        applyUpdate(project, await planAsShown(project, path, bytes, shown.get(path)), options);
      await replaceFiles(project, [...shown.keys()], make, progress.step);
    }
    if (!context.json) for (const plan of open) context.err(context.visible(`${plan.path}: synced with new keys\n`));
    context.result({ files: plans.map((plan) => describePlan(plan, plan.changes)) });
    return 0;
  },
});

/** A file that was only found in a folder, and that no rule speaks of, is nobody's business here. */
async function planAll(context: Context, project: Project, files: readonly FoundFile[]): Promise<UpdatePlan[]> {
  const type = context.flags["input-type"];
  const plans: UpdatePlan[] = [];
  for (const { path, named } of files) {
    try {
      plans.push(await planUpdate(project, path, formatFor(typeof type === "string" ? type : undefined, path)));
    } catch (error) {
      if (named || !SottoError.is(error) || error.code !== "NO_MATCHING_RULE") throw error;
      context.warn(`${path}: no creation rule matches, so it stays as it is`);
    }
  }
  return plans;
}

/**
 * The plan for the file as it is now, under its lock. Another command may have changed its values since the plan was shown.
 * @throws SottoError `FILE_CHANGED` when its recipients are no longer those that were shown
 */
async function planAsShown(project: Project, path: string, bytes: Uint8Array, shown: UpdatePlan | undefined): Promise<UpdatePlan> {
  if (shown !== undefined && Buffer.compare(bytes, shown.bytes) === 0) return shown;
  const plan = await planUpdate(project, path, shown?.format ?? formatFor(undefined, path));
  if (shown !== undefined && outline(plan) === outline(shown)) return plan;
  throw new SottoError("FILE_CHANGED", `${path} was changed by someone else meanwhile; nothing was written`, { file: path });
}

function outline({ groups, threshold }: UpdatePlan): string {
  return JSON.stringify({ groups, threshold });
}

/** Standard output gets what sops prints there, letter by letter. */
function showPlan(context: Context, plan: UpdatePlan, config: Config | undefined): void {
  if (!plan.changes) {
    context.err(context.visible(`${plan.path}: already up to date\n`));
    return;
  }
  const note =
    removesAnybody(plan) && context.flags["keep-data-key"] !== true ? " the data key is renewed, since a recipient is removed" : "";
  context.err(context.visible(`${plan.path}:${note}\n`));
  context.out("The following changes will be made to the file's groups:\n");
  const { before, after } = plan.threshold;
  if (before > 0 && before === after) context.out(`shamir_threshold: ${after}\n`);
  else {
    if (after > 0) context.out(paint(`+++ shamir_threshold: ${after}\n`, "green", context.color));
    if (before > 0) context.out(paint(`--- shamir_threshold: ${before}\n`, "red", context.color));
  }
  showGroups(context, plan.groups, config);
}

function describePlan({ path, groups, threshold, changes }: UpdatePlan, updated: boolean): object {
  return { path, changes, updated, groups, threshold };
}

/** Asks until the answer is y or n, as sops does. @throws SottoError when there is nobody to answer */
async function confirm(context: Context): Promise<boolean> {
  if (context.json) throw new SottoError("BAD_FLAGS", "--json asks nothing", { hints: ["add --yes, or --check"] });
  for (;;) {
    context.out("Is this okay? (y/n):");
    const answer = await context.host.readLine();
    if (answer === undefined) throw new SottoError("INTERRUPTED", "nobody answered", { hints: ["--yes goes on without asking"] });
    if (answer.trim() === "y") return true;
    if (answer.trim() === "n") return false;
  }
}
