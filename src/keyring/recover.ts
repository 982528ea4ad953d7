/** Recovers the data key of a file from its key groups (sops: §5.2, §5.3). */
import { combineShares } from "../crypto/shamir.ts";
import { SottoError } from "../model/error.ts";
import type { KeyGroup, MasterKey } from "../model/keys.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import { onOneLine, renderReport } from "./report.ts";
import type { GroupReport, KeyReport } from "./report.ts";
import { findKeyProvider, type ServiceOptions, unwrapSomewhere, usesOwnKeys } from "./services.ts";

export interface RecoverOptions extends ServiceOptions {
  /** Kinds of key in the order in which a group tries them; others come last, in the order of the file. */
  readonly order?: readonly string[];
  /** Whose key a label is, for hints. */
  readonly nameOf?: (label: string) => string | undefined;
  /** What hints call the file, if not "the file". */
  readonly file?: string;
}

export const DEFAULT_ORDER: readonly string[] = ["age", "pgp"];

/** How many keys a hint names. */
const NAMED_IN_HINT = 6;

/**
 * Unwraps the data key, or as many shares as the threshold asks for; groups beyond that are not tried.
 * @param threshold 1 with several groups: as many as can be had; 0 with several groups: all of them are needed
 * @returns the data key, which the caller wipes
 * @throws SottoError `DATA_KEY_UNAVAILABLE` with the report that sops prints, `DUPLICATE_KEY_TYPE`, `NO_KEYS`
 */
export async function recoverDataKey(
  groups: readonly KeyGroup[],
  threshold: number,
  options: RecoverOptions,
): Promise<{ dataKey: Uint8Array; reports: GroupReport[] }> {
  const order = checkOrder(options.order ?? DEFAULT_ORDER);
  if (groups.length === 0) throw new SottoError("NO_KEYS", "no keys found in file");
  const needed = groups.length === 1 ? 1 : threshold === 0 ? groups.length : threshold;
  // sops writes a threshold of 1 for shares of which more are needed, and opens such a file since it always takes all of them.
  const enough = needed < 2 ? groups.length : needed;
  const shares: Uint8Array[] = [];
  const reports: GroupReport[] = [];
  try {
    for (const group of groups) {
      const keys = sortKeys(group, order);
      if (shares.length >= enough) {
        reports.push({ outcome: "untried", keys: keys.map(untried) });
        continue;
      }
      const { share, report } = await openGroup(keys, options);
      if (share !== undefined) shares.push(share);
      reports.push(report);
    }
    if (shares.length < needed) throw await unavailable(groups, reports, groups.length === 1 ? 0 : needed, options);
    return { dataKey: groups.length === 1 ? Uint8Array.from(shares[0] ?? []) : combine(shares), reports };
  } finally {
    for (const share of shares) share.fill(0);
  }
}

function checkOrder(order: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, id] of order.entries()) {
    if (places.has(id)) throw new SottoError("DUPLICATE_KEY_TYPE", `duplicate decryption key type: ${id}`);
    places.set(id, place);
  }
  return places;
}

function sortKeys(group: KeyGroup, order: ReadonlyMap<string, number>): MasterKey[] {
  const placeOf = (key: MasterKey): number => order.get(key.provider) ?? order.size;
  return group.toSorted((a, b) => placeOf(a) - placeOf(b));
}

async function openGroup(
  keys: readonly MasterKey[],
  options: RecoverOptions,
): Promise<{ readonly share?: Uint8Array; readonly report: GroupReport }> {
  const reports = keys.map(untried);
  for (const places of atOnce(keys, await preferHeld(keys, options), options)) {
    throwIfInterrupted(options.context);
    const stop = places.length > 1 ? new AbortController() : undefined;
    let share: Uint8Array | undefined;
    const attempts = places.map(async (at) => {
      const key = keys[at];
      if (key === undefined) return;
      const outcome = await unwrapSomewhere(key, options, stop?.signal);
      if (!outcome.done) {
        if (share === undefined) reports[at] = { ...untried(key), outcome: "failed", errors: outcome.errors };
        return;
      }
      if (share === undefined) reports[at] = { ...untried(key), outcome: "unwrapped" };
      else outcome.value.fill(0);
      share ??= outcome.value;
      stop?.abort();
    });
    await Promise.all(attempts);
    if (share !== undefined) return { share, report: { outcome: "recovered", keys: reports } };
  }
  return { report: { outcome: "failed", keys: reports } };
}

