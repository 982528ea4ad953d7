/**
 * Builds `dist` if a source changed: the library with types (tsc, one file out per file in) and the program (esbuild).
 *
 * The program is CommonJS, in chunks: a small command costs 3 to 4 ms less than as ES modules, about an eighth of it.
 * esbuild splits ES modules only, so it runs twice: it bundles and splits, then turns each chunk into CommonJS.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { build, transform } from "esbuild";
import { directImports } from "./direct-imports.mjs";
import { packChunks } from "./pack.mjs";
import { lazyPatterns } from "./lazy-patterns.mjs";
import { buildTui, separateTui } from "./build-tui.mjs";
import { fail, root, say } from "./ready.mjs";
import { warm } from "./warm.mjs";

const library = ["src", "formats", "keys"];
const target = "node22";
const dist = join(root, "dist");
const stampFile = join(dist, ".stamp");

const stamp = hashSources();
if (process.argv.includes("--force") || !existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
  const start = Date.now();
  const fresh = join(root, "node_modules", ".cache", `sotto-dist-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  buildLibrary(fresh);
  await buildProgram(fresh);
  await buildTui(fresh);
  await buildManPage(fresh);
  copySchemas(fresh);
  await warm(fresh);
  writeFileSync(join(fresh, ".stamp"), stamp);
  swap(fresh);
  say(`built dist (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

function buildLibrary(folder) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const argv = [tsc, "-p", join(".scripts", "tsconfig.build.json"), "--outDir", folder];
  const { status } = spawnSync(process.execPath, argv, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    fail("tsc found errors in the library");
  }
  // Around them lies the program, which is CommonJS.
  for (const name of library) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "package.json"), `${JSON.stringify({ type: "module", imports: importsBelow(name) })}\n`);
  }
}

/** What `imports` of package.json says about one folder, from that folder and for what tsc made. */
function importsBelow(name) {
  const { imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const rows = Object.entries(imports).map(([alias, targets]) => [
    alias,
    Object.fromEntries(
      Object.entries(targets)
        .filter(([, path]) => path.startsWith(`./${name}/`))
        .map(([condition, path]) => [condition, `./${path.slice(name.length + 3).replace(/\.ts$/, ".js")}`]),
    ),
  ]);
  return Object.fromEntries(rows.filter(([, targets]) => Object.keys(targets).length > 0));
}

async function buildProgram(folder) {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { sotto: "src/cli/main.ts" },
    outdir: folder,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target,
    external: Object.keys(optionalDependencies),
    // Its entry for Node is CommonJS, whose names are lost behind `import()`.
    alias: { yaml: join(root, "node_modules", "yaml", "browser", "index.js") },
    plugins: [separateTui, lazyPatterns, directImports(join(root, "src", "index.ts"))],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  const paths = new Set(outputFiles.map((file) => file.path));
  const nameOf = (path) => relative(folder, path).split(sep).join("/");
  const chunks = await Promise.all(
    outputFiles.map(async (file) => [nameOf(file.path), await toCommonJs(file.text, dirname(file.path), paths)]),
  );
  const packs = {
    // Before the first lines are on the screen nothing else is read; what it shares with others is small.
    "open.js": (path) => /\/open-tui-/.test(path),
    // Most calls decrypt YAML for an age key: what these need is one file.
    "hot.js": (path) => /\/(?:decrypt|yaml|provider|quick|store)-[^/]*$/.test(path),
    // What a deploy runs.
    "deploy.js": (path) => /\/(?:render|run|shell)-(?!tui)[^/]*$/.test(path),
    // Whatever looks at several files: without this the screen, which does too, would have what they share.
    "look.js": (path) => /\/(?:git|diff|doctor|_env-check|_env-diff)-[^/]*$/.test(path),
    "screen.js": (path) => /\/run-tui-[^/]*$/.test(path),
  };
  for (const [name, text] of packChunks(new Map(chunks), "sotto.js", packs)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  copyFileSync(join(root, ".scripts", "loader.cjs"), join(folder, "sotto.js"));
  chmodSync(join(folder, "sotto.js"), 0o755);
}

/** What editors check `.sops.yaml` and `secrets/schema.yaml` with. */
function copySchemas(folder) {
  mkdirSync(join(folder, "schema"));
  for (const name of ["secrets-schema.json", "sops-config.json"])
    copyFileSync(join(root, "src", "schema", name), join(folder, "schema", name));
}

async function buildManPage(folder) {
  const [{ renderManPage }, { COMMANDS }] = await Promise.all([import("../src/cli/man-page.ts"), import("../src/cli/table.ts")]);
  writeFileSync(join(folder, "sotto.1"), await renderManPage(COMMANDS));
}

/**
 * `import()` of one of our own chunks becomes `require()`. What stays outside may be an ES module: it is imported by the loader, for
 * Node warns of an `import()` in a script that it did not load itself.
 */
async function toCommonJs(text, folder, chunks) {
  const own = text.replaceAll(/\bimport\("(\.{1,2}\/[^"]+)"\)/g, (whole, path) =>
    chunks.has(resolve(folder, path)) ? `Promise.resolve().then(()=>require("${path}"))` : whole,
  );
  const hasUrl = own.includes("import.meta.url");
  const { code } = await transform(own, {
    format: "cjs",
    platform: "node",
    target,
    minify: true,
    ...(hasUrl ? { define: { "import.meta.url": "chunkUrl" } } : {}),
  });
  const imported = code.replaceAll(/(?<=\bawait |=>)import\(/g, "$import(");
  if (/(?<![$.\w])import\(/.test(imported)) fail("an import() stands where the build does not look for one");
  if (!hasUrl) return imported;
  const shebang = imported.startsWith("#!") ? imported.slice(0, imported.indexOf("\n") + 1) : "";
  return `${shebang}const chunkUrl=require("node:url").pathToFileURL(__filename).href;${imported.slice(shebang.length)}`;
}

/** The new folder takes the place of the old one at once, so that a program that is being started finds one or the other. */
function swap(fresh) {
  const old = `${fresh}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

function hashSources() {
  const hash = createHash("sha256").update(process.version);
  const single = ["package.json", "package-lock.json", "tsconfig.json"].map((name) => join(root, name));
  for (const file of [...library, ".scripts"].flatMap((name) => filesBelow(join(root, name))).concat(single)) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
