/** What people type when they add somebody: a recipient of any kind, or the name of a person in `.sops.yaml`. */
import { SottoError } from "../../model/error.ts";
import { parseMasterKeys } from "../../policy/flag-keys.ts";
import { findPerson } from "../../policy/people.ts";
import type { Project } from "../../workspace/project.ts";
import { checkRecipients } from "../../workspace/recipients.ts";
import type { Newcomer } from "../model/access.ts";

/** How each kind of key is spelled, by sops's type identifier. What looks like a secret key is refused by the first. */
const SPELLINGS: readonly (readonly [provider: string, spelling: RegExp])[] = [
  ["age", /^(age1|ssh-|age-)|PRIVATE KEY/i],
  ["kms", /^arn:/],
  ["gcp_kms", /^projects\/[^/]+\/locations\//],
  ["hc_vault", /^https?:\/\/\S+\/v1\//],
  ["azure_kv", /^https:\/\/[^/]+\/keys\//],
  ["hckms", /^[a-z]+-[a-z]+-\d+:[0-9a-f-]{36}$/i],
  ["pgp", /^(0x)?[0-9a-f ]{16,}$/i],
];

/** @throws SottoError `RECIPIENT_INVALID`; it never repeats what may be a secret key */
export async function readRecipient(project: Project, typed: string): Promise<Newcomer> {
  const text = typed.trim();
  const person = findPerson(project.config, text);
  if (person !== undefined && person.keys.length > 1) {
    throw invalid(`${person.name} has ${person.keys.length} keys`, "type the one to add");
  }
  const recipient = person?.keys[0] ?? text;
  const provider = SPELLINGS.find(([, spelling]) => spelling.test(recipient))?.[0];
  if (provider === undefined) {
    throw invalid(
      "that is no recipient that sotto knows",
      "age1…, ssh-ed25519 …, an ARN, the address of a key, a PGP fingerprint, or a name",
    );
  }
  const keys = parseMasterKeys(provider, recipient, { profile: "", context: undefined });
  const [key] = keys;
  if (key === undefined || keys.length !== 1) throw invalid("one recipient at a time", "nothing was changed");
  await checkRecipients([keys]);
  return { provider, recipient, label: key.label, name: person?.name ?? project.access.nameOf?.(key.label) };
}

function invalid(message: string, hint: string): SottoError {
  return new SottoError("RECIPIENT_INVALID", message, { hints: [hint] });
}
