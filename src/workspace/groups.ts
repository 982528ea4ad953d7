/** Adding a key group to a file, and taking one away (sops: §7.12). */
import type { EncryptedFile } from "../file/encrypted-file.ts";
import { recoverDataKey } from "../keyring/recover.ts";
import { wrapDataKey } from "../keyring/wrap.ts";
import { SottoError } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { FormatId } from "../model/tree.ts";
import { guardRecipients, type Wrapping } from "./guard-recipients.ts";
import { naming, type Project } from "./project.ts";
import { readEncrypted } from "./read.ts";

export type KeyGroupChange =
  | { readonly kind: "add"; readonly keys: KeyGroup }
  /** Counted from 0. */
  | { readonly kind: "delete"; readonly index: number };

export interface ChangeGroupsOptions {
  readonly format: FormatId;
  /** 0 and undefined keep the file's own. */
  readonly threshold?: number | undefined;
  /** Wraps the key of a file without verifying it first, as sops does. */
  readonly ignoreMac: boolean;
  /** Values of `--accept`. */
  readonly accepted: readonly string[];
}

export interface ChangedGroups extends Wrapping {
  readonly bytes: Uint8Array;
  readonly warnings: readonly string[];
}

/**
 * Splits the data key anew, for the groups that there are then. Values, `mac` and `lastmodified` stay.
 * @param path of the file, for messages and for its creation rule
 * @throws SottoError `NO_KEYS` when a group or the file would be left without a key, `PATH_NOT_FOUND` for a group that there is not,
 * `SHAMIR_INVALID`, `REFUSED`
 */
export async function changeGroups(
  project: Project,
  path: string,
  bytes: Uint8Array,
  change: KeyGroupChange,
  options: ChangeGroupsOptions,
): Promise<ChangedGroups> {
  return naming(path, async () => {
    const file = await readEncrypted(bytes, options.format);
    const wrapping = nextGroups(file.metadata, change, options.threshold ?? 0);
    const warnings = await guardRecipients(project, path, wrapping, {
      accepted: options.accepted,
      threshold: (options.threshold ?? 0) !== 0,
      ...(change.kind === "add" ? { keys: change.keys, group: wrapping.groups.length - 1 } : {}),
    });
    return { ...wrapping, warnings, bytes: await rewrap(project, path, file, wrapping, options.ignoreMac) };
  });
}

function nextGroups(file: Wrapping, change: KeyGroupChange, threshold: number): Wrapping {
  const groups = change.kind === "add" ? [...file.groups, withoutRepeats(change.keys)] : file.groups.toSpliced(change.index, 1);
  if (change.kind === "add" && change.keys.length === 0) {
    throw new SottoError("NO_KEYS", "the new key group has no key", { hints: ["name at least one: --age age1…"] });
  }
  if (change.kind === "delete" && change.index >= file.groups.length) {
    const last = file.groups.length - 1;
    throw new SottoError("PATH_NOT_FOUND", `there is no key group ${change.index}`, {
      hints: [last === 0 ? "the file has one key group, which is 0" : `the key groups of the file are 0 to ${last}`],
    });
  }
  if (groups.length === 0) {
    throw new SottoError("NO_KEYS", "without its only key group nobody could decrypt the file", {
      hints: ["add another group first, or change who is in it: sotto rotate -i --add-age … --rm-age … FILE"],
    });
  }
  const next = threshold === 0 ? file.threshold : threshold;
  if (change.kind === "delete" && groups.length < next) {
    throw new SottoError(
      "SHAMIR_INVALID",
      "removing this key group will make the Shamir threshold impossible to satisfy: " +
        `Shamir threshold is ${next}, but we only have ${groups.length} key groups`,
      { hints: [`add --shamir-secret-sharing-threshold ${groups.length}`] },
    );
  }
  return { groups, threshold: groups.length > 1 && next === 0 ? groups.length : next };
}

function withoutRepeats(keys: KeyGroup): KeyGroup {
  const seen = new Set<string>();
  return keys.filter(({ provider, label }) => {
    const name = `${provider} ${label}`;
    return !seen.has(name) && seen.add(name);
  });
}

async function rewrap(
  project: Project,
  path: string,
  file: EncryptedFile,
  { groups, threshold }: Wrapping,
  ignoreMac: boolean,
): Promise<Uint8Array> {
  const access = { ...project.access, file: path };
  if (!ignoreMac) {
    using open = await file.unlock(access);
    return open.rewrap(groups, threshold, access);
  }
  // No value is decrypted.
  const { dataKey } = await recoverDataKey(file.metadata.groups, file.metadata.threshold, access);
  try {
    return file.withMetadata({ ...file.metadata, ...(await wrapDataKey(dataKey, groups, threshold, access)) });
  } finally {
    dataKey.fill(0);
  }
}
