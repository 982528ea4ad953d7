/** The sources as text, with their import statements: what the rules about the architecture are checked on. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

export const ROOT: string = join(import.meta.dirname, "..", "..");

export interface Import {
  /** A path from the root of the repository for our own files, else the package or built-in module. */
  readonly target: string;
  readonly own: boolean;
  readonly kind: "static" | "type" | "dynamic";
}

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Paths of all files below a folder of the repository, sorted. */
export function listFiles(folder: string): readonly string[] {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}

export function readSources(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => listFiles(folder))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, text, imports: findImports(path, text) };
    });
}

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^"';()]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

export function findImports(path: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const code = withoutComments(text);
  for (const [, type, name = ""] of code.matchAll(STATIC)) found.push(resolve(path, name, type === undefined ? "static" : "type"));
  for (const [, name = ""] of code.matchAll(DYNAMIC)) found.push(resolve(path, name, "dynamic"));
  return found;
}

/** Lines that are a comment as a whole. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
}

/** `imports` of package.json, as Node reads it. */
const { imports: ALIASES } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly imports: Readonly<Record<string, { readonly node: string }>>;
};

function resolve(from: string, name: string, kind: Import["kind"]): Import {
  if (name.startsWith("#")) return { target: posix.join(ALIASES[name]?.node ?? name), own: true, kind };
  if (name.startsWith(".")) return { target: posix.join(dirname(from).split(sep).join("/"), name), own: true, kind };
  if (name.startsWith("node:")) return { target: name, own: false, kind };
  return {
    target: name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/"),
    own: false,
    kind,
  };
}

/** Everything that is loaded with a file: the file, what it imports statically, and so on. Own files by path, others by name. */
export function loadedWith(start: string, sources: readonly Source[]): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set([start]);
  for (const path of seen) {
    for (const one of byPath.get(path)?.imports ?? []) {
      if (one.kind === "static") seen.add(one.target);
    }
  }
  return seen;
}
