/** The table of formats. A format's module is loaded when a file needs it. */
import type { Format } from "../src/model/format.ts";
import type { FormatId } from "../src/model/tree.ts";

export interface FormatRow {
  readonly id: FormatId;
  /** Case-sensitive ends of a path; none for the format of all other files (sops: §4.7). */
  readonly suffixes: readonly string[];
  readonly load: () => Promise<Format>;
}

export const formats: readonly FormatRow[] = [
  { id: "yaml", suffixes: [".yaml", ".yml"], load: async () => (await import("./yaml.ts")).yaml },
  { id: "json", suffixes: [".json"], load: async () => (await import("./json.ts")).json },
  { id: "dotenv", suffixes: [".env"], load: async () => (await import("./dotenv.ts")).dotenv },
  { id: "ini", suffixes: [".ini"], load: async () => (await import("./ini.ts")).ini },
  { id: "binary", suffixes: [], load: async () => (await import("./binary.ts")).binary },
];

/** The format that a path's suffix stands for; binary if none does. */
export function formatOfPath(path: string): FormatId {
  return formats.find((row) => row.suffixes.some((suffix) => path.endsWith(suffix)))?.id ?? "binary";
}

/** For `binary` this is the plain form; its container is `binaryContainer` of `binary.ts`. */
export async function loadFormat(id: FormatId): Promise<Format> {
  const row = formats.find((one) => one.id === id);
  if (!row) throw new TypeError(`no such format: ${id}`);
  return row.load();
}
