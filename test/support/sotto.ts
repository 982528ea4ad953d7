/** sotto in this process, with the identities of the vectors and nothing of the user's own. */
import { createKeyContext } from "../../src/host/key-context.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import type { Access, OpenFile } from "../../src/file/encrypted-file.ts";
import { encryptFile } from "../../src/file/encrypt-file.ts";
import type { EncryptOptions } from "../../src/file/encrypt-file.ts";
import { loadFormat } from "../../formats/index.ts";
import { age } from "../../keys/age.ts";
import type { KeyGroup } from "../../src/model/keys.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { Document, FormatId } from "../../src/model/tree.ts";
import { parseMasterKeys } from "../../src/policy/flag-keys.ts";
import { identitiesOf, vectorRecipient } from "./vectors.ts";

/** A home where no key lies. */
const NOWHERE = "/nonexistent";

/** @param env what tells of identities, as sops reads it */
export function accessFor(env: Readonly<Record<string, string>>): Access {
  return { context: createKeyContext(createNodeHost({ env: { HOME: NOWHERE, XDG_CONFIG_HOME: NOWHERE, ...env } })) };
}

/** Ana's identity, for which the tests encrypt unless they say otherwise. */
export const ANA: Readonly<Record<string, string>> = identitiesOf({ keys: ["keys/ana.txt"] });

/** One group of age recipients. */
export function ageGroup(...recipients: readonly string[]): KeyGroup {
  return recipients.flatMap((recipient) => parseMasterKeys("age", recipient, { context: undefined, profile: "" }));
}

export const FOR_ANA: readonly KeyGroup[] = [ageGroup(vectorRecipient("ana"))];

/**
 * Wraps a data key in nothing at all. The laws about values do not depend on who wraps the key, and age costs more than all
 * else that happens to a small file.
 */
const bareProvider: KeyProvider = {
  ...age,
  wrap: async (key, dataKey) => {
    const wrapped = Buffer.from(dataKey).toString("base64");
    return { ...key, wrapped, stored: { recipient: key.label, enc: wrapped } };
  },
  unwrap: async (key) => Uint8Array.from(Buffer.from(key.wrapped ?? "", "base64")),
};

/** Access for files that sotto alone reads. */
export const BARE: Access = { ...accessFor({}), findProvider: () => bareProvider };

export const NOON: Date = new Date("2026-01-02T12:00:00Z");
export const LATER: Date = new Date("2026-03-04T05:06:07Z");

export interface SealSettings extends Partial<Omit<EncryptOptions, "selector">> {
  readonly selector?: SelectorSetting | undefined;
  readonly output?: FormatId;
  readonly access?: Access;
}

/** Encrypts a text, by default for Ana with {@link BARE} access. */
export async function sealText(text: string, format: FormatId, settings: SealSettings = {}): Promise<string> {
  const { selector, output, access, ...rest } = settings;
  const bytes = await encryptFile(
    { bytes: encodeText(text), format, ...(output === undefined ? {} : { output }) },
    { groups: FOR_ANA, threshold: 0, now: NOON, ...rest, ...(selector === undefined ? {} : { selector }) },
    access ?? BARE,
  );
  return decodeText(bytes);
}

export async function unlockText(text: string, format: FormatId, access: Access = BARE): Promise<OpenFile> {
  const file = await EncryptedFile.parse(encodeText(text), format);
  return file.unlock(access);
}

/** The plaintext of an encrypted text. */
export async function openText(text: string, format: FormatId, access: Access = BARE): Promise<string> {
  using open = await unlockText(text, format, access);
  return decodeText(await open.print());
}

export async function parseText(text: string, format: FormatId): Promise<Document> {
  return (await loadFormat(format)).parse(text);
}
