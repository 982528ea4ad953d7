/** What the clients of Azure throw, in words that a person can act on, without any part of what was sent. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { CERTIFICATES } from "../network/certificates.ts";
import { certificateHints, oneLine, reasonOf } from "../network/reasons.ts";
import { credentialPlaces } from "./credentials.ts";

export interface Purpose {
  readonly action: "wrap" | "unwrap" | "look up";
  /** Its origin. */
  readonly vault: string;
  /** Of the key. */
  readonly name: string;
  /** Empty for the newest. */
  readonly version: string;
}

interface Known {
  readonly says: string;
  readonly hints: readonly string[];
}

const WHO_AM_I = "az account show tells whose credentials these are, unless the environment names them";
const LOGIN = "log in again: az login, or get a new secret";

const DISABLED: Known = {
  says: "the key, or this version of it, is disabled, expired or not valid yet",
  hints: ["az keyvault key set-attributes --id $KEY --enabled true"],
};
const FIREWALL: Known = { says: "this network may not reach the vault", hints: ["az keyvault network-rule list --name $VAULT"] };
const DELETED: Known = {
  says: "there is no such key, or no such version of it",
  hints: ["if it was deleted: az keyvault key recover --vault-name $VAULT --name $NAME", "az keyvault key list-versions --id $KEY"],
};

const BY_STATUS: Readonly<Record<number, Known>> = {
  400: { says: "this data key does not open", hints: ["it was wrapped with another key, or another version of it, or was changed since"] },
  401: { says: "the token is not accepted", hints: [LOGIN, "the tenant of the credentials has to be that of the vault: AZURE_TENANT_ID"] },
  403: {
    says: "these credentials may not use the key, or it is disabled",
    hints: [
      WHO_AM_I,
      'they need the role "Key Vault Crypto User", or encrypt and decrypt in the access policy of the vault',
      ...DISABLED.hints,
    ],
  },
  404: DELETED,
  409: DELETED,
};

/** By what the service says besides, which is more exact. */
const BY_CODE: Readonly<Record<string, Known>> = {
  KeyDisabled: DISABLED,
  KeyExpired: DISABLED,
  KeyNotYetValid: DISABLED,
  ForbiddenByFirewall: FIREWALL,
  ForbiddenByConnection: FIREWALL,
};

/**
 * @param status of the answer of the vault, if there was one
 * @returns a TransientError where another try may help
 */
export function describeFailure(error: unknown, purpose: Purpose, context: KeyContext, answered?: number): Error {
  if (SottoError.is(error) || error instanceof TransientError) return error;
  const { name, message, code, inner, ...parts } = partsOf(error);
  const who = `Azure Key Vault at ${purpose.vault}`;
  const status = parts.status ?? answered;
  if (name !== "RestError" && status === undefined) return describeCredentialFailure(error, context);
  // The clients stumble over answers that are not those of a vault.
  if (name !== "RestError" || code === "PARSE_ERROR" || (status !== undefined && status < 300)) {
    const text = status === undefined ? `${who} gave an answer that cannot be read` : `${who} answered ${status}, which cannot be read`;
    return status === undefined || status < 300 || isPassing(status) ? new TransientError(text) : fail(purpose, text, IN_BETWEEN);
  }
  if (status === undefined) return noAnswer(who, code, (text, hints) => fail(purpose, text, hints));
  const known = BY_CODE[inner] ?? (purpose.action === "wrap" && status === 400 ? undefined : BY_STATUS[status]);
  const said = code === "" || message === code ? code : oneLine(message);
  const text = `${who} ${known === undefined ? `answered ${status}` : `says that ${known.says}`}${said === "" ? "" : `: ${said}`}`;
  if (isPassing(status)) return new TransientError(text);
  const { vault, name: key, version } = purpose;
  const hints = (known?.hints ?? (code === "" ? IN_BETWEEN : [])).map((hint) =>
    hint
      .replaceAll("$KEY", `${vault}/keys/${key}${version === "" ? "" : `/${version}`}`)
      .replaceAll("$VAULT", new URL(vault).hostname.split(".")[0] ?? "")
      .replaceAll("$NAME", key),
  );
  return fail(purpose, text, hints);
}

const IN_BETWEEN = ["something between here and the vault may have answered"];

