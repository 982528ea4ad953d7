/** A host without a machine: files in a map, output in strings. */
import { SottoError } from "../../src/model/error.ts";
import type { Host, StreamName } from "../../src/model/host.ts";

export interface MemoryHostOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly terminals?: readonly StreamName[];
  readonly now?: Date;
}

export interface MemoryHost extends Host {
  readonly files: Map<string, string>;
  readonly output: string;
  readonly errors: string;
}

/** Text in and out: for tests that need bytes there is the real host. */
export function createMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const files = new Map(Object.entries(options.files ?? {}));
  const written: Record<"output" | "errors", string> = { output: "", errors: "" };
  const lines = (options.input ?? "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  let nextLine = 0;
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new SottoError("FILE_MISSING", `${path} does not exist`, { file: path });
    return text;
  };
  const writeFile: Host["writeFile"] = async (path, bytes, write) => {
    const text = new TextDecoder().decode(bytes);
    const before = files.get(path);
    if (write?.expected !== undefined && before !== new TextDecoder().decode(write.expected)) {
      throw new SottoError("FILE_CHANGED", `${path} was changed by someone else meanwhile; nothing was written`, { file: path });
    }
    files.set(path, text);
    return before !== text;
  };
  return {
    files,
    get output() {
      return written.output;
    },
    get errors() {
      return written.errors;
    },
    env: options.env ?? {},
    cwd: "/project",
    platform: "linux",
    home: "/home/ana",
    now: () => options.now ?? new Date("2026-01-02T03:04:05Z"),
    isTerminal: (stream) => options.terminals?.includes(stream) ?? false,
    readFile: async (path) => new TextEncoder().encode(read(path)),
    readInput: async () => new TextEncoder().encode(options.input ?? ""),
    readLine: async () => {
      nextLine += 1;
      return lines[nextLine - 1];
    },
    makeFolder: async () => {},
    stat: async (path) => {
      const text = files.get(path);
      return text === undefined ? undefined : { kind: "file", size: text.length, mode: 0o644, modified: 0 };
    },
    list: async (path) => [...files.keys()].filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1)),
    writeFile,
    lockFiles: async (paths) => ({
      files: paths.map((path) => ({
        path,
        read: async () => new TextEncoder().encode(read(path)),
        write: (bytes, write) => writeFile(path, bytes, write),
        remove: async () => {
          files.delete(path);
        },
      })),
      [Symbol.dispose]: () => {},
    }),
    write: (stream, bytes) => {
      written[stream] += new TextDecoder().decode(bytes);
    },
  };
}
