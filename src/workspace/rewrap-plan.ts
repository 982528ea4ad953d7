/**
 * The plan of the rotate wizard: which files get which recipients and a new data key, and what stands in the way. Nothing is
 * written; `rewrap-run.ts` carries it out.
 */
import { findProvider } from "../../keys/index.ts";
import { formatOfPath } from "../../formats/index.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { recoverDataKey } from "../keyring/recover.ts";
import { type ErrorCode, SottoError } from "../model/error.ts";
import type { KeyGroup, MasterKey } from "../model/keys.ts";
import type { Metadata } from "../model/metadata.ts";
import { encodeText } from "../model/text.ts";
import type { FormatId } from "../model/tree.ts";
import { type Config, refuseFlawed } from "../policy/config.ts";
import { addToRules, type EditedRules, isSameKey, removeFromRules } from "../policy/edit-rules.ts";
import { parseMasterKeys } from "../policy/flag-keys.ts";
import { searchRules } from "../policy/match.ts";
import { guardRecipients } from "./guard-recipients.ts";
import { naming, type Project } from "./project.ts";
import { checkRecipients } from "./recipients.ts";
import { compareGroups, planUpdate } from "./update-keys.ts";

export type RewrapChange =
  /** Files follow their creation rules. */
  | { readonly kind: "sync" }
  /** A new data key for the same recipients. */
  | { readonly kind: "rotate" }
  /** Somebody leaves: the rules and all files. */
  | { readonly kind: "remove"; readonly label: string }
  /** Somebody comes: the rules of the chosen files, and all files of these rules. */
  | {
      readonly kind: "add";
      readonly provider: string;
      readonly recipient: string;
      readonly name?: string;
      readonly files: readonly string[];
    };

export interface RewrapFile {
  readonly path: string;
  readonly format: FormatId;
  /** As it was read; it must still be that when it is written. */
  readonly bytes: Uint8Array;
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly threshold: { readonly before: number; readonly after: number };
  /** False when the file is as it should be. */
  readonly changes: boolean;
  /** The data key is renewed and every value encrypted again. */
  readonly renews: boolean;
  /** Why it is skipped: then it stays as it is. */
  readonly problem: { readonly code: ErrorCode; readonly message: string } | undefined;
  /** None of the keys at hand would open it afterwards. */
  readonly locksOut: boolean;
  readonly wanted: readonly KeyGroup[];
}

export interface RewrapPlan {
  readonly change: RewrapChange;
  readonly files: readonly RewrapFile[];
  /** The new `.sops.yaml`, undefined when it stays. */
  readonly config: { readonly path: string; readonly before: Uint8Array; readonly after: Uint8Array } | undefined;
  /** True if a file would be lost to the person who runs this. */
  readonly locksOut: boolean;
  /** The project as it will be. */
  readonly next: Project;
}

/**
 * @param paths the encrypted files of the project; those that the change is not about are left out of the plan
 * @throws SottoError `CONFIG_MISSING`, `CONFIG_INVALID`, `RECIPIENT_INVALID`; `REFUSED` where the rules cannot be changed, or nobody would be left
 */
export async function planRewrap(project: Project, paths: readonly string[], change: RewrapChange): Promise<RewrapPlan> {
  const edited = await editRules(project, change);
  const next = edited === undefined ? project : withConfig(project, edited.config);
  if (next.config !== undefined) refuseFlawed(next.config);
  const files: RewrapFile[] = [];
  for (const path of paths) {
    const file = await planFile(next, path, change);
    if (file !== undefined) files.push(file);
  }
  const same = edited === undefined || edited.text === project.config?.source.text;
  return {
    change,
    files,
    config: same || project.config === undefined ? undefined : await configChange(project, project.config, edited),
    locksOut: files.some((file) => file.locksOut),
    next,
  };
}

async function editRules(project: Project, change: RewrapChange): Promise<EditedRules | undefined> {
  const { config } = project;
  if (change.kind === "rotate") return undefined;
  if (config === undefined) {
    throw new SottoError("CONFIG_MISSING", "there is no .sops.yaml that says who may read what", { hints: ["sotto init writes one"] });
  }
  if (change.kind === "sync") return undefined;
  if (change.kind === "remove") return removeFromRules(config, change.label);
  const keys = parseMasterKeys(change.provider, change.recipient, { profile: "", context: undefined });
  if (keys.length !== 1) throw new SottoError("RECIPIENT_INVALID", "one recipient at a time");
  await checkRecipients([keys]);
  const rules = new Set<number>();
  for (const file of change.files) {
    const { rule, error } = await searchRules(config, project.absolute(file));
    if (error !== undefined || rule === undefined) throw error ?? new SottoError("NO_MATCHING_RULE", "no creation rule matches", { file });
    rules.add(rule.index);
  }
  const { provider, recipient, name } = change;
  return addToRules(config, { provider, recipient: recipient.trim(), rules: [...rules], ...(name === undefined ? {} : { name }) });
}

