import {
  compareSides,
  type Difference,
  isCommit,
  listChangedSince,
  type Project,
  readCommitted,
  readEnvironmentSide,
  readSide,
  readVersion,
  type Side,
  SottoError,
  type Version,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { NO_REVEAL, refuseReveal } from "../reveal.ts";
import { paint, type Style } from "../terminal.ts";
import { formatFor, openProject } from "./_files.ts";
import { IGNORE_MAC, INPUT_TYPE, UNLOCKING } from "./_flags.ts";

const MARKS: Readonly<Record<Difference["kind"], readonly [mark: string, style: Style]>> = {
  added: ["+", "green"],
  removed: ["-", "red"],
  changed: ["~", "yellow"],
  type: ["≈", "yellow"],
  moved: ["→", "cyan"],
  comment: ["#", "gray"],
  recipients: ["@", "cyan"],
  "data key": ["@", "cyan"],
};

interface Compared {
  /** Named when several files are compared. */
  readonly file: string | undefined;
  readonly changes: readonly Difference[];
  /** Ciphertexts were compared, since no key opens them. */
  readonly blind: boolean;
}

export const diff: Command = defineCommand({
  name: "diff",
  summary: "show which values differ between two versions of a file",
  description:
    "Compares two files by key path, whatever their formats; each may be encrypted, plain, or a version in git (HEAD~1:secrets/prod.yaml). One file is compared with its last commit, a commit alone with all encrypted files of the working tree. Values are shown with --reveal only. Without a key for either, it says which ciphertexts differ.\n+ added, - removed, ~ changed, ≈ another type, → moved, # comments, @ recipients and data key.",
  args: [{ name: "before" }, { name: "after", optional: true }],
  flags: [
    INPUT_TYPE,
    { name: "exit-code", type: "boolean", help: "exit 206 if there is a difference" },
    { name: "reveal", type: "boolean", help: "show the values, too" },
    { name: "env", type: "boolean", help: "compare two environments of .sops.yaml" },
    { name: "markdown", type: "boolean", help: "print a comment for a pull request" },
    NO_REVEAL,
    IGNORE_MAC,
    ...UNLOCKING,
  ],
  examples: [
    "sotto diff secrets/prod.yaml",
    "sotto diff HEAD~3:secrets/prod.yaml secrets/prod.yaml",
    "sotto diff main",
    "sotto diff --env staging prod",
    "sotto diff secrets/staging.yaml secrets/prod.yaml",
  ],
  async run(context) {
    const { flags } = context;
    if (flags.reveal) refuseReveal(context, "--reveal shows values", ["without --reveal it says which of them differ"]);
    const project = await openProject(context, flags);
    const settings = { ignoreMac: flags["ignore-mac"], reveal: flags.reveal };
    const compared = flags.env
      ? [await compareEnvironments(context, project, settings)]
      : await compareAll(context, project, flags["input-type"], settings);
    const [only] = compared;
    context.result(only !== undefined && only.file === undefined ? { changes: only.changes } : { files: compared });
    if (!context.json) for (const one of compared) context.out(flags.markdown ? toMarkdown(context, one) : toText(context, one));
    return flags["exit-code"] && compared.some(({ changes }) => changes.length > 0) ? 206 : 0;
  },
});

interface Settings {
  readonly ignoreMac: boolean;
  readonly reveal: boolean;
}

async function compareEnvironments(
  { args }: Context<unknown, { readonly before: string; readonly after: string | undefined }>,
  project: Project,
  { ignoreMac, reveal }: Settings,
): Promise<Compared> {
  const { before, after } = args;
  if (after === undefined) throw new SottoError("USAGE", "two environments are compared", { hints: ["sotto diff --env staging prod"] });
  const options = { ignoreMac, blind: false };
  const [one, two] = [await readEnvironmentSide(project, before, options), await readEnvironmentSide(project, after, options)];
  return { file: undefined, changes: compareSides(one, two, reveal), blind: false };
}

async function compareAll(
  context: Context<unknown, { readonly before: string; readonly after: string | undefined }>,
  project: Project,
  type: string | undefined,
  settings: Settings,
): Promise<readonly Compared[]> {
  const { before, after } = context.args;
  const typed = (version: Version): Version => (type === undefined ? version : { ...version, format: formatFor(type, version.path) });
  const pair = async (file: string | undefined, left: Version | undefined, right: Version | undefined): Promise<Compared> => {
    const sideOf = (version: Version | undefined, blind: boolean): Promise<Side> =>
      readSide(project, version && typed(version), { ignoreMac: settings.ignoreMac, blind });
    const [one, two] = [await sideOf(left, true), await sideOf(right, true)];
    if (one.open === two.open) return { file, changes: compareSides(one, two, settings.reveal && one.open), blind: !one.open };
    // Values and ciphertexts have nothing to do with each other: why there are no values is the answer.
    await sideOf(one.open ? right : left, false);
    throw new SottoError("DATA_KEY_UNAVAILABLE", "only one of the two can be decrypted");
  };
  if (after !== undefined) return [await pair(undefined, await readVersion(project, before), await readVersion(project, after))];
  if (!(await isCommit(project, before))) {
    const old = await readCommitted(project, before);
    if (old === undefined) {
      throw new SottoError("FILE_MISSING", "the last commit has no such file", {
        file: before,
        hints: ["name two files: sotto diff BEFORE AFTER", "or a commit: sotto diff HEAD~1"],
      });
    }
    return [await pair(undefined, old, await readVersion(project, before))];
  }
  const compared: Compared[] = [];
  for (const changed of await listChangedSince(project, before)) {
    const one = await pair(changed.path, changed.before, changed.after);
    if (one.changes.length > 0) compared.push(one);
  }
  return compared;
}

function toText(context: Context, { file, changes, blind }: Compared): string {
  const head = file === undefined ? "" : `${context.visible(file)}\n`;
  const note = blind && changes.length > 0 ? "# no key opens these: ciphertexts are compared\n" : "";
  const indent = file === undefined ? "" : "  ";
  return head + indent.slice(0, note === "" ? 0 : 2) + note + changes.map((change) => `${indent}${line(context, change, true)}\n`).join("");
}

function toMarkdown(context: Context, { file, changes, blind }: Compared): string {
  const head = file === undefined ? "" : `**\`${context.visible(file)}\`**\n\n`;
  const note = blind && changes.length > 0 ? "No key opens these: ciphertexts are compared.\n\n" : "";
  if (changes.length === 0) return `${head}No value differs.\n\n`;
  return `${head}${note}\`\`\`diff\n${changes.map((change) => `${line(context, change, false)}\n`).join("")}\`\`\`\n\n`;
}

function line(context: Context, change: Difference, coloured: boolean): string {
  const [mark, style] = MARKS[change.kind];
  const text = `${mark} ${context.visible(change.path === "" ? change.kind : change.path)}`;
  return `${coloured ? paint(text, style, context.color) : text}${context.visible(detailOf(change))}`;
}

function detailOf({ kind, before, after, values }: Difference): string {
  if (kind === "data key") return "";
  if (kind === "recipients") return `  ${[before && `- ${before}`, after && `+ ${after}`].filter(Boolean).join("  ")}`;
  if (kind === "moved") return `  from ${before ?? ""}`;
  if (values !== undefined) return `  ${values.before ?? "(none)"} → ${values.after ?? "(none)"}`;
  if (before === after || before === undefined || after === undefined) return `  ${after ?? before ?? "comments"}`;
  return `  ${before} → ${after}`;
}
