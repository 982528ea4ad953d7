/** A program of ours in one folder of its own: other builds may come and go meanwhile, and it starts faster than the sources. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../support/sources.ts";

/** @returns the path of the bundle; its folder is the caller's to remove */
export async function bundle(entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-bundle-"));
  await build({
    absWorkingDir: ROOT,
    entryPoints: { program: entry },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    packages: "bundle",
    external: ["@aws-sdk/*", "@google-cloud/*", "@azure/*", "ink", "react"],
    // What is CommonJS inside asks for the modules of Node.
    banner: { js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);' },
    logLevel: "error",
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  return join(folder, "program.js");
}
