/** The keys of a rule in both forms, flat fields and `key_groups` (sops: §6.2), read first and made into master keys later. */
import type { SottoError } from "../model/error.ts";
import type { MasterKey } from "../model/keys.ts";
import type { Span } from "../model/tree.ts";
import { goTypeOf, readFields, readList, readText, readTexts, scalarText } from "./fields.ts";
import type { Field, Located } from "./fields.ts";
import * as keys from "./recipients.ts";
import type { ConfigSource } from "./source.ts";

/** Called with the fields of each mapping and the names that it may have. */
export type CheckNames = (fields: readonly Field[], known: readonly string[], where: string) => void;

/** Runs something that may find a key unfit; what it throws becomes a fault of the rule. */
export type Attempt = <T>(span: Span, make: () => readonly T[]) => readonly T[];

type Maker = (attempt: Attempt) => readonly MasterKey[];

/** In the order in which their keys enter the group. */
export const FLAT_KEYS = ["age", "pgp", "kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault_transit_uri"] as const;
type FlatKey = (typeof FLAT_KEYS)[number];

/** How sops names a field in its messages, and what it makes of one part of it; an empty part means something else for each. */
interface FlatField {
  readonly spoken: readonly [outer: string, inner: string];
  readonly make: (part: string, profile: string) => readonly MasterKey[];
}

const FLAT: Readonly<Record<FlatKey, FlatField>> = {
  age: { spoken: ["age", "age"], make: (part) => [keys.ageKey(part)] },
  pgp: { spoken: ["pgp", "pgp"], make: (part) => [keys.pgpKey(part)] },
  kms: { spoken: ["kms", "kms"], make: (part, profile) => [keys.kmsKeyFromText(part, profile)] },
  gcp_kms: { spoken: ["gcpkms", "gcp_kms"], make: (part) => [keys.gcpKey(part)] },
  hckms: { spoken: ["hckms", "hckms"], make: (part) => (part.trim() === "" ? [] : [keys.hckmsKey(part.trim())]) },
  azure_keyvault: { spoken: ["azure_keyvault", "azure_keyvault"], make: (part) => [keys.azureKeyFromUrl(part)] },
  hc_vault_transit_uri: { spoken: ["vault", "hc_vault_transit_uri"], make: (part) => (part === "" ? [] : [keys.vaultKey(part)]) },
};

export function readFlatKeys(source: ConfigSource, fields: ReadonlyMap<string, Field>): readonly Maker[] {
  const profileField = fields.get("aws_profile");
  const profile = profileField === undefined ? "" : readText(source, profileField, "aws_profile");
  return FLAT_KEYS.flatMap((name): readonly Maker[] => {
    const field = fields.get(name);
    if (field === undefined) return [];
    const { span } = field;
    // the one field that go-yaml itself holds to a list of texts
    const texts = name === "hckms" ? readTexts(source, field, name) : undefined;
    return [
      (attempt) => {
        const joined = (texts ?? attempt(span, () => readSpellings(source, field, name))).join(",");
        if (joined === "") return [];
        return joined.split(",").flatMap((part) => attempt(span, () => FLAT[name].make(part, profile)));
      },
    ];
  });
}

