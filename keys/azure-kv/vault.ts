/** Wrapping and unwrapping with Azure Key Vault (sops: §5.8). A vault that is not Microsoft's is asked only if somebody other than the file named it. */
import type { TokenCredential } from "@azure/identity";
import type { CryptographyClient, KeyClient, KeyVaultKey } from "@azure/keyvault-keys";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { type StoredFields, storedText } from "../../src/model/provider.ts";
import { checkDataKey, creationTime } from "../network/data-key.ts";
import { loadPackage } from "../network/load.ts";
import { unlessAborted } from "../network/until.ts";
import { clientSettings, findCredential, tokensFor } from "./credentials.ts";
import { describeFailure, type Purpose } from "./failures.ts";
import { findUrlFault } from "./key-url.ts";

type Keys = typeof import("@azure/keyvault-keys");

const ALGORITHM = "RSA-OAEP-256";

/** Vaults and managed HSMs of Microsoft's clouds: one name, and then theirs. */
const VENDOR =
  /^[a-z0-9-]+\.(?:vault\.azure\.(?:net|cn|us)|vault\.usgovcloudapi\.net|managedhsm\.azure\.(?:net|cn|us)|managedhsm\.usgovcloudapi\.net)$/;

/** @returns the key with the version that wrapped, also if it was the newest that was meant */
export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<MasterKey> {
  const purpose = purposeOf(key.stored, "wrap");
  await requireApproval(purpose, context);
  const version = purpose.version || (await newestVersion(purpose, context, signal));
  const exact = { ...purpose, version };
  const { result } = await call(exact, context, signal, async ({ cryptography }, options) =>
    (await cryptography(exact)).encrypt({ algorithm: ALGORITHM, plaintext: dataKey }, options),
  );
  if (!hasBytes(result)) throw new SottoError("WRAP_FAILED", "the answer of Azure Key Vault holds no wrapped key");
  const wrapped = encodeBase64(result).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return { ...key, wrapped, stored: { ...key.stored, version, created_at: creationTime(), enc: wrapped } };
}

export async function unwrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array> {
  const purpose = purposeOf(key.stored, "unwrap");
  const text = key.wrapped ?? "";
  // go encoding/base64: RawURLEncoding
  const ciphertext = /^[\w-]+$/.test(text)
    ? decodeBase64(
        text
          .replaceAll("-", "+")
          .replaceAll("_", "/")
          .padEnd(Math.ceil(text.length / 4) * 4, "="),
      )
    : undefined;
  if (ciphertext === undefined) throw new SottoError("DATA_KEY_UNAVAILABLE", "the wrapped key is no Base64 text of the kind for URLs");
  await requireApproval(purpose, context);
  const { result } = await call(purpose, context, signal, async ({ cryptography }, options) =>
    (await cryptography(purpose)).decrypt({ algorithm: ALGORITHM, ciphertext }, options),
  );
  if (!hasBytes(result)) throw new SottoError("DATA_KEY_UNAVAILABLE", "the answer of Azure Key Vault holds no data key");
  return checkDataKey(result);
}

/** The client says that there always are some, and takes any answer. */
function hasBytes(result: unknown): boolean {
  return result instanceof Uint8Array && result.length > 0;
}

/** The fields of a key with its newest version. */
export async function complete(stored: StoredFields, context: KeyContext, signal?: AbortSignal): Promise<StoredFields> {
  const purpose = purposeOf(stored, "wrap");
  await requireApproval(purpose, context);
  return { ...stored, version: await newestVersion(purpose, context, signal) };
}

async function newestVersion(purpose: Purpose, context: KeyContext, signal: AbortSignal | undefined): Promise<string> {
  const { properties } = await call({ ...purpose, action: "look up" }, context, signal, async ({ keys }, options) =>
    (await keys(purpose.vault)).getKey(purpose.name, options),
  );
  const { version = "" } = properties;
  if (!/^\w+$/.test(version)) throw new SottoError("WRAP_FAILED", "the answer of Azure Key Vault names no version of the key");
  return version;
}

interface Clients {
  readonly keys: (vault: string) => Promise<KeyClient>;
  readonly cryptography: (purpose: Purpose) => Promise<CryptographyClient>;
}

