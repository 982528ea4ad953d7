/** Differences between two versions of a file as masked lines, with what speaks against a new value. */
import { diffSides, type SemanticDifference, valueAt } from "../../git/semantic-diff.ts";
import type { OpenedSide } from "../../git/opened-sides.ts";
import type { PathPart } from "../../file/path.ts";
import type { Node } from "../../model/tree.ts";
import type { Cell, Facts } from "../model/facts.ts";
import type { LineKind, ReviewLine } from "../model/review.ts";
import { environmentsOf, type State } from "../model/state.ts";
import { checkValue } from "../text/checks.ts";
import { factsOfNode } from "./session-edits.ts";
import type { Vault } from "./vault.ts";

const KINDS: Readonly<Record<SemanticDifference<Node>["kind"], LineKind | undefined>> = {
  value: "value",
  added: "added",
  removed: "removed",
  moved: "renamed",
  type: "type",
  comment: undefined,
};

/** Comments are left out. @param warn what there is to say about a new value */
export function linesBetween(
  vault: Vault,
  file: string,
  before: OpenedSide,
  after: OpenedSide,
  warn: (cells: { readonly before: Cell; readonly after: Cell }, node: Node | undefined) => readonly string[] = () => [],
): readonly ReviewLine[] {
  return diffSides(before, after, (node) => node).differences.flatMap((one): ReviewLine[] => {
    const kind = KINDS[one.kind];
    if (kind === undefined) return [];
    const cells = {
      before: cellOf(vault, before, one.from ?? one.path, one.before),
      after: cellOf(vault, after, one.path, one.after),
    };
    const from = one.from === undefined ? {} : { from: one.from.map(String) };
    return [{ file, path: one.path.map(String), kind, ...cells, ...from, warnings: kind === "renamed" ? [] : warn(cells, one.after) }];
  });
}

/** Readable only where the very same text stands in the file as it is stored. */
function cellOf(vault: Vault, side: OpenedSide, path: readonly PathPart[], node: Node | undefined): Cell {
  if (node === undefined) return { kind: "absent" };
  const stored = valueAt({ ...side, open: true, roots: side.sealed }, path);
  const isPlain = node.kind === "scalar" && stored?.kind === "scalar" && stored.canonical === node.canonical;
  return cellOfNode(vault, node, !isPlain);
}

export function cellOfNode(vault: Vault, node: Node | undefined, encrypted: boolean): Cell {
  switch (node?.kind) {
    case undefined:
      return { kind: "absent" };
    case "null":
      return { kind: "null" };
    case "branch":
      return { kind: "map", count: node.entries.filter((entry) => entry.kind === "pair").length };
    case "sequence":
      return { kind: "list", count: node.items.filter((item) => item.kind !== "comment").length };
    case "scalar": {
      const isSecret = encrypted && node.canonical !== "";
      return isSecret ? { kind: "secret", facts: factsOfNode(vault, node) } : { kind: "plain", type: node.type, text: node.canonical };
    }
  }
}

/** About a value that will be written. */
export function warnAbout({ before, after }: { readonly before: Cell; readonly after: Cell }, node: Node | undefined): readonly string[] {
  if (after.kind === "plain" && after.text !== "" && before.kind !== "plain") {
    return ["readable for everybody who has the file: its selector does not encrypt this key"];
  }
  if (after.kind !== "secret" || node?.kind !== "scalar" || node.type !== "str") return [];
  const checks = checkValue(node.canonical, { type: "str", sameIn: [], isolated: false });
  return checks.filter((check) => !check.ok).map((check) => check.text);
}

/** A secret that is meant for one environment, and stands in another one as well, now or after this save. */
export function warnAboutSharing(state: State, lines: readonly ReviewLine[]): readonly ReviewLine[] {
  return lines.map((line) => {
    if (line.after.kind !== "secret" || line.kind === "renamed") return line;
    const names = sharedWith(state, lines, line, line.after.facts);
    if (names.length === 0) return line;
    const text = `same value in ${names.join(", ")}, though they are meant to be isolated`;
    return { ...line, warnings: [...line.warnings, text] };
  });
}

function sharedWith(state: State, lines: readonly ReviewLine[], line: ReviewLine, { digest }: Facts): readonly string[] {
  const own = environmentsOf(state, line.file);
  return state.project.environments
    .filter((other) => !own.includes(other) && (other.isolated || own.some((one) => one.isolated)))
    .filter((other) =>
      other.own.some((path) => {
        const written = lines.some((one) => one.file === path && one.after.kind === "secret" && one.after.facts.digest === digest);
        const facts = state.files.get(path)?.facts.values() ?? [];
        return written || [...facts].some((one) => one.digest === digest);
      }),
    )
    .map((other) => other.name);
}
