/** Managed files as a tree of folders. */
import type { FileView } from "./files.ts";
import type { State } from "./state.ts";

export type FileRow =
  | { readonly kind: "folder"; readonly path: string; readonly name: string; readonly depth: number; readonly count: number }
  | { readonly kind: "file"; readonly path: string; readonly name: string; readonly depth: number };

const known = new WeakMap<ReadonlySet<string>, { readonly paths: string; readonly rows: readonly FileRow[] }>();

/** @param folded paths of folders */
export function fileRows(state: State, folded: ReadonlySet<string>): readonly FileRow[] {
  const paths = [...state.files.keys()];
  const key = paths.join("\0");
  const before = known.get(folded);
  if (before?.paths === key) return before.rows;
  const rows = build(paths, folded);
  known.set(folded, { paths: key, rows });
  return rows;
}

function build(paths: readonly string[], folded: ReadonlySet<string>): readonly FileRow[] {
  const rows: FileRow[] = [];
  const counts = new Map<string, number>();
  for (const path of paths) for (const folder of foldersOf(path)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const seen = new Set<string>();
  for (const path of paths.toSorted(compare)) {
    const folders = foldersOf(path);
    for (const [depth, folder] of folders.entries()) {
      if (seen.has(folder)) continue;
      if (folders.slice(0, depth).some((above) => folded.has(above))) continue;
      seen.add(folder);
      rows.push({ kind: "folder", path: folder, name: `${folder.split("/").at(-1) ?? ""}/`, depth, count: counts.get(folder) ?? 0 });
    }
    if (folders.some((folder) => folded.has(folder))) continue;
    rows.push({ kind: "file", path, name: path.split("/").at(-1) ?? path, depth: folders.length });
  }
  return rows;
}

/** Of `a/b/c.yaml`: `a` and `a/b`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Files of a folder behind its folders, each by name. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export type Badge = "ok" | "edited" | "mac" | "no key" | "waiting" | "plaintext" | "conflict" | "invalid" | "stale" | "reading";

export function badgeOf(file: FileView, edits: number): Badge {
  if (file.state === "plaintext") return "plaintext";
  if (file.state === "conflict") return "conflict";
  if (file.state === "invalid") return "invalid";
  if (file.mac === "wrong" || file.mac === "missing") return "mac";
  if (file.stale) return "stale";
  if (edits > 0) return "edited";
  if (file.key === "refused") return "no key";
  if (file.key === "waiting") return "waiting";
  return file.key === "open" ? "ok" : "reading";
}
