/**
 * What Ink draws is a bundle of its own beside the program: ES modules, since Yoga, the layout engine under Ink, awaits at its top
 * level. `src/tui/run-tui.ts` imports it when it is wanted; until then nothing of it is read.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { lazyPatterns } from "./lazy-patterns.mjs";
import { quickInk } from "./quick-ink.mjs";
import { root } from "./ready.mjs";

/** In the program: the import stays one, and leads from its chunk to the other bundle. */
export const separateTui = {
  name: "separate-tui",
  setup(program) {
    program.onResolve({ filter: /\/mount\.tsx$/ }, () => ({ path: "../tui/mount.mjs", external: true }));
  },
};

/** Ink asks for React's developer tools only when they are wanted, but a bundle has to hold something under that name. */
const withoutDevtools = {
  name: "without-devtools",
  setup(program) {
    program.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: "devtools", namespace: "nothing" }));
    program.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "export default undefined;" }));
  },
};

export async function buildTui(folder) {
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: { mount: "src/tui/mount.tsx", "clipboard-holder": "src/host/clipboard-holder.ts" },
    outdir: join(folder, "tui"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    define: { "process.env.NODE_ENV": '"production"' },
    // React is CommonJS, and requires built-in modules.
    banner: { js: 'import{createRequire as sottoRequire}from"node:module";const require=sottoRequire(import.meta.url);' },
    plugins: [withoutDevtools, quickInk, lazyPatterns],
    jsx: "automatic",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  writeFileSync(join(folder, "tui", "LICENSES.txt"), licensesOf(Object.keys(metafile.inputs)));
}

/** The licences of the packages in the bundle, which come along with it. */
function licensesOf(inputs) {
  const names = new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? []));
  const parts = [...names]
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => {
      const place = join(root, "node_modules", name);
      const { version, license } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
      const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? "" : `\n${readFileSync(join(place, file), "utf8").trim()}\n`;
      return `${name} ${version}: ${license}\n${text}`;
    });
  return `The screen of sotto contains these packages.\n\n${parts.join("\n---\n\n")}`;
}
