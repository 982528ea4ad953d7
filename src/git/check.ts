/** What must not be committed: read from the index, with a key where one is at hand, and without one as far as that goes. */
import { formatOfPath } from "../../formats/index.ts";
import { holdsCiphertext, MARK } from "../crypto/envelope.ts";
import type { EncryptedFile } from "../file/encrypted-file.ts";
import { formatPath } from "../file/path.ts";
import { isFilled, leafText, pathOf, walk } from "../file/walk.ts";
import { SottoError, positionAt } from "../model/error.ts";
import type { Position } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import type { CreationRule } from "../policy/rules.ts";
import { listEnvironments } from "../policy/environments.ts";
import { schemaPath } from "../policy/schema-path.ts";
import { compileSelector } from "../policy/selector.ts";
import { join, relative } from "node:path";
import type { Project } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";
import { compareGroups } from "../workspace/update-keys.ts";
import { readConflicts } from "../merge/markers.ts";
import { type IndexEntry, listIndex, readObjects } from "./blobs.ts";
import { askGit } from "./run.ts";
import { lookLikeSecret } from "./secret-text.ts";

export const FINDINGS = {
  plaintext: "a file that a creation rule encrypts is not encrypted",
  readable: "a value that should be encrypted is not",
  secret: "a plaintext value looks like a secret",
  recipients: "the recipients are not those of the creation rule",
  threshold: "the threshold is not that of the creation rule",
  selector: "what is encrypted is not what the creation rule says",
  mac: "the MAC is wrong: the file was changed without its data key",
  broken: "the file cannot be read",
  conflict: "the file has conflict markers",
} as const;

export type FindingKind = keyof typeof FINDINGS;

export interface Finding {
  readonly kind: FindingKind;
  readonly path: string;
  readonly position: Position | undefined;
  /** Never holds a value. */
  readonly message: string;
  readonly hint: string;
}

export interface CheckResult {
  /** How many files were looked into. */
  readonly files: number;
  readonly findings: readonly Finding[];
}

/** @throws SottoError `COMMAND_FAILED` outside of a repository */
export async function checkIndex(project: Project, which: "all" | "staged"): Promise<CheckResult> {
  const place = { cwd: project.host.cwd, env: project.host.env };
  const root = await askGit(place, ["rev-parse", "--show-toplevel"]);
  const entries = await listIndex({ ...place, cwd: root }, which);
  const objects = await readObjects(
    { ...place, cwd: root },
    entries.map(({ object }) => object),
  );
  const before = await readObjects(
    { ...place, cwd: root },
    entries.map(({ path }) => `HEAD:${path.includes("\n") ? "" : path}`),
  );
  const expected = new Set(environmentFiles(project));
  const access = withoutPrompt(project);
  const findings: Finding[] = [];
  let files = 0;
  for (const [index, entry] of entries.entries()) {
    const bytes = objects[index];
    if (bytes === undefined) continue;
    const old = before[index];
    const wasEncrypted = old !== undefined && holdsCiphertext(old);
    const found = await checkFile(
      project,
      access,
      join(root, entry.path),
      entry,
      bytes,
      wasEncrypted || expected.has(join(root, entry.path)),
    );
    if (found === undefined) continue;
    files += 1;
    findings.push(...found);
  }
  return { files, findings };
}

/** Files of environments are meant to be encrypted, whatever the rules match. */
function environmentFiles(project: Project): readonly string[] {
  const { config } = project;
  if (config?.sotto?.environments === undefined) return [];
  return listEnvironments(config, []).flatMap(({ files }) => files.map((file) => join(config.directory, file)));
}

/** @param meant to be encrypted, as its history or an environment says @returns undefined for a file that does not concern us */
async function checkFile(
  project: Project,
  access: Access,
  path: string,
  entry: IndexEntry,
  bytes: Buffer,
  meant: boolean,
): Promise<readonly Finding[] | undefined> {
  const shown = relative(project.host.cwd, path);
  const one = (kind: FindingKind, message: string, hint: string, position?: Position): Finding => ({
    kind,
    path: shown,
    position,
    message,
    hint,
  });
  const rule = await project.policy(path);
  if (!holdsCiphertext(bytes)) {
    if (!meant && path === schemaPath(project.config, project.root)) return undefined;
    if (!(meant || (rule !== undefined && rule.pathRegex !== "" && bytes.length > 0))) return undefined;
    const why = rule === undefined ? "it was encrypted before" : `the creation rule in line ${rule.position.line} encrypts it`;
    return [one("plaintext", `it is not encrypted, and ${why}`, `sotto encrypt -i ${shown}`)];
  }
  const text = decodeText(bytes);
  if (readConflicts(text) !== undefined) return [one("conflict", FINDINGS.conflict, `sotto reseal --interactive ${shown}`)];
  let encrypted: EncryptedFile | undefined;
  try {
    ({ encrypted } = await readEither(bytes, formatOfPath(entry.path)));
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return [one("broken", error.message, `sotto reseal ${shown}, or take it from git again`, error.position)];
  }
  // A document about encrypted files is none.
  if (encrypted === undefined) return undefined;
  return [
    ...(await checkValues(encrypted, rule, one)),
    ...checkAccess(encrypted, rule, shown, one),
    ...(await checkMac(access, encrypted, path, shown, one)),
  ];
}

