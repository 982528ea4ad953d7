/** What `publish` would do with a file: where it goes, under which name, and what arrives there. Uploads nothing. */
import { basename, extname, relative } from "node:path";
import { formatOfPath, loadFormat } from "../../formats/index.ts";
import { encryptFile } from "../file/encrypt-file.ts";
import type { OpenFile } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import { encodeText, hasRawBytes } from "../model/text.ts";
import type { Branch, Pair } from "../model/tree.ts";
import { type Destination, matchDestination, type UsableDestinationRule } from "../policy/destinations.ts";
import { listFiles } from "../workspace/files.ts";
import { naming, type Project } from "../workspace/project.ts";
import { readEncrypted } from "../workspace/read.ts";
import { checkRule } from "../workspace/recipients.ts";
import { compareGroups, type GroupChange } from "../workspace/update-keys.ts";
import { placeOf } from "./place.ts";

export interface Publication {
  /** As the user named it. */
  readonly path: string;
  /** The same from the root. */
  readonly absolute: string;
  readonly destination: Destination;
  /** Below the prefix or path of the destination. */
  readonly name: string;
  /** The address that is shown: `s3://bucket/prefix/name`. */
  readonly place: string;
  /** For a file that is encrypted anew: how its recipients change. Undefined for one that goes as it is, and for plain values. */
  readonly groups: readonly GroupChange[] | undefined;
  /** Bytes of the encrypted file; for Vault the values, as a JSON object. */
  readonly content: Uint8Array;
}

export interface PublishOptions {
  /** Everything in a folder. */
  readonly recursive?: boolean;
  /** Leaves the extension out of the name at the destination, as a rule may say too. */
  readonly omitExtensions?: boolean;
}

/**
 * Plans all files before anything is uploaded, so that a mistake in the last one stops the first.
 * @param path a file, or a folder with `recursive`
 * @throws SottoError `CONFIG_MISSING`, `FILE_MISSING`, `FILE_IS_DIRECTORY`, `NO_MATCHING_RULE`, `NOT_ENCRYPTED`, `REFUSED` when two
 * files would have one name, and what opening a file throws
 */
export async function planPublications(project: Project, path: string, options: PublishOptions = {}): Promise<Publication[]> {
  if (project.config === undefined) {
    throw new SottoError("CONFIG_MISSING", "config file not found", { hints: ["publish goes by the destination_rules of a .sops.yaml"] });
  }
  const info = await project.host.stat(path);
  const folder = info?.kind === "directory";
  if (folder && options.recursive !== true) {
    throw new SottoError("FILE_IS_DIRECTORY", "can't operate on a directory without --recursive flag", {
      file: path,
      hints: ["--recursive publishes everything in it"],
    });
  }
  const config = project.absolute(project.config.path);
  const files = (await listFiles(project.host, [path])).filter((file) => file.named || project.absolute(file.path) !== config);
  const plans: Publication[] = [];
  const taken = new Map<string, string>();
  for (const file of files) {
    const rule = await matchDestination(project.config, file.path);
    const plan = await naming(file.path, () => planFile(project, file.path, rule, { root: folder ? path : undefined, ...options }));
    const other = taken.get(plan.place);
    if (other !== undefined) {
      throw new SottoError("REFUSED", `${other} and ${file.path} would both become ${plan.place}`, {
        file: file.path,
        hints: ["leave out --omit-extensions and omit_extensions, or rename one of them"],
      });
    }
    taken.set(plan.place, file.path);
    plans.push(plan);
  }
  return plans;
}

interface Naming extends PublishOptions {
  /** The folder that names are relative to. */
  readonly root: string | undefined;
}

async function planFile(project: Project, path: string, rule: UsableDestinationRule, options: Naming): Promise<Publication> {
  const name = nameOf(project, path, rule, options);
  const { destination } = rule;
  const common = { path, absolute: project.absolute(path), destination, name, place: placeOf(destination, name, project.host.env) };
  if (destination.kind === "vault") {
    using open = await project.open(path);
    return { ...common, groups: undefined, content: encodeText(await printValues(open)) };
  }
  const recreates = (rule.recreation.groups[0]?.length ?? 0) > 0;
  if (!recreates) {
    const content = await project.host.readFile(path);
    await readEncrypted(content, formatOfPath(path));
    return { ...common, groups: undefined, content };
  }
  return { ...common, ...(await recreate(project, path, rule)) };
}

/** Encrypts a file anew, for the recipients of the rule and with its selector, under a data key of its own. */
async function recreate(
  project: Project,
  path: string,
  { recreation }: UsableDestinationRule,
): Promise<Pick<Publication, "groups" | "content">> {
  if (project.config !== undefined) await checkRule(project.config, recreation);
  using open = await project.open(path);
  const { groups, threshold, selector, macOnlyEncrypted } = recreation;
  const content = await encryptFile(
    { bytes: await open.print(), format: open.id },
    { groups, threshold, macOnlyEncrypted, now: project.host.now(), ...(selector === undefined ? {} : { selector }) },
    project.access,
  );
  return { groups: compareGroups(open.metadata.groups, groups), content };
}

function nameOf(project: Project, path: string, rule: UsableDestinationRule, { root, omitExtensions }: Naming): string {
  const absolute = project.absolute(path);
  const name = root === undefined ? basename(absolute) : relative(project.absolute(root), absolute).replaceAll("\\", "/");
  if (omitExtensions !== true && !rule.omitExtensions) return name;
  const extension = extname(name);
  return extension === "" ? name : name.slice(0, -extension.length);
}

/** All documents as one JSON object; of a name that several have the last one counts (sops: §7.11). Comments are left out. */
async function printValues(open: OpenFile): Promise<string> {
  const pairs = new Map<string, Pair>();
  for (const root of open.roots()) {
    for (const entry of root.entries) if (entry.kind === "pair") pairs.set(entry.key, entry);
  }
  if (open.opened.leaves.some(({ value }) => value.kind === "scalar" && hasRawBytes(value.canonical))) {
    throw new SottoError("TEXT_NOT_UTF8", "Vault keeps text, and this is none", {
      hints: ["store it in base64, or publish it to a bucket"],
    });
  }
  const merged: Branch = { kind: "branch", entries: [...pairs.values()] };
  return (await loadFormat("json")).emit([merged], { lossy: true });
}
