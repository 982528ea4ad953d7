/**
 * esbuild plugin: shorter ways through Ink for the frames of sotto, with the same result. Ink cuts every line into cells, lays the cells
 * on a grid and joins them again, and asks Unicode about each: at 200 × 60 that is most of the work and of the memory of a key press.
 * Our frames are whole lines from the left edge, and nearly all of their characters have one cell.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeLazy } from "./lazy-patterns.mjs";
import { root } from "./ready.mjs";

const ours = (name) => join(root, "src", "tui", "text", name);

export const quickInk = {
  name: "quick-ink",
  setup(program) {
    program.onResolve({ filter: /^@alcalzone\/ansi-tokenize$/ }, ({ importer }) =>
      importer.endsWith("quick-tokens.ts") ? undefined : { path: ours("quick-tokens.ts") },
    );
    program.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer.endsWith("width.ts") ? undefined : { path: ours("quick-width.ts") },
    );
    program.onLoad({ filter: /\/ink\/build\/output\.js$/ }, ({ path }) => ({
      contents: withJoin(readFileSync(path, "utf8")),
      loader: "js",
    }));
    program.onLoad({ filter: /\/ink\/build\/line-update\.js$/ }, ({ path }) => ({
      contents: makeLazy(withOneCell(readFileSync(path, "utf8"))),
      loader: "js",
    }));
  },
};

function replaceOnce(whole, part, by) {
  if (whole.split(part).length !== 2) throw new Error(`Ink has changed: there is not one ${JSON.stringify(part)} in it any more`);
  return whole.replace(part, () => by);
}

/** Lines that are whole need no cells. */
function withJoin(source) {
  const renamed = replaceOnce(source, "export default class Output {", "class CellOutput {");
  return `${renamed}\n${joinLines.toString()}\nexport default class Output extends CellOutput { get() { return joinLines(this) ?? super.get(); } }\n`;
}

/** Which part of a line changed is told without grapheme borders where every character has one cell. */
function withOneCell(source) {
  const changed = replaceOnce(source, "const printableAscii = /^[ -~]*$/u;", 'import { ONE_CELL_EACH as printableAscii } from "one-cell";');
  return changed.replaceAll('"one-cell"', JSON.stringify(ours("width.ts")));
}

/** @returns undefined unless each operation writes one line of its own at the left edge */
function joinLines(output) {
  const lines = [];
  for (const operation of output.operations) {
    const { type, x, y, text, transformers } = operation;
    if (type !== "write" || x !== 0 || y < 0 || y >= output.height || lines[y] !== undefined || text.includes("\n")) return undefined;
    lines[y] = transformers.reduce((line, transform) => transform(line, 0), text).trimEnd();
  }
  const all = Array.from({ length: output.height }, (_, y) => lines[y] ?? "");
  return { output: all.join("\n"), height: output.height };
}
