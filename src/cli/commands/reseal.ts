import {
  compareSides,
  type Damaged,
  openDamaged,
  type Project,
  readCommitted,
  readDamaged,
  readSide,
  sealAgain,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE, UNLOCKING, YES } from "./_flags.ts";

type Side = "ours" | "theirs";

export const reseal: Command = defineCommand({
  name: "reseal",
  summary: "make a file whole that a merge or a machine changed",
  description:
    "Resolves conflict markers (--ours, --theirs, or one by one with --interactive), seals values that were written in plain text, and makes the MAC anew. First it shows by key what differs from the last commit, and asks: what you seal is what you vouch for.",
  args: [{ name: "file", rest: true }],
  flags: [
    { name: "ours", type: "boolean", help: "in a conflict take our side" },
    { name: "theirs", type: "boolean", help: "in a conflict take their side" },
    { name: "interactive", type: "boolean", help: "ask for each conflict" },
    YES,
    INPUT_TYPE,
    ...UNLOCKING,
  ],
  examples: [
    "sotto reseal --theirs secrets/prod.yaml",
    "sotto reseal --interactive secrets/prod.yaml",
    "sotto reseal -y secrets/prod.yaml",
  ],
  async run(context) {
    const { flags, args } = context;
    if (args.file.length === 0) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto reseal FILE"] });
    if ([flags.ours, flags.theirs, flags.interactive].filter(Boolean).length > 1) {
      throw new SottoError("BAD_FLAGS", "--ours, --theirs and --interactive exclude each other");
    }
    const project = await openProject(context, flags);
    const sealed: string[] = [];
    for (const path of args.file) if (await resealFile(context, project, path)) sealed.push(path);
    context.result({ files: sealed });
    return 0;
  },
});

type ResealContext = Context<{
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly interactive: boolean;
  readonly yes: boolean;
  readonly "input-type": string | undefined;
}>;

async function resealFile(context: ResealContext, project: Project, path: string): Promise<boolean> {
  const { flags, host } = context;
  const file = await readDamaged(project, path, formatFor(flags["input-type"], path));
  using open = await openDamaged(project, file, await chooseAll(context, project, file));
  const before = await readSide(project, await readCommitted(project, path), { ignoreMac: true, blind: true });
  const after = { roots: open.roots(), comments: before.comments, metadata: open.metadata, open: true };
  const changes = before.open ? compareSides(before, after, false) : [];
  if (!context.json) {
    const what = before.open
      ? changes.length === 0
        ? "no value differs from the last commit"
        : "against the last commit:"
      : "the last commit cannot be read";
    context.err(`${context.visible(path)}: ${what}\n`);
    for (const { kind, path: place } of changes) context.err(context.visible(`  ${kind} ${place}\n`));
  }
  if (!flags.yes && !(await confirm(context, path))) return false;
  const bytes = await sealAgain(open, host.now());
  await host.writeFile(path, bytes, { expected: file.bytes });
  if (!context.json) context.err(`${context.visible(path)}: sealed\n`);
  return true;
}

async function chooseAll(context: ResealContext, project: Project, file: Damaged): Promise<readonly Side[]> {
  const { flags } = context;
  const count = file.conflicts?.conflicts.length ?? 0;
  if (count === 0) return [];
  if (flags.ours || flags.theirs) return Array.from({ length: count }, () => (flags.ours ? "ours" : "theirs"));
  if (!flags.interactive) {
    throw new SottoError("CONFLICT_MARKERS", count === 1 ? "there is a conflict in the file" : `there are ${count} conflicts in the file`, {
      file: file.path,
      hints: ["say which side: --ours, --theirs or --interactive"],
    });
  }
  const sides: Side[] = [];
  for (let index = 0; index < count; index += 1) {
    const rest = Array.from({ length: count - index - 1 }, (): Side => "ours");
    const places = await conflictPlaces(project, file, [...sides, "ours", ...rest], [...sides, "theirs", ...rest]);
    sides.push(await ask(context, places));
  }
  return sides;
}

/** Which keys differ between the two choices. */
async function conflictPlaces(project: Project, file: Damaged, ours: readonly Side[], theirs: readonly Side[]): Promise<string> {
  using one = await openDamaged(project, file, ours);
  using two = await openDamaged(project, file, theirs);
  const side = (open: typeof one): Parameters<typeof compareSides>[0] => ({
    roots: open.roots(),
    comments: true,
    metadata: open.metadata,
    open: true,
  });
  const places = compareSides(side(one), side(two), false).map(({ path, kind }) => (path === "" ? kind : path));
  return places.length === 0 ? "the layout" : places.join(", ");
}

async function ask(context: ResealContext, places: string): Promise<Side> {
  for (;;) {
    context.err(context.visible(`${places}: o for ours, t for theirs? `));
    const answer = (await context.host.readLine())?.trim().toLowerCase();
    if (answer === undefined) throw new SottoError("INTERRUPTED", "no answer");
    if (answer === "o" || answer === "ours") return "ours";
    if (answer === "t" || answer === "theirs") return "theirs";
  }
}

async function confirm(context: ResealContext, path: string): Promise<boolean> {
  context.err(context.visible(`seal ${path}? (y/n) `));
  const answer = (await context.host.readLine())?.trim().toLowerCase();
  return answer === "y" || answer === "yes";
}
