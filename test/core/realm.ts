/** Bundles for a browser, and a realm to run them in that has what the web has and nothing of Node. */
import { createContext, Script } from "node:vm";
import type { Context } from "node:vm";
import { build } from "esbuild";
import type { Metafile } from "esbuild";
import { ROOT } from "../support/sources.ts";

export interface Bundle {
  readonly text: string;
  readonly metafile: Metafile;
}

/**
 * One script with everything in it, as a build for browsers makes it.
 * @param entry path from the root of the repository
 * @param define names of globals, and what stands in their place
 */
export async function bundleForBrowser(entry: string, define: Readonly<Record<string, string>> = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "bundle",
    define,
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  return { text: outputFiles[0]?.text ?? "", metafile };
}

/** What the bundle may find beside the language itself. */
const WEB = {
  AbortController,
  AbortSignal,
  setTimeout,
  clearTimeout,
  URL,
  TextEncoder,
  TextDecoder,
  ReadableStream,
  WritableStream,
  TransformStream,
  CryptoKey,
  crypto: globalThis.crypto,
};

export class Realm {
  readonly #context: Context = createContext({ ...WEB });

  /** The value of an expression inside the realm. */
  run(source: string): unknown {
    return new Script(source).runInContext(this.#context) as unknown;
  }

  /** @returns what the bundle exports */
  load(bundle: Bundle): unknown {
    this.run(bundle.text);
    return this.run("bundle");
  }
}

/** The exports of a file, bundled and run in a realm of its own. */
export async function loadInRealm<T>(entry: string, define: Readonly<Record<string, string>> = {}): Promise<T> {
  return new Realm().load(await bundleForBrowser(entry, define)) as T;
}
