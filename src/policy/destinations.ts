/** Destination rules (sops: §6.4): where `publish` takes a file, and for whom it is encrypted there. */
import { SottoError } from "../model/error.ts";
import type { Position } from "../model/error.ts";
import type { Config } from "./config.ts";
import { readBool, readFields, readInt, readText } from "./fields.ts";
import type { Located } from "./fields.ts";
import type { CheckNames } from "./key-groups.ts";
import { compilePattern } from "./re2.ts";
import { readRule } from "./rules.ts";
import type { CreationRule } from "./rules.ts";
import type { ConfigSource } from "./source.ts";

export interface BucketDestination {
  readonly kind: "s3" | "gcs";
  readonly bucket: string;
  /** Stands in front of the name of the file as it is, so it brings its own slash. */
  readonly prefix: string;
}

export interface VaultDestination {
  readonly kind: "vault";
  /** Empty where the environment says it. */
  readonly address: string;
  /** Ends in a slash. */
  readonly path: string;
  /** Ends in a slash. */
  readonly mount: string;
  /** Of the KV engine. */
  readonly version: 1 | 2;
}

export type Destination = BucketDestination | VaultDestination;

export interface DestinationRule {
  readonly position: Position;
  /** Empty: matches every path. */
  readonly pathRegex: string;
  readonly destination: Destination | undefined;
  readonly omitExtensions: boolean;
  /** Whose keys the file gets at its destination. Without keys it goes there as it is. */
  readonly recreation: CreationRule;
  /** Why the rule cannot be used; sops says so only when a file matches it. */
  readonly fault: SottoError | undefined;
}

export const DESTINATION_FIELDS: readonly string[] = [
  "path_regex",
  "s3_bucket",
  "s3_prefix",
  "gcs_bucket",
  "gcs_prefix",
  "vault_path",
  "vault_address",
  "vault_kv_mount_name",
  "vault_kv_version",
  "recreation_rule",
  "omit_extensions",
];

const TWO_DESTINATIONS =
  "error loading config: more than one destinations were found in a single destination rule, you can only use one per rule";

/** @throws SottoError `CONFIG_INVALID` when a value does not fit its field: sops then reads no file at all */
export function readDestinationRule(source: ConfigSource, value: Located, index: number, checkNames: CheckNames): DestinationRule {
  const list = readFields(source, value, "destination_rules", "config.destinationRule");
  checkNames(list, DESTINATION_FIELDS, "destination rule");
  const fields = new Map(list.map((field) => [field.key, field]));
  const text = (name: string): string => {
    const field = fields.get(name);
    return field === undefined ? "" : readText(source, field, name);
  };
  const version = fields.get("vault_kv_version");
  const omit = fields.get("omit_extensions");
  const found: Destination[] = [];
  if (text("s3_bucket") !== "") found.push({ kind: "s3", bucket: text("s3_bucket"), prefix: text("s3_prefix") });
  if (text("gcs_bucket") !== "") found.push({ kind: "gcs", bucket: text("gcs_bucket"), prefix: text("gcs_prefix") });
  const kv = version === undefined ? 2 : readInt(source, version, "vault_kv_version");
  if (text("vault_path") !== "") {
    found.push({
      kind: "vault",
      address: text("vault_address"),
      path: withSlash(text("vault_path")),
      mount: withSlash(text("vault_kv_mount_name") || "secret"),
      version: kv === 1 ? 1 : 2,
    });
  }
  const recreation = readRule(source, fields.get("recreation_rule") ?? { node: { kind: "null" }, span: value.span }, index, checkNames);
  return {
    position: source.positionOf(value.span.start),
    pathRegex: text("path_regex"),
    destination: found[0],
    omitExtensions: omit !== undefined && readBool(source, omit, "omit_extensions"),
    recreation,
    fault: found.length > 1 ? source.error(value.span, TWO_DESTINATIONS) : recreation.fault,
  };
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

/** A rule that says where to. */
export type UsableDestinationRule = DestinationRule & { readonly destination: Destination };

/**
 * The first rule that matches. A pattern that is not RE2 matches nothing.
 * @param path as the user named it, which is what sops holds `path_regex` against
 * @throws SottoError `NO_MATCHING_RULE`; `CONFIG_INVALID` for a rule that cannot be used
 */
export async function matchDestination(config: Config, path: string): Promise<UsableDestinationRule> {
  for (const rule of config.destinationRules) {
    const matches = rule.pathRegex === "" || (await compilePattern(rule.pathRegex))?.test(path) === true;
    if (!matches) continue;
    if (rule.fault !== undefined) throw rule.fault;
    const { destination } = rule;
    if (destination !== undefined) return { ...rule, destination };
    throw new SottoError("NO_MATCHING_RULE", "no destination configured for this file", {
      file: config.path,
      position: rule.position,
      hints: ["give the rule an s3_bucket, a gcs_bucket or a vault_path"],
    });
  }
  throw new SottoError("NO_MATCHING_RULE", "error loading config: no matching destination found in config", {
    file: config.path,
    hints: [`no path_regex of destination_rules matches "${path}", which is the path as it was typed`],
  });
}
