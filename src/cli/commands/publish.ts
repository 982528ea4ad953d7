import { planPublications, type Project, type Publication, SottoError, upload } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { openProject } from "./_files.ts";
import { UNLOCKING, YES } from "./_flags.ts";
import { showGroups } from "./_groups.ts";

export const publish: Command = defineCommand({
  name: "publish",
  summary: "bring files to S3, Google Cloud Storage or Vault",
  description:
    "The first of destination_rules in .sops.yaml whose path_regex matches the path, as it is typed, says where a file goes. To a bucket goes the encrypted file: as it is, or with a recreation_rule encrypted anew for the recipients there. To Vault go its values. All files are read and checked before the first is uploaded; then sotto asks for each.",
  args: [{ name: "file" }],
  flags: [
    YES,
    { name: "omit-extensions", type: "boolean", help: "leave the file extension out of the name at the destination" },
    { name: "recursive", type: "boolean", help: "publish everything in a folder" },
    { name: "verbose", type: "boolean", help: "accepted, as in sops", hidden: true },
    ...UNLOCKING,
  ],
  examples: ["sotto publish secrets/prod.yaml", "sotto publish -y --recursive secrets/"],
  surplus: "warn",
  async run(context) {
    const { flags, args } = context;
    if (context.json && !flags.yes) throw new SottoError("BAD_FLAGS", "--json asks nothing", { hints: ["add --yes"] });
    const project = await openProject(context, flags, true);
    const options = { recursive: flags.recursive, omitExtensions: flags["omit-extensions"] };
    const plans = await planPublications(project, args.file, options);
    const done: object[] = [];
    for (const plan of plans) {
      showPlan(context, project, plan);
      if (!flags.yes && !(await confirm(context, plan))) {
        if (!flags.recursive)
          throw new SottoError("INTERRUPTED", `Publication of ${plan.absolute} canceled`, { hints: ["nothing was uploaded"] });
        context.out(context.visible(`Publication of ${plan.absolute} canceled\n`));
        continue;
      }
      const changed = await upload(project, plan, context.warn);
      done.push({ path: plan.path, place: plan.place, changed, ...(plan.groups === undefined ? {} : { groups: plan.groups }) });
      if (!context.json) context.err(context.visible(`${plan.path}: ${changed ? "published to" : "the same already at"} ${plan.place}\n`));
    }
    context.result({ files: done });
    return 0;
  },
});

/** Standard output gets what sops prints there, letter by letter. */
function showPlan(context: Context, project: Project, { groups }: Publication): void {
  if (context.json || groups === undefined) return;
  if (groups.every((group) => group.added.length === 0 && group.removed.length === 0)) return;
  context.out("The following changes will be made to the file's key groups:\n");
  showGroups(context, groups, project.config);
}

/** Asks until the answer is y or n, as sops does. @throws SottoError when there is nobody to answer */
async function confirm(context: Context, { absolute, place }: Publication): Promise<boolean> {
  for (;;) {
    context.out(context.visible(`uploading ${absolute} to ${place} ? (y/n): `));
    const answer = await context.host.readLine();
    if (answer === undefined) throw new SottoError("INTERRUPTED", "nobody answered", { hints: ["--yes goes on without asking"] });
    if (answer.trim() === "y") return true;
    if (answer.trim() === "n") return false;
  }
}
