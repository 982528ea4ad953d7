/** Reads who can read what, and what people type as a recipient. */
import { relative } from "node:path";
import { listEnvironments } from "../../policy/environments.ts";
import { describeAccess } from "../../workspace/access-matrix.ts";
import type { AccessEffect, AccessView } from "../model/access.ts";
import { readRecipient } from "./access-recipient.ts";
import { type Edge, explainShort, projectOf } from "./edge.ts";
import { planChange, runChange } from "./wizard.ts";

export async function runAccess(edge: Edge, effect: AccessEffect): Promise<void> {
  switch (effect.kind) {
    case "describe":
      await describe(edge);
      return;
    case "check recipient":
      edge.dispatch({ topic: "access", kind: "recipient", newcomer: await readRecipient(projectOf(edge), effect.text) });
      return;
    case "confirmed":
      edge.dispatch({ topic: "access", kind: "confirmed", next: effect.next });
      return;
    case "plan":
      await planChange(edge, effect);
      return;
    case "run":
      if (await runChange(edge, effect)) await describe(edge);
      return;
  }
}

async function describe(edge: Edge): Promise<void> {
  try {
    edge.dispatch({ topic: "access", kind: "described", view: await readAccess(edge) });
  } catch (error) {
    edge.dispatch({ topic: "access", kind: "undescribed", message: explainShort(error) });
  }
}

/** Files that are there and are no plaintext, from the current folder. */
export function encryptedPaths(edge: Edge): readonly string[] {
  return [...edge.state().files.values()].filter((file) => file.state !== "plaintext").map((file) => file.path);
}

async function readAccess(edge: Edge): Promise<AccessView> {
  const project = projectOf(edge);
  const files = encryptedPaths(edge).map((path) => {
    const metadata = edge.held.get(path)?.session?.metadata;
    return metadata === undefined ? { path } : { path, metadata };
  });
  const directory = project.config?.directory ?? project.root;
  const environments = listEnvironments(
    project.config,
    files.map(({ path }) => relative(directory, project.absolute(path))),
  );
  const { columns, rows, rules, inLine, differing, problems } = await describeAccess(project, files, environments);
  const each = await describeAccess(project, files, []);
  return {
    columns: columns.filter((column) => column.files.length > 0),
    rows: rows.map(({ cells, ...row }, at) => ({
      ...row,
      cells: cells.filter((_, index) => (columns[index]?.files.length ?? 0) > 0),
      files: each.columns.flatMap(({ name }, index) => {
        const cell = each.rows[at]?.cells[index] ?? "no";
        return cell === "no" ? [] : [{ path: name, cell }];
      }),
    })),
    rules,
    inLine,
    differing,
    problems: problems.map(({ path, code }) => ({ path, message: `cannot be read (${code})` })),
  };
}
