/** The start of a project: an identity, a `.sops.yaml`, the files that should be encrypted. What `sotto init` and the first run stand on. */
import { basename, dirname } from "node:path";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { encodeText } from "../model/text.ts";
import { CONFIG_NAME } from "../policy/discover.ts";
import { defaultKeyFile, generateIdentity, type IdentityKind, listIdentities } from "./identities.ts";

/** @returns the recipient of the identity at hand that a rule would be written for, undefined when there is none */
export async function findOwnRecipient(host: Host): Promise<string | undefined> {
  const { identities } = await listIdentities(host);
  const own = identities.find((one) => one.recipient?.startsWith("age1")) ?? identities.find((one) => one.recipient !== undefined);
  return own?.recipient;
}

export interface MadeIdentity {
  /** `AGE-SECRET-KEY-1…` */
  readonly identity: string;
  readonly recipient: string;
}

/**
 * Makes an identity in the key file that sops and sotto read without being told, readable for its owner alone.
 * @throws SottoError `REFUSED` when there is such a file
 */
export async function createIdentity(
  host: Host,
  kind: IdentityKind = "x25519",
): Promise<{ readonly recipient: string; readonly file: string }> {
  return writeIdentity(host, await generateIdentity(kind));
}

/** The same for an identity that was made before. @throws SottoError `REFUSED` when there is such a file */
export async function writeIdentity(
  host: Host,
  { identity, recipient }: MadeIdentity,
): Promise<{ readonly recipient: string; readonly file: string }> {
  const file = await defaultKeyFile(host);
  if ((await host.stat(file)) !== undefined) {
    throw new SottoError("REFUSED", "the key file exists already", { file, hints: ["sotto keys list shows what is in it"] });
  }
  const created = host
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  await host.makeFolder(dirname(file), 0o700);
  await host.writeFile(file, encodeText(`# created: ${created}\n# public key: ${recipient}\n${identity}\n`), { mode: 0o600 });
  return { recipient, file };
}

export interface StartEnvironment {
  readonly name: string;
  readonly files: readonly string[];
}

export interface StartSettings {
  readonly recipients: readonly string[];
  /** Of the owner of the first recipient, see {@link safeName}. */
  readonly name: string;
  /** The files that the one rule is for. */
  readonly pathRegex: string;
  readonly environments: readonly StartEnvironment[];
}

/**
 * Writes `.sops.yaml` into the current folder.
 * @returns its path
 * @throws SottoError `REFUSED` when there is one
 */
export async function startProject(host: Host, settings: StartSettings): Promise<string> {
  await refuseStarted(host);
  await host.writeFile(CONFIG_NAME, encodeText(await renderConfig(settings)));
  return CONFIG_NAME;
}

/** @throws SottoError `REFUSED` when there is a `.sops.yaml` in the current folder */
export async function refuseStarted(host: Host): Promise<void> {
  if ((await host.stat(CONFIG_NAME)) === undefined) return;
  throw new SottoError("REFUSED", "there is a configuration already", {
    file: CONFIG_NAME,
    hints: ["change it in your editor; sotto explain shows what it means for a file"],
  });
}

/** An anchor may hold letters, digits, - and _ without trouble in any YAML reader. */
export function safeName(name: string): string {
  const safe = basename(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-");
  return safe === "" ? "me" : safe;
}

/** The text of a `.sops.yaml`: one anchor a recipient; rules and people refer to it. */
export async function renderConfig({ recipients, name, pathRegex, environments }: StartSettings): Promise<string> {
  const { Document, isScalar } = await import("yaml");
  const names = recipients.map((_, index) => (index === 0 ? name : `${name}-${index + 1}`));
  const document = new Document({
    keys: recipients,
    creation_rules: [{ path_regex: pathRegex, age: "" }],
    sotto: {
      people: Object.fromEntries(names.map((one) => [one, { keys: [] }])),
      ...(environments.length === 0
        ? {}
        : { environments: Object.fromEntries(environments.map((one) => [one.name, { files: one.files }])) }),
    },
  });
  const aliases = recipients.map((_, index) => {
    const node = document.getIn(["keys", index], true);
    if (!isScalar(node)) throw new TypeError("a recipient is a scalar");
    return document.createAlias(node, names[index] ?? name);
  });
  document.setIn(["creation_rules", 0, "age"], aliases.length === 1 ? aliases[0] : aliases);
  for (const [index, one] of names.entries()) document.setIn(["sotto", "people", one, "keys"], [aliases[index]]);
  document.commentBefore = " Who can read which files. sops reads all of this but the part under sotto:";
  return document.toString({ lineWidth: 0 });
}
