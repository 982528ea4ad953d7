import {
  checkRecipients,
  guardRecipients,
  type KeyGroup,
  type MasterKey,
  naming,
  type OpenFile,
  type Project,
  reencode,
  replaceFiles,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand, type Flag } from "../command.ts";
import { checkDestination, formatFor, openProject, writeResult } from "./_files.ts";
import {
  AWS,
  FILENAME_OVERRIDE,
  IGNORE_MAC,
  IN_PLACE,
  INPUT_TYPE,
  KEY_FLAGS,
  OUTPUT,
  OUTPUT_TYPE,
  THRESHOLD,
  UNLOCKING,
} from "./_flags.ts";
import { describeGroups, keysFromFlags } from "./_keys.ts";
import { showProgress } from "./_progress.ts";

const CHANGES: readonly Flag[] = KEY_FLAGS.flatMap(({ name, help }) => [
  { name: `add-${name}`, type: "string", value: "list", help: `also wrap for these: ${help}`, hidden: name !== "age" },
  { name: `rm-${name}`, type: "string", value: "list", help: `no longer wrap for these: ${help}`, hidden: name !== "age" },
]);

export const rotate: Command = defineCommand({
  name: "rotate",
  summary: "renew the data key of a file",
  description:
    "Draws a new data key, encrypts every value again and wraps the key for the file's recipients. Layout and plain values stay. With -i it takes several files, and writes none unless all can be rotated.",
  args: [{ name: "file", rest: true }],
  flags: [IN_PLACE, OUTPUT, ...CHANGES, ...AWS, THRESHOLD, IGNORE_MAC, INPUT_TYPE, OUTPUT_TYPE, FILENAME_OVERRIDE, ...UNLOCKING],
  examples: ["sotto rotate -i secrets/prod.yaml", "sotto rotate -i --add-age age1… --rm-age age1… secrets/prod.yaml"],
  async run(context) {
    const { flags, args } = context;
    const [first, second] = args.file;
    if (first === undefined) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto rotate -i FILE"] });
    checkDestination(flags, first);
    if (second !== undefined && !flags["in-place"])
      context.warn(`${second} is one argument too many and is ignored; several files need -i`);
    const values = flags as Readonly<Record<string, unknown>>;
    const changes = { added: keysFromFlags(values, "add-"), removed: keysFromFlags(values, "rm-") };
    if (changes.added.length > 0) await checkRecipients([changes.added]);
    const project = await openProject(context, flags, true);
    const warnings = new Map<string, readonly string[]>();
    const rotateOne = (file: string): Promise<Rotated> =>
      rotateFile(context, project, file, changes, (found) => void warnings.set(file, found));
    const warnOf = (file: string): void => {
      for (const warning of warnings.get(file) ?? []) context.warn(context.visible(warning));
    };
    const inPlace = flags["in-place"] || flags.output === first;
    const files = flags["in-place"] ? args.file : [first];
    if (changes.added.length > 0 || changes.removed.length > 0) for (const file of files) await refuseMissing(context, file);
    if (!inPlace) {
      const { file, next, groups } = await rotateOne(first).finally(() => warnOf(first));
      const written = await writeResult(next, { context, flags, file });
      context.result({ files: [{ file, ...written, groups: describeGroups(groups) }] });
      return 0;
    }
    const made = new Map<string, Rotated>();
    const ready: Rotated[] = [];
    const make = async (_: Uint8Array, file: string): Promise<Uint8Array> => {
      const rotated = await rotateOne(file);
      made.set(file, rotated);
      return rotated.next;
    };
    {
      using progress = showProgress(context, files.length);
      await replaceFiles(project, files, make, (file) => {
        progress.step(file);
        warnOf(file);
        const rotated = made.get(file);
        if (rotated !== undefined) ready.push(rotated);
      });
    }
    context.result({ files: ready.map(({ file, groups }) => ({ file, output: file, groups: describeGroups(groups) })) });
    return 0;
  },
});

interface KeyChanges {
  readonly added: readonly MasterKey[];
  readonly removed: readonly MasterKey[];
}

interface Rotated {
  readonly file: string;
  readonly next: Uint8Array;
  readonly groups: readonly KeyGroup[];
}

async function refuseMissing(context: Context, file: string): Promise<void> {
  if ((await context.host.stat(file)) !== undefined) return;
  throw new SottoError("KEYS_OF_MISSING_FILE", "cannot add or remove keys on non-existent files", {
    file,
    hints: ["use --age … with sotto encrypt"],
  });
}

/** @param warn told of what is warned of, before the key is wrapped for anybody */
async function rotateFile(
  context: Context,
  project: Project,
  file: string,
  changes: KeyChanges,
  warn: (warnings: readonly string[]) => void,
): Promise<Rotated> {
  const flags = context.flags as Readonly<Record<string, string | undefined>>;
  const path = flags["filename-override"] ?? file;
  const format = formatFor(flags["input-type"], path);
  const output = flags["output-type"] === undefined ? format : formatFor(flags["output-type"], path);
  return naming(file, async () => {
    using open = await project.open(file, { format, ignoreMac: context.flags["ignore-mac"] === true });
    const groups = changedGroups(open, changes);
    if (groups.some((group) => group.length === 0)) {
      throw new SottoError("NO_KEYS", "could not generate data key: [empty key group provided]", {
        hints: ["at least one recipient has to stay in every key group"],
      });
    }
    const given = context.flags[THRESHOLD.name];
    const threshold = typeof given === "number" && given !== 0 ? given : open.metadata.threshold;
    const accepted = context.flags["accept"];
    const warnings = await guardRecipients(
      project,
      path,
      { groups, threshold },
      { keys: changes.added, threshold: threshold === given, accepted: Array.isArray(accepted) ? accepted : [] },
    );
    warn(warnings);
    await open.rotate(groups, threshold, project.access);
    const now = context.host.now();
    const { indent } = context.globals;
    const next = output === format && indent === undefined ? open.encode(now) : await reencode(open, { format: output, indent, now });
    return { file, next, groups };
  });
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
