/** Uploads to Google Cloud Storage. Credentials and endpoint come from where Google's own programs take them. */
import { createHash } from "node:crypto";
import { loadPackage } from "../host/packages.ts";
import type { BucketDestination } from "../policy/destinations.ts";
import { describeFailure } from "./failure.ts";

/** @throws SottoError `PACKAGE_MISSING`, `PUBLISH_FAILED` */
export async function uploadToGcs(destination: BucketDestination, name: string, content: Uint8Array): Promise<void> {
  const { Storage } = await loadPackage<typeof import("@google-cloud/storage")>("@google-cloud/storage");
  const file = new Storage().bucket(destination.bucket).file(destination.prefix + name);
  // The server compares the sum and takes nothing that arrives damaged; the library would look afterwards, and delete the object.
  const md5Hash = createHash("md5").update(content).digest("base64");
  try {
    await file.save(Buffer.from(content), { resumable: false, validation: false, metadata: { md5Hash } });
  } catch (error) {
    throw describeFailure(error, [
      "look at your credentials (gcloud auth application-default login, or GOOGLE_APPLICATION_CREDENTIALS), and at their right to storage.objects.create there",
    ]);
  }
}
