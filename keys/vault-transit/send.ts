/** Requests to Vault's HTTP interface, with the settings of the usual `VAULT_*` variables (sops: §5.9). */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { requestJson } from "#http";
import type { TlsSettings } from "../network/request.ts";

export interface VaultPlace {
  /** Scheme, host and port. */
  readonly address: string;
  readonly namespace: string | undefined;
}

export interface VaultRequest {
  readonly method: string;
  /** Below `/v1/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
  readonly token?: string;
}

export function placeOf(address: string, context: KeyContext): VaultPlace {
  return { address, namespace: context.env["VAULT_NAMESPACE"] || context.env["BAO_NAMESPACE"] || undefined };
}

/**
 * @returns the JSON object of the answer
 * @throws SottoError `DATA_KEY_UNAVAILABLE` with what Vault says, TransientError
 */
export async function send(
  place: VaultPlace,
  { method, path, body, token }: VaultRequest,
  context: KeyContext,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const url = new URL(`/v1/${path.split("/").map(encodeURIComponent).join("/")}`, place.address);
  const { status, body: answer } = await requestJson({
    method,
    url,
    headers: {
      "x-vault-request": "true",
      ...(token === undefined ? {} : { "x-vault-token": token }),
      ...(place.namespace === undefined ? {} : { "x-vault-namespace": place.namespace }),
    },
    body,
    signal,
    tls: await tlsOf(context),
  });
  if (status >= 200 && status < 300 && typeof answer === "object" && answer !== null) return { ...answer };
  const errors = typeof answer === "object" && answer !== null && "errors" in answer ? answer.errors : undefined;
  const said = Array.isArray(errors) ? errors.filter((one) => typeof one === "string").map((one) => one.trim()) : [];
  const message = `Vault at ${place.address} answered ${status}${said.length === 0 ? "" : `: ${said.join("; ")}`}`;
  if (status === 429 || status >= 500) throw new TransientError(message);
  throw new SottoError("DATA_KEY_UNAVAILABLE", message, { hints: HINTS[status] === undefined ? [] : [HINTS[status]] });
}

const HINTS: Readonly<Record<number, string>> = {
  400: "the key, or the version of it that wrapped this data key, is not there any more, or the wrapped key was changed",
  403: "the token has expired, or its policy does not allow this key: vault token lookup",
  404: "there is no such engine or key: check the address, VAULT_NAMESPACE and the name of the engine",
};

/** @throws SottoError `IDENTITY_INVALID` when a file that a variable names is not there */
export async function tlsOf(context: KeyContext): Promise<TlsSettings> {
  const { env } = context;
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const path = env[name];
    if (path === undefined || path === "") return undefined;
    const bytes = await context.readFile(path);
    if (bytes === undefined) throw new SottoError("IDENTITY_INVALID", `${name} names ${path}, which is not there`);
    return bytes;
  };
  const [ca, cert, key] = await Promise.all(["VAULT_CACERT", "VAULT_CLIENT_CERT", "VAULT_CLIENT_KEY"].map(read));
  const serverName = env["VAULT_TLS_SERVER_NAME"];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined || serverName === "" ? {} : { serverName }),
    ...(/^(?:1|t|true)$/i.test(env["VAULT_SKIP_VERIFY"] ?? "") ? { skipVerify: true } : {}),
  };
}
