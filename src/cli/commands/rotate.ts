import { type KeyGroup, type MasterKey, naming, type OpenFile, type Project, refuseFlawed, SottoError } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { checkDestination, formatFor, openProject, writeResult } from "./_files.ts";
import { AWS, FILENAME_OVERRIDE, IN_PLACE, INPUT_TYPE, KEY_FLAGS, OUTPUT, OUTPUT_TYPE, UNLOCKING } from "./_flags.ts";
import { keysFromFlags } from "./_keys.ts";

const CHANGES = KEY_FLAGS.flatMap(({ name, help }) => [
  { name: `add-${name}`, type: "string", value: "list", help: `also wrap for these: ${help}`, hidden: name !== "age" } as const,
  { name: `rm-${name}`, type: "string", value: "list", help: `no longer wrap for these: ${help}`, hidden: name !== "age" } as const,
]);

export const rotate: Command = defineCommand({
  name: "rotate",
  summary: "renew the data key of a file",
  description:
    "Draws a new data key, encrypts every value again and wraps the key for the file's recipients. Layout and plain values stay.",
  args: [{ name: "file", rest: true }],
  flags: [IN_PLACE, OUTPUT, ...CHANGES, ...AWS, INPUT_TYPE, OUTPUT_TYPE, FILENAME_OVERRIDE, ...UNLOCKING],
  examples: ["sotto rotate -i secrets/prod.yaml", "sotto rotate -i --add-age age1… --rm-age age1… secrets/prod.yaml"],
  async run(context) {
    const { flags, args } = context;
    const [first] = args.file;
    if (first === undefined) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto rotate -i FILE"] });
    checkDestination(flags, first);
    if (args.file.length > 1 && !flags["in-place"]) {
      throw new SottoError("BAD_FLAGS", "several files are rotated in place", { hints: ["add -i"] });
    }
    const values = flags as Readonly<Record<string, unknown>>;
    const added = keysFromFlags(values, "add-");
    const removed = keysFromFlags(values, "rm-");
    const project = await openProject(context, flags);
    if (project.config !== undefined && added.length > 0) refuseFlawed(project.config);
    for (const file of args.file) await rotateFile(context, project, file, { added, removed });
    context.result({ files: args.file });
    return 0;
  },
});

interface KeyChanges {
  readonly added: readonly MasterKey[];
  readonly removed: readonly MasterKey[];
}

async function rotateFile(context: Context, project: Project, file: string, changes: KeyChanges): Promise<void> {
  const flags = context.flags as Readonly<Record<string, string | undefined>>;
  const format = formatFor(flags["input-type"], flags["filename-override"] ?? file);
  if ((changes.added.length > 0 || changes.removed.length > 0) && (await context.host.stat(file)) === undefined) {
    throw new SottoError("KEYS_OF_MISSING_FILE", "cannot add or remove keys on non-existent files", {
      file,
      hints: ["use --age … with sotto encrypt"],
    });
  }
  const expected = await context.host.readFile(file);
  const next = await naming(file, async () => {
    using open = await project.open(file, { format });
    await open.rotate(changedGroups(open, changes), open.metadata.threshold, project.access);
    return open.encode(context.host.now());
  });
  await writeResult(next, { context, flags: { ...context.flags }, file, expected });
}

/** What is added enters the first group; what is removed leaves all of them (sops: §7.9). */
function changedGroups(open: OpenFile, { added, removed }: KeyChanges): readonly KeyGroup[] {
  const gone = new Set(removed.map((key) => `${key.provider} ${key.label}`));
  return open.metadata.groups.map((group, index) => {
    const present = new Set(group.map((key) => `${key.provider} ${key.label}`));
    const fresh = index === 0 ? added.filter((key) => !present.has(`${key.provider} ${key.label}`)) : [];
    return [...group, ...fresh].filter((key) => !gone.has(`${key.provider} ${key.label}`));
  });
}
