/** Google Cloud KMS (sops: §5.7). */
import type { KeyProvider } from "../src/model/provider.ts";
import { storedText } from "../src/model/provider.ts";

export const gcpKms: KeyProvider = {
  id: "gcp_kms",
  title: "Google Cloud KMS",
  order: { file: 2, flags: 2, rule: 4 },
  cost: "network",
  flag: { name: "gcp-kms", env: "SOPS_GCP_KMS_IDS", value: "ids", help: "Google Cloud KMS keys" },
  flat: { key: "gcp_kms", spoken: ["gcpkms", "gcp_kms"] },
  group: { key: "gcp_kms", struct: { type: "gcpKmsKey", fields: { resource_id: "resource_id" } } },
  stored: [{ name: "created_at" }, { name: "enc" }, { name: "resource_id" }],
  message: { number: 3, fields: ["resource_id"] },
  form: "a Google Cloud KMS key looks like projects/acme/locations/global/keyRings/sotto/cryptoKeys/prod",
  variables: {
    GOOGLE_CREDENTIALS: "credentials: the path of a file, or its text",
    GOOGLE_OAUTH_ACCESS_TOKEN: "a token, which is not renewed",
    GOOGLE_APPLICATION_CREDENTIALS:
      "the path of a file with credentials; else what gcloud auth application-default login left, then the machine",
    SOPS_GCP_KMS_CLIENT_TYPE: "rest for HTTP; gRPC without it",
    SOPS_GCP_KMS_ENDPOINT: "another address than Google's",
    SOPS_GCP_KMS_UNIVERSE_DOMAIN: "the domain of another cloud by Google",
    SSL_CERT_FILE: "a file with the certificates to trust",
  },
  packages: ["@google-cloud/kms", "google-auth-library", "@grpc/grpc-js"],
  label: (stored) => storedText(stored, "resource_id"),
  fromText: (text) => ({ resource_id: text.replaceAll(" ", "") }),
  fromStruct: (stored) => ({ resource_id: storedText(stored, "resource_id").replaceAll(" ", "") }),
  async check({ stored }) {
    const { checkResourceId } = await import("./gcp-kms/resource-id.ts");
    checkResourceId(storedText(stored, "resource_id"), gcpKms.form);
  },
  wrap: async (key, dataKey, context, signal) => (await import("#gcp-kms")).wrap(key, dataKey, context, signal),
  unwrap: async (key, context, signal) => (await import("#gcp-kms")).unwrap(key, context, signal),
};
