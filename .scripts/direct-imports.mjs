/**
 * esbuild plugin: the program imports the library by its front door, `src/index.ts`, as everybody does. In the bundle each
 * such import goes straight to the file that holds the name; else every chunk would bring the whole library along.
 */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";

const EXPORTS = /^export\s+(type\s)?\{([^}]*)\}\s+from\s+"([^"]+)";/gm;
const IMPORTS = /^import\s+(type\s)?\{([^}]*)\}\s+from\s+"([^"]+)";/gm;

/** @param {string} barrel path of the file that only exports again */
export function directImports(barrel) {
  return {
    name: "direct-imports",
    /** @param {import("esbuild").PluginBuild} build */
    setup(build) {
      const homes = readHomes(barrel);
      build.onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
        if (path === barrel) return undefined;
        const text = readFileSync(path, "utf8");
        const contents = text.replaceAll(IMPORTS, (whole, type, names, from) => {
          if (type !== undefined || !from.startsWith(".") || resolve(dirname(path), from) !== barrel) return whole;
          return splitNames(names)
            .filter((one) => !one.isType)
            .map((one) => `import { ${one.text} } from ${JSON.stringify(asImport(path, homeOf(homes, one.name, path)))};`)
            .join(" ");
        });
        return contents === text ? undefined : { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

/** Which file each exported name comes from. */
function readHomes(barrel) {
  const homes = new Map();
  for (const [, type, names, from] of readFileSync(barrel, "utf8").matchAll(EXPORTS)) {
    if (type !== undefined) continue;
    for (const one of splitNames(names)) {
      if (!one.isType && one.text === one.name) homes.set(one.name, resolve(dirname(barrel), from));
    }
  }
  return homes;
}

function splitNames(list) {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item) => {
      const isType = item.startsWith("type ");
      const text = isType ? item.slice(5) : item;
      return { isType, text, name: text.split(" as ")[0].trim() };
    });
}

function homeOf(homes, name, path) {
  const home = homes.get(name);
  if (home === undefined) throw new Error(`${path} imports ${name}, which the library does not export by that name`);
  return home;
}

function asImport(from, to) {
  const way = relative(dirname(from), to).split(sep).join("/");
  return way.startsWith(".") ? way : `./${way}`;
}
