/** Tokens for Vault: as sops and the vault program look for them, and by a login for machines. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { decodeText } from "../../src/model/text.ts";
import { send, type VaultPlace } from "./send.ts";

const KUBERNETES_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

type Login = (context: KeyContext) => Promise<Readonly<Record<string, string>>>;

const LOGINS: Readonly<Record<string, Login>> = {
  approle: async (context) => ({ role_id: required(context, "VAULT_ROLE_ID"), secret_id: required(context, "VAULT_SECRET_ID") }),
  jwt: async (context) => ({ role: required(context, "VAULT_ROLE"), jwt: await readToken(context, required(context, "VAULT_JWT_FILE")) }),
  kubernetes: async (context) => ({
    role: required(context, "VAULT_ROLE"),
    jwt: await readToken(context, context.env["VAULT_JWT_FILE"] ?? KUBERNETES_TOKEN),
  }),
};

/** One login for each address and command. */
const logins = new WeakMap<KeyContext, Map<string, Promise<string>>>();

/**
 * `VAULT_TOKEN`, then `~/.vault-token`, then the login that `SOTTO_VAULT_AUTH` names.
 * @throws SottoError `IDENTITY_INVALID` that says where was looked
 */
export async function findToken(place: VaultPlace, context: KeyContext, signal: AbortSignal | undefined): Promise<string> {
  const given = context.env["VAULT_TOKEN"];
  if (given !== undefined && given !== "") return given;
  const file = context.home === "" ? undefined : await context.readFile(`${context.home}/.vault-token`);
  const stored = file === undefined ? "" : decodeText(file).trim();
  file?.fill(0);
  if (stored !== "") return stored;
  const method = context.env["SOTTO_VAULT_AUTH"];
  if (method === undefined || method === "") {
    throw new SottoError("IDENTITY_INVALID", "there is no Vault token: VAULT_TOKEN is not set, and there is no ~/.vault-token", {
      hints: ["vault login", `for machines: SOTTO_VAULT_AUTH=${Object.keys(LOGINS).join("|")}`],
    });
  }
  let known = logins.get(context);
  if (known === undefined) logins.set(context, (known = new Map()));
  const id = `${place.address} ${place.namespace ?? ""}`;
  let token = known.get(id);
  if (token === undefined) known.set(id, (token = login(place, method, context, signal)));
  try {
    return await token;
  } catch (error) {
    known.delete(id);
    throw error;
  }
}

async function login(place: VaultPlace, method: string, context: KeyContext, signal: AbortSignal | undefined): Promise<string> {
  const body = Object.hasOwn(LOGINS, method) ? await LOGINS[method]?.(context) : undefined;
  if (body === undefined) {
    throw new SottoError("IDENTITY_INVALID", `SOTTO_VAULT_AUTH is ${JSON.stringify(method)}`, {
      hints: [`it may be ${Object.keys(LOGINS).join(", ")}`],
    });
  }
  const mount = context.env["SOTTO_VAULT_AUTH_MOUNT"] ?? method;
  const { auth } = await send(place, { method: "POST", path: `auth/${mount}/login`, body }, context, signal);
  const token = typeof auth === "object" && auth !== null && "client_token" in auth ? auth.client_token : undefined;
  if (typeof token !== "string") throw new SottoError("IDENTITY_INVALID", `the login by ${method} gave no token`);
  return token;
}

function required(context: KeyContext, name: string): string {
  const value = context.env[name];
  if (value !== undefined && value !== "") return value;
  throw new SottoError("IDENTITY_INVALID", `SOTTO_VAULT_AUTH needs ${name}, which is not set`);
}

async function readToken(context: KeyContext, path: string): Promise<string> {
  const bytes = await context.readFile(path);
  if (bytes === undefined) throw new SottoError("IDENTITY_INVALID", `${path} is not there: it should hold the token to log in with`);
  const text = decodeText(bytes).trim();
  bytes.fill(0);
  return text;
}
