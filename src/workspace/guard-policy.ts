/** A file's own selector is not authenticated: what the creation rule wants encrypted must not be written plain because of it. */
import type { OpenFile } from "../file/encrypted-file.ts";
import { formatPath, type PathPart } from "../file/path.ts";
import { locate } from "../file/tree-path.ts";
import { isFilled, leafText, pathOf, type Place, walk, type WalkedLeaf } from "../file/walk.ts";
import { SottoError } from "../model/error.ts";
import type { Branch, Comment, Node, Sequence } from "../model/tree.ts";
import { compileSelector } from "../policy/selector.ts";
import type { Project } from "./project.ts";

/**
 * For a value that was set: compares the file's selector with that of its creation rule. Without a rule there is no policy.
 * @param path where it was set
 * @throws SottoError `REFUSED` for a value that only the rule would encrypt
 */
export async function guardSet(project: Project, file: string, open: OpenFile, path: readonly PathPart[]): Promise<void> {
  const roots = open.roots();
  const found = roots[0] === undefined ? undefined : locate(roots[0], path);
  const target = found?.kind === "entry" ? found.node : found?.kind === "missing" ? lastOf(found.parent) : undefined;
  if (target !== undefined) await refuse(project, file, open, roots, (one) => one.leaf === target || isBelow(one.place, target));
}

/** What an index beyond the end has appended to a list. */
function lastOf(parent: Branch | Sequence): Node | Comment | undefined {
  return parent.kind === "sequence" ? parent.items.findLast((item) => item.kind !== "comment") : parent;
}

/**
 * The same for a whole new version of a file; what stood there in plaintext already may stay.
 * @param roots the plain trees
 */
export async function guardNext(project: Project, file: string, open: OpenFile, roots: readonly Branch[]): Promise<void> {
  const plain = new Set(open.opened.leaves.filter((one) => !one.selected).map((one) => named(one)));
  await refuse(project, file, open, roots, (one) => !plain.has(named(one)));
}

function named({ aad, leaf }: WalkedLeaf): string {
  return `${aad}\0${leafText(leaf)}`;
}

async function refuse(
  project: Project,
  file: string,
  open: OpenFile,
  roots: readonly Branch[],
  isNew: (leaf: WalkedLeaf) => boolean,
): Promise<void> {
  const rule = await project.policy(file);
  if (rule === undefined || open.id === "binary") return;
  const selector = await compileSelector(rule.selector);
  if (!selector.valid) return;
  const wanted = walk(roots, selector);
  for (const [index, own] of walk(roots, open.selector).entries()) {
    if (own.selected || wanted[index]?.selected !== true || own.leaf.kind !== "scalar" || !isFilled(own.leaf) || !isNew(own)) continue;
    const path = formatPath(pathOf(own.place));
    throw new SottoError("REFUSED", `${path} would stay readable: the file says ${describe(open.selector.setting)}`, {
      hints: [
        `the creation rule says ${describe(selector.setting)}; a file keeps the selector that it was made with`,
        "--allow-plaintext writes the value all the same",
      ],
    });
  }
}

function isBelow(place: Place, node: Node | Comment): boolean {
  for (let at: Place | undefined = place; at !== undefined; at = at.up) if (at.parent === node) return true;
  return false;
}

function describe({ kind, pattern }: { readonly kind: string; readonly pattern: string }): string {
  return `${kind} ${pattern}`;
}
