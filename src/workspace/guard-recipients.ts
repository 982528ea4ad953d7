/**
 * The recipients in a file are not authenticated: whoever can write it can add their own, and the next one who wraps the data
 * key would hand it over. So they are compared with the creation rule before anything is wrapped for them.
 */
import { SottoError } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import { readAgainst } from "../policy/open-names.ts";
import type { Project } from "./project.ts";

/** Who the data key is about to be wrapped for. */
export interface Wrapping {
  readonly groups: readonly KeyGroup[];
  readonly threshold: number;
}

/** What the user named on the command line. */
export interface Approval {
  readonly keys?: KeyGroup;
  /** A group that was asked for, by its place. */
  readonly group?: number;
  readonly threshold?: boolean;
  /** Values of `--accept`. */
  readonly accepted: readonly string[];
}

interface Deviation {
  readonly accept: string;
  readonly message: string;
}

/**
 * Without a rule for the file there is no policy. With a plain `.sops.yaml` deviations are warnings.
 * @returns the warnings
 * @throws SottoError `REFUSED` where `.sops.yaml` has a section of ours
 */
export async function guardRecipients(project: Project, file: string, wrapping: Wrapping, approval: Approval): Promise<readonly string[]> {
  const rule = await project.policy(file);
  if (rule === undefined || project.config === undefined) return [];
  const policy = { groups: readAgainst(wrapping.groups, rule.groups), threshold: rule.threshold };
  const nameOf = project.access.nameOf ?? ((): undefined => undefined);
  const found = [...listStrangers(wrapping, policy.groups, approval, nameOf), ...compareGroups(wrapping, policy, approval)].filter(
    ({ accept }) => !approval.accepted.includes(accept),
  );
  const [first] = found;
  if (first === undefined) return [];
  if (project.config.sotto === undefined) {
    return found.map(({ message }) => `${file}: ${message}; the data key is wrapped all the same`);
  }
  throw new SottoError("REFUSED", found.map(({ message }) => message).join("; "), {
    file,
    hints: [
      rule.threshold === 0 && found.every(({ accept }) => accept.startsWith("threshold:"))
        ? `shamir_threshold: ${wrapping.threshold} in the creation rule of ${project.config.path} makes it so for everybody`
        : `sotto updatekeys ${file} brings the file in line with ${project.config.path}`,
      `if it is meant to be so: ${found.map(({ accept }) => `--accept '${accept}'`).join(" ")}`,
    ],
  });
}

function listStrangers(
  { groups }: Wrapping,
  policy: readonly KeyGroup[],
  { keys = [] }: Approval,
  nameOf: (label: string) => string | undefined,
): Deviation[] {
  const known = new Set([...policy.flat(), ...keys].map((key) => key.label));
  const strangers = new Set(groups.flat().flatMap((key) => (known.has(key.label) ? [] : [key.label])));
  return [...strangers].map((label) => {
    const name = nameOf(label);
    return {
      accept: `recipient:${label}`,
      message: `the creation rule does not know ${label}${name === undefined ? "" : ` (${name})`}, who is a recipient of the file`,
    };
  });
}

/** Fewer groups that are enough, or groups cut in another way, let others open the file than the rule means. */
function compareGroups({ groups, threshold }: Wrapping, policy: Wrapping, approval: Approval): Deviation[] {
  const needed = countNeeded(groups, threshold);
  const wanted = countNeeded(policy.groups, policy.threshold);
  const lower =
    needed < wanted && approval.threshold !== true
      ? [
          {
            accept: `threshold:${needed}`,
            message: `${count(needed)} of the file can decrypt it, and the creation rule asks for ${wanted}`,
          },
        ]
      : [];
  const own = groups.filter((_, at) => at !== approval.group);
  const cut = matchGroups(own, policy.groups)
    ? []
    : [{ accept: `groups:${groups.length}`, message: "the key groups of the file are not those of the creation rule" }];
  return [...lower, ...cut];
}

/** Each group of the file has to be a part of a group of the rule, of another one each. Strangers are reported on their own. */
function matchGroups(groups: readonly KeyGroup[], policy: readonly KeyGroup[]): boolean {
  const known = new Set(policy.flat().map((key) => key.label));
  const free = policy.map((group) => new Set(group.map((key) => key.label)));
  return groups.every((group) => {
    const labels = group.map((key) => key.label).filter((label) => known.has(label));
    if (labels.length === 0) return true;
    const at = free.findIndex((one) => labels.every((label) => one.has(label)));
    if (at !== -1) free.splice(at, 1);
    return at !== -1;
  });
}

function countNeeded(groups: readonly KeyGroup[], threshold: number): number {
  if (groups.length <= 1) return 1;
  return threshold === 0 ? groups.length : threshold;
}

function count(groups: number): string {
  return groups === 1 ? "1 key group" : `${groups} key groups`;
}
