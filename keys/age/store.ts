/** The identities of one command: every place is read once, however many keys are tried. */
import type { KeyContext } from "../../src/model/keys.ts";
import type { HeldIdentity } from "./identities.ts";
import { COMMAND_PLACES, FIXED_PLACES } from "./sources.ts";
import type { Finding } from "./sources.ts";

type Findings = ReadonlyMap<number, Finding>;

export interface IdentityStore {
  /** What files and variables hold. */
  fixed(): Promise<Findings>;
  /** What the commands print for a recipient; empty when no command is set. A command runs once a recipient. */
  commands(recipient: string): Promise<Findings>;
}

const stores = new WeakMap<KeyContext, IdentityStore>();

/** The store of a context; lives as long as the context. */
export function identityStore(context: KeyContext): IdentityStore {
  const known = stores.get(context);
  if (known !== undefined) return known;
  const made = createIdentityStore(context);
  stores.set(context, made);
  return made;
}

export function createIdentityStore(context: KeyContext): IdentityStore {
  let fixed: Promise<Findings> | undefined;
  const commands = new Map<string, Promise<Findings>>();
  return {
    fixed: () => (fixed ??= gather(Array.from(FIXED_PLACES, ([place, read]) => [place, () => read(context)]))),
    commands(recipient) {
      const known = commands.get(recipient);
      if (known !== undefined) return known;
      const running = gather(Array.from(COMMAND_PLACES, ([place, read]) => [place, () => read(context, recipient)]));
      commands.set(recipient, running);
      return running;
    },
  };
}

/** One place after the other: a command may ask the user something. */
async function gather(places: readonly (readonly [number, () => Promise<Finding>])[]): Promise<Findings> {
  const found = new Map<number, Finding>();
  for (const [place, read] of places) found.set(place, await read());
  return found;
}

export function identitiesIn(findings: Findings): HeldIdentity[] {
  return Array.from(findings.values(), (finding) => finding.identities).flat();
}

/** The recipient of an identity. @returns undefined where it is not known: a plugin's, or one behind a passphrase */
export async function labelOf({ use, recipient }: HeldIdentity): Promise<string | undefined> {
  return typeof use === "string" ? (await import("age-encryption")).identityToRecipient(use) : recipient;
}

export interface Summary {
  /** `. Errors while loading …. Did not find keys in location …`, or empty. */
  readonly suffix: string;
  readonly hints: readonly string[];
}

/** Says where identities were looked for, in the order and the words of sops. */
export function summarize(fixed: Findings, commands: Findings): Summary {
  const all = [...fixed, ...commands].toSorted(([a], [b]) => a - b).map(([, finding]) => finding);
  const ssh = all.filter((finding) => finding.ssh);
  const native = all.filter((finding) => !finding.ssh);
  const standard = native.at(-1);
  const listed = native.slice(0, -1);
  // sops names its default file only if nothing else was found.
  const alone = ssh.every((one) => one.identities.length === 0) && listed.every((one) => one.state === "unset" || one.state === "failed");
  const failures = all.filter((one) => one.state === "failed" && (one !== standard || alone || !one.error?.startsWith("user config")));

  const errors = [
    ...ssh.filter((one) => one.state === "failed" || one.state === "invalid"),
    ...failures.filter((one) => !one.ssh),
    ...native.filter((one) => one.state === "invalid"),
  ].map((one) => one.error ?? "");
  const unused = [
    ...[...ssh, ...listed].filter((one) => one.state === "unset" || one.state === "missing"),
    ...(alone ? native.slice(-1) : []).filter((one) => one.state === "missing"),
    ...native.filter((one) => one.state === "read" && one.identities.length === 0),
  ].map((one) => one.source);
  return {
    suffix: (errors.length === 0 ? "" : `. Errors while loading age identities: ${errors.join("; ")}`) + describeUnused(unused),
    hints: [...new Set(all.flatMap((one) => one.hints))],
  };
}

function describeUnused(places: readonly string[]): string {
  const last = places.at(-1);
  if (last === undefined) return "";
  const quoted = places.map((place) => `'${place}'`);
  if (quoted.length === 1) return `. Did not find keys in location ${quoted.join("")}.`;
  if (quoted.length === 2) return `. Did not find keys in locations ${quoted.join(" and ")}.`;
  return `. Did not find keys in locations ${quoted.slice(0, -1).join(", ")}, and '${last}'.`;
}
