/** What the clients of AWS throw, in words that a person can act on, without any part of what was sent or answered. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { certificateHints, oneLine, reasonOf } from "../network/reasons.ts";
import type { KmsPlace } from "./clients.ts";
import { ownProfile, profilePaths } from "./profiles.ts";

export interface Purpose extends KmsPlace {
  readonly service: "wrap" | "unwrap" | "sts";
  /** Of the key; absent when a role is assumed. */
  readonly arn?: string;
}

/** @returns a TransientError where another try may help */
export function describeFailure(error: unknown, purpose: Purpose, context: KeyContext): Error {
  if (SottoError.is(error) || error instanceof TransientError) return error;
  const { name, message, code, status, corrected, speaks } = partsOf(error);
  const who = purpose.service === "sts" ? `AWS, asked for the role ${purpose.role},` : `AWS KMS in ${purpose.region}`;
  if (/^(?:Credentials|Token)Provider/.test(name)) return noCredentials(message, purpose, context);
  if (status === undefined || status < 300) {
    const hints = certificateHints(code, "AWS_CA_BUNDLE=FILE for AWS");
    const text = `${who} did not answer: ${reasonOf(code, name === "TimeoutError" ? "it timed out" : "the answer cannot be read")}`;
    return hints.length > 0 ? fail(purpose, text, hints) : new TransientError(text);
  }
  if (!speaks) {
    const text = `${who} answered ${status}, with what cannot be read`;
    return isPassing("", status) ? new TransientError(text) : fail(purpose, text, ["something between here and AWS may have answered"]);
  }
  const known = KNOWN[name];
  const said = known === undefined ? `answered ${status} (${name})` : `says that ${known.says}`;
  const text = `${who} ${said}${["", name, "UnknownError"].includes(message) ? "" : `: ${oneLine(message)}`}`;
  if (/Signature (?:not yet current|expired)|RequestTimeTooSkewed|RequestExpired/.test(`${name} ${message}`)) {
    // The client has set its own clock by the answer.
    return corrected ? new TransientError(text) : fail(purpose, text, ["the clock of this machine is wrong: timedatectl"]);
  }
  if (isPassing(name, status)) return new TransientError(text);
  const hints = (known?.hints ?? []).map((hint) => hint.replaceAll("$KEY", purpose.arn ?? purpose.role));
  return fail(purpose, text, hints);
}

function fail({ service }: Purpose, message: string, hints: readonly string[]): SottoError {
  return new SottoError(service === "wrap" ? "WRAP_FAILED" : service === "unwrap" ? "DATA_KEY_UNAVAILABLE" : "IDENTITY_INVALID", message, {
    hints,
  });
}

interface Known {
  readonly says: string;
  readonly hints: readonly string[];
}

const WHO_AM_I = "aws sts get-caller-identity tells whose credentials these are";

const KNOWN: Readonly<Record<string, Known>> = {
  NotFoundException: {
    says: "there is no such key for these credentials",
    hints: ["compare account and region: aws kms describe-key --key-id $KEY", WHO_AM_I],
  },
  DisabledException: { says: "the key is disabled", hints: ["aws kms enable-key --key-id $KEY"] },
  KMSInvalidStateException: {
    says: "the key is in a state in which it cannot be used",
    hints: ["it may be about to be deleted: aws kms describe-key --key-id $KEY, aws kms cancel-key-deletion --key-id $KEY"],
  },
  InvalidCiphertextException: {
    says: "this data key does not open",
    hints: ["it was wrapped with another key or another encryption context, or was changed since"],
  },
  IncorrectKeyException: {
    says: "this data key was wrapped with another key",
    hints: ["compare arn and enc in the file with its history"],
  },
  InvalidKeyUsageException: { says: "the key is not one for encryption", hints: ["it needs KeyUsage ENCRYPT_DECRYPT"] },
  AccessDeniedException: {
    says: "these credentials may not use the key",
    hints: [WHO_AM_I, "the policy of the key has to allow kms:Encrypt and kms:Decrypt; for a key of another account theirs as well"],
  },
  AccessDenied: {
    says: "these credentials may not assume the role",
    hints: [WHO_AM_I, "the trust policy of the role has to name them, and theirs has to allow sts:AssumeRole"],
  },
  ...same(["ExpiredToken", "ExpiredTokenException"], {
    says: "the credentials have expired",
    hints: ["log in again: aws sso login, or get new temporary credentials"],
  }),
  ...same(["UnrecognizedClientException", "InvalidClientTokenId"], { says: "it does not know the access key", hints: [WHO_AM_I] }),
  ...same(["InvalidSignatureException", "SignatureDoesNotMatch"], {
    says: "the request is not signed as it should be",
    hints: ["the secret access key does not belong to the access key, or the clock of this machine is wrong"],
  }),
};

function same(names: readonly string[], known: Known): Readonly<Record<string, Known>> {
  return Object.fromEntries(names.map((name) => [name, known]));
}

const PASSING: ReadonlySet<string> = new Set([
  "DependencyTimeoutException",
  "KeyUnavailableException",
  "KMSInternalException",
  "LimitExceededException",
  "RequestLimitExceeded",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
]);

function isPassing(name: string, status: number): boolean {
  return status === 429 || status >= 500 || PASSING.has(name);
}

interface Parts {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly corrected: boolean;
  /** An answer that says what went wrong. The clients mark other failures as well, whose texts may hold parts of an answer. */
  readonly speaks: boolean;
}

function partsOf(error: unknown): Parts {
  const { name, message } = error instanceof Error ? error : new Error("unknown");
  const code = fieldOf(error, "code");
  const metadata = fieldOf(error, "$metadata");
  const status = fieldOf(metadata, "httpStatusCode");
  return {
    name,
    message,
    code: typeof code === "string" ? code : "",
    status: typeof status === "number" ? status : undefined,
    corrected: fieldOf(metadata, "clockSkewCorrected") === true,
    speaks: fieldOf(error, "$fault") !== undefined,
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Where was looked, in order, and what was found there. */
function noCredentials(message: string, { profile }: Purpose, context: KeyContext): SottoError {
  const plain = /Could not load credentials from any providers/.test(message);
  const named = profile || ownProfile(context) || "default";
  const places = [
    ...(profile === "" ? ["AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN"] : []),
    `the profile ${JSON.stringify(named)} in ${profilePaths(context).join(" and ")}`,
    "the container and the machine (AWS_CONTAINER_CREDENTIALS_*, EC2)",
  ];
  return new SottoError("IDENTITY_INVALID", `there are no AWS credentials${plain ? "" : `: ${oneLine(message)}`}`, {
    hints: [`looked at, in this order: ${places.join("; ")}`, "log in: aws sso login, or aws configure"],
  });
}
