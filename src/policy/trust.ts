/**
 * What the user trusts sotto to start or to talk to: `sotto/config.yaml` in their own configuration folder, and variables. No
 * file of a repository has a say in it.
 */
import { posix, sep } from "node:path";
import { readYaml } from "../../formats/yaml/read.ts";
import { SottoError } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import { userConfigFile } from "../model/user-folder.ts";
import type { UserPlace } from "../model/user-folder.ts";
import { readFields, readTexts } from "./fields.ts";
import type { Field, Located } from "./fields.ts";
import { ConfigSource } from "./source.ts";
import { suggest } from "./suggest.ts";

export interface Trust {
  /** Names of age plugins, without `age-plugin-`. */
  readonly plugins: readonly string[];
  /** Addresses of key services. */
  readonly endpoints: readonly string[];
  /** ARNs of roles that a file may ask for. */
  readonly roles: readonly string[];
}

/** All that loading needs of a host. */
export interface TrustReader extends UserPlace {
  /** @throws SottoError `FILE_MISSING` when there is no such file */
  readFile(path: string): Promise<Uint8Array>;
}

/** Names of plugins, apart by commas: for machines, which have no configuration folder. */
export const PLUGINS_VARIABLE = "SOTTO_TRUST_PLUGINS";

const TOP_FIELDS = ["trust", "tui"];
const TUI_FIELDS = ["keys", "theme", "recovery"];
const TRUST_FIELDS = ["plugins", "endpoints", "roles"] as const;
const PLUGIN_NAME = /^[a-z0-9+\-._]+$/;
const NOTHING: Trust = { plugins: [], endpoints: [], roles: [] };

/** @returns the path of the file, whether there is one or not; undefined for a user without a configuration folder */
export function findTrustFile(user: UserPlace): string | undefined {
  const path = userConfigFile(user, "sotto", "config.yaml");
  return typeof path === "string" ? path : undefined;
}

/**
 * @param repository the folder of the repository, from which no trust is taken
 * @throws SottoError `CONFIG_INVALID` with the place of whatever is not understood, and when the file lies in the repository
 */
export async function loadTrust(reader: TrustReader, repository?: string): Promise<Trust> {
  const path = findTrustFile(reader);
  const file = path === undefined ? undefined : await readIfThere(reader, path);
  if (path !== undefined && file !== undefined && isInside(path, repository)) {
    throw new SottoError("CONFIG_INVALID", `${path} lies in the repository, which cannot say what to trust`, {
      file: path,
      hints: ["set XDG_CONFIG_HOME to a folder outside of it, or unset it"],
    });
  }
  const trust = path === undefined || file === undefined ? NOTHING : parseTrust(path, decodeText(file));
  return { ...trust, plugins: [...trust.plugins, ...readVariable(reader)] };
}

async function readIfThere(reader: TrustReader, path: string): Promise<Uint8Array | undefined> {
  try {
    return await reader.readFile(path);
  } catch (error) {
    if (SottoError.is(error) && error.code === "FILE_MISSING") return undefined;
    throw error;
  }
}

function isInside(path: string, folder: string | undefined): boolean {
  return folder !== undefined && (path.startsWith(folder + sep) || path.startsWith(folder + posix.sep));
}

function readVariable(reader: TrustReader): readonly string[] {
  const names = (reader.env[PLUGINS_VARIABLE] ?? "").split(",").map((name) => name.trim());
  return names.filter((name) => name !== "").map((name) => checkPlugin(name) ?? fail(name));
}

function fail(name: string): never {
  throw new SottoError("CONFIG_INVALID", `${PLUGINS_VARIABLE}: ${JSON.stringify(name)} is no name of a plugin`, {
    hints: [`names stand without age-plugin- and apart by commas: ${PLUGINS_VARIABLE}=yubikey,tpm`],
  });
}

function checkPlugin(name: string): string | undefined {
  return PLUGIN_NAME.test(name) && !name.startsWith("age-plugin-") ? name : undefined;
}

/** @throws SottoError `CONFIG_INVALID` */
export function parseTrust(path: string, text: string): Trust {
  const source = new ConfigSource(path, text);
  const fields = readKnown(source, readRoot(source), "this file", TOP_FIELDS);
  const tui = fields.get("tui");
  if (tui !== undefined) readKnown(source, tui, "tui", TUI_FIELDS);
  const section = fields.get("trust");
  if (section === undefined) return NOTHING;
  const lists = readKnown(source, section, "trust", TRUST_FIELDS);
  const [plugins, endpoints, roles] = TRUST_FIELDS.map((name) => readEntries(source, lists.get(name), `trust.${name}`));
  for (const name of plugins ?? []) {
    if (checkPlugin(name) !== undefined) continue;
    throw source.error(lists.get("plugins")?.span ?? section.span, `${JSON.stringify(name)} is no name of a plugin`, {
      hints: ["names stand in lower case and without age-plugin-: plugins: [yubikey, tpm]"],
    });
  }
  return { plugins: plugins ?? [], endpoints: endpoints ?? [], roles: roles ?? [] };
}

export function readRoot(source: ConfigSource): Located {
  try {
    const { roots } = readYaml(source.text, { lenient: true });
    const [root, second] = roots;
    if (second !== undefined) throw source.error(second.slot ?? WHOLE, "there is a second document");
    return { node: root ?? { kind: "null" }, span: root?.slot ?? WHOLE };
  } catch (error) {
    if (!SottoError.is(error) || error.code === "CONFIG_INVALID") throw error;
    const { message, position, hints } = error;
    throw new SottoError("CONFIG_INVALID", message, { file: source.path, hints, cause: error, ...(position ? { position } : {}) });
  }
}

const WHOLE = { start: 0, end: 0 } as const;

function readKnown(source: ConfigSource, value: Located, where: string, known: readonly string[]): ReadonlyMap<string, Field> {
  if (value.node.kind !== "branch" && value.node.kind !== "null") throw source.error(value.span, `${where} has to be a mapping`);
  const fields = readFields(source, value, where, "a mapping");
  for (const { key, keySpan } of fields) {
    if (known.includes(key)) continue;
    const meant = suggest(key, known);
    throw source.error(keySpan, `unknown key ${JSON.stringify(key)} in ${where}`, {
      hints: [meant === undefined ? `known keys here: ${known.join(", ")}` : `did you mean ${meant}?`],
    });
  }
  return new Map(fields.map((field) => [field.key, field]));
}

function readEntries(source: ConfigSource, field: Field | undefined, where: string): readonly string[] {
  if (field === undefined || field.node.kind === "null") return [];
  if (field.node.kind !== "sequence") throw source.error(field.span, `${where} has to be a list`);
  if (field.node.items.some((item) => item.kind !== "comment" && item.kind !== "scalar")) {
    throw source.error(field.span, `${where} has to be a list of texts`);
  }
  return readTexts(source, field, where);
}
