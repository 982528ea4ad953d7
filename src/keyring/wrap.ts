/** Wraps a data key for every master key of its groups (sops: §5.1, §5.3). */
import { splitSecret } from "../crypto/shamir.ts";
import { SottoError } from "../model/error.ts";
import type { KeyGroup, MasterKey } from "../model/keys.ts";
import { type ServiceOptions, usesOwnKeys, wrapSomewhere } from "./services.ts";

export type WrapOptions = ServiceOptions;

/**
 * Wraps the data key itself for a single group, else a Shamir share for each group.
 * @param dataKey stays with the caller
 * @param threshold 0 with several groups: all of them; of no effect with one
 * @returns the groups with `wrapped` set on every key, and the threshold to store
 * @throws SottoError `NO_KEYS`, `SHAMIR_INVALID`, or `WRAP_FAILED` that names every key that failed
 */
export async function wrapDataKey(
  dataKey: Uint8Array,
  groups: readonly KeyGroup[],
  threshold: number,
  options: WrapOptions,
): Promise<{ groups: KeyGroup[]; threshold: number }> {
  if (!usesOwnKeys(options) && (options.services?.remote ?? []).length === 0) {
    throw new SottoError("WRAP_FAILED", "no key services provided, cannot update master keys", {
      hints: ["without --enable-local-keyservice=false sotto wraps the key itself; --keyservice names one that does"],
    });
  }
  if (groups.length === 0) throw new SottoError("NO_KEYS", "no key groups provided");
  if (threshold < 0) throw new SottoError("SHAMIR_INVALID", "the shamir threshold cannot be negative");
  const stored = groups.length > 1 && threshold === 0 ? groups.length : threshold;
  const shares = groups.length === 1 ? [Uint8Array.from(dataKey)] : split(dataKey, groups.length, stored);
  try {
    if (groups.some((group) => group.length === 0)) throw new SottoError("NO_KEYS", "empty key group provided");
    const jobs = groups.map((group, at) => Promise.allSettled(group.map((key) => wrap(key, shares[at] ?? dataKey, options))));
    const results = await Promise.all(jobs);
    const failures = results.flat().filter((result) => result.status === "rejected");
    if (failures.length > 0) throw combineErrors(failures.map((result): unknown => result.reason));
    return {
      groups: results.map((group) => group.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))),
      threshold: stored,
    };
  } finally {
    for (const share of shares) share.fill(0);
  }
}

function split(dataKey: Uint8Array, parts: number, threshold: number): Uint8Array[] {
  try {
    return splitSecret(dataKey, parts, threshold);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown reason";
    throw new SottoError("SHAMIR_INVALID", `could not split data key into parts for shamir: ${reason}`, { cause });
  }
}

async function wrap(key: MasterKey, share: Uint8Array, options: WrapOptions): Promise<MasterKey> {
  const outcome = await wrapSomewhere(key, share, options);
  if (outcome.done) return outcome.value;
  const hints = [...new Set(outcome.errors.flatMap((error) => error.hints))];
  const problem = `failed to encrypt new data key with master key ${JSON.stringify(key.label)}`;
  const message = outcome.errors.map((error) => `${problem}: ${error.message}`).join("; ");
  throw new SottoError("WRAP_FAILED", message, { hints, cause: outcome.errors[0] });
}

function combineErrors(reasons: readonly unknown[]): unknown {
  const other = reasons.find((reason) => !SottoError.is(reason) || reason.code === "INTERRUPTED");
  if (other !== undefined) return other;
  const known = reasons.filter((reason) => SottoError.is(reason));
  const hints = [...new Set(known.flatMap((error) => error.hints))];
  return new SottoError("WRAP_FAILED", known.map((error) => error.message).join("; "), { hints, cause: known[0] });
}
