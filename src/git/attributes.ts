/** The lines of `.gitattributes` that connect encrypted files with the drivers; all other lines are left alone. */

const BEGIN = "# encrypted files: sotto git install";
const END = "# end of encrypted files";
const DRIVERS = " diff=sotto merge=sotto";
const FILTER = " filter=sotto";

/** `diff=sotto merge=sotto` for each pattern. @param filter also the clean and smudge filters */
export function writeAttributes(text: string, patterns: readonly string[], filter = false): string {
  const { before, after } = split(text);
  if (patterns.length === 0) return before + after;
  const lines = [BEGIN, ...patterns.map((pattern) => `${quote(pattern)}${DRIVERS}${filter ? FILTER : ""}`), END];
  const start = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return `${start}${lines.join("\n")}\n${after}`;
}

/** The patterns that stand there, undefined when there is no such block. */
export function readAttributes(text: string): readonly string[] | undefined {
  const { inside } = split(text);
  if (inside === undefined) return undefined;
  return inside
    .split("\n")
    .map((line) => (line.endsWith(FILTER) ? line.slice(0, -FILTER.length) : line))
    .filter((line) => line.endsWith(DRIVERS))
    .map((line) => unquote(line.slice(0, -DRIVERS.length)));
}

function split(text: string): { readonly before: string; readonly inside: string | undefined; readonly after: string } {
  const start = `\n${text}`.indexOf(`\n${BEGIN}\n`);
  const end = text.indexOf(`${END}\n`, Math.max(start, 0));
  if (start === -1 || end === -1) return { before: text, inside: undefined, after: "" };
  return { before: text.slice(0, start), inside: text.slice(start, end), after: text.slice(end + END.length + 1) };
}

/** A pattern for each folder and ending in which encrypted files lie, so that new files beside them count. */
export function patternsFor(paths: readonly string[]): readonly string[] {
  const patterns = paths.map((path) => {
    const slash = path.lastIndexOf("/") + 1;
    const name = path.slice(slash);
    const dot = name.lastIndexOf(".");
    const ending = /^\.env(?:\.|$)/.test(name) ? ".env*" : dot <= 0 ? escapePattern(name) : `*${escapePattern(name.slice(dot))}`;
    return `/${escapePattern(path.slice(0, slash))}${ending}`;
  });
  return [...new Set(patterns)].toSorted();
}

function escapePattern(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, "\\$&");
}

/** gitattributes(5): a pattern with blanks stands in quotes. */
function quote(pattern: string): string {
  return /[\s"]/.test(pattern) || pattern.startsWith("#") || pattern.startsWith("!") ? JSON.stringify(pattern) : pattern;
}

function unquote(pattern: string): string {
  return pattern.startsWith('"') ? (JSON.parse(pattern) as string) : pattern;
}
