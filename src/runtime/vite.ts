/**
 * `sotto/vite`: gives the secrets of an environment to code that runs on the server, and lets no build pass that has one of them in
 * what browsers get.
 */
import { readFileSync } from "node:fs";
import { SottoError } from "../model/error.ts";
import { type Leak, refuseLeaks } from "./check-bundle.ts";
import { LeakFinder } from "./find-leaks.ts";
import { listFilesBelow } from "./list-files.ts";
import type { LoadSecretsOptions } from "./load-secrets.ts";
import { openForProgram } from "./open-for-program.ts";

export interface SottoViteOptions extends Pick<LoadSecretsOptions, "environment" | "only" | "config"> {
  /** Paths of values that may be public (`analytics.id`), with what is below them. */
  readonly allow?: readonly string[];
  /** False for a build where no key is at hand; then nobody has looked. */
  readonly check?: boolean;
}

/** What server code imports: `import { secrets } from "virtual:sotto"`. */
const MODULE = "virtual:sotto";
const RESOLVED = `\0${MODULE}`;

/** Of Vite and Rollup, as much as is used here; the packages themselves are not needed. */
interface HookContext {
  readonly environment?: { readonly config?: { readonly consumer?: string } } | undefined;
}
interface Emitted {
  readonly type: "chunk" | "asset";
  readonly fileName: string;
  readonly code?: string;
  readonly source?: string | Uint8Array;
  readonly map?: { toString(): string } | null;
}
interface ResolvedConfig {
  readonly command: string;
  readonly root: string;
  readonly publicDir: string;
  readonly build: { readonly ssr?: unknown; readonly copyPublicDir?: boolean };
}

export interface SottoVitePlugin {
  readonly name: "sotto";
  readonly enforce: "pre";
  config(): { ssr: { external: string[] } };
  configResolved(config: ResolvedConfig): void;
  resolveId(this: HookContext, id: string, importer?: string, options?: { readonly ssr?: boolean | undefined }): string | undefined;
  load(this: HookContext, id: string): string | undefined;
  buildStart(this: HookContext): Promise<void>;
  readonly generateBundle: {
    readonly order: "post";
    handler(this: HookContext, options: unknown, bundle: Readonly<Record<string, Emitted>>): Promise<void>;
  };
}

/**
 * @example
 * export default defineConfig({ plugins: [sotto({ environment: "prod" })] })
 */
export function sotto(options: SottoViteOptions = {}): SottoVitePlugin {
  const { environment, only, config: sopsConfig, allow, check = true } = options;
  let config: ResolvedConfig | undefined;
  const isServer = (context: HookContext, ssr?: boolean): boolean =>
    (context.environment?.config?.consumer ?? (ssr === true || isTruthy(config?.build.ssr) ? "server" : "client")) === "server";
  let opened: Promise<LeakFinder> | undefined;
  const findFor = (): Promise<LeakFinder> => {
    opened ??= telling(async () => {
      const { values } = await openForProgram({ environment, config: sopsConfig, cwd: config?.root });
      return new LeakFinder(values, allow);
    });
    return opened;
  };
  return {
    name: "sotto",
    enforce: "pre",
    // It finds what it needs where it is installed, also where it is linked.
    config: () => ({ ssr: { external: ["sotto"] } }),
    configResolved(resolved) {
      config = resolved;
    },
    resolveId(id, importer, { ssr } = {}) {
      if (id !== MODULE) return undefined;
      if (isServer(this, ssr)) return RESOLVED;
      throw new Error(`${MODULE} is for code that runs on the server; ${importer ?? "the page"} goes to browsers`);
    },
    load(id) {
      // Read when the server starts: no value becomes part of any bundle.
      if (id !== RESOLVED) return undefined;
      const settings = JSON.stringify({ environment, only, config: sopsConfig });
      return `import { loadSecrets } from "sotto";\nexport const secrets = await loadSecrets(${settings});\n`;
    },
    // Files of `public` are in no bundle, and are copied before there is one.
    async buildStart() {
      if (!check || isServer(this) || config?.command !== "build") return;
      const finder = await findFor();
      const files = publicFiles(config);
      await telling(() => refuseLeaks(files.flatMap(([name, place]) => leaksIn(finder, name, readFileSync(place)))));
    },
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        if (!check || isServer(this)) return;
        const finder = await findFor();
        await telling(() => refuseLeaks(findLeaks(finder, bundle)));
      },
    },
  };
}

function findLeaks(finder: LeakFinder, bundle: Readonly<Record<string, Emitted>>): readonly Leak[] {
  return Object.values(bundle).flatMap(({ fileName, code, source, map }) => [
    ...leaksIn(finder, fileName, code ?? source ?? ""),
    ...(map === undefined || map === null ? [] : leaksIn(finder, `${fileName}.map`, map.toString())),
  ]);
}

function leaksIn(finder: LeakFinder, file: string, content: string | Uint8Array): readonly Leak[] {
  return finder.find(typeof content === "string" ? Buffer.from(content) : content).map((path) => ({ file, path }));
}

/** Vite shows message and stack of an error and nothing else of it. */
async function telling<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const lines = [error.message, ...(error.report === undefined ? [] : [error.report]), ...error.hints.map((hint) => `hint: ${hint}`)];
    const told = new SottoError(error.code, lines.join("\n"), { hints: error.hints });
    told.stack = `${told.name}: ${told.message}`;
    throw told;
  }
}

function isTruthy(value: unknown): boolean {
  return value !== undefined && value !== false && value !== null && value !== "";
}

function publicFiles(config: ResolvedConfig | undefined): readonly (readonly [name: string, place: string])[] {
  const folder = config?.publicDir ?? "";
  if (folder === "" || config?.build.copyPublicDir === false) return [];
  return listFilesBelow(folder).map((place) => [place.slice(folder.length + 1), place] as const);
}
