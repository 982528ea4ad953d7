/** A key of AWS KMS, on a double of AWS, for deploys that take over a role in the place of having an identity. */
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { motoEnvironment, type Server, startMoto } from "../support/servers.ts";

export const ROLE = "arn:aws:iam::123456789012:role/shop-deploy";

export interface Kms extends AsyncDisposable {
  readonly arn: string;
  /** What its owner has. */
  readonly env: Readonly<Record<string, string>>;
  /** The same without a right to anything. */
  readonly place: Readonly<Record<string, string>>;
}

/** Inside `describeWithPeers` only. */
export async function startKms(): Promise<Kms> {
  const moto: Server = await startMoto();
  const env = motoEnvironment(moto);
  const client = new KMSClient({ endpoint: moto.url, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const made = await client.send(new CreateKeyCommand({}));
  client.destroy();
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...place } = env;
  return { arn: made.KeyMetadata?.Arn ?? "", env, place, [Symbol.asyncDispose]: () => moto[Symbol.asyncDispose]() };
}
