/** `database.password` is `DATABASE_PASSWORD`; a key at the top keeps its spelling. */
export function nameOf(path: readonly string[]): string {
  if (path.length === 1) return path[0] ?? "";
  return path.join("_").replaceAll(/[-. ]/g, "_").toUpperCase();
}
