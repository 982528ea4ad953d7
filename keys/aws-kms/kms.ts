/** Wrapping and unwrapping with AWS KMS (sops: §5.6). A role or a profile is used only when somebody other than the file named it. */
import type { KMSClient } from "@aws-sdk/client-kms";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { storedPairs, storedText } from "../../src/model/provider.ts";
import { checkDataKey, creationTime } from "../network/data-key.ts";
import { loadPackage } from "../network/load.ts";
import { unlessAborted } from "../network/until.ts";
import { findRoleFault, regionOf } from "./arn.ts";
import { clientFor, type KmsPlace } from "./clients.ts";
import { describeFailure, type Purpose } from "./failures.ts";
import { ownProfile } from "./profiles.ts";

type Kms = typeof import("@aws-sdk/client-kms");

export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<MasterKey> {
  const { CiphertextBlob } = await call(key, "wrap", context, signal, async (client, about, options) => {
    const { EncryptCommand } = await loadPackage<Kms>("@aws-sdk/client-kms", context);
    return client.send(new EncryptCommand({ ...about, Plaintext: dataKey }), options);
  });
  if (CiphertextBlob === undefined || CiphertextBlob.length === 0)
    throw new SottoError("WRAP_FAILED", "the answer of AWS KMS holds no wrapped key");
  const wrapped = encodeBase64(CiphertextBlob);
  return { ...key, wrapped, stored: { ...key.stored, created_at: creationTime(), enc: wrapped } };
}

export async function unwrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array> {
  const blob = decodeBase64(key.wrapped ?? "");
  if (blob === undefined || blob.length === 0) throw new SottoError("DATA_KEY_UNAVAILABLE", "the wrapped key is no Base64 text");
  const { Plaintext } = await call(key, "unwrap", context, signal, async (client, about, options) => {
    const { DecryptCommand } = await loadPackage<Kms>("@aws-sdk/client-kms", context);
    return client.send(new DecryptCommand({ ...about, CiphertextBlob: blob }), options);
  });
  if (Plaintext === undefined) throw new SottoError("DATA_KEY_UNAVAILABLE", "the answer of AWS KMS holds no data key");
  return checkDataKey(Plaintext);
}

interface About {
  readonly KeyId: string;
  readonly EncryptionContext?: Record<string, string>;
}

async function call<T>(
  key: MasterKey,
  action: "wrap" | "unwrap",
  context: KeyContext,
  signal: AbortSignal | undefined,
  send: (client: KMSClient, about: About, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  const arn = storedText(key.stored, "arn");
  const purpose: Purpose = { service: action, arn, ...placeOf(key, action) };
  await requireApproval(purpose, context);
  const pairs = storedPairs(key.stored, "context");
  const about = { KeyId: arn, ...(pairs.length === 0 ? {} : { EncryptionContext: Object.fromEntries(pairs) }) };
  const client = await clientFor(purpose, context);
  try {
    // The signal does not reach where credentials are looked for.
    return await unlessAborted(send(client, about, signal === undefined ? {} : { abortSignal: signal }), signal);
  } catch (error) {
    // Who ended the call knows why.
    if (signal?.aborted === true) throw error;
    throw describeFailure(error, purpose, context);
  }
}

function placeOf({ stored }: MasterKey, action: "wrap" | "unwrap"): KmsPlace {
  const arn = storedText(stored, "arn");
  const region = regionOf(arn);
  if (region !== undefined) return { region, profile: storedText(stored, "aws_profile"), role: storedText(stored, "role") };
  const shown = /^[\x20-\x7e]*$/.test(arn) ? `'${arn}'` : JSON.stringify(arn);
  throw new SottoError(action === "wrap" ? "WRAP_FAILED" : "DATA_KEY_UNAVAILABLE", `no valid ARN found in ${shown}`);
}

/**
 * What the environment says counts as much as what the user types. A name that may be anything is repeated only as JSON, and offered
 * for pasting only if a shell takes it as it is.
 */
async function requireApproval({ role, profile }: KmsPlace, context: KeyContext): Promise<void> {
  if (role !== "" && !isNamedRole(role, context) && !(await context.approves?.("role", role))) {
    const isPlain = findRoleFault(role) === undefined;
    throw new SottoError(
      "DATA_KEY_UNAVAILABLE",
      `the role ${isPlain ? role : JSON.stringify(role)}, which only the file names, is not assumed`,
      {
        hints: [
          isPlain
            ? `if it is yours: --accept 'role:${role}', or list it below trust.roles in your own configuration`
            : "it is no ARN of a role",
          "AWS was not asked",
        ],
      },
    );
  }
  if (profile !== "" && profile !== ownProfile(context) && !(await context.approves?.("profile", profile))) {
    throw new SottoError("DATA_KEY_UNAVAILABLE", `the AWS profile ${JSON.stringify(profile)}, which only the file names, is not used`, {
      hints: [
        /^[\w.@+=:,/-]+$/.test(profile)
          ? `if it is meant: AWS_PROFILE=${profile}, or --accept 'profile:${profile}'`
          : "it is an unusual name",
        "AWS was not asked",
      ],
    });
  }
}

function isNamedRole(role: string, { env }: KeyContext): boolean {
  return env["AWS_ROLE_ARN"] === role || (env["SOPS_KMS_ARN"] ?? "").split(",").some((one) => one.replaceAll(" ", "").endsWith(`+${role}`));
}
