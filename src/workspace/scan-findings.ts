/** What a look over all files finds, grouped, with the place and the fix that is safe. Values stay with the caller: facts come in. */
import { relative, sep } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import { holdsCiphertext } from "../crypto/envelope.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { formatPath, type PathPart } from "../file/path.ts";
import { type ErrorCode, SottoError } from "../model/error.ts";
import type { Environment } from "../policy/environments.ts";
import { schemaPath } from "../policy/schema-path.ts";
import { describeAccess } from "./access-matrix.ts";
import type { Project } from "./project.ts";

export const SCAN_KINDS = {
  plaintext: "plaintext that a rule encrypts",
  mac: "checksums that do not match",
  broken: "files that cannot be read",
  drift: "files that differ from their rules",
  duplicate: "one secret in environments that are kept apart",
  weak: "weak values",
  age: "old data keys",
} as const;

export type ScanKind = keyof typeof SCAN_KINDS;

/** What may be done at once: it loses nothing. */
export type SafeFix = "encrypt" | "sync" | "rotate";

export interface ScanFinding {
  readonly kind: ScanKind;
  readonly file: string;
  readonly key: readonly PathPart[] | undefined;
  /** Never holds a value. */
  readonly message: string;
  readonly fix: SafeFix | undefined;
}

export interface ScanGroup {
  readonly kind: ScanKind;
  readonly title: string;
  readonly findings: readonly ScanFinding[];
}

/** What is known of a value without the value. */
export interface ValueFacts {
  readonly key: readonly PathPart[];
  /** Equal ones are equal values; undefined for what is equal by chance, such as `true`. */
  readonly fingerprint: string | undefined;
  /** Why it is weak. */
  readonly weak: string | undefined;
}

export interface ScanOptions {
  /** Files to look at: encrypted ones, and others that may be meant to be. From the current folder. */
  readonly files: readonly string[];
  readonly environments: readonly Environment[];
  /** The encrypted values of a file, or why they cannot be told. Without it nothing is opened. */
  readonly values?: (path: string) => Promise<readonly ValueFacts[] | ErrorCode>;
  /** Since when a file has its data key, in milliseconds since 1970. */
  readonly dataKeySince?: (path: string) => Promise<number | undefined>;
  /** From how many days on a data key is old; 365 without it. */
  readonly oldAfter?: number;
}

const DAY = 86_400_000;

/** @returns groups with findings only, what is worst first */
export async function scanFiles(project: Project, options: ScanOptions): Promise<readonly ScanGroup[]> {
  const findings: ScanFinding[] = [];
  const encrypted: string[] = [];
  for (const file of options.files) {
    const looked = await lookAt(project, file);
    if (looked === "encrypted") encrypted.push(file);
    else if (looked !== undefined) findings.push(looked);
  }
  findings.push(...(await findDrift(project, encrypted)));
  const values = new Map<string, readonly ValueFacts[]>();
  for (const file of options.values === undefined ? [] : encrypted) {
    const found = (await options.values?.(file)) ?? [];
    if (typeof found !== "string") values.set(file, found);
    else if (found !== "DATA_KEY_UNAVAILABLE") findings.push(describeCode(file, found));
  }
  findings.push(...findWeak(values), ...findDuplicates(project, values, options.environments));
  findings.push(...(await findOld(project, encrypted, options)));
  return (Object.keys(SCAN_KINDS) as ScanKind[]).flatMap((kind) => {
    const own = findings.filter((finding) => finding.kind === kind);
    return own.length === 0 ? [] : [{ kind, title: SCAN_KINDS[kind], findings: own }];
  });
}

/** @returns a finding, `encrypted`, or undefined for a file that is nobody's business */
async function lookAt(project: Project, file: string): Promise<ScanFinding | "encrypted" | undefined> {
  try {
    const bytes = await project.host.readFile(file);
    if (holdsCiphertext(bytes)) {
      await EncryptedFile.peek(bytes, formatOfPath(file));
      return "encrypted";
    }
    if (project.absolute(file) === schemaPath(project.config, project.root)) return undefined;
    const rule = await project.policy(file);
    if (rule === undefined || rule.pathRegex === "" || bytes.length === 0) return undefined;
    const message = `it is not encrypted, and the creation rule in line ${rule.position.line} encrypts it`;
    return { kind: "plaintext", file, key: undefined, message, fix: "encrypt" };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return error.code === "NOT_ENCRYPTED" ? undefined : describeCode(file, error.code);
  }
}

function describeCode(file: string, code: ErrorCode): ScanFinding {
  const isMac = code === "MAC_MISMATCH" || code === "MAC_MISSING" || code === "DECRYPT_FAILED";
  const message = isMac
    ? "it was changed outside of sotto: compare it with its history before you trust it"
    : `it cannot be read (${code})`;
  return { kind: isMac ? "mac" : "broken", file, key: undefined, message, fix: undefined };
}

async function findDrift(project: Project, files: readonly string[]): Promise<readonly ScanFinding[]> {
  const { differing } = await describeAccess(
    project,
    files.map((path) => ({ path })),
    [],
  );
  return differing.map(({ column, message }) => ({ kind: "drift", file: column, key: undefined, message, fix: "sync" }));
}

function findWeak(values: ReadonlyMap<string, readonly ValueFacts[]>): readonly ScanFinding[] {
  return [...values].flatMap(([file, facts]) =>
    facts.flatMap(({ key, weak }): ScanFinding[] =>
      weak === undefined ? [] : [{ kind: "weak", file, key, message: weak, fix: undefined }],
    ),
  );
}

/** What an isolated environment has in common with any other. */
function findDuplicates(
  project: Project,
  values: ReadonlyMap<string, readonly ValueFacts[]>,
  environments: readonly Environment[],
): readonly ScanFinding[] {
  const base = project.config?.directory ?? project.host.cwd;
  const placed = new Map([...values.keys()].map((file) => [relative(base, project.absolute(file)).split(sep).join("/"), file]));
  const rows = environments.flatMap(({ name, isolated, files }) =>
    files.flatMap((path) => {
      const file = placed.get(path);
      return file === undefined ? [] : (values.get(file) ?? []).map((facts) => ({ name, isolated, file, facts }));
    }),
  );
  const byValue = Map.groupBy(
    rows.filter(({ facts }) => facts.fingerprint !== undefined),
    ({ facts }) => facts.fingerprint,
  );
  return [...byValue.values()].flatMap((same) =>
    same.flatMap(({ name, isolated, file, facts }): ScanFinding[] => {
      const others = same.filter((one) => one.name !== name && one.file !== file);
      if (!isolated || others.length === 0) return [];
      const places = others.map((one) => `${formatPath(one.facts.key)} @ ${one.name}`).join(", ");
      return [
        { kind: "duplicate", file, key: facts.key, message: `${name} is kept apart, and this is the value of ${places}`, fix: undefined },
      ];
    }),
  );
}

async function findOld(project: Project, files: readonly string[], options: ScanOptions): Promise<readonly ScanFinding[]> {
  const { dataKeySince, oldAfter = 365 } = options;
  const found: ScanFinding[] = [];
  for (const file of dataKeySince === undefined ? [] : files) {
    const since = await dataKeySince?.(file);
    const days = since === undefined ? 0 : Math.floor((project.host.now().getTime() - since) / DAY);
    if (days < oldAfter) continue;
    found.push({ kind: "age", file, key: undefined, message: `its data key has not been renewed for ${days} days`, fix: "rotate" });
  }
  return found;
}
