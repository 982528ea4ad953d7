/** The values of the scratch project: one row a key, and in which environments they are the same. Every secret is a canary. */
import { createHash } from "node:crypto";

export const ENVIRONMENTS = ["dev", "staging", "prod", "ci", "preview"] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export type Value = string | number | boolean;
export type Tree = Map<string, Value | Tree>;

/** A text that stands nowhere else, and where it was put. */
export interface Canary {
  readonly path: string;
  readonly environments: readonly EnvironmentName[];
  readonly value: string;
}

/**
 * For each environment a letter: the same letter, the same value. `.` is missing, `0` is empty; without gaps they are the first.
 * `plain` is left readable, `lines` are a certificate of invented letters.
 */
type Row = readonly [path: string, letters: string, kind?: "plain" | "lines" | "port" | "flag"];

const FLAGS = ["beta", "billing", "chat", "dark_mode", "export", "import", "invites", "labels", "search", "sso", "teams", "webhooks"];
/** Which of the flags are on. */
const ON: Readonly<Record<EnvironmentName, number>> = { dev: 12, staging: 10, prod: 7, ci: 12, preview: 12 };

const ROWS: readonly Row[] = [
  ["database.host", "AABAA", "plain"],
  ["database.password", "ABCAA"],
  ["database.port", "AAAAB", "port"],
  ["database.ssl_root_cert", "AAB.A", "lines"],
  ["stripe.publishable_key", "AABCA"],
  ["stripe.secret_key", "AAB.A"],
  ["stripe.webhook_secret", "AB0.A"],
  ...["server", "user", "password", "sender", "reply_to", "domain"].map((name): Row => [`smtp.${name}`, "AABCA"]),
  ...FLAGS.map((name): Row => [`feature_flags.${name}`, "AAAAA", "flag"]),
  ["sentry_dsn", "AABCA"],
  ["session_signing_key", "ABCAA"],
  ["legacy_token", "..A.."],
];

/** What no rule encrypts. */
export const PLAIN_NAMES = "^(host|port|feature_flags)$";

export interface ValueOptions {
  /** Keys above those of the story, ten a group. */
  readonly more: number;
  readonly gaps: boolean;
}

export interface Values {
  readonly trees: Readonly<Record<EnvironmentName, Tree>>;
  readonly canaries: readonly Canary[];
}

export function createValues({ more, gaps }: ValueOptions): Values {
  const extra = Array.from({ length: more }, (_, at): Row => [`service_${Math.floor(at / 10)}.key_${at % 10}`, "AABAA"]);
  const canaries = new Map<string, { path: string; environments: EnvironmentName[]; value: string }>();
  const trees = Object.fromEntries(ENVIRONMENTS.map((name): [EnvironmentName, Tree] => [name, new Map()])) as Record<EnvironmentName, Tree>;
  for (const [path, letters, kind] of [...ROWS, ...extra]) {
    for (const [at, environment] of ENVIRONMENTS.entries()) {
      const letter = chooseLetter(letters[at] ?? ".", gaps, kind);
      if (letter === ".") continue;
      if (letter !== "0" && (kind === undefined || kind === "lines")) {
        const canary = canaries.get(path + letter) ?? { path, environments: [], value: canaryText(path, letter) };
        canary.environments.push(environment);
        canaries.set(path + letter, canary);
      }
      place(trees[environment], path.split("."), letter === "0" ? "" : createValue(path, letter, kind, environment));
    }
  }
  return { trees, canaries: [...canaries.values()] };
}

function chooseLetter(letter: string, gaps: boolean, kind: Row[2]): string {
  if (gaps) return letter;
  return letter === "." || letter === "0" || kind === "port" ? "A" : letter;
}

/** The same on every run. @returns 24 characters */
export function canaryText(path: string, letter: string): string {
  return `kanarie-${createHash("sha256").update(`${path} ${letter}`).digest("hex").slice(0, 16)}`;
}

function createValue(path: string, letter: string, kind: Row[2], environment: EnvironmentName): Value {
  switch (kind) {
    case "plain":
      return letter === "A" ? "db.acme.example" : "prod-db.acme.example";
    case "port":
      return letter === "A" ? 5432 : "5432";
    case "flag":
      return FLAGS.indexOf(path.split(".")[1] ?? "") < ON[environment];
    case "lines":
      return certificate(canaryText(path, letter));
    case undefined:
      return canaryText(path, letter);
  }
}

/** 24 lines in the form of a certificate, which it is not. */
function certificate(canary: string): string {
  const line = canary.replace("-", "/").padEnd(64, "A");
  return [
    "-----BEGIN CERTIFICATE-----",
    canary.padEnd(64, "/"),
    ...Array.from({ length: 21 }, () => line),
    "-----END CERTIFICATE-----",
    "",
  ].join("\n");
}

function place(root: Tree, path: readonly string[], value: Value): void {
  let branch = root;
  for (const name of path.slice(0, -1)) {
    const next = branch.get(name) ?? new Map<string, Value | Tree>();
    if (!(next instanceof Map)) throw new Error(`${name} is a value`);
    branch.set(name, next);
    branch = next;
  }
  branch.set(path.at(-1) ?? "", value);
}

export type ValueFormat = "yaml" | "json" | "env" | "ini";

/** @returns the text of a plain file. In `env` and `ini`, which cannot hold them, lines are joined and deeper names too. */
export function printTree(tree: Tree, format: ValueFormat): string {
  switch (format) {
    case "yaml":
      return `${[...printYaml(tree, "")].join("\n")}\n`;
    case "json":
      return `${JSON.stringify(toObject(tree), undefined, 2)}\n`;
    case "env":
      return [...flatten(tree, "")].map(([name, value]) => `${name.toUpperCase()}=${value}\n`).join("");
    case "ini": {
      const loose = new Map([...tree].filter(([, value]) => !(value instanceof Map)));
      const sections: [string, Tree][] = [["general", loose], ...[...tree].filter((one): one is [string, Tree] => one[1] instanceof Map)];
      return sections
        .map(([name, section]) => `[${name}]\n${[...flatten(section, "")].map(([key, value]) => `${key} = ${value}\n`).join("")}`)
        .join("\n");
    }
  }
}

function* printYaml(tree: Tree, indent: string): Generator<string> {
  for (const [name, value] of tree) {
    if (name === "session_signing_key") yield `${indent}# rotate every 90 days`;
    if (value instanceof Map) {
      yield `${indent}${name}:`;
      yield* printYaml(value, `${indent}  `);
    } else if (typeof value === "string" && value.includes("\n")) {
      yield `${indent}${name}: |`;
      yield* value
        .trimEnd()
        .split("\n")
        .map((line) => `${indent}  ${line}`);
    } else {
      yield `${indent}${name}: ${typeof value === "string" && !/^[a-z][\w.-]*$/.test(value) ? JSON.stringify(value) : String(value)}`;
    }
  }
}

function* flatten(tree: Tree, prefix: string): Generator<readonly [name: string, value: string]> {
  for (const [name, value] of tree) {
    if (value instanceof Map) yield* flatten(value, `${prefix}${name}_`);
    else yield [`${prefix}${name}`, String(value).trimEnd().replaceAll("\n", " ")];
  }
}

function toObject(tree: Tree): Record<string, unknown> {
  return Object.fromEntries([...tree].map(([name, value]) => [name, value instanceof Map ? toObject(value) : value]));
}