/**
 * Of looking for credentials, and of exchanging them for a token. The clients tell little but in texts, which are read for what went
 * wrong and not repeated.
 */
function describeCredentialFailure(error: unknown, context: KeyContext): Error {
  const all = flatten(error);
  const texts = all.map(({ message }) => message).join("\n");
  const looked = `looked at, in this order: ${credentialPlaces(context)}`;
  const [code] = /AADSTS\d+/.exec(texts) ?? [];
  if (code !== undefined) {
    if (SKEWED.has(code)) return unfit("Microsoft Entra gives no token: the clock of this machine is wrong", ["timedatectl"]);
    const late = EXPIRED.has(code) ? ": they have expired" : "";
    return unfit(`Microsoft Entra does not accept the credentials${late} (${code})`, [LOGIN, looked]);
  }
  const [, said] = /Http status code: (\d{3})/i.exec(texts) ?? [];
  const status = said === undefined ? all.find((one) => one.status !== undefined)?.status : Number(said);
  if (status !== undefined && status >= 300) {
    const text = `${ENTRA} answered ${status}`;
    return isPassing(status) ? new TransientError(text) : unfit(text, [LOGIN, looked]);
  }
  // Of a chain that has tried everything, the machine that cannot be reached is no machine of Azure, unless it was named.
  const isChain = all.length > 2 && fieldOf(error, "errors") !== undefined;
  if (
    /network_error|endpoints_resolution_error|request_timeout|Network unreachable/.test(texts) &&
    (!isChain || context.env["IDENTITY_ENDPOINT"])
  )
    return new TransientError(`${ENTRA} did not answer`, { hints: [`if its certificate is not trusted here: ${CERTIFICATES}=FILE`] });
  if (texts.includes("expiresOn")) return new TransientError(`${ENTRA} gave none`);
  if (all.some(({ name }) => name === "CredentialUnavailableError"))
    return unfit("there are no Azure credentials", [looked, "log in: az login"]);
  return unfit("the Azure credentials cannot be used", [looked]);
}

const ENTRA = "Microsoft Entra, asked for a token,";
/** Secrets, certificates and sessions that are over (Microsoft: "Microsoft Entra authentication and authorization error codes"). */
const EXPIRED: ReadonlySet<string> = new Set(["AADSTS7000222", "AADSTS700082", "AADSTS50173", "AADSTS70043", "AADSTS700084"]);
const SKEWED: ReadonlySet<string> = new Set(["AADSTS700024", "AADSTS500133"]);

/** An error with those that it was made of, as far as that goes. */
function flatten(error: unknown, depth = 0): readonly Parts[] {
  if (error === undefined || depth > 4) return [];
  const more = [fieldOf(error, "cause"), ...listOf(fieldOf(error, "errors"))];
  return [partsOf(error), ...more.flatMap((one) => flatten(one, depth + 1))];
}

function noAnswer(who: string, code: string, give: (text: string, hints: readonly string[]) => SottoError): Error {
  const system = code === "REQUEST_SEND_ERROR" ? "" : code;
  const text = `${who} did not answer: ${reasonOf(system, "the connection broke")}`;
  const hints = certificateHints(system, `${CERTIFICATES}=FILE`);
  return hints.length > 0 ? give(text, hints) : new TransientError(text);
}

function unfit(message: string, hints: readonly string[]): SottoError {
  return new SottoError("IDENTITY_INVALID", message, { hints });
}

function fail({ action }: Purpose, message: string, hints: readonly string[]): SottoError {
  return new SottoError(action === "unwrap" ? "DATA_KEY_UNAVAILABLE" : "WRAP_FAILED", message, { hints });
}

function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

interface Parts {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  /** Of HTTP. */
  readonly status: number | undefined;
  /** The code inside of the error that the service describes. */
  readonly inner: string;
}

function partsOf(error: unknown): Parts {
  const code = fieldOf(error, "code");
  const status = Number(fieldOf(error, "statusCode"));
  const inner = fieldOf(fieldOf(fieldOf(fieldOf(error, "details"), "error"), "innerError"), "code");
  const { name, message } = error instanceof Error ? error : new Error("unknown");
  return {
    name,
    message,
    code: typeof code === "string" ? code : "",
    status: Number.isInteger(status) && status > 0 ? status : undefined,
    inner: typeof inner === "string" ? inner : "",
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
