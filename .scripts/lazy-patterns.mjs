/**
 * esbuild plugin: regular expressions with Unicode properties and segmenters that stand at the top of a module are made on first
 * use. Making them costs a third of the time until the first screen, and most screens hold no character that asks for one.
 */
import { readFileSync } from "node:fs";

const FILES = /\/(?:node_modules\/(?:string-width|ink|slice-ansi|wrap-ansi|@alcalzone\/ansi-tokenize)\/.*\.js|src\/tui\/text\/[^/]*\.ts)$/;
const TOP = /^(export )?const (\w+)(?:: \w+)? = (new Intl\.Segmenter\([^\n]*\)|new RegExp\([^\n]*\)|\/[^\n]*\\p\{[^\n]*\/[a-z]*);$/gm;

export const lazyPatterns = {
  name: "lazy-patterns",
  setup(program) {
    program.onResolve({ filter: /^lazily$/ }, () => ({ path: "lazily", namespace: "lazily" }));
    program.onLoad({ filter: /.*/, namespace: "lazily" }, () => ({ contents: `export ${lazily.toString()}` }));
    program.onLoad({ filter: FILES }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const changed = makeLazy(text);
      return changed === text ? undefined : { contents: changed, loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

/** For plugins that have more to change in a file: only one of them can load it. */
export function makeLazy(text) {
  const changed = text.replaceAll(TOP, (_, exported = "", name, made) => `${exported}const ${name} = lazily(() => ${made});`);
  return changed === text ? text : `import { lazily } from "lazily";\n${changed}`;
}

/** Stands for a pattern, or for a segmenter, until it is asked something. */
function lazily(make) {
  let made;
  const real = () => (made ??= make());
  const stand = {
    test: (text) => real().test(text),
    exec: (text) => real().exec(text),
    segment: (text) => real().segment(text),
    get flags() {
      return real().flags;
    },
    get global() {
      return real().global;
    },
    get lastIndex() {
      return real().lastIndex;
    },
    set lastIndex(at) {
      real().lastIndex = at;
    },
  };
  for (const way of [Symbol.match, Symbol.matchAll, Symbol.replace, Symbol.search, Symbol.split])
    stand[way] = (...given) => real()[way](...given);
  return stand;
}
