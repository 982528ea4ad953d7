/** Environments guessed from file names, for projects without `sotto.environments`. A guess only sorts files; it grants nothing. */
import type { Environment } from "./environments.ts";

/** In the order in which a change travels; the list of guesses is sorted by it. */
const STAGES = [
  "local",
  "sandbox",
  "dev",
  "develop",
  "development",
  "ci",
  "test",
  "testing",
  "int",
  "integration",
  "qa",
  "uat",
  "acc",
  "acceptance",
  "demo",
  "review",
  "preview",
  "nonprod",
  "stg",
  "stage",
  "staging",
  "preprod",
  "canary",
  "prd",
  "prod",
  "production",
  "live",
  "dr",
];
const BASES = ["base", "common", "default", "defaults", "shared", "global"];
const COLLECTIONS = ["env", "envs", "environment", "environments"];
const TEMPLATES = ["example", "sample", "template", "tpl", "dist"];
/** Parts of a `.env.NAME` that are no name. */
const NOISE = ["enc", "encrypted", "sops", "secret", "secrets", "yaml", "yml", "json", "ini"];

/** @param files paths with `/` */
export function guessEnvironments(files: readonly string[]): readonly Environment[] {
  const byName = new Map<string, string[]>();
  for (const file of files.toSorted()) {
    const name = guessName(file);
    if (name === undefined) continue;
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [file]);
    else list.push(file);
  }
  const bases = [...byName].filter(([name]) => BASES.includes(name)).flatMap(([, list]) => list);
  return [...byName]
    .map(([name, list]): Environment => {
      const abstract = BASES.includes(name);
      const inherited = abstract ? [] : bases.filter((base) => list.some((file) => file.startsWith(folderOf(base))));
      return { name, files: list, inherited, abstract, isolated: false, guessed: true };
    })
    .toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** @returns the environment that a path speaks of, undefined if it speaks of none */
export function guessName(file: string): string | undefined {
  const folders = file.split("/");
  const name = folders.pop() ?? "";
  const parts = name.toLowerCase().split(".");
  if (parts.some((part) => TEMPLATES.includes(part))) return undefined;
  if (name.startsWith(".env.")) {
    const [first = ""] = name.slice(".env.".length).split(".", 1);
    if (/^[A-Za-z][\w-]*$/.test(first) && !NOISE.includes(first.toLowerCase())) return first;
  }
  const whole = parts.find((part) => isStage(part) || BASES.includes(part));
  if (whole !== undefined) return whole;
  for (let index = folders.length - 1; index >= 0; index -= 1) {
    const folder = folders[index] ?? "";
    if (isStage(folder.toLowerCase()) || COLLECTIONS.includes(folders[index - 1]?.toLowerCase() ?? "")) return folder;
  }
  return parts.flatMap((part) => part.split(/[-_]/)).find(isStage);
}

/** A stage, perhaps numbered: `dev`, `prod2`. */
function isStage(word: string): boolean {
  return STAGES.includes(word.replace(/\d{1,3}$/, ""));
}

/** With the final slash; empty for a file at the top, which stands above all. */
function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}

function rank({ name, abstract }: Environment): number {
  if (abstract) return -1;
  const stage = STAGES.indexOf(name.toLowerCase().replace(/\d{1,3}$/, ""));
  return stage === -1 ? STAGES.length : stage;
}
