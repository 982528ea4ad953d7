/** The rules of the architecture, read from the import statements of all sources. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, findImports, listFiles, loadedWith, readSources, withoutComments } from "./support/sources.ts";
import type { Source } from "./support/sources.ts";

const sources: readonly Source[] = readSources("src", "formats", "keys");

/** Which folders a folder may import from. Its own is always allowed. What is not listed here may not exist. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "src/model": [],
  "src/crypto": ["src/model"],
  "src/host": ["src/model"],
  "src/metadata": ["src/model", "src/crypto", "keys/index.ts"],
  formats: ["src/model"],
  keys: ["src/model", "src/crypto"],
  "src/policy": ["src/model", "src/crypto", "src/metadata", "keys/index.ts", "formats/yaml"],
  "src/keyring": ["src/model", "src/crypto", "src/metadata", "keys/index.ts"],
  "src/keyservice": ["src/model", "src/metadata", "src/keyring", "keys/index.ts"],
  "src/file": [
    "src/model",
    "src/crypto",
    "src/metadata",
    "src/policy",
    "src/keyring",
    "formats/index.ts",
    "formats/binary.ts",
    "formats/json.ts",
  ],
  "src/workspace": [
    "src/model",
    "src/crypto",
    "src/metadata",
    "src/policy",
    "src/keyring",
    "src/keyservice",
    "src/file",
    "src/host",
    "formats/index.ts",
    "keys/index.ts",
  ],
  "src/deploy": ["src/model", "src/policy", "src/file", "src/workspace", "src/host", "formats/flat", "formats/index.ts"],
  "src/schema": [
    "src/model",
    "src/crypto",
    "src/policy",
    "src/file",
    "src/workspace",
    "src/deploy",
    "formats/index.ts",
    // The schema is read as the config is, with the place of everything.
    "formats/yaml",
  ],
  "src/git": ["src/model", "src/crypto", "src/policy", "src/file", "src/merge", "src/workspace", "formats/index.ts"],
  "src/merge": ["src/model", "src/file"],
  "src/runtime": ["src/model", "src/file", "src/workspace", "src/deploy", "src/host"],
  "src/publish": [
    "src/model",
    "src/policy",
    "src/file",
    "src/workspace",
    "src/host",
    "formats/index.ts",
    "keys/network",
    "keys/vault-transit",
  ],
  "src/index.ts": [
    "src/model",
    "src/crypto",
    "src/host",
    "src/metadata",
    "src/policy",
    "src/keyring",
    "src/keyservice",
    "src/file",
    "src/workspace",
    "src/deploy",
    "src/schema",
    "src/runtime",
    "src/git",
    "src/merge",
    "src/publish",
    "formats/index.ts",
    "keys/index.ts",
  ],
  "src/core.ts": ["src/model", "src/crypto", "src/metadata", "src/policy", "src/keyring", "src/file", "formats/index.ts", "keys/index.ts"],
  "src/tui/text": ["src/model", "src/file"],
  "src/tui/terminal": ["src/model", "src/host", "src/tui/model", "src/tui/text"],
  "src/tui/model": ["src/model", "src/workspace/session", "src/tui/text"],
  "src/tui/actions": ["src/model", "src/file", "src/tui/model", "src/tui/text"],
  "src/tui/reduce": ["src/model", "src/tui/model", "src/tui/text", "src/tui/actions"],
  "src/tui/draw": ["src/model", "src/tui/model", "src/tui/text", "src/tui/actions"],
  "src/tui/screens": ["src/model", "src/tui/model", "src/tui/text", "src/tui/actions", "src/tui/draw"],
  "src/tui/effects": [
    "src/model",
    "src/policy",
    "src/file",
    "src/workspace",
    "src/git",
    "src/host",
    "formats/index.ts",
    "keys/index.ts",
    "src/tui/model",
    "src/tui/text",
    "src/tui/terminal",
    "src/tui/actions",
  ],
  "src/tui/run-tui.ts": ["src/model", "src/workspace", "src/git", "src/host", "src/tui"],
  "src/tui/mount.tsx": ["src/tui"],
  "src/tui/app.tsx": ["src/tui"],
  "src/tui/store.ts": ["src/tui"],
  "src/tui/picture.ts": ["src/tui"],
  "src/cli": ["src", "formats/index.ts", "keys"],
};

/** Packages that may be imported statically, and where. All others are loaded when they are needed. */
const STATIC_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "age-encryption": ["keys/age/"],
  "@noble/ciphers": ["keys/age/", "src/crypto/primitives-portable.ts"],
  "@noble/curves": ["keys/age/"],
  "@noble/hashes": ["keys/age/", "src/crypto/primitives-portable.ts"],
  // The terminal interface is a bundle of its own, loaded when it is opened.
  ink: ["src/tui/app.tsx", "src/tui/mount.tsx"],
  react: ["src/tui/app.tsx"],
  "string-width": ["src/tui/text/"],
  "@alcalzone/ansi-tokenize": ["src/tui/text/quick-tokens.ts"],
  fuzzysort: ["src/tui/text/", "src/tui/actions/"],
};

