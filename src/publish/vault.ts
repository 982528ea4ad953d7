/** Writes values to the KV engine of Vault or OpenBao, version 1 or 2. */
import { findToken } from "../../keys/vault-transit/auth.ts";
import { placeOf, tlsOf, type VaultPlace } from "../../keys/vault-transit/send.ts";
import { SottoError } from "../model/error.ts";
import type { KeyContext } from "../model/keys.ts";
import { decodeText } from "../model/text.ts";
import type { VaultDestination } from "../policy/destinations.ts";
import { entryOf, fingerprint, hasLargeNumber, parseMarked } from "./compare.ts";
import { oneLine } from "./failure.ts";
import { secretPath, vaultAddress } from "./place.ts";
import { type RequestSettings, type Response, send } from "./request.ts";

/** In milliseconds; Vault's own. */
const PATIENCE = 60_000;

/** What is there already. */
interface Existing {
  /** Comparable form of the values; undefined when there are none. */
  readonly values: string | undefined;
  /** Number of the version, 0 for none; undefined where the engine has no versions. */
  readonly version: number | undefined;
}

/**
 * Writes a secret unless it has these values. In version 2 a write that somebody else made meanwhile is not overwritten.
 * @param content a JSON object
 * @param warn one line for people
 * @returns false when the values were there
 * @throws SottoError `PUBLISH_FAILED`
 */
export async function uploadToVault(
  context: KeyContext,
  destination: VaultDestination,
  name: string,
  content: Uint8Array,
  warn: (message: string) => void,
): Promise<boolean> {
  const values = decodeText(content).trim();
  const url = parseAddress(vaultAddress(destination, context.env));
  if (url.protocol === "http:" && !isThisMachine(url.hostname)) warn(`${url.origin}: values and token go there unencrypted`);
  const path = secretPath(destination, name);
  if (path.split("/").some((part) => part === "." || part === "..")) {
    throw new SottoError("PUBLISH_FAILED", `${path} is no path of a secret`, { hints: ["take . and .. out of vault_path"] });
  }
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/${path.split("/").map(encodeURIComponent).join("/")}`;
  const common = { headers: await headersFor(context, url.origin), tls: await tlsOf(context), patience: PATIENCE };
  const wanted = parseMarked(values);
  const existing = await read(url, common, destination.version);
  if (existing === undefined) {
    warn(`cannot check whether ${path} exists already; a new version is written even if nothing has changed`);
  } else if (existing.values !== undefined && existing.values === fingerprint(wanted)) {
    return false;
  }
  const version = existing?.version;
  const options = version === undefined ? "" : `"options":{"cas":${version}},`;
  if (destination.version === 2 && hasLargeNumber(wanted)) {
    warn(`${path}: version 2 of the KV engine rounds whole numbers beyond 2^53; write them as text`);
  }
  const body = destination.version === 1 ? values : `{${options}"data":${values}}`;
  const response = await send(url, { ...common, method: "PUT", body });
  if (response.status >= 200 && response.status < 300) return true;
  throw refusal(url, response);
}

type Common = Omit<RequestSettings, "method" | "body">;

/** @returns undefined where the token may not read, or nothing sensible answers: writing may work all the same */
async function read(url: URL, common: Common, engine: 1 | 2): Promise<Existing | undefined> {
  const { status, body } = await send(url, { ...common, method: "GET" });
  if (status !== 200 && status !== 404) return undefined;
  try {
    const data = entryOf(parseMarked(body), "data");
    if (engine === 1) return { values: status === 200 && data !== undefined ? fingerprint(data) : undefined, version: undefined };
    // A secret that was deleted answers 404 and still has a version.
    const values = status === 200 ? entryOf(data, "data") : undefined;
    const version = entryOf(entryOf(data, "metadata"), "version");
    return {
      values: values === undefined ? undefined : fingerprint(values),
      version: typeof version === "string" ? Number(version.slice(1)) : 0,
    };
  } catch {
    return undefined;
  }
}

/** @throws SottoError `PUBLISH_FAILED` */
function parseAddress(address: string): URL {
  const url = URL.parse(address);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "") return url;
  throw new SottoError("PUBLISH_FAILED", "the address of Vault is no http or https address", {
    hints: ["write it like https://vault.example.com:8200, as vault_address of the rule or as VAULT_ADDR"],
  });
}

export function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

async function headersFor(context: KeyContext, address: string): Promise<Readonly<Record<string, string>>> {
  const place = placeOf(address, context);
  return {
    "content-type": "application/json",
    "x-vault-request": "true",
    "x-vault-token": await findOwnToken(context, place),
    ...(place.namespace === undefined ? {} : { "x-vault-namespace": place.namespace }),
  };
}

/** @throws SottoError `PUBLISH_FAILED`: what is missing is no identity for the file */
async function findOwnToken(context: KeyContext, place: VaultPlace): Promise<string> {
  try {
    return await findToken(place, context, AbortSignal.timeout(PATIENCE));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SottoError("PUBLISH_FAILED", error.message, { cause: error, hints: SottoError.is(error) ? error.hints : [] });
  }
}

function refusal(url: URL, { status, body }: Response): SottoError {
  const said = reasons(body);
  if (status === 400 && said.includes("check-and-set")) {
    return new SottoError("PUBLISH_FAILED", `${url.href} was changed by someone else meanwhile; nothing was written`, {
      hints: ["run the command again"],
    });
  }
  return new SottoError("PUBLISH_FAILED", `${url.href} answered ${status}${said === "" ? "" : `: ${said}`}`, {
    hints: [
      status === 403
        ? "check the token, and that its policy lets it create and update there"
        : "check vault_path, vault_kv_mount_name and vault_kv_version of the rule",
    ],
  });
}

/** What Vault says about a failure; never what was sent to it. */
function reasons(body: string): string {
  try {
    const errors = entryOf(parseMarked(body), "errors");
    return Array.isArray(errors) ? oneLine(errors.flatMap((one) => (typeof one === "string" ? [one.slice(1)] : [])).join("; ")) : "";
  } catch {
    return "";
  }
}
