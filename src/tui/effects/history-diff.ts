/** What differs between two opened versions, as the screen may know it: facts in place of values, names in place of recipients. */
import { type OpenedSide, tokenPath } from "../../git/opened-sides.ts";
import { diffSides, type SemanticDifference } from "../../git/semantic-diff.ts";
import type { ErrorCode } from "../../model/error.ts";
import type { Node } from "../../model/tree.ts";
import { nameOfRecipient } from "../../policy/people.ts";
import type { Cell } from "../model/facts.ts";
import type { DiffLine, HistoryDiff, WantedDiff } from "../model/history.ts";
import { type Edge, projectOf } from "./edge.ts";
import { maskedLines } from "./history-raw.ts";
import type { OpenedVersion } from "./history-versions.ts";
import { shorten } from "./load.ts";

export function describeDiff(edge: Edge, wanted: WantedDiff, before: OpenedVersion, after: OpenedVersion): HistoryDiff {
  const found = diffSides(before.side, after.side, (node) => node);
  const encrypted = before.side.metadata !== undefined && after.side.metadata !== undefined;
  const { config } = projectOf(edge);
  const nameOf = (label: string): string => {
    const name = nameOfRecipient(config, label);
    return name === undefined ? shorten(label) : `${shorten(label)} (${name})`;
  };
  return {
    ...wanted,
    lines: found.differences.map((one) => lineOf(edge, one, before.side, after.side)),
    blind: found.blind,
    problems: [describeProblem(found.problems.before, "before"), describeProblem(found.problems.after, "after")].flatMap(
      (one) => one ?? [],
    ),
    encrypted,
    added: found.recipients.added.map(nameOf),
    removed: found.recipients.removed.map(nameOf),
    dataKey: found.dataKey,
    values: found.ciphertext.values,
    renewed: found.ciphertext.renewed,
    // A version that was never encrypted would be shown in the clear.
    raw: encrypted && before.text !== undefined && after.text !== undefined ? maskedLines(before.text, after.text) : [],
  };
}

function lineOf(edge: Edge, one: SemanticDifference<Node>, before: OpenedSide, after: OpenedSide): DiffLine {
  const { kind, path, from } = one;
  const readable = isReadable(before, from ?? path) && isReadable(after, path);
  const cell = (node: Node | undefined): Cell => cellOf(edge, node, readable);
  return { kind, path, from, before: cell(one.before), after: cell(one.after) };
}

/** What is encrypted on one side is not shown on the other either; a file that nobody encrypted holds secrets all the same. */
function isReadable(side: OpenedSide, path: readonly (string | number)[]): boolean {
  if (side.metadata === undefined) return side.roots.length === 0;
  const stream = side.sealed.length > 1 ? /^document (\d+)$/.exec(String(path[0]))?.[1] : undefined;
  const token = stream === undefined ? tokenPath(0, path) : tokenPath(Number(stream) - 1, path.slice(1));
  return !side.tokens.has(token);
}

function cellOf(edge: Edge, node: Node | undefined, readable: boolean): Cell {
  if (node === undefined) return { kind: "absent" };
  switch (node.kind) {
    case "scalar":
      if (readable || node.canonical === "") return { kind: "plain", type: node.type, text: node.canonical };
      return { kind: "secret", facts: edge.vault.factsOf(node) };
    case "null":
      return { kind: "null" };
    case "branch":
      return { kind: "map", count: node.entries.length };
    case "sequence":
      return { kind: "list", count: node.items.length };
  }
}

function describeProblem(code: ErrorCode | undefined, side: "before" | "after"): string | undefined {
  if (code === undefined) return undefined;
  const which = side === "before" ? "the old version" : "the new version";
  return `${which} ${PROBLEMS[code] ?? "cannot be read: it is damaged"}`;
}

const PROBLEMS: Readonly<Partial<Record<ErrorCode, string>>> = {
  DATA_KEY_UNAVAILABLE: "cannot be read: you had no access",
  MAC_MISMATCH: "has a checksum that does not match: somebody changed it without the key",
  MAC_MISSING: "has no checksum",
  CONFLICT_MARKERS: "has conflict markers",
};
