/** Looks at all that decides whether files can be decrypted here, and by whom. Changes nothing. */
import type { RecoverOptions } from "../keyring/recover.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import type { Config } from "../policy/config.ts";
import type { Finding } from "./doctor/finding.ts";
import { examineIdentities } from "./doctor/identities.ts";
import { type ExaminedKeys, examineKeys, policyKeys } from "./doctor/keys.ts";
import { examinePackages } from "./doctor/packages.ts";
import { examinePolicy } from "./doctor/policy.ts";
import { examineTrust } from "./doctor/trust.ts";
import { createKeyAccess, findRepository } from "./key-access.ts";
import { Project, type ProjectOptions } from "./project.ts";

export type { Finding, FindingArea, FindingState } from "./doctor/finding.ts";

export interface ExamineOptions extends ProjectOptions {
  /** Has a test key wrapped and unwrapped by every key of the rules; may ask for passphrases. */
  readonly online?: boolean;
}

/** @returns what was found, area by area */
export async function examine(host: Host, options: ExamineOptions = {}): Promise<readonly Finding[]> {
  const { config, access, findings } = await openProject(host, options);
  const nameOf = (label: string): string | undefined => access.nameOf?.(label);
  const used = new Set(policyKeys(config).map(({ key }) => key.provider));
  const identities = await examineIdentities(host, access, used);
  const keys = await examineKeys(config, access, options.online === true);
  return [
    ...identities,
    ...keys.findings,
    ...judgeKeys(identities, keys),
    ...(await examinePackages(used, access.context)),
    ...findings,
    ...(findings.some((one) => one.state === "wrong") ? [] : examinePolicy(config, nameOf)),
    ...(await examineTrust(host, config, findRepository(host.cwd))),
  ];
}

interface Opened {
  readonly config: Config | undefined;
  readonly access: RecoverOptions;
  readonly findings: readonly Finding[];
}

/** A config that cannot be read is a finding, and the rest goes on without it. */
async function openProject(host: Host, options: ExamineOptions): Promise<Opened> {
  try {
    const { config, access, warnings } = await Project.open(host, options);
    return { config, access, findings: describeWarnings(config, warnings) };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const { message, file, position, hints } = error;
    const [mend = "mend that line"] = hints;
    const finding: Finding = {
      area: "policy",
      state: "wrong",
      message,
      mend,
      ...(file === undefined ? {} : { file }),
      ...(position === undefined ? {} : { position }),
    };
    return { config: undefined, access: { context: createKeyAccess(host) }, findings: [finding] };
  }
}

/** Those of the config have a place and advice of their own. */
function describeWarnings(config: Config | undefined, warnings: readonly string[]): readonly Finding[] {
  const own = config?.warnings ?? [];
  const others = warnings.filter((text) => !own.some(({ message }) => text.includes(message)));
  return [
    ...own.map(({ message, position, hints }): Finding => {
      const [mend = "mend that line"] = hints;
      return { area: "policy", state: "weak", message, mend, position, ...(config === undefined ? {} : { file: config.path }) };
    }),
    ...others.map((message): Finding => ({ area: "policy", state: "weak", message })),
  ];
}

/** Whoever can use no key at all can decrypt nothing. */
function judgeKeys(identities: readonly Finding[], { findings, usable }: ExaminedKeys): readonly Finding[] {
  if (usable) return [];
  if (!identities.some((one) => one.state === "fine")) {
    const state = findings.length === 0 ? "weak" : "wrong";
    return [{ area: "keys", state, message: "no identity of yours is at hand, to decrypt anything with", mend: "sotto keys generate" }];
  }
  if (findings.length === 0) return [];
  const message = "none of your keys is named by a rule: you can decrypt nothing here";
  return [
    { area: "keys", state: "wrong", message, mend: "send your recipient (sotto keys list) to somebody who runs: sotto updatekeys ." },
  ];
}
