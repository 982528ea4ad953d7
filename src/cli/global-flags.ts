/** The flags that may stand before a sub-command. sops knows many more there than it looks at; those are read and reported. */
import { providersByFlag } from "../../keys/index.ts";
import type { Flag } from "./command.ts";

/** Looked at by sub-commands too. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: "config", type: "string", env: "SOPS_CONFIG", value: "file", help: "the configuration to use instead of the nearest .sops.yaml" },
  { name: "indent", type: "int", value: "number", help: "blanks per level when YAML or JSON is printed anew" },
  { name: "mac-only-encrypted", type: "boolean", help: "let the MAC cover encrypted values only" },
  { name: "verbose", type: "boolean", help: "say more on standard error" },
  { name: "json", type: "boolean", help: "print one JSON object, also for an error" },
  { name: "help", short: "h", type: "boolean", help: "show this help" },
  { name: "version", short: "v", type: "boolean", help: "print the version" },
];

/** Flags of every sub-command, unless it has one of that name. */
export const SHARED_FLAGS: readonly Flag[] = GLOBAL_FLAGS.filter((flag) => ["config", "json", "help"].includes(flag.name));

const string = (name: string, short?: string, env?: string): Flag => ({
  name,
  type: "string",
  help: "",
  hidden: true,
  ...(short === undefined ? {} : { short }),
  ...(env === undefined ? {} : { env }),
});
const boolean = (name: string, short?: string): Flag => ({
  name,
  type: "boolean",
  help: "",
  hidden: true,
  ...(short === undefined ? {} : { short }),
});

/** Global in sops for calls without a sub-command. Before a sub-command they do nothing, in sops without a word (sops: §7.1). */
export const CLASSIC_FLAGS: readonly Flag[] = [
  boolean("decrypt", "d"),
  boolean("encrypt", "e"),
  boolean("rotate", "r"),
  boolean("disable-version-check"),
  boolean("check-for-updates"),
  string("aws-profile"),
  boolean("in-place", "i"),
  string("extract"),
  string("input-type"),
  string("output-type"),
  boolean("show-master-keys", "s"),
  ...providersByFlag.flatMap(({ flag }) => [
    string(flag.name, flag.short, flag.env),
    string(`add-${flag.name}`),
    string(`rm-${flag.name}`),
  ]),
  boolean("ignore-mac"),
  string("unencrypted-suffix"),
  string("encrypted-suffix"),
  string("unencrypted-regex"),
  string("encrypted-regex"),
  string("unencrypted-comment-regex"),
  string("encrypted-comment-regex"),
  string("encryption-context"),
  string("set"),
  { name: "shamir-secret-sharing-threshold", type: "int", help: "", hidden: true },
  string("output"),
  string("filename-override"),
  string("decryption-order", undefined, "SOPS_DECRYPTION_ORDER"),
  { name: "enable-local-keyservice", type: "boolean", default: true, env: "SOPS_ENABLE_LOCAL_KEYSERVICE", help: "", hidden: true },
  { name: "keyservice", type: "list", env: "SOPS_KEYSERVICE", help: "", hidden: true },
];