function layerOf(path: string): string {
  const [top = "", folder = "", part = ""] = path.split("/");
  if (folder === "tui") return `src/tui/${part}`;
  return top === "src" ? `src/${folder}` : top;
}

/** `formats/yaml.ts` and everything below `formats/yaml/` are `formats/yaml`; a folder without such a file belongs to all. */
function unitOf(path: string): string | undefined {
  const unit = /^((?:formats|keys)\/[^/.]+)[/.]/.exec(path)?.[1];
  return sources.some((source) => source.path === `${unit}.ts`) && unit !== `${path.split("/")[0]}/index` ? unit : undefined;
}

const isBelow = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

describe("imports", () => {
  test("the statements are found at all", () => {
    const text =
      'import a from "./a.ts";\nimport type {\n  B,\n} from "../b/b.ts";\nexport { c } from "@x/c/d.js";\nimport "node:fs";\n// import "no";\nawait import("./e.ts");\n';
    expect(findImports("src/x/y.ts", text)).toEqual([
      { target: "src/x/a.ts", own: true, kind: "static" },
      { target: "src/b/b.ts", own: true, kind: "type" },
      { target: "@x/c", own: false, kind: "static" },
      { target: "node:fs", own: false, kind: "static" },
      { target: "src/x/e.ts", own: true, kind: "dynamic" },
    ]);
    expect(sources.length).toBeGreaterThan(50);
  });

  test("go down the layers only", () => {
    const wrong = sources.flatMap((source) => {
      const layer = layerOf(source.path);
      const allowed = [layer, ...(LAYERS[layer] ?? [])];
      return source.imports
        .filter((one) => one.own && !allowed.some((place) => isBelow(one.target, place)))
        .map((one) => `${source.path} → ${one.target}`);
    });
    expect(wrong).toEqual([]);
    expect(sources.map((source) => layerOf(source.path)).filter((layer) => !(layer in LAYERS))).toEqual([]);
  });

  test("lead to files that exist", () => {
    const paths = new Set(sources.map((source) => source.path));
    expect(
      sources.flatMap((source) =>
        source.imports.filter((one) => one.own && !paths.has(one.target)).map((one) => `${source.path} → ${one.target}`),
      ),
    ).toEqual([]);
  });

  test("never go from one format, or one key provider, to another", () => {
    const wrong = sources.flatMap((source) => {
      const unit = unitOf(source.path);
      if (unit === undefined) return [];
      return source.imports.filter((one) => ![undefined, unit].includes(unitOf(one.target))).map((one) => `${source.path} → ${one.target}`);
    });
    expect(wrong).toEqual([]);
  });

  test("the table of formats loads its rows on use, the table of key providers has a light row for every file", () => {
    const rowsOf = (table: string): readonly string[] =>
      sources
        .filter((source) => source.path === table)
        .flatMap((source) => source.imports.filter((one) => one.kind === "static" && unitOf(one.target) !== undefined))
        .map((one) => one.target);
    expect(rowsOf("formats/index.ts")).toEqual([]);
    const files = sources.map((source) => source.path).filter((path) => /^keys\/[^/]+\.ts$/.test(path) && path !== "keys/index.ts");
    expect(rowsOf("keys/index.ts").toSorted()).toEqual(files.toSorted());
    const heavy = files.flatMap((file) => [...loadedWith(file, sources)].filter((name) => !/^(src\/model|keys)\//.test(name)));
    expect(heavy).toEqual([]);
  });

  test("packages come in on use, except where they are named", () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((one) => !one.own && one.kind === "static" && !one.target.startsWith("node:"))
        .filter((one) => !(STATIC_PACKAGES[one.target] ?? []).some((place) => source.path.startsWith(place)))
        .map((one) => `${source.path} → ${one.target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("what is loaded at a start", () => {
  test("the program itself brings only the frame, the host, the model and the table of key providers, and no package", () => {
    const loaded = [...loadedWith("src/cli/main.ts", sources)].toSorted();
    expect(
      loaded.filter(
        (name) => !/^(src\/(cli\/[^/]+|host\/[^/]+|model\/[^/]+|policy\/suggest)\.ts|keys\/.*\.ts|node:(fs|os|path|util))$/.test(name),
      ),
    ).toEqual([]);
    expect(loaded.filter((name) => name.startsWith("src/")).length).toBeLessThan(20);
  });

  test("no command loads a package before it knows that it needs it", () => {
    const commands = sources.filter((source) => source.path.startsWith("src/cli/commands/"));
    const packages = commands.flatMap((source) =>
      [...loadedWith(source.path, sources)].filter((name) => name in STATIC_PACKAGES || /^(yaml|re2js|ink|react|@)/.test(name)),
    );
    expect([...new Set(packages)]).toEqual([]);
  });
});

describe("files", () => {
  test("have at most 400 lines", () => {
    const long = [...sources, ...readSources("test")]
      .filter((source) => source.text.split("\n").length - 1 > 400)
      .map((source) => source.path);
    expect(long).toEqual([]);
  });

  test("that draw a screen have at most 300", () => {
    const screens = sources.filter((source) => source.path.startsWith("src/tui/screens/"));
    expect(screens.length).toBeGreaterThan(10);
    expect(screens.filter((source) => source.text.split("\n").length - 1 > 300).map((source) => source.path)).toEqual([]);
  });

  test("have names in lower case with hyphens", () => {
    expect(
      sources.map((source) => source.path).filter((path) => !/^[a-z\d/]*(\/?_?[a-z\d]+(-[a-z\d]+)*)\.tsx?$/.test(path.replaceAll("-", ""))),
    ).toEqual([]);
  });

  test("export by name; only configurations have a default", () => {
    const wrong = [...sources, ...readSources("test")].filter(
      (source) => /^export default\b/m.test(source.text) && !source.path.endsWith(".config.ts"),
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  test("of the library neither print, nor exit, nor look at the environment", () => {
    const wrong = sources
      .filter((source) => !/^src\/(cli|host)\//.test(source.path))
      .filter((source) => /\bconsole\.|\bprocess\.(?:env|exit|stdout|stderr|stdin|cwd|argv)\b/.test(withoutComments(source.text)));
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  test("name no folder of the machine they were written on", () => {
    // Put together here, so that this file is no finding itself.
    const machine = new RegExp(`(?:^|[^\\w.-])/(?:${["work", "root", "farm"].join("|")})/|${["[.][.]/", "shared/"].join("")}`, "m");
    const top = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
    const paths = [
      ...top,
      ...["src", "formats", "keys", "test", "examples", ".scripts", ".ci", ".github"].flatMap((folder) => listFiles(folder)),
    ];
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.filter((path) => machine.test(readFileSync(join(ROOT, path), "latin1")))).toEqual([]);
  });
});