type Access = Project["access"];
type Report = (kind: FindingKind, message: string, hint: string, position?: Position) => Finding;

async function checkValues(file: EncryptedFile, rule: CreationRule | undefined, one: Report): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const own = await compileSelector(file.metadata.selector);
  const wanted = rule === undefined ? undefined : await compileSelector(rule.selector);
  const byRule = wanted === undefined || !wanted.valid ? [] : walk(file.document.roots, wanted);
  for (const [index, leaf] of walk(file.document.roots, own).entries()) {
    if (leaf.leaf.kind !== "scalar" || !isFilled(leaf.leaf)) continue;
    const text = leafText(leaf.leaf);
    const sealed = text.startsWith(MARK);
    const place = formatPath(pathOf(leaf.place));
    const position = leaf.leaf.slot === undefined ? undefined : positionAt(file.document.text, leaf.leaf.slot.start);
    const hint = "sotto set FILE PATH VALUE seals it; sotto explain FILE PATH says why it is plain";
    if (leaf.selected && !sealed)
      findings.push(one("readable", `${place} is plaintext, and the file says that it is encrypted`, hint, position));
    else if (!leaf.selected && byRule[index]?.selected === true && !sealed) {
      findings.push(one("readable", `${place} is plaintext, and the creation rule says that it is encrypted`, hint, position));
    } else if (!sealed) {
      const shape = lookLikeSecret(text);
      if (shape !== undefined) findings.push(one("secret", `${place} looks like ${shape} and is plaintext`, hint, position));
    }
  }
  return findings;
}

function checkAccess(file: EncryptedFile, rule: CreationRule | undefined, shown: string, one: Report): readonly Finding[] {
  if (rule === undefined) return [];
  const { metadata } = file;
  const findings: Finding[] = [];
  const changes = compareGroups(metadata.groups, rule.groups);
  const strange = changes.flatMap(({ removed }) => removed);
  const missing = changes.flatMap(({ added }) => added);
  const parts = [
    ...strange.map((label) => `${shorten(label)} is not in the rule`),
    ...missing.map((label) => `${shorten(label)} is missing`),
  ];
  const update = `sotto updatekeys ${shown}`;
  if (parts.length > 0) findings.push(one("recipients", parts.join(", "), update));
  if (rule.threshold !== 0 && metadata.threshold !== rule.threshold && metadata.groups.length > 1) {
    findings.push(one("threshold", `${metadata.threshold} key groups are enough, the rule says ${rule.threshold}`, update));
  }
  const selector = JSON.stringify(metadata.selector ?? null);
  if (rule.selector !== undefined && selector !== JSON.stringify(rule.selector)) {
    const has = metadata.selector === undefined ? "has no selector" : `says ${metadata.selector.kind} ${metadata.selector.pattern}`;
    findings.push(
      one(
        "selector",
        `the file ${has}, the rule ${rule.selector.kind} ${rule.selector.pattern}`,
        `decrypt it and encrypt it again: sotto encrypt --onto keeps the old one`,
      ),
    );
  }
  return findings;
}

/** Without a key nobody can tell. */
async function checkMac(access: Access, file: EncryptedFile, path: string, shown: string, one: Report): Promise<readonly Finding[]> {
  try {
    (await file.unlock({ ...access, file: path })).dispose();
    return [];
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    if (error.code === "MAC_MISMATCH" || error.code === "MAC_MISSING" || error.code === "DECRYPT_FAILED") {
      return [one("mac", error.message, `sotto reseal ${shown}`, error.position)];
    }
    return [];
  }
}

/** A hook asks nobody. One context for all files, so that identities are read once. */
function withoutPrompt({ access }: Project): Project["access"] {
  return { ...access, context: { ...access.context, prompt: undefined } };
}

function shorten(label: string): string {
  return label.length > 24 ? `${label.slice(0, 12)}…${label.slice(-6)}` : label;
}
