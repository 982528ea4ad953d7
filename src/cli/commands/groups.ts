import {
  changeGroups,
  type ChangedGroups,
  checkRecipients,
  type KeyGroupChange,
  type Project,
  replaceFiles,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand, defineGroup, type Group } from "../command.ts";
import { formatFor, openProject, writeResult, type Written } from "./_files.ts";
import { ACCEPT, AWS, IGNORE_MAC, IN_PLACE, KEY_FLAGS, KEY_SERVICE, THRESHOLD } from "./_flags.ts";
import { describeGroups, keysFromFlags } from "./_keys.ts";

const FILE = { name: "file", short: "f", type: "string", value: "file", help: "the encrypted file" } as const;
const SHARED = [THRESHOLD, { ...IGNORE_MAC, help: "do not verify the file first (as sops does)" }, ACCEPT, ...KEY_SERVICE] as const;
/** As in sops they may be repeated, have no short form, and take nothing from the environment. */
const KEYS = KEY_FLAGS.map(({ name, value, help }) => ({ name, type: "list", value, help }) as const);

const add: Command = defineCommand({
  name: "groups add",
  summary: "add a key group to a file",
  description:
    "Splits the data key of the file anew, with one share more. Whoever holds a key of as many groups as the threshold says can decrypt; without a threshold all groups are needed. Values stay as they are. Prints the file, unless -i writes it.",
  args: [],
  flags: [FILE, IN_PLACE, ...KEYS, ...AWS, ...SHARED],
  examples: [
    "sotto groups add -i -f secrets/root.yaml --age age1…",
    "sotto groups add -i -f secrets/root.yaml --age age1…,age1… --shamir-secret-sharing-threshold 2",
  ],
  missing: "PATH_NOT_FOUND",
  surplus: "missing",
  async run(context) {
    const keys = keysFromFlags(context.flags);
    if (keys.length > 0) await checkRecipients([keys]);
    return change(context, { kind: "add", keys });
  },
});

const remove: Command = defineCommand({
  name: "groups delete",
  summary: "take a key group out of a file",
  description:
    "Splits the data key of the file anew, for the key groups that stay. INDEX counts from 0. The data key stays, so whoever knew it can still decrypt: sotto rotate renews it. Prints the file, unless -i writes it.",
  args: [{ name: "index" }],
  flags: [FILE, IN_PLACE, ...SHARED],
  examples: [
    "sotto groups delete -i -f secrets/root.yaml 2",
    "sotto groups delete -i -f secrets/root.yaml --shamir-secret-sharing-threshold 1 1",
  ],
  missing: "PATH_NOT_FOUND",
  surplus: "missing",
  async run(context) {
    const { index } = context.args;
    if (!/^\d{1,9}$/.test(index)) {
      throw new SottoError("PATH_NOT_FOUND", `${index} is no place of a key group`, { hints: ["count the key groups of the file from 0"] });
    }
    return change(context, { kind: "delete", index: Number(index) });
  },
});

async function change(context: Context, wanted: KeyGroupChange): Promise<number> {
  const { flags, host } = context;
  const path = flags["file"];
  if (typeof path !== "string" || path === "") {
    throw new SottoError("FILE_MISSING", "no file named", { hints: ["name it: --file FILE"] });
  }
  const project = await openProject(context, flags, true);
  const make = (bytes: Uint8Array): Promise<ChangedGroups> => changeFile(context, project, path, bytes, wanted);
  let result: ChangedGroups;
  let written: Written = { output: path };
  if (flags["in-place"] === true) {
    const made: ChangedGroups[] = [];
    await replaceFiles(project, [path], async (bytes) => {
      const next = await make(bytes);
      made.push(next);
      return next.bytes;
    });
    const [only] = made;
    if (only === undefined) return 0;
    result = only;
  } else {
    result = await make(await host.readFile(path));
    written = await writeResult(result.bytes, { context, flags: {}, file: path });
  }
  const { groups, threshold } = result;
  context.result({ file: path, ...written, groups: describeGroups(groups), threshold });
  return 0;
}

async function changeFile(
  context: Context,
  project: Project,
  path: string,
  bytes: Uint8Array,
  wanted: KeyGroupChange,
): Promise<ChangedGroups> {
  const { flags } = context;
  const threshold = flags[THRESHOLD.name];
  const accepted = flags[ACCEPT.name];
  const next = await changeGroups(project, path, bytes, wanted, {
    format: formatFor(undefined, path),
    threshold: typeof threshold === "number" ? threshold : undefined,
    ignoreMac: flags[IGNORE_MAC.name] === true,
    accepted: Array.isArray(accepted) ? accepted : [],
  });
  for (const warning of next.warnings) context.warn(context.visible(warning));
  return next;
}

export const groups: Group = defineGroup("groups", "key groups of a file", [
  { name: "add", summary: add.spec.summary, load: () => Promise.resolve(add) },
  { name: "delete", summary: remove.spec.summary, load: () => Promise.resolve(remove) },
]);