/** Keys whose services are far away are asked together where they follow each other: the first answer counts, the others are ended. */
function atOnce(keys: readonly MasterKey[], places: readonly number[], options: RecoverOptions): readonly (readonly number[])[] {
  const isFar = (at: number): boolean => usesOwnKeys(options) && findKeyProvider(keys[at]?.provider ?? "", options)?.cost === "network";
  const turns: number[][] = [];
  for (const at of places) {
    const last = turns.at(-1);
    if (last?.[0] !== undefined && isFar(last[0]) && isFar(at)) last.push(at);
    else turns.push([at]);
  }
  return turns;
}

/**
 * The places of the keys in the order to try them: where keys of one kind follow each other, those first whose identity
 * is at hand. Any key of a group gives the same bytes, so this only saves work.
 */
async function preferHeld(keys: readonly MasterKey[], options: RecoverOptions): Promise<number[]> {
  const places: number[] = [];
  for (let start = 0; start < keys.length;) {
    const kind = keys[start]?.provider ?? "";
    let end = start + 1;
    while (keys[end]?.provider === kind) end += 1;
    const run = keys.slice(start, end);
    const provider = run.length === 1 || !usesOwnKeys(options) ? undefined : findKeyProvider(kind, options);
    const held = await Promise.all(run.map(async (key) => (await provider?.holds?.(key, options.context)) ?? false));
    const inRun = Array.from(run.keys());
    places.push(...[...inRun.filter((at) => held[at]), ...inRun.filter((at) => !held[at])].map((at) => start + at));
    start = end;
  }
  return places;
}

function untried({ provider, label }: MasterKey): KeyReport {
  return { provider, label, outcome: "untried" };
}

function combine(shares: readonly Uint8Array[]): Uint8Array {
  try {
    return combineShares(shares);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown reason";
    throw new SottoError("DATA_KEY_UNAVAILABLE", `could not get data key from shamir parts: ${reason}`, { cause });
  }
}

async function unavailable(
  groups: readonly KeyGroup[],
  reports: readonly GroupReport[],
  required: number,
  options: RecoverOptions,
): Promise<SottoError> {
  const recovered = reports.filter((report) => report.outcome === "recovered").length;
  const message =
    required === 0
      ? "no key of the file could unwrap its data key"
      : `the data key needs ${required} key groups, and only ${recovered} could be unwrapped`;
  const fromKeys = reports.flatMap((report) => report.keys.flatMap((key) => (key.errors ?? []).flatMap((error) => error.hints)));
  const failed = groups.filter((_, at) => reports[at]?.outcome === "failed").flat();
  const hints = [...new Set([...fromKeys, ...(await describeHolder(failed, options))])];
  return new SottoError("DATA_KEY_UNAVAILABLE", message, { report: renderReport(reports, required), hints });
}

/** Says whose keys the person holds, and whose would help. */
async function describeHolder(keys: readonly MasterKey[], options: RecoverOptions): Promise<string[]> {
  if (keys.length === 0) return [];
  if (!usesOwnKeys(options) && (options.services?.remote ?? []).length === 0) {
    return ["nobody was asked: --enable-local-keyservice=false keeps sotto from its own keys, and no --keyservice is named"];
  }
  const kinds = usesOwnKeys(options) ? [...new Set(keys.map((key) => key.provider))] : [];
  const providers = kinds.map((id) => findKeyProvider(id, options));
  const held = (await Promise.all(providers.map(async (provider) => (await provider?.held?.(options.context)) ?? []))).flat();
  const file = options.file ?? "the file";
  const nameOf = options.nameOf ?? ((): undefined => undefined);
  const describeHeld = (label: string): string => {
    const name = nameOf(label);
    return name === undefined ? shorten(label) : `${shorten(label)} (${name})`;
  };
  const wanted = [...new Set(keys.map((key) => nameOf(key.label) ?? shorten(key.label)))];
  const damaged = held.filter((label) => keys.some((key) => withoutComment(key.label) === label));
  return [
    ...(held.length === 0 ? [] : [`you hold ${list(held.map(describeHeld))}`]),
    ...(damaged.length === 0
      ? []
      : [`${file} is for ${list(damaged.map(describeHeld))}, but that wrapped key does not open: it may be damaged`]),
    `${file} is for ${list(wanted)}: use an identity of one of them, or ask one of their owners to add your recipient`,
  ];
}

function withoutComment(label: string): string {
  return label.split(/\s+/, 2).join(" ");
}

/** `a, b and c`. */
function list(names: readonly string[]): string {
  const named = names.slice(0, NAMED_IN_HINT);
  if (names.length > named.length) return `${named.join(", ")} and ${names.length - named.length} more`;
  return [named.slice(0, -1).join(", "), ...named.slice(-1)].filter((part) => part !== "").join(" and ");
}

/** A hybrid recipient has 2,000 characters. */
function shorten(label: string): string {
  const plain = onOneLine(label);
  return plain.length > 120 ? `${plain.slice(0, 24)}…${plain.slice(-8)}` : plain;
}
