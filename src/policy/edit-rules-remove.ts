/** Takes a recipient out of a config: every place that names it, and what is left empty by that. */
import type { Scalar, YAMLMap } from "yaml";
import { providersByRule } from "../../keys/index.ts";
import type { GroupForm, KeyProvider } from "../model/provider.ts";
import type { Splice } from "../model/tree.ts";
import { type Collection, isSameKey, type RulesText } from "./edit-rules-text.ts";

interface Pruned {
  /** Nothing of the node is left, so whoever holds it takes it out. */
  readonly gone: boolean;
  readonly splices: readonly Splice[];
}

const KEPT: Pruned = { gone: false, splices: [] };
const GONE: Pruned = { gone: true, splices: [] };
const STRUCTS = new Map(providersByRule.flatMap((one) => (one.group.struct === undefined ? [] : [[one.group.key, one] as const])));

/** @returns the changes; none when nobody names the recipient */
export function pruneRecipient(rules: RulesText, label: string): readonly Splice[] {
  const { root } = rules;
  if (root === undefined) return [];
  return new Pruner(rules, label).mapping(root, (name, value, pruner) => {
    if (name === "sotto") return pruner.section(value);
    return name === "keys" || name === "creation_rules" || name === "destination_rules" ? pruner.node(value) : KEPT;
  }).splices;
}

type PrunePair = (name: string, value: unknown, pruner: Pruner) => Pruned;

class Pruner {
  readonly #rules: RulesText;
  readonly #label: string;
  /** Anchored nodes that are gone; aliases of them go, too. */
  readonly #gone = new Set<unknown>();

  constructor(rules: RulesText, label: string) {
    this.#rules = rules;
    this.#label = label;
  }

  /** @param provider of which the items of a list are mappings */
  node(value: unknown, provider?: KeyProvider): Pruned {
    const pruned = this.#node(value, provider);
    if (pruned.gone) this.#gone.add(value);
    return pruned;
  }

  #node(value: unknown, provider: KeyProvider | undefined): Pruned {
    const alias = this.#rules.asAlias(value);
    if (alias !== undefined) return this.#gone.has(this.#rules.resolve(alias)) ? GONE : KEPT;
    const scalar = this.#rules.asScalar(value);
    if (scalar !== undefined) return this.#scalar(scalar);
    const map = this.#rules.asMap(value);
    const seq = this.#rules.asSeq(value);
    if (map !== undefined) {
      if (provider?.group.struct !== undefined) return this.#isStruct(map, provider, provider.group.struct) ? GONE : KEPT;
      return this.mapping(map, (name, inner) => (isRecipients(name) ? this.node(inner, STRUCTS.get(name)) : KEPT));
    }
    return seq === undefined
      ? KEPT
      : this.#children(
          seq,
          seq.items.map((item) => this.node(item, provider)),
        );
  }

  mapping(map: YAMLMap, prune: PrunePair): Pruned {
    return this.#children(
      map,
      map.items.map((pair) => prune(this.#rules.nameOf(pair), pair.value, this)),
    );
  }

  /** A person without keys is nobody. */
  section(value: unknown): Pruned {
    const map = this.#rules.asMap(value);
    if (map === undefined) return KEPT;
    const pruned = this.mapping(map, (name, people) => {
      const list = name === "people" ? this.#rules.asMap(people) : undefined;
      return list === undefined ? KEPT : this.mapping(list, (_, person) => this.#person(person));
    });
    // A section says that the rules are binding, so it stays.
    return pruned.gone ? { gone: false, splices: [this.#emptied(map)] } : pruned;
  }

  #emptied(map: YAMLMap): Splice {
    const [start = 0, end = start] = map.range ?? [];
    if (map.flow === true) return { start, end, text: "{}" };
    const key = this.#rules.asScalar(this.#rules.find(this.#rules.root, "sotto")?.key)?.range?.[1] ?? start;
    return { start: this.#rules.text.indexOf(":", key) + 1, end, text: " {}\n" };
  }

  #person(value: unknown): Pruned {
    const map = this.#rules.asMap(value);
    if (map === undefined) return KEPT;
    const keys = this.node(this.#rules.find(map, "keys")?.value);
    return keys.gone ? GONE : keys;
  }

  #children(node: Collection, pruned: readonly Pruned[]): Pruned {
    const gone = new Set(pruned.flatMap((one, index) => (one.gone ? [index] : [])));
    if (gone.size > 0 && gone.size === pruned.length) return GONE;
    const inner = pruned.flatMap((one) => (one.gone ? [] : one.splices));
    return { gone: false, splices: gone.size === 0 ? inner : [...inner, ...this.#rules.takeOut(node, gone)] };
  }

  #scalar(scalar: Scalar): Pruned {
    if (typeof scalar.value !== "string" || scalar.range == null) return KEPT;
    if (!scalar.value.split(",").some((part) => isSameKey(part, this.#label))) return KEPT;
    const [start, end] = innerSpan(scalar, this.#rules.text, scalar.range);
    const parts = this.#rules.text.slice(start, end).split(",");
    const kept = parts.filter((part) => part.trim() !== "" && !isSameKey(part, this.#label));
    if (kept.length === 0) return GONE;
    // The first part stands where the text begins.
    const text = kept.map((part, index) => (index === 0 && part !== parts[0] ? part.trimStart() : part)).join(",");
    const tail = kept.at(-1) === parts.at(-1) ? "" : (/\s*$/.exec(parts.at(-1) ?? "")?.[0] ?? "");
    return { gone: false, splices: [{ start, end, text: text.trimEnd() + (tail === "" ? (/\s*$/.exec(text)?.[0] ?? "") : tail) }] };
  }

  #isStruct(map: YAMLMap, provider: KeyProvider, { fields }: NonNullable<GroupForm["struct"]>): boolean {
    const stored = Object.fromEntries(
      Object.entries(fields).map(([name, becomes]) => {
        const member = this.#rules.asScalar(this.#rules.follow(this.#rules.find(map, name)?.value));
        return [becomes, typeof member?.value === "string" ? member.value : ""];
      }),
    );
    return isSameKey(provider.label(provider.fromStruct?.(stored) ?? stored), this.#label);
  }
}

/** Fields of rules that hold recipients, or what holds them. */
function isRecipients(name: string): boolean {
  const holds = name === "key_groups" || name === "merge" || name === "recreation_rule" || name === "<<";
  return holds || providersByRule.some(({ flat, group }) => flat.key === name || group.key === name);
}

/** Without quotes, and without the head of a block. */
export function innerSpan(scalar: Scalar, text: string, [start, end]: readonly [number, number, number]): readonly [number, number] {
  if (scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE") return [start + 1, end - 1];
  if (scalar.type !== "BLOCK_FOLDED" && scalar.type !== "BLOCK_LITERAL") return [start, end];
  const body = text.indexOf("\n", start) + 1;
  return [body + (/^\s*/.exec(text.slice(body, end))?.[0].length ?? 0), end];
}
