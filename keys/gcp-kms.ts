/** Google Cloud KMS (sops: §5.7). */
import { SottoError } from "../src/model/error.ts";
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
  variables: {},
  label: (stored) => storedText(stored, "resource_id"),
  fromText: (text) => ({ resource_id: text.replaceAll(" ", "") }),
  fromStruct: (stored) => ({ resource_id: storedText(stored, "resource_id").replaceAll(" ", "") }),
  async check() {},
  async wrap() {
    throw new SottoError("WRAP_FAILED", "sotto cannot use Google Cloud KMS keys yet");
  },
  async unwrap() {
    throw new SottoError("DATA_KEY_UNAVAILABLE", "sotto cannot use Google Cloud KMS keys yet");
  },
};
