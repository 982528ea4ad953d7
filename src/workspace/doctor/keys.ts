/** The keys of the creation rules: which of them this person and this machine can use. */
import { findProvider } from "../../../keys/index.ts";
import { unwrapSomewhere, wrapSomewhere } from "../../keyring/services.ts";
import type { RecoverOptions } from "../../keyring/recover.ts";
import { SottoError } from "../../model/error.ts";
import type { MasterKey } from "../../model/keys.ts";
import type { Config } from "../../policy/config.ts";
import type { CreationRule } from "../../policy/rules.ts";
import type { Finding } from "./finding.ts";
import { shorten } from "./identities.ts";

export interface PolicyKey {
  readonly key: MasterKey;
  /** The first that has it. */
  readonly rule: CreationRule;
}

/** Each key once, in the order of the rules. */
export function policyKeys(config: Config | undefined): readonly PolicyKey[] {
  const found = new Map<string, PolicyKey>();
  for (const rule of config?.rules ?? []) {
    for (const key of rule.groups.flat()) {
      const id = `${key.provider} ${key.label}`;
      if (!found.has(id)) found.set(id, { key, rule });
    }
  }
  return [...found.values()];
}

export interface ExaminedKeys {
  readonly findings: readonly Finding[];
  /** Whether one of them is this person's, or nobody knows yet. */
  readonly usable: boolean;
}

/** @param online makes a test key, and has it wrapped and unwrapped by each */
export async function examineKeys(config: Config | undefined, access: RecoverOptions, online: boolean): Promise<ExaminedKeys> {
  const findings: Finding[] = [];
  let usable = false;
  for (const one of policyKeys(config)) {
    const name = access.nameOf?.(one.key.label);
    const what = `${titled(one.key)}${name === undefined ? "" : ` (${name})`}`;
    const finding = (await checkForm(one)) ?? (online ? await tryKey(one.key, access) : await lookAt(one.key, access));
    const { open = false, ...verdict } = finding;
    usable ||= open || finding.state === "fine";
    findings.push({ area: "keys", ...verdict, message: `${what}: ${finding.message}`, ...placeOf(config, one, finding.state) });
  }
  return { findings, usable };
}

function titled({ provider, label }: MasterKey): string {
  const title = findProvider(provider)?.title ?? provider;
  return `${title} ${shorten(label)}`;
}

interface Verdict extends Omit<Finding, "area"> {
  /** Whether it can be used is not known. */
  readonly open?: boolean;
}

function placeOf(config: Config | undefined, { rule }: PolicyKey, state: Finding["state"]): Pick<Finding, "file" | "position"> {
  return config === undefined || state !== "wrong" ? {} : { file: config.path, position: rule.position };
}

async function checkForm({ key }: PolicyKey): Promise<Verdict | undefined> {
  const provider = findProvider(key.provider);
  if (provider === undefined) return { state: "wrong", message: "sotto does not know this kind of key" };
  try {
    await provider.check(key);
    return undefined;
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { state: "wrong", message: error.message, ...mendOf([error]) };
  }
}

async function lookAt(key: MasterKey, { context }: RecoverOptions): Promise<Verdict> {
  const provider = findProvider(key.provider);
  if (provider?.holds === undefined) return { state: "note", message: "not asked", mend: "sotto doctor --online", open: true };
  return (await provider.holds(key, context)) ? { state: "fine", message: "yours" } : { state: "note", message: "of somebody else" };
}

/** In bytes, as a data key. */
const LENGTH = 32;

async function tryKey(key: MasterKey, access: RecoverOptions): Promise<Verdict> {
  const test = crypto.getRandomValues(new Uint8Array(LENGTH));
  const wrapped = await wrapSomewhere(key, test, access);
  if (!wrapped.done) return { state: "wrong", message: `wraps nothing: ${said(wrapped.errors)}`, ...mendOf(wrapped.errors) };
  const unwrapped = await unwrapSomewhere(wrapped.value, access);
  if (unwrapped.done) {
    const same = unwrapped.value.length === LENGTH && unwrapped.value.every((byte, at) => byte === test[at]);
    unwrapped.value.fill(0);
    if (same) return { state: "fine", message: "wraps, and unwraps for you" };
    return { state: "wrong", message: "unwraps something else than it wrapped", mend: "use another key, and find out who answers there" };
  }
  const held = await findProvider(key.provider)?.holds?.(key, access.context);
  if (held === false) return { state: "note", message: "wraps; somebody else unwraps" };
  return { state: "note", message: `wraps, and does not unwrap for you: ${said(unwrapped.errors)}`, ...mendOf(unwrapped.errors) };
}

function said(errors: readonly SottoError[]): string {
  return errors.map((error) => error.message.split("\n", 1).join("")).join("; ");
}

function mendOf(errors: readonly SottoError[]): Pick<Finding, "mend"> {
  const [hint] = errors.flatMap((error) => error.hints);
  return hint === undefined ? {} : { mend: hint };
}
