/**
 * Which hosts, roles and profiles may be used although only the file names them (product rule: endpoints). A file is written by
 * whoever can push; a token must not follow it anywhere.
 */
import type { Host } from "../model/host.ts";
import type { ApprovalKind, MasterKey } from "../model/keys.ts";
import { storedText } from "../model/provider.ts";
import type { Config } from "../policy/config.ts";

/** The fields of a key that name each kind. */
const FIELDS: Readonly<Record<ApprovalKind, readonly string[]>> = {
  endpoint: ["vault_address", "vault_url"],
  role: ["role"],
  profile: ["aws_profile"],
};

/** What somebody approves who names a key: on the command line, or in a rule. */
export function approvalsOf(keys: readonly MasterKey[]): readonly string[] {
  return keys.flatMap((key) =>
    Object.entries(FIELDS).flatMap(([kind, fields]) =>
      fields.flatMap((field) => (storedText(key.stored, field) === "" ? [] : [`${kind}:${storedText(key.stored, field)}`])),
    ),
  );
}

export interface ApprovalSources {
  /** Values of `--accept`. */
  readonly accepted: readonly string[];
  readonly config: Config | undefined;
  /** The folder of the repository, which cannot say what to trust outside of its rules. */
  readonly repository: string | undefined;
}

/** What the user's own list says is read only when the rest does not decide. */
export function createApprovals(host: Host, sources: ApprovalSources): (kind: ApprovalKind, value: string) => Promise<boolean> {
  let trusted: Promise<ReadonlySet<string>> | undefined;
  return async (kind, value) => {
    const wanted = normalize(kind, value);
    const named = [...sources.accepted, ...approvalsOf(rulesOf(sources.config))];
    if (named.some((one) => one.startsWith(`${kind}:`) && normalize(kind, one.slice(kind.length + 1)) === wanted)) return true;
    trusted ??= readTrusted(host, sources.repository);
    return (await trusted).has(`${kind}:${wanted}`);
  };
}

async function readTrusted(host: Host, repository: string | undefined): Promise<ReadonlySet<string>> {
  const { loadTrust } = await import("../policy/trust.ts");
  const { endpoints, roles } = await loadTrust(host, repository);
  return new Set([
    ...endpoints.map((one) => `endpoint:${normalize("endpoint", one)}`),
    ...roles.map((one) => `role:${normalize("role", one)}`),
  ]);
}

function rulesOf(config: Config | undefined): readonly MasterKey[] {
  const rules = [...(config?.rules ?? []), ...(config?.destinationRules ?? []).map((rule) => rule.recreation)];
  return rules.flatMap((rule) => rule.groups.flat());
}

/** Of an address its origin: scheme, host and port decide who gets a token. */
function normalize(kind: ApprovalKind, value: string): string {
  if (kind !== "endpoint") return value;
  return URL.parse(value)?.origin ?? value;
}
