/** Credentials that AWS gives for a role: to who has others (sops: §5.6), or to who shows the token of a cluster or a CI. */
import type { STSClient } from "@aws-sdk/client-sts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { loadPackage } from "../network/load.ts";
import type { KmsPlace, Settings } from "./clients.ts";
import { describeFailure } from "./failures.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** A client asks it when it has none that are valid. */
export type CredentialSource = () => Promise<Credentials>;

/** In milliseconds. The calls have a limit of their own; this one is for roles, which are assumed on behalf of all of them. */
const PATIENCE = 10_000;
/** Of the names of sessions. */
const MAX_SESSION = 64;

type Sts = typeof import("@aws-sdk/client-sts");

/** For the role that stands with the key. */
export async function roleCredentials(place: KmsPlace, settings: Settings, context: KeyContext): Promise<CredentialSource> {
  const { AssumeRoleCommand } = await loadSts(context);
  const session = await sessionName(context);
  return assume(place, settings, context, async (client, options) => {
    const command = new AssumeRoleCommand({ RoleArn: place.role, RoleSessionName: session });
    return (await client.send(command, options)).Credentials;
  });
}

/** @returns undefined where the environment names no token */
export async function tokenCredentials(place: KmsPlace, settings: Settings, context: KeyContext): Promise<CredentialSource | undefined> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: named } = context.env;
  if (!path || !role) return undefined;
  const { AssumeRoleWithWebIdentityCommand } = await loadSts(context);
  const session = named || (await sessionName(context));
  return assume({ ...place, role }, settings, context, async (client, options) => {
    const token = await context.readFile(path);
    if (token === undefined) throw new SottoError("IDENTITY_INVALID", `AWS_WEB_IDENTITY_TOKEN_FILE names ${path}, which is not there`);
    const fields = { RoleArn: role, RoleSessionName: session, WebIdentityToken: new TextDecoder().decode(token).trim() };
    token.fill(0);
    return (await client.send(new AssumeRoleWithWebIdentityCommand(fields), options)).Credentials;
  });
}

interface Given {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

async function assume(
  place: KmsPlace,
  settings: Settings,
  context: KeyContext,
  send: (client: STSClient, options: { readonly abortSignal: AbortSignal }) => Promise<Given | undefined>,
): Promise<CredentialSource> {
  const { STSClient } = await loadSts(context);
  const client = new STSClient(settings);
  return async () => {
    const patience = AbortSignal.timeout(PATIENCE);
    try {
      const given = await send(client, {
        abortSignal: context.signal === undefined ? patience : AbortSignal.any([context.signal, patience]),
      });
      if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined)
        throw new SottoError("IDENTITY_INVALID", `AWS gave no credentials for the role ${place.role}`);
      return {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
        ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
      };
    } catch (error) {
      throw describeFailure(error, { ...place, service: "sts" }, context);
    }
  };
}

function loadSts(context: KeyContext): Promise<Sts> {
  return loadPackage<Sts>("@aws-sdk/client-sts", context);
}

/** sops's: policies may ask for it. Without the brackets that sops leaves and AWS refuses. */
async function sessionName(context: KeyContext): Promise<string> {
  const { hostname } = await loadPackage<{ readonly hostname: () => string }>("os", context);
  return `sops@${hostname().replaceAll(/[^A-Za-z0-9=,.@_]+/g, "")}`.slice(0, MAX_SESSION);
}