interface Options {
  readonly onResponse: (answer: { readonly status: number }) => void;
  readonly abortSignal?: AbortSignal;
}

async function call<T>(
  purpose: Purpose,
  context: KeyContext,
  signal: AbortSignal | undefined,
  send: (clients: Clients, options: Options) => Promise<T>,
): Promise<T> {
  let status: number | undefined;
  const options: Options = {
    onResponse: (answer) => (status = answer.status),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
  try {
    return await unlessAborted(send(clientsFor(context), options), signal);
  } catch (error) {
    // Who ended the call knows why.
    if (signal?.aborted === true) throw error;
    throw describeFailure(error, purpose, context, status);
  }
}

const known = new WeakMap<KeyContext, Clients>();

/** One credential for each context, so that a token is asked for once; one client for each vault, and for each version of a key. */
function clientsFor(context: KeyContext): Clients {
  let clients = known.get(context);
  if (clients === undefined) known.set(context, (clients = makeClients(context)));
  return clients;
}

function makeClients(context: KeyContext): Clients {
  const made = new Map<string, Promise<unknown>>();
  /** What failed is made anew the next time. */
  const keep = <T>(id: string, make: () => Promise<T>): Promise<T> => {
    let one = made.get(id) as Promise<T> | undefined;
    if (one === undefined) {
      one = make();
      made.set(id, one);
      one.catch(() => made.delete(id));
    }
    return one;
  };
  const parts = async (vault: string): Promise<readonly [Keys, TokenCredential, object]> => {
    const [keys, settings] = await Promise.all([
      loadPackage<Keys>("@azure/keyvault-keys", context),
      keep("settings", () => clientSettings(context)),
    ]);
    const credential = await keep("credential", () => findCredential(settings, context));
    // The vault is held to what it may ask for by the credential.
    return [keys, tokensFor(new URL(vault).host, credential), { ...settings, disableChallengeResourceVerification: true }];
  };
  return {
    keys: (vault) =>
      keep(vault, async () => {
        const [{ KeyClient: Client }, tokens, options] = await parts(vault);
        return new Client(vault, tokens, options);
      }),
    cryptography: ({ vault, name, version }) => {
      const id = `${vault}/keys/${name}/${version}`;
      return keep(id, async () => {
        const [{ CryptographyClient: Client }, tokens, options] = await parts(vault);
        // Given only the name of a key, the client would ask for the key first, which not everybody may who may decrypt.
        const key: KeyVaultKey = { id, name, properties: { name, vaultUrl: vault, version } };
        return new Client(key, tokens, options);
      });
    },
  };
}

function purposeOf(stored: StoredFields, action: "wrap" | "unwrap"): Purpose {
  const [vault, name, version] = ["vault_url", "name", "version"].map((field) => storedText(stored, field)) as [string, string, string];
  // In a group of a rule a slash at the end is as good.
  const origin = vault.replace(/\/$/, "");
  if (findUrlFault(`${origin}/keys/${name}/`) !== undefined || !/^\w*$/.test(version)) {
    throw new SottoError(
      action === "wrap" ? "WRAP_FAILED" : "DATA_KEY_UNAVAILABLE",
      `${JSON.stringify(`${vault}/keys/${name}/${version}`)} is no key of Azure Key Vault`,
    );
  }
  return { action, vault: origin.toLowerCase(), name, version };
}

async function requireApproval({ vault, action }: Purpose, context: KeyContext): Promise<void> {
  if (VENDOR.test(new URL(vault).host)) return;
  const named = (context.env["SOPS_AZURE_KEYVAULT_URLS"] ?? "").split(",").map((one) => URL.parse(one.trim())?.origin);
  if (named.includes(new URL(vault).origin)) return;
  if (await context.approves?.("endpoint", vault)) return;
  throw new SottoError("DATA_KEY_UNAVAILABLE", `no token is sent to ${vault}, which only the file names, and which is not Microsoft's`, {
    hints: [
      `if it is yours: --accept 'endpoint:${vault}', or list it below trust.endpoints in your own configuration`,
      `nothing was sent to ${action} the data key`,
    ],
  });
}
