/** Plaintext files of a project that look like secrets, to be offered at the start; and a rule that is for those that were chosen. */
import { join } from "node:path";
import { formatOfPath, loadFormat } from "../../formats/index.ts";
import { holdsCiphertext } from "../crypto/envelope.ts";
import { parseText } from "../file/parse-text.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { decodeText } from "../model/text.ts";
import type { FormatId } from "../model/tree.ts";
import type { Project } from "./project.ts";

export interface Candidate {
  /** From the current folder, with `/`. */
  readonly path: string;
  /** `binary` is encrypted as a whole. */
  readonly format: FormatId;
  /** What speaks for it. */
  readonly because: "its name" | "its folder" | "a rule";
  /** In bytes. */
  readonly size: number;
}

/** Nobody keeps their own secrets there; hidden folders are left out, too. */
const SKIPPED = new Set(["node_modules", "vendor", "dist", "build", "target", "venv", "coverage", "__pycache__"]);
const SECRET_FOLDERS = new Set(["secret", "secrets", "credentials"]);
const SECRET_PARTS = new Set(["enc", "sops", "secret", "secrets", "credentials"]);
/** Written for people who look for the names of settings. */
const TEMPLATES = new Set(["example", "sample", "template", "tpl", "dist", "schema"]);
const TALK = /^(?:readme|license|.*\.(?:md|pub)$|\.git(?:ignore|attributes|keep)$)/i;
const NEVER = /^(?:\.sops\.ya?ml|(?:package|package-lock|composer|deno|tsconfig.*|jsconfig.*)\.json|pnpm-(?:lock|workspace)\.yaml)$/;
/** Larger files are data. */
const MAX_SIZE = 1024 * 1024;
const MAX_DEPTH = 8;
const MAX_FILES = 20_000;

/** @returns sorted by path; files that are empty, encrypted or of no use in their format are left out */
export async function findCandidates(project: Project): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const { path, size } of await collect(project.host)) {
    const because = await judge(project, path);
    const format = formatOfPath(path);
    if (because === undefined || size === 0 || size > MAX_SIZE) continue;
    if (await isPlain(project.host, path, format)) found.push({ path, format, because, size });
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(host: Host): Promise<readonly { readonly path: string; readonly size: number }[]> {
  const found: { path: string; size: number }[] = [];
  const open = [{ folder: "", depth: 0 }];
  for (let next = open.pop(); next !== undefined && found.length < MAX_FILES; next = open.pop()) {
    for (const name of await listFolder(host, next.folder === "" ? "." : next.folder)) {
      const path = next.folder === "" ? name : `${next.folder}/${name}`;
      const info = await host.stat(path, { follow: false });
      if (info?.kind === "file") found.push({ path, size: info.size });
      else if (info?.kind === "directory" && next.depth < MAX_DEPTH && !name.startsWith(".") && !SKIPPED.has(name)) {
        open.push({ folder: path, depth: next.depth + 1 });
      }
    }
  }
  return found;
}

/** What may not be read holds nothing to offer. */
async function listFolder(host: Host, folder: string): Promise<readonly string[]> {
  try {
    return await host.list(folder);
  } catch (error) {
    if (SottoError.is(error)) return [];
    throw error;
  }
}

async function judge(project: Project, path: string): Promise<Candidate["because"] | undefined> {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  const parts = name.toLowerCase().split(".");
  if (NEVER.test(name) || TALK.test(name) || parts.some((part) => TEMPLATES.has(part))) return undefined;
  if (/^\.env(?:\.|$)/.test(name) || name.endsWith(".env")) return "its name";
  if (formatOfPath(path) !== "binary") {
    if (parts.slice(0, -1).some((part) => SECRET_PARTS.has(part))) return "its name";
    if (folders.some((folder) => SECRET_FOLDERS.has(folder.toLowerCase()))) return "its folder";
  }
  const rule = await project.policy(path);
  return rule !== undefined && rule.pathRegex !== "" ? "a rule" : undefined;
}

async function isPlain(host: Host, path: string, format: FormatId): Promise<boolean> {
  try {
    const bytes = await host.readFile(path);
    if (holdsCiphertext(bytes)) return false;
    return parseText(await loadFormat(format), decodeText(bytes)).metadata === undefined;
  } catch (error) {
    if (SottoError.is(error)) return false;
    throw error;
  }
}

/** A `path_regex` for files: for the whole of a folder of secrets, for others by their names. */
export function regexFor(paths: readonly string[]): string {
  const parts = paths.map((path) => {
    const folders = path.split("/").slice(0, -1);
    const at = folders.findIndex((folder) => SECRET_FOLDERS.has(folder.toLowerCase()));
    return at === -1 ? `${escape(path)}$` : `${escape(join(...folders.slice(0, at + 1)).replaceAll("\\", "/"))}/`;
  });
  const unique = [...new Set(parts)].toSorted();
  return unique.length === 1 ? `^${unique[0] ?? ""}` : `^(${unique.join("|")})`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}
