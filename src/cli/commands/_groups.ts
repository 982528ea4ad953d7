/** How the recipients of a file change, as sops prints it. */
import { type Config, type GroupChange, nameOfRecipient } from "../../index.ts";
import type { Context } from "../command.ts";
import { paint } from "../terminal.ts";

/** Names of people come to a terminal, or where `.sops.yaml` has a section of ours: elsewhere a program may read this. */
export function showGroups(context: Context, groups: readonly GroupChange[], config: Config | undefined): void {
  const named = context.terminal || config?.sotto !== undefined;
  const line = (mark: string, label: string): string => {
    const name = named ? nameOfRecipient(config, label) : undefined;
    return context.visible(`${mark} ${label}${name === undefined ? "" : ` (${name})`}`);
  };
  for (const [index, group] of groups.entries()) {
    context.out(`${paint(`Group ${index + 1}`, "underline", context.color)}\n`);
    for (const label of group.kept) context.out(`${line("   ", label)}\n`);
    for (const label of group.added) context.out(`${paint(line("+++", label), "green", context.color)}\n`);
    for (const label of group.removed) context.out(`${paint(line("---", label), "red", context.color)}\n`);
  }
}
