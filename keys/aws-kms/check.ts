/** A key before it is used: its ARN, and that of its role. */
import type { StoredFields } from "../../src/model/provider.ts";
import { storedText } from "../../src/model/provider.ts";
import { invalidRecipient } from "../network/fault.ts";
import { findKeyFault, findRoleFault } from "./arn.ts";

const ROLE_FORM = "a role looks like arn:aws:iam::111122223333:role/sotto, behind the key and a +";

/** @throws SottoError `RECIPIENT_INVALID` with the place of the first character that does not fit */
export function checkKey(stored: StoredFields, form: string): void {
  const arn = storedText(stored, "arn");
  const fault = findKeyFault(arn);
  if (fault !== undefined) throw invalidRecipient("AWS KMS key", arn, fault, [form, ...mistakesOf(arn)]);
  const role = storedText(stored, "role");
  const roleFault = role === "" ? undefined : findRoleFault(role);
  if (roleFault !== undefined) throw invalidRecipient("role", role, roleFault, [ROLE_FORM]);
}

function mistakesOf(text: string): readonly string[] {
  if (/^(?:alias\/|mrk-|[0-9a-f]{8}-)/.test(text)) return ["the whole ARN is needed: it says which region and account the key is in"];
  return /^arn:[^:]*:iam:/.test(text) ? ["this is a role; it stands behind the key: KEY+ROLE"] : [];
}