/** The same project under other rules. */
function withConfig(project: Project, config: Config): Project {
  return Object.create(project, { config: { value: config, enumerable: true } }) as Project;
}

async function configChange(project: Project, config: Config, edited: EditedRules): Promise<RewrapPlan["config"]> {
  return { path: config.path, before: await project.host.readFile(config.path), after: encodeText(edited.text) };
}

type Draft = Pick<RewrapFile, "path" | "format" | "bytes" | "threshold" | "wanted"> & { readonly metadata: Metadata };

/** @returns undefined for a file that the change is not about */
async function planFile(next: Project, path: string, change: RewrapChange): Promise<RewrapFile | undefined> {
  const draft = await draftFile(next, path, change);
  if (draft === undefined) return undefined;
  const { metadata, ...file } = draft;
  const groups = compareGroups(metadata.groups, draft.wanted);
  const [kept, added, removed] = [
    groups.flatMap((group) => group.kept),
    groups.flatMap((group) => group.added),
    groups.flatMap((group) => group.removed),
  ];
  const renews = change.kind === "rotate" || removed.length > 0;
  const changes = renews || added.length > 0 || draft.threshold.before !== draft.threshold.after;
  const plain = { ...file, kept, added, removed, renews, changes };
  if (!changes) return { ...plain, problem: undefined, locksOut: false };
  const problem = await findProblem(next, draft);
  const locksOut = problem === undefined && removed.length > 0 && !(await staysReadable(next, draft, added));
  return { ...plain, problem, locksOut };
}

async function draftFile(next: Project, path: string, change: RewrapChange): Promise<Draft | undefined> {
  const format = formatOfPath(path);
  if (change.kind !== "rotate") {
    try {
      const plan = await planUpdate(next, path, format);
      const { metadata } = await EncryptedFile.peek(plan.bytes, format);
      return { path, format, bytes: plan.bytes, threshold: plan.threshold, wanted: plan.wanted, metadata };
    } catch (error) {
      if (!SottoError.is(error) || (error.code !== "NO_MATCHING_RULE" && error.code !== "CONFIG_MISSING")) throw error;
    }
  }
  const bytes = await next.host.readFile(path);
  const { metadata } = await naming(path, () => EncryptedFile.peek(bytes, format));
  const threshold = { before: metadata.threshold, after: metadata.threshold };
  const own = { path, format, bytes, threshold, metadata };
  if (change.kind === "rotate") return { ...own, wanted: metadata.groups };
  // No rule speaks of it; whoever leaves must leave it all the same.
  if (change.kind !== "remove" || !metadata.groups.flat().some((key) => isSameKey(key.label, change.label))) return undefined;
  return { ...own, wanted: metadata.groups.map((group) => group.filter((key) => !isSameKey(key.label, change.label))) };
}

/** Verifies the file with the keys at hand, and asks the policy. */
async function findProblem(next: Project, { path, format, bytes, wanted, threshold }: Draft): Promise<RewrapFile["problem"]> {
  try {
    await checkRecipients(wanted);
    await guardRecipients(next, path, { groups: wanted, threshold: threshold.after }, { accepted: [] });
    const file = await EncryptedFile.parse(bytes, format);
    (await file.unlock({ ...next.access, file: path })).dispose();
    return undefined;
  } catch (error) {
    if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
    return { code: error.code, message: describeProblem(error) };
  }
}

function describeProblem(error: SottoError): string {
  if (error.code === "DATA_KEY_UNAVAILABLE") return "none of your keys opens it";
  if (error.code === "MAC_MISMATCH") return "its checksum does not match: it was changed outside of sotto";
  if (error.code === "MAC_MISSING") return "it has no checksum";
  if (error.code === "NO_KEYS") return "nobody would be left who can read it";
  return error.message;
}

/** Tried with the keys that stay, since nobody can tell in any other way what a key service would answer. */
async function staysReadable(next: Project, { metadata, wanted, path }: Draft, added: readonly string[]): Promise<boolean> {
  const labels = new Set(wanted.flat().map((key) => key.label));
  const staying = metadata.groups.map((group) => group.filter((key) => labels.has(key.label)));
  try {
    const { dataKey } = await recoverDataKey(staying, metadata.threshold, { ...next.access, file: path });
    dataKey.fill(0);
    return true;
  } catch (error) {
    if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
    return holdsAny(
      next,
      wanted.flat().filter((key) => added.includes(key.label)),
    );
  }
}

async function holdsAny({ access }: Project, keys: readonly MasterKey[]): Promise<boolean> {
  for (const key of keys) {
    const held = (await findProvider(key.provider)?.held?.(access.context)) ?? [];
    if (held.some((label) => isSameKey(label, key.label))) return true;
  }
  return false;
}
