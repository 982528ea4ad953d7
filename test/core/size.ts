/** How large `sotto/core` is for a browser, as a build with code splitting makes it. `node test/core/size.ts` prints it. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Metafile, OutputFile } from "esbuild";
import { ROOT } from "../support/sources.ts";

export interface Size {
  /** What is loaded, for example `core` or `formats/yaml.ts`. */
  readonly name: string;
  /** Minified, in bytes. */
  readonly minified: number;
  /** Each file by itself, as servers send them; in bytes. */
  readonly gzipped: number;
}

const ENTRY = "src/core.ts";

/** The entry with all that it loads at once, then what each `import()` adds to that; the last is all of it. */
export async function measureSizes(): Promise<readonly Size[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    splitting: true,
    platform: "browser",
    format: "esm",
    minify: true,
    legalComments: "none",
    outdir: "out",
    metafile: true,
    write: false,
  });
  const sizeOf = (name: string, paths: Iterable<string>): Size => measure(name, paths, outputFiles);
  const { outputs } = metafile;
  const loads = Object.entries(outputs).flatMap(([path, { entryPoint }]) => (entryPoint === undefined ? [] : [{ path, entryPoint }]));
  const first = loadedWith(loads.find(({ entryPoint }) => entryPoint === ENTRY)?.path ?? "", outputs);
  const later = loads.filter(({ entryPoint }) => entryPoint !== ENTRY);
  return [
    sizeOf("core", first),
    ...later.map(({ path, entryPoint }) =>
      sizeOf(
        entryPoint,
        [...loadedWith(path, outputs)].filter((one) => !first.has(one)),
      ),
    ),
    sizeOf("all", Object.keys(outputs)),
  ];
}

function loadedWith(path: string, outputs: Metafile["outputs"]): ReadonlySet<string> {
  const seen = new Set([path]);
  for (const one of seen) {
    for (const { path: next, kind } of outputs[one]?.imports ?? []) if (kind === "import-statement") seen.add(next);
  }
  return seen;
}

function measure(name: string, paths: Iterable<string>, files: readonly OutputFile[]): Size {
  const contents = Array.from(paths, (path) => files.find((file) => file.path === join(ROOT, path))?.contents ?? new Uint8Array());
  return {
    name,
    minified: contents.reduce((sum, bytes) => sum + bytes.length, 0),
    gzipped: contents.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0),
  };
}

if (import.meta.main) {
  for (const { name, minified, gzipped } of await measureSizes()) {
    process.stdout.write(`${name.padEnd(45)} ${String(minified).padStart(8)} ${String(gzipped).padStart(8)} gzip\n`);
  }
}
