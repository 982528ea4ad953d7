/**
 * Calls without a sub-command, as sops had them first: `sotto -d FILE`, `-e`, `-r`, `--set`, and `sotto FILE` to edit (sops: §7.15).
 * They are checked as sops checks them, and rewritten to the sub-command that does the same.
 */
import { formatOfPath, Project, SottoError } from "../index.ts";
import type { Host } from "../model/host.ts";
import type { ParsedFlags } from "./argv.ts";
import type { Row } from "./command.ts";

/** In the order in which sops runs them: of several only the last can be seen. */
const MODES = [
  { flag: "encrypt", command: "encrypt", spelling: "--encrypt" },
  { flag: "decrypt", command: "decrypt", spelling: "--decrypt" },
  { flag: "rotate", command: "rotate", spelling: "--rotate" },
  { flag: "set", command: "set", spelling: "--set" },
] as const;

/** @returns the sub-command that a call is for, which needs none in the table; undefined when the call says nothing at all */
export function oldStyleCommand(before: ParsedFlags): string | undefined {
  const asked = askedModes(before);
  return asked.at(-1)?.command ?? (before.words.length > 0 || before.given.size > 0 ? "edit" : undefined);
}

function askedModes({ values }: ParsedFlags): readonly (typeof MODES)[number][] {
  return MODES.filter(({ flag }) => values[flag] === true || typeof values[flag] === "string");
}

/**
 * The same call with a sub-command.
 * @param row of the sub-command
 * @throws SottoError `NO_FILE`, `BAD_FLAGS`, `FILE_MISSING`, `KEYS_OF_MISSING_FILE`, `BAD_SET_VALUE`, `NO_MATCHING_RULE` and whatever is wrong with the config
 */
export async function rewriteOldStyle(
  before: ParsedFlags,
  row: Row,
  host: Host,
  warn: (message: string) => void,
): Promise<readonly string[]> {
  const { values, given } = before;
  const [file] = before.words;
  if (file === undefined)
    throw new SottoError("NO_FILE", "no file specified", { hints: [`name it behind the flags: sotto ${row.name} FILE`] });
  warnOfSurplus(before.words, warn);
  if (values["in-place"] === true && values["output"] !== undefined) {
    throw new SottoError("BAD_FLAGS", "--in-place and --output exclude each other", { hints: ["leave out one of them"] });
  }
  const modes = askedModes(before);
  await refuseMissing(file, modes.length === 0 || row.name === "set", before, host);
  if (modes.length > 1) {
    const ignored = modes.slice(0, -1).map(({ spelling }) => spelling);
    warn(`${modes.map(({ spelling }) => spelling).join(", ")}: only the last has an effect; ${ignored.join(", ")} ignored`);
  }
  const override = toText(values["filename-override"]);
  if (row.name !== "decrypt" && row.name !== "encrypt") await checkRule(override ?? file, before, host);
  const known = await knownFlags(row);
  // sops's old call does not look at it.
  if (row.name === "rotate") known.delete("shamir-secret-sharing-threshold");
  const flags = [...given].filter((name) => known.has(name)).flatMap((name) => spell(name, values[name]));
  if (override !== undefined && !known.has("filename-override")) {
    for (const name of ["input-type", "output-type"]) {
      if (values[name] === undefined) flags.push(`--${name}=${formatOfPath(override)}`);
    }
  }
  const set = row.name === "set" ? splitSet(toText(values["set"]) ?? "") : [];
  return [row.name, ...flags, "--", file, ...set];
}

/** In the words of sops, which people search for. */
function warnOfSurplus(words: readonly string[], warn: (message: string) => void): void {
  if (words.length < 2) return;
  warn("More than one positional argument provided. Only the first one will be used!");
  const flag = words.slice(1).findLast((word) => word.startsWith("-"));
  if (flag === undefined) return;
  const name = JSON.stringify(flag.split("=", 1)[0]);
  warn(
    `Note that one of the ignored positional argument is ${name}, which looks like a flag. Flags must always be provided before the first positional argument!`,
  );
}

/** @param allowed true where sops goes on without the file: to make it, or to fail later */
async function refuseMissing(file: string, allowed: boolean, { values }: ParsedFlags, host: Host): Promise<void> {
  if ((await host.stat(file)) !== undefined) return;
  if (Object.keys(values).some((name) => /^(?:add|rm)-/.test(name) && values[name] !== undefined)) {
    throw new SottoError("KEYS_OF_MISSING_FILE", "cannot add or remove keys on non-existent files", { file });
  }
  if (!allowed) throw new SottoError("FILE_MISSING", "there is no such file", { file });
}

/** Unlike its sub-commands, sops's old calls want a creation rule even for what is encrypted already, once there is a config (sops: §6.2). */
async function checkRule(path: string, { values }: ParsedFlags, host: Host): Promise<void> {
  const project = await Project.open(host, { config: toText(values["config"]) });
  await project.rule(path);
}

async function knownFlags(row: Row): Promise<Set<string>> {
  const loaded = await row.load();
  return new Set(loaded.kind === "command" ? loaded.spec.flags.map((flag) => flag.name) : []);
}

function spell(name: string, value: ParsedFlags["values"][string]): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => `--${name}=${one}`);
}

/** `["a"]["b"] value`: path and value part at the first bracket with a blank behind it. */
function splitSet(text: string): readonly [path: string, value: string] {
  const at = text.indexOf("] ");
  if (at !== -1 && text.startsWith("[")) return [text.slice(0, at + 1), text.slice(at + 2)];
  throw new SottoError("BAD_SET_VALUE", "--set wants a path and a value", { hints: [`--set '["database"]["port"] 5432'`] });
}

function toText(value: ParsedFlags["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