/** A comma-separated text, whose parts are trimmed and dropped when empty, or a list of texts, taken as they are. */
function readSpellings(source: ConfigSource, { node, span }: Located, name: FlatKey): readonly string[] {
  const [outer, inner] = FLAT[name].spoken;
  const wrong = (found: string): SottoError =>
    source.error(span, `invalid ${outer} key configuration: invalid ${inner} key configuration: expected ${found}`);
  if (node.kind === "null") return [];
  if (node.kind === "scalar" && node.type === "str") {
    return scalarText(source, node)
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  if (node.kind !== "sequence") throw wrong(`string, []string, or nil, got ${goTypeOf(node)}`);
  return node.items.flatMap((item) => {
    if (item.kind === "comment") return [];
    if (item.kind !== "scalar" || item.type !== "str") throw wrong(`string in list, got ${goTypeOf(item)}`);
    return [item.canonical];
  });
}

/** A key group as written: a value that does not fit breaks the config, a key that does not fit only the rule. */
export interface GroupFields {
  readonly merge: readonly GroupFields[];
  /** In the order in which their keys enter the group. */
  readonly makers: readonly Maker[];
}

const GROUP_FIELDS: readonly string[] = ["merge", "age", "pgp", "kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault"];
const KMS_FIELDS: readonly string[] = ["arn", "role", "context", "aws_profile"];
const AZURE_FIELDS: readonly string[] = ["vaultUrl", "key", "version"];

/** Groups merged into groups deeper than this are no config. */
const MAX_MERGES = 100;

export function readGroup(source: ConfigSource, value: Located, checkNames: CheckNames, depth = 0): GroupFields {
  if (depth > MAX_MERGES) throw source.error(value.span, "error loading config: key groups are merged too deeply");
  const fields = readFields(source, value, "key_groups", "config.keyGroup");
  checkNames(fields, GROUP_FIELDS, "key group");
  const items = (name: string, type: string): readonly Located[] => {
    const field = fields.find((one) => one.key === name);
    return field === undefined ? [] : readList(source, field, name, type);
  };
  const texts = (name: string, make: (spelling: string) => readonly MasterKey[]): readonly Maker[] =>
    items(name, "[]string").map((item) => {
      const spelling = readText(source, item, name);
      return (attempt) => attempt(item.span, () => make(spelling));
    });
  const structs = (name: string, type: string, known: readonly string[], read: (struct: Struct) => () => MasterKey): readonly Maker[] =>
    items(name, `[]config.${type}`).map((item) => {
      const members = readFields(source, item, name, `config.${type}`);
      checkNames(members, known, `key of "${name}"`);
      const make = read(new Struct(source, members));
      return (attempt) => attempt(item.span, () => [make()]);
    });
  return {
    merge: items("merge", "[]config.keyGroup").map((item) => readGroup(source, item, checkNames, depth + 1)),
    makers: [
      ...texts("age", (spelling) => (spelling === "" ? [] : spelling.split(",").map((part) => keys.ageKey(part)))),
      ...texts("pgp", (spelling) => [keys.pgpKey(spelling)]),
      ...structs("kms", "kmsKey", KMS_FIELDS, (struct) => {
        const [arn, role, profile] = [struct.text("arn"), struct.text("role"), struct.text("aws_profile")];
        const context = struct.context();
        return () => keys.kmsKey(arn, { role, context, profile });
      }),
      ...structs("gcp_kms", "gcpKmsKey", ["resource_id"], (struct) => {
        const id = struct.text("resource_id");
        return () => keys.gcpKey(id);
      }),
      ...structs("hckms", "hckmsKey", ["key_id"], (struct) => {
        const id = struct.text("key_id");
        return () => keys.hckmsKey(id);
      }),
      ...structs("azure_keyvault", "azureKVKey", AZURE_FIELDS, (struct) => {
        const [vaultUrl, name, version] = [struct.text("vaultUrl"), struct.text("key"), struct.text("version")];
        return () => keys.azureKey(vaultUrl, name, version);
      }),
      ...texts("hc_vault", (spelling) => (spelling === "" ? [] : [keys.vaultKey(spelling)])),
    ],
  };
}

/** Merged groups come first, each without its own duplicates. */
export function makeGroup(group: GroupFields, attempt: Attempt): readonly MasterKey[] {
  const merged = group.merge.flatMap((inner) => keys.withoutDuplicates(makeGroup(inner, attempt)));
  return [...merged, ...group.makers.flatMap((make) => make(attempt))];
}

class Struct {
  readonly #source: ConfigSource;
  readonly #members: ReadonlyMap<string, Field>;

  constructor(source: ConfigSource, members: readonly Field[]) {
    this.#source = source;
    this.#members = new Map(members.map((member) => [member.key, member]));
  }

  text(name: string): string {
    const field = this.#members.get(name);
    return field === undefined ? "" : readText(this.#source, field, name);
  }

  context(): Readonly<Record<string, string>> | undefined {
    const field = this.#members.get("context");
    if (field === undefined || field.node.kind === "null") return undefined;
    const pairs = readFields(this.#source, field, "context", "map[string]*string").filter((pair) => pair.node.kind !== "null");
    return Object.fromEntries(pairs.map((pair) => [pair.key, readText(this.#source, pair, pair.key)]));
  }
}
