import {
  type Branch,
  type Change,
  diffTrees,
  type FormatId,
  formatPath,
  loadFormat,
  naming,
  type Project,
  readEither,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { paint, type Style } from "../terminal.ts";
import { formatFor, openProject } from "./_files.ts";
import { IGNORE_MAC, INPUT_TYPE, UNLOCKING } from "./_flags.ts";

const MARKS: Readonly<Record<Change["kind"], readonly [mark: string, style: Style]>> = {
  added: ["+", "green"],
  removed: ["-", "red"],
  changed: ["~", "yellow"],
  comment: ["#", "gray"],
};

export const diff: Command = defineCommand({
  name: "diff",
  summary: "show which values differ between two files",
  description:
    "Compares two files by key path, whatever their formats; each may be encrypted or plain, and an encrypted one has to be one that you can decrypt. Values are never shown.\n+ added, - removed, ~ changed, # comments changed.",
  args: [{ name: "before" }, { name: "after" }],
  flags: [INPUT_TYPE, { name: "exit-code", type: "boolean", help: "exit 206 if there is a difference" }, IGNORE_MAC, ...UNLOCKING],
  examples: ["sotto diff secrets/staging.yaml secrets/prod.yaml", "sotto diff secrets/prod.yaml /dev/shm/prod.yaml"],
  async run(context) {
    const { flags, args } = context;
    const project = await openProject(context, flags);
    const ignoreMac = flags["ignore-mac"];
    const before = await readTrees(project, args.before, formatFor(flags["input-type"], args.before), ignoreMac);
    const after = await readTrees(project, args.after, formatFor(flags["input-type"], args.after), ignoreMac);
    // Where one of them has no comments, their absence says nothing.
    const comments = before.comments && after.comments;
    const changes = diffTrees(before.roots, after.roots).filter((change) => comments || change.kind !== "comment");
    context.result({ changes: changes.map((change) => ({ ...change, path: formatPath(change.path) })) });
    if (!context.json) for (const change of changes) context.out(line(context, change));
    return flags["exit-code"] && changes.length > 0 ? 206 : 0;
  },
});

interface Trees {
  readonly roots: readonly Branch[];
  readonly comments: boolean;
}

/** The values of a file, decrypted if it is encrypted. */
async function readTrees(project: Project, path: string, format: FormatId, ignoreMac: boolean): Promise<Trees> {
  const { comments } = (await loadFormat(format)).supports;
  const bytes = await project.host.readFile(path);
  return naming(path, async () => {
    const file = await readEither(bytes, format);
    if (file.encrypted === undefined) return { roots: file.plain.roots, comments };
    using open = await file.encrypted.unlock({ ...project.access, file: path }, { ignoreMac });
    return { roots: open.roots(), comments };
  });
}

function line(context: Context, change: Change): string {
  const [mark, style] = MARKS[change.kind];
  const types =
    change.before === change.after || change.before === undefined || change.after === undefined
      ? (change.after ?? change.before ?? "comments")
      : `${change.before} → ${change.after}`;
  return `${paint(`${mark} ${context.visible(formatPath(change.path))}`, style, context.color)}  ${types}\n`;
}
