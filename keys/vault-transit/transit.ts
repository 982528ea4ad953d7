/** Wrapping and unwrapping with the transit engine (sops: §5.9). The token goes only to a host that somebody other than the file named. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { storedText } from "../../src/model/provider.ts";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { checkDataKey, creationTime } from "../network/data-key.ts";
import { findToken } from "./auth.ts";
import { placeOf, send } from "./send.ts";

export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<MasterKey> {
  const data = await call(key, "encrypt", { plaintext: encodeBase64(dataKey) }, context, signal);
  const wrapped = textOf(data, "ciphertext");
  if (!wrapped.startsWith("vault:")) throw new SottoError("WRAP_FAILED", "Vault's answer holds no wrapped key");
  return { ...key, wrapped, stored: { ...key.stored, created_at: creationTime(), enc: wrapped } };
}

export async function unwrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array> {
  const data = await call(key, "decrypt", { ciphertext: key.wrapped ?? "" }, context, signal);
  const dataKey = decodeBase64(textOf(data, "plaintext"));
  if (dataKey === undefined) throw new SottoError("DATA_KEY_UNAVAILABLE", "Vault's answer holds no data key");
  return checkDataKey(dataKey);
}

/** Wraps under the newest version of the key, without the data key ever being here. */
export async function rewrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<MasterKey> {
  const wrapped = textOf(await call(key, "rewrap", { ciphertext: key.wrapped ?? "" }, context, signal), "ciphertext");
  if (!wrapped.startsWith("vault:")) throw new SottoError("WRAP_FAILED", "Vault's answer holds no wrapped key");
  return { ...key, wrapped, stored: { ...key.stored, created_at: creationTime(), enc: wrapped } };
}

async function call(
  key: MasterKey,
  action: "encrypt" | "decrypt" | "rewrap",
  body: Readonly<Record<string, string>>,
  context: KeyContext,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const address = storedText(key.stored, "vault_address");
  await requireApproval(address, action, context);
  const place = placeOf(address, context);
  const token = await findToken(place, context, signal);
  const path = `${storedText(key.stored, "engine_path")}/${action}/${storedText(key.stored, "key_name")}`;
  return (await send(place, { method: "PUT", path, body, token }, context, signal))["data"];
}

/** Vault's own variables, sops's list, and what the context approves. Whoever wraps has named the key, or was warned about who did. */
async function requireApproval(address: string, action: string, context: KeyContext): Promise<void> {
  const own = originOf(address);
  if (own === undefined) throw new SottoError("DATA_KEY_UNAVAILABLE", `${JSON.stringify(address)} is no address of a Vault`);
  if (["VAULT_ADDR", "BAO_ADDR"].some((name) => originOf(context.env[name] ?? "") === own)) return;
  if (isListed(address, context.env["SOPS_HC_VAULT_ALLOWLIST"])) return;
  if (await context.approves?.("endpoint", address)) return;
  throw new SottoError("DATA_KEY_UNAVAILABLE", `no token is sent to ${own}, which only the file names`, {
    hints: [`if it is yours: VAULT_ADDR=${own}, or --accept 'endpoint:${own}'`, `nothing was sent to ${action} the data key`],
  });
}

function originOf(address: string): string | undefined {
  const url = URL.parse(address);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url.origin : undefined;
}

/** Prefixes of addresses, a slash put behind both (sops: §5.9). That everything is allowed has to be said here. */
function isListed(address: string, list: string | undefined): boolean {
  if (list === undefined || list === "" || list === "none") return false;
  if (list === "all") return true;
  const wanted = `${address.replace(/\/+$/, "")}/`;
  return list.split(",").some((prefix) => wanted.startsWith(`${prefix.trim().replace(/\/+$/, "")}/`));
}

function textOf(data: unknown, name: string): string {
  const value: unknown = typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;
  return typeof value === "string" ? value : "";
}
