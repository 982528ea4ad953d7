/** A file's own selector is not authenticated: what the creation rule wants encrypted must not be written plain because of it. */
import type { OpenFile } from "../file/encrypted-file.ts";
import { formatPath, type PathPart } from "../file/path.ts";
import { locate } from "../file/tree-path.ts";
import { isFilled, pathOf, type Place, walk } from "../file/walk.ts";
import { SottoError } from "../model/error.ts";
import type { Comment, Node } from "../model/tree.ts";
import { compileSelector } from "../policy/selector.ts";
import type { Project } from "./project.ts";

/**
 * Compares the file's selector with that of its creation rule, for the values at and below a path. Without a rule there is no policy.
 * @throws SottoError `REFUSED` for a value that only the rule would encrypt
 */
export async function guardPolicy(project: Project, file: string, open: OpenFile, path: readonly PathPart[]): Promise<void> {
  const rule = await project.policy(file);
  if (rule === undefined || open.id === "binary") return;
  const selector = await compileSelector(rule.selector);
  const roots = open.roots();
  const target = roots[0] === undefined ? undefined : locate(roots[0], path);
  if (!selector.valid || target?.kind !== "entry") return;
  for (const [index, wanted] of walk(roots, selector).entries()) {
    const own = open.opened.leaves[index];
    if (own === undefined || own.selected || !wanted.selected || wanted.leaf.kind !== "scalar" || !isFilled(wanted.leaf)) continue;
    if (wanted.leaf !== target.node && !isBelow(wanted.place, target.node)) continue;
    throw new SottoError(
      "REFUSED",
      `${formatPath(pathOf(own.place))} would stay readable: the file says ${describe(open.selector.setting)}`,
      {
        hints: [
          `the creation rule says ${describe(selector.setting)}; a file keeps the selector that it was made with`,
          "--allow-plaintext writes the value all the same",
        ],
      },
    );
  }
}

function isBelow(place: Place, node: Node | Comment): boolean {
  for (let at: Place | undefined = place; at !== undefined; at = at.up) if (at.parent === node) return true;
  return false;
}

function describe({ kind, pattern }: { readonly kind: string; readonly pattern: string }): string {
  return `${kind} ${pattern}`;
}
