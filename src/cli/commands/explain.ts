import {
  compileSelector,
  explainFile,
  explainPath,
  type FileExplanation,
  type FormatId,
  formatPath,
  naming,
  parsePath,
  type Project,
  readEither,
  type ReadFile,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE } from "./_flags.ts";

export const explain: Command = defineCommand({
  name: "explain",
  summary: "say which rule applies to a file, for whom, and what is encrypted",
  description:
    "Shows the configuration and the rule in force for a file and who can read it. With a path it says why that value is encrypted or not. No key is needed.",
  args: [{ name: "file" }, { name: "path", optional: true }],
  flags: [INPUT_TYPE],
  examples: ["sotto explain secrets/prod.yaml", "sotto explain secrets/prod.yaml database.password"],
  async run(context) {
    const { flags, args } = context;
    const project = await openProject(context);
    const format = formatFor(flags["input-type"], args.file);
    const file = await readFile(project, args.file, format);
    const why = await explainFile(project.config, project.absolute(args.file), file?.encrypted?.metadata);
    if (args.path === undefined) {
      context.result(why);
      if (!context.json) showFile(context, args.file, why, file);
      return 0;
    }
    if (file === undefined) throw new SottoError("FILE_MISSING", "no such file", { file: args.file });
    const selector = await compileSelector(why.selector);
    const path = parsePath(args.path);
    const [root] = (file.encrypted === undefined ? file.plain : file.encrypted.document).roots;
    const leaves = await naming(args.file, async () => explainPath(root ?? { kind: "branch", entries: [] }, selector, path));
    context.result({ leaves: leaves.map((leaf) => ({ ...leaf, path: formatPath(leaf.path) })) });
    if (context.json) return 0;
    for (const leaf of leaves) {
      context.out(context.visible(`${formatPath(leaf.path)}: ${leaf.encrypted ? "encrypted" : "plain"}, since ${leaf.because}\n`));
    }
    return 0;
  },
});

/** A file that is not there yet can be explained too: its rule is known from its name. */
async function readFile(project: Project, path: string, format: FormatId): Promise<ReadFile | undefined> {
  if ((await project.host.stat(path)) === undefined) return undefined;
  const bytes = await project.host.readFile(path);
  return naming(path, () => readEither(bytes, format));
}

function showFile(context: Context, file: string, why: FileExplanation, found: ReadFile | undefined): void {
  const line = (text: string): void => context.out(`${context.visible(text)}\n`);
  const state = found === undefined ? "does not exist yet" : found.encrypted === undefined ? "not encrypted" : "encrypted";
  line(`${file}: ${state}`);
  line(`config: ${why.config ?? "none"}`);
  for (const { rule, because } of why.rules) {
    line(`  ${rule.index === why.matched ? "→" : " "} rule ${rule.index + 1} (line ${rule.position.line}): ${because}`);
  }
  if (why.problem !== undefined) line(`  ! ${why.problem.message}`);
  line(why.groupsFrom === "nowhere" ? "readable for: nobody is named" : `readable for (as the ${why.groupsFrom} says):`);
  showGroups(why.groups, line);
  if (why.threshold > 0) line(`  ${why.threshold} groups are needed`);
  const own = found?.encrypted?.metadata.groups;
  if (own !== undefined && why.groupsFrom === "rule" && listLabels(own) !== listLabels(why.groups)) {
    line(`the file itself is for others; sotto updatekeys ${file} brings it in line:`);
    showGroups(own, line);
  }
  line(
    `selector: ${why.selector.kind} ${why.selector.pattern} (from the ${why.selector.from})${why.selector.valid ? "" : ", not valid RE2: selects nothing"}`,
  );
  if (why.ruleSelector !== undefined) {
    line(`  the rule says ${why.ruleSelector.kind} ${why.ruleSelector.pattern}; a file keeps the selector it was made with`);
  }
}

type Groups = readonly (readonly { readonly provider: string; readonly label: string; readonly name?: string | undefined }[])[];

function showGroups(groups: Groups, line: (text: string) => void): void {
  for (const [index, group] of groups.entries()) {
    if (groups.length > 1) line(`  group ${index + 1}`);
    for (const { provider, label, name } of group) {
      line(`  ${groups.length > 1 ? "  " : ""}${provider} ${label}${name === undefined ? "" : ` (${name})`}`);
    }
  }
}

function listLabels(groups: Groups): string {
  return JSON.stringify(groups.map((group) => group.map(({ label }) => label).toSorted()));
}
