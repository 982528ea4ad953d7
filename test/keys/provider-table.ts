/**
 * The table of key services in README.md, made from the descriptors of the providers.
 * Usage: node test/keys/provider-table.ts, after a provider was added or has changed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { providersByFlag } from "../../keys/index.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import { ROOT } from "../support/sources.ts";

const BLOCK = /(<!-- key services -->)[\s\S]*?(<!-- \/key services -->)/;

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(", ");

export function renderProviders(providers: readonly KeyProvider[] = providersByFlag): string {
  const rows = providers.map((one) => [
    one.title,
    code([`--${one.flag.name}`]),
    code([one.flag.env]),
    code([...new Set([one.flat.key, one.group.key])]),
    one.packages === undefined ? "none" : code(one.packages),
    code(Object.keys(one.variables)),
  ]);
  const head = ["Keys", "Flag", "Its variable", "In a rule, in a group", "Packages", "Looked at when it is used"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @throws Error when there is no place for it */
export function withProviders(readme: string, providers: readonly KeyProvider[] = providersByFlag): string {
  if (!BLOCK.test(readme)) throw new Error("README.md has no <!-- key services --> … <!-- /key services -->");
  return readme.replace(BLOCK, (_all, start: string, end: string) => `${start}\n\n${renderProviders(providers)}\n\n${end}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(ROOT, "README.md");
  writeFileSync(path, withProviders(readFileSync(path, "utf8")));
}
