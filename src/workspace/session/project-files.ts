/** Which files of a project are its secrets, and what state they are in. Needs no key. */
import { basename, join } from "node:path";
import { formatOfPath } from "../../../formats/index.ts";
import { holdsCiphertext } from "../../crypto/envelope.ts";
import { EncryptedFile } from "../../file/encrypted-file.ts";
import { SottoError } from "../../model/error.ts";
import { CONFIG_NAME } from "../../policy/discover.ts";
import type { Project } from "../project.ts";

export interface ProjectFile {
  readonly path: string;
  /** `plaintext`: a creation rule or an environment names it, and it is not encrypted. `conflict`: the markers of an unfinished merge. */
  readonly state: "encrypted" | "plaintext" | "conflict" | "invalid";
  /** Why it cannot be read; never holds a value. */
  readonly problem?: SottoError;
}

export interface ClassifyOptions {
  /** Which of the files hold ciphertext, if that is known: the others are not read then. */
  readonly holding?: ReadonlySet<string>;
  /** Told the size of each file that is about to be read, in bytes. */
  readonly beforeReading?: (size: number) => void;
  /** Given what was read of each encrypted file, so that nothing is read twice. */
  readonly onEncrypted?: (path: string, bytes: Uint8Array, file: EncryptedFile) => void;
}

const AT_ONCE = 16;
/** A larger one is no file of secrets. */
const MAX_SIZE = 64 * 1024 * 1024;

/** @param paths files that may be secrets: all of the project, whatever they are @returns those that are, in the same order */
export async function classifyFiles(
  project: Project,
  paths: readonly string[],
  options: ClassifyOptions = {},
): Promise<readonly ProjectFile[]> {
  const found: ProjectFile[] = [];
  const meant = environmentFiles(project);
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const files = await Promise.all(paths.slice(at, at + AT_ONCE).map((path) => classify(project, path, meant, options)));
    found.push(...files.filter((file) => file !== undefined));
  }
  return found;
}

async function classify(
  project: Project,
  path: string,
  meant: ReadonlySet<string>,
  { holding, beforeReading, onEncrypted }: ClassifyOptions,
): Promise<ProjectFile | undefined> {
  if (basename(path) === CONFIG_NAME || project.absolute(path) === configPath(project)) return undefined;
  const isMeant = meant.has(project.absolute(path));
  const isNamed = isMeant || (formatOfPath(path) !== "binary" && (await hasOwnRule(project, path)));
  if (holding !== undefined && !holding.has(path) && !isNamed) return undefined;
  const info = await project.host.stat(path, { follow: false });
  if (info?.kind !== "file" || info.size === 0 || info.size > MAX_SIZE) return undefined;
  beforeReading?.(info.size);
  try {
    const bytes = await project.host.readFile(path);
    if (holdsCiphertext(bytes)) return await classifyCiphertext(path, bytes, isNamed, onEncrypted);
  } catch (error) {
    // Gone or closed to us since it was listed.
    if (SottoError.is(error)) return isNamed ? { path, state: "invalid", problem: error } : undefined;
    throw error;
  }
  return isNamed ? { path, state: "plaintext" } : undefined;
}

/** They are meant to be encrypted, whatever the rules match. */
function environmentFiles(project: Project): ReadonlySet<string> {
  const { config } = project;
  const files = config?.sotto?.environments?.flatMap((environment) => environment.files) ?? [];
  return new Set(files.map((file) => join(config?.directory ?? project.root, file)));
}

function configPath(project: Project): string | undefined {
  return project.config === undefined ? undefined : project.absolute(project.config.path);
}

/** A rule without `path_regex` is for every file that is to be encrypted, and makes none of them one that should be. */
async function hasOwnRule(project: Project, path: string): Promise<boolean> {
  const rule = await project.policy(path);
  return rule !== undefined && rule.pathRegex !== "";
}

async function classifyCiphertext(
  path: string,
  bytes: Uint8Array,
  isNamed: boolean,
  onEncrypted: ClassifyOptions["onEncrypted"],
): Promise<ProjectFile | undefined> {
  const format = formatOfPath(path);
  try {
    const file = await EncryptedFile.parse(bytes, format);
    onEncrypted?.(path, bytes, file);
    return { path, state: "encrypted" };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    error.file ??= path;
    if (error.code === "CONFLICT_MARKERS" || hasMarkers(bytes)) return { path, state: "conflict", problem: error };
    // A document about encrypted files is none.
    if (error.code === "NOT_ENCRYPTED") return isNamed ? { path, state: "plaintext" } : undefined;
    return format === "binary" ? undefined : { path, state: "invalid", problem: error };
  }
}

/** git's, of at least seven characters, each kind at the start of a line. */
function hasMarkers(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return /^<{7,}(?: |\r?$)/m.test(text) && /^={7,}\r?$/m.test(text) && /^>{7,}(?: |\r?$)/m.test(text);
}
