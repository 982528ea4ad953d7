/** What the client of Google throws, in words that a person can act on, without any part of what was sent. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { CERTIFICATES } from "../network/certificates.ts";
import { certificateHints, oneLine, reasonOf } from "../network/reasons.ts";
import { credentialPlaces } from "./credentials.ts";

export interface Purpose {
  readonly action: "wrap" | "unwrap";
  /** Of the key. */
  readonly name: string;
  /** Of the service. */
  readonly host: string;
}

interface Known {
  readonly says: string;
  readonly hints: readonly string[];
}

const WHO_AM_I = "gcloud auth list tells whose credentials these are, unless GOOGLE_CREDENTIALS or another variable names them";
const LOGIN = "log in again: gcloud auth application-default login, or get a new token";

/** By the code of gRPC (google.rpc.Code); over HTTP the client has translated it. */
const KNOWN: Readonly<Record<number, Known>> = {
  3: { says: "this data key does not open", hints: ["it was wrapped with another key, or was changed since"] },
  5: { says: "there is no such key", hints: ["compare project, location and names: gcloud kms keys describe $KEY"] },
  7: {
    says: "these credentials may not use the key",
    hints: [WHO_AM_I, "they need roles/cloudkms.cryptoKeyEncrypterDecrypter on the key"],
  },
  9: {
    says: "the key, or the version of it that wrapped this data key, is disabled or destroyed",
    hints: ["gcloud kms keys versions list --key $KEY; gcloud kms keys versions enable, or restore, VERSION --key $KEY"],
  },
  16: { says: "the credentials are not accepted: they have expired, or were revoked", hints: [LOGIN] },
};

/** Cancelled, unknown, too late, throttled, aborted, internal, unavailable, damaged. */
const PASSING: ReadonlySet<number> = new Set([1, 2, 4, 8, 10, 13, 14, 15]);

/** @returns a TransientError where another try may help */
export function describeFailure(error: unknown, purpose: Purpose, context: KeyContext): Error {
  if (SottoError.is(error) || error instanceof TransientError) return error;
  const { message, code, status, cause } = partsOf(error);
  const who = `Google Cloud KMS at ${purpose.host}`;
  if (code === undefined) return describeCredentialFailure(error, context);
  if (code === 14 && status === undefined) {
    const system = systemCode(cause, message);
    const hints = certificateHints(system, `${CERTIFICATES}=FILE`);
    const text = `${who} did not answer: ${reasonOf(system, "the answer cannot be read, or there was none")}`;
    return hints.length > 0 ? fail(purpose, text, hints) : new TransientError(text);
  }
  if (message.startsWith("Error response from RPC ")) {
    const text = `${who} answered ${status ?? "something"}, which cannot be read`;
    return isPassing(code, status) ? new TransientError(text) : fail(purpose, text, ["something in between may have answered"]);
  }
  const said = oneLine(message.replace(/^\d+ [A-Z_]+: /, ""));
  const known = purpose.action === "wrap" && code === 3 ? undefined : KNOWN[code];
  const text = `${who} ${known === undefined ? "refuses" : `says that ${known.says}`}${said === "" ? "" : `: ${said}`}`;
  if (isPassing(code, status)) return new TransientError(text);
  return fail(
    purpose,
    text,
    (known?.hints ?? []).map((hint) => hint.replaceAll("$KEY", purpose.name)),
  );
}

/** Of looking for credentials, and of exchanging them for a token. */
export function describeCredentialFailure(error: unknown, context: KeyContext): Error {
  if (SottoError.is(error) || error instanceof TransientError) return error;
  const { message, status, cause } = partsOf(error);
  if (/default credentials/.test(message)) {
    return new SottoError("IDENTITY_INVALID", "there are no Google credentials", {
      hints: [`looked at, in this order: ${credentialPlaces(context)}`, "log in: gcloud auth application-default login"],
    });
  }
  const system = systemCode(error, "") || systemCode(cause, "");
  if (status === undefined && system !== "") {
    const hints = certificateHints(system, `${CERTIFICATES}=FILE`);
    const text = `Google, asked for a token, did not answer: ${reasonOf(system, "")}`;
    return hints.length > 0 ? new SottoError("IDENTITY_INVALID", text, { hints }) : new TransientError(text);
  }
  if (status !== undefined && isPassing(0, status)) return new TransientError(`Google, asked for a token, answered ${status}`);
  if (/short-lived|reasonable timeframe|iat and exp/.test(message))
    return unfitCredentials("Google gives no token: the clock of this machine is wrong", ["timedatectl"]);
  if (/invalid_grant|invalid_rapt|expired/.test(message))
    return unfitCredentials("the Google credentials have expired, or were revoked", [LOGIN]);
  return unfitCredentials(`the Google credentials cannot be used${status === undefined ? "" : ` (${status})`}`, [
    `looked at, in this order: ${credentialPlaces(context)}`,
  ]);
}

function unfitCredentials(message: string, hints: readonly string[] = []): SottoError {
  return new SottoError("IDENTITY_INVALID", message, { hints });
}

function fail({ action }: Purpose, message: string, hints: readonly string[]): SottoError {
  return new SottoError(action === "wrap" ? "WRAP_FAILED" : "DATA_KEY_UNAVAILABLE", message, { hints });
}

function isPassing(code: number, status: number | undefined): boolean {
  return PASSING.has(code) || (status !== undefined && (status === 429 || status >= 500));
}

interface Parts {
  readonly message: string;
  /** Of gRPC. */
  readonly code: number | undefined;
  /** Of HTTP. */
  readonly status: number | undefined;
  readonly cause: unknown;
}

function partsOf(error: unknown): Parts {
  const code = fieldOf(error, "code");
  const status = fieldOf(error, "httpStatusCode") ?? fieldOf(error, "status") ?? fieldOf(fieldOf(error, "response"), "status");
  return {
    message: error instanceof Error ? error.message : "",
    code: typeof code === "number" && code <= 16 ? code : undefined,
    status: typeof status === "number" ? status : undefined,
    cause: fieldOf(error, "cause"),
  };
}

/** Of the system or of TLS; over gRPC it stands in the text alone. */
function systemCode(error: unknown, text: string): string {
  for (let one = error, depth = 0; one !== undefined && depth < 5; one = fieldOf(one, "cause"), depth += 1) {
    const code = fieldOf(one, "code");
    if (typeof code === "string" && /^[A-Z_]{5,}$/.test(code)) return code;
  }
  const [found] = /\bE[A-Z]{4,}\b|\b[A-Z]+(?:_[A-Z]+){2,}\b/.exec(text) ?? [];
  if (found !== undefined) return found;
  const [, code = ""] = TLS_TEXTS.find(([pattern]) => pattern.test(text)) ?? [];
  return code;
}

/** gRPC passes on the words of OpenSSL, not its codes. */
const TLS_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/certificate has expired/, "CERT_HAS_EXPIRED"],
  [/self[- ]signed certificate in/, "SELF_SIGNED_CERT_IN_CHAIN"],
  [/self[- ]signed certificate/, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  [/unable to (?:verify|get)/, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  [/does not match certificate/, "ERR_TLS_CERT_ALTNAME_INVALID"],
];

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
