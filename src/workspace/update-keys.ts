/** Bringing the recipients of a file in line with its creation rule: first the plan, then the change. */
import { EncryptedFile } from "../file/encrypted-file.ts";
import { completeKeys } from "../keyring/complete.ts";
import { recoverDataKey } from "../keyring/recover.ts";
import { wrapDataKey } from "../keyring/wrap.ts";
import { SottoError } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { FormatId } from "../model/tree.ts";
import { readAgainst } from "../policy/open-names.ts";
import { guardRecipients } from "./guard-recipients.ts";
import { naming, type Project } from "./project.ts";
import { checkRule } from "./recipients.ts";

export interface GroupChange {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface UpdatePlan {
  readonly path: string;
  readonly format: FormatId;
  /** The file as it was read; it must still be that when the change is written. */
  readonly bytes: Uint8Array;
  readonly groups: readonly GroupChange[];
  /** Thresholds before and after; 0 for none. */
  readonly threshold: { readonly before: number; readonly after: number };
  /** False when there is nothing to do. */
  readonly changes: boolean;
  readonly wanted: readonly KeyGroup[];
}

/**
 * Compares a file's key groups with those of its creation rule, group by group and key by key (sops: §7.8). Needs no key, and asks
 * nobody unless the rule leaves a version open.
 * @throws SottoError `CONFIG_MISSING`, `NO_MATCHING_RULE`, `NOT_ENCRYPTED`, `NO_KEYS` or `RECIPIENT_INVALID` for what the rule says
 */
export async function planUpdate(project: Project, path: string, format: FormatId): Promise<UpdatePlan> {
  const bytes = await project.host.readFile(path);
  const { metadata } = await naming(path, () => EncryptedFile.peek(bytes, format));
  if (project.config === undefined) {
    throw new SottoError("CONFIG_MISSING", "config file not found", {
      hints: ["updatekeys takes the recipients from .sops.yaml; sotto init writes one"],
    });
  }
  const rule = await project.rule(path);
  if (rule === undefined) {
    throw new SottoError("CONFIG_MISSING", "the config file does not contain any creation rule", { file: project.config.path });
  }
  await checkRule(project.config, rule);
  const wanted = await completeKeys(rule.groups, project.access.context);
  const groups = compareGroups(metadata.groups, wanted);
  const after = wantedThreshold(metadata.threshold, rule.threshold, rule.groups.length);
  return {
    path,
    format,
    bytes,
    groups,
    threshold: { before: metadata.threshold, after },
    changes: after !== metadata.threshold || groups.some((group) => group.added.length > 0 || group.removed.length > 0),
    wanted,
  };
}

/** The rule's threshold counts. Without one the file keeps its own as far as there are groups for it (sops: §7.8). */
function wantedThreshold(file: number, rule: number, groups: number): number {
  if (rule > 0) return groups > 1 ? rule : Math.min(file, groups);
  const kept = Math.min(file, groups);
  return groups > 1 && kept < 2 ? groups : kept;
}

/** Group by group and key by key. */
export function compareGroups(before: readonly KeyGroup[], rule: readonly KeyGroup[]): GroupChange[] {
  const after = readAgainst(before, rule);
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const had = new Set((before[index] ?? []).map((key) => key.label));
    const wanted = (after[index] ?? []).map((key) => key.label);
    const has = new Set(wanted);
    return {
      kept: wanted.filter((label) => had.has(label)),
      added: wanted.filter((label) => !had.has(label)),
      removed: [...had].filter((label) => !has.has(label)),
    };
  });
}

/**
 * What the file would keep although its creation rule lacks it: fewer key groups that are enough.
 * @param accepted values of `--accept`
 * @returns the warnings
 * @throws SottoError `REFUSED`
 */
export async function guardUpdate(project: Project, plan: UpdatePlan, accepted: readonly string[]): Promise<readonly string[]> {
  return guardRecipients(project, plan.path, { groups: plan.wanted, threshold: plan.threshold.after }, { accepted });
}

export interface ApplyOptions {
  /** Keeps the data key although somebody who knows it is removed, as sops does. */
  readonly keepDataKey: boolean;
  /** Wraps the key of a file without verifying it first, as sops does. */
  readonly ignoreMac: boolean;
}

/** True if somebody who knows the data key is removed, so that a new one is needed. */
export function removesAnybody(plan: UpdatePlan): boolean {
  return plan.groups.some((group) => group.removed.length > 0);
}

/**
 * Verifies the file and wraps its data key for the recipients of the plan. When one is removed, the data key is renewed and
 * everything is sealed under it, since the removed one may know the old key.
 * @returns the new file
 */
export async function applyUpdate(project: Project, plan: UpdatePlan, options: ApplyOptions): Promise<Uint8Array> {
  return naming(plan.path, async () => {
    const renews = removesAnybody(plan) && !options.keepDataKey;
    if (options.ignoreMac && !renews) return rewrapUnseen(project, plan);
    const file = await EncryptedFile.parse(plan.bytes, plan.format);
    using open = await file.unlock({ ...project.access, file: plan.path }, { ignoreMac: options.ignoreMac });
    if (!renews) return open.rewrap(plan.wanted, plan.threshold.after, project.access);
    await open.rotate(plan.wanted, plan.threshold.after, project.access);
    return open.encode(project.host.now());
  });
}

/** No value is decrypted. */
async function rewrapUnseen(project: Project, plan: UpdatePlan): Promise<Uint8Array> {
  const file = await EncryptedFile.peek(plan.bytes, plan.format);
  const { dataKey } = await recoverDataKey(file.metadata.groups, file.metadata.threshold, project.access);
  try {
    const wrapped = await wrapDataKey(dataKey, plan.wanted, plan.threshold.after, project.access);
    return file.withMetadata({ ...file.metadata, ...wrapped });
  } finally {
    dataKey.fill(0);
  }
}
