/** Uploads to S3. Credentials, region and endpoint come from where AWS's own programs take them. */
import { loadPackage } from "../host/packages.ts";
import type { BucketDestination } from "../policy/destinations.ts";
import { describeFailure } from "./failure.ts";

/** @throws SottoError `PACKAGE_MISSING`, `PUBLISH_FAILED` */
export async function uploadToS3(destination: BucketDestination, name: string, content: Uint8Array): Promise<void> {
  const { S3Client, PutObjectCommand } = await loadPackage<typeof import("@aws-sdk/client-s3")>("@aws-sdk/client-s3");
  const client = new S3Client({});
  try {
    await client.send(new PutObjectCommand({ Bucket: destination.bucket, Key: destination.prefix + name, Body: content }));
  } catch (error) {
    throw describeFailure(error, [
      "look at AWS_REGION, at your credentials (aws sts get-caller-identity), and at their right to s3:PutObject there",
    ]);
  } finally {
    client.destroy();
  }
}
