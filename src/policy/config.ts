/** `.sops.yaml` (sops: §6): the only source of who may read what. Read by our own YAML reader alone, since every command loads it. */
import { dirname, resolve } from "node:path";
import { readYaml } from "../../formats/yaml/read.ts";
import type { Properties } from "../../formats/yaml/slots.ts";
import { SottoError } from "../model/error.ts";
import type { Node, Slot } from "../model/tree.ts";
import { readDestinationRule } from "./destinations.ts";
import type { DestinationRule } from "./destinations.ts";
import { readFields, readInt, readList } from "./fields.ts";
import type { Field, Located } from "./fields.ts";
import type { CheckNames } from "./key-groups.ts";
import { readRule } from "./rules.ts";
import type { CreationRule } from "./rules.ts";
import { readSection } from "./sotto-section.ts";
import type { SottoSection } from "./sotto-section.ts";
import { ConfigSource } from "./source.ts";
import type { ConfigWarning } from "./source.ts";
import { suggest } from "./suggest.ts";

/** Indentations as `--indent` means them; undefined where the config says nothing (sops: §6.3). */
export interface StoreSettings {
  readonly yaml: number | undefined;
  readonly json: number | undefined;
  readonly jsonBinary: number | undefined;
}

export interface Config {
  readonly path: string;
  /** Absolute folder of the config; `path_regex` sees paths relative to it. */
  readonly directory: string;
  /** Undefined when the config has none: then it counts as absent (sops: §6.2). An empty list matches nothing. */
  readonly rules: readonly CreationRule[] | undefined;
  readonly destinationRules: readonly DestinationRule[];
  readonly stores: StoreSettings;
  readonly sotto: SottoSection | undefined;
  /** Names of anchored texts (`- &ana age1…`), by text. */
  readonly anchors: ReadonlyMap<string, string>;
  readonly warnings: readonly ConfigWarning[];
  readonly source: ConfigSource;
}

const TOP_FIELDS = ["creation_rules", "destination_rules", "stores", "sotto"];

/**
 * Reads a config. Rules with bad keys or two selectors are no error here: sops objects when they match.
 * @param path absolute, or relative to the current folder
 * @throws SottoError `CONFIG_INVALID` where sops refuses the whole file: not YAML, or a value that does not fit its field
 */
export async function loadConfig(path: string, text: string): Promise<Config> {
  const source = new ConfigSource(path, text);
  const root = readRoot(source);
  const fields = new Map(readFields(source, root, "config", "config.configFile").map((field) => [field.key, field]));
  const names = new NameCheck();
  const rules = fields.get("creation_rules");
  const destinations = fields.get("destination_rules");
  const section = fields.get("sotto");
  const config = {
    path,
    directory: resolve(dirname(path)),
    rules:
      rules === undefined || rules.node.kind === "null"
        ? undefined
        : readList(source, rules, "creation_rules", "[]config.creationRule").map((rule, index) =>
            readRule(source, rule, index, names.check),
          ),
    destinationRules:
      destinations === undefined
        ? []
        : readList(source, destinations, "destination_rules", "[]config.destinationRule").map((rule, index) =>
            readDestinationRule(source, rule, index, names.check),
          ),
    stores: readStores(source, fields.get("stores")),
    sotto: section === undefined ? undefined : readSection(source, section),
    anchors: findAnchors(root.node),
  };
  for (const field of fields.values()) {
    if (suggest(field.key, TOP_FIELDS) !== undefined) names.check([field], TOP_FIELDS, "config");
  }
  names.report(source, section !== undefined);
  return { ...config, warnings: source.warnings, source };
}

/**
 * For commands that wrap or encrypt: a mistyped rule must not decide who can read a file.
 * @throws SottoError `CONFIG_INVALID` for the first warning that refuses
 */
export function refuseFlawed(config: Config): void {
  const flaw = config.warnings.find((warning) => warning.refuses);
  if (flaw === undefined) return;
  throw new SottoError("CONFIG_INVALID", flaw.message, {
    file: config.path,
    position: flaw.position,
    hints: flaw.hints,
    report: flaw.frame,
  });
}

function readRoot(source: ConfigSource): Located {
  try {
    const { roots } = readYaml(source.text, { lenient: true });
    return { node: roots[0] ?? { kind: "null" }, span: { start: 0, end: 0 } };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    throw new SottoError("CONFIG_INVALID", `error loading config: Could not unmarshal config file: ${error.message}`, {
      file: source.path,
      ...(error.position === undefined ? {} : { position: error.position }),
      hints: error.hints,
      cause: error,
    });
  }
}

function readStores(source: ConfigSource, stores: Field | undefined): StoreSettings {
  const fields = stores === undefined ? [] : readFields(source, stores, "stores", "config.StoresConfig");
  const indentOf = (name: string): number | undefined => {
    const store = fields.find((field) => field.key === name);
    if (store === undefined) return undefined;
    const indent = readFields(source, store, name, "config.StoreConfig").find((field) => field.key === "indent");
    return indent === undefined || indent.node.kind === "null" ? undefined : readInt(source, indent, `stores.${name}.indent`);
  };
  return { yaml: indentOf("yaml"), json: indentOf("json"), jsonBinary: indentOf("json_binary") };
}

/** Collects names that sops would ignore: near misses one by one, all others together. */
class NameCheck {
  readonly #near: { readonly field: Field; readonly meant: string; readonly where: string }[] = [];
  readonly #other: Field[] = [];
  readonly #seen = new Set<number>();

  readonly check: CheckNames = (fields, known, where) => {
    for (const field of fields) {
      // a merged field is met once per rule that merges it
      if (known.includes(field.key) || this.#seen.has(field.keySpan.start)) continue;
      this.#seen.add(field.keySpan.start);
      const meant = suggest(field.key, known);
      if (meant === undefined) this.#other.push(field);
      else this.#near.push({ field, meant, where });
    }
  };

  report(source: ConfigSource, refuses: boolean): void {
    for (const { field, meant, where } of this.#near) {
      source.warn(field.keySpan, `unknown key "${field.key}" in ${where}`, { hints: [`did you mean ${meant}?`], refuses });
    }
    const [first] = this.#other;
    if (first === undefined) return;
    const names = [...new Set(this.#other.map((field) => `"${field.key}"`))].join(", ");
    source.warn(first.keySpan, `unknown keys in rules are ignored: ${names}`);
  }
}

function findAnchors(root: Node): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>();
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    // copies behind an alias have no slot and nothing new to say
    if (node.slot === undefined || node.slot.style === "alias") continue;
    if (node.kind === "scalar") {
      const anchor = anchorOf(node.slot);
      if (anchor !== undefined && node.type === "str") anchors.set(node.canonical.trim(), anchor);
    } else if (node.kind === "sequence") {
      for (const item of node.items) if (item.kind !== "comment") open.push(item);
    } else if (node.kind === "branch") {
      for (const entry of node.entries) if (entry.kind === "pair") open.push(entry.value);
    }
  }
  return anchors;
}

function anchorOf(slot: Slot): string | undefined {
  const { anchor }: Slot & Properties = slot;
  return anchor?.name;
}
