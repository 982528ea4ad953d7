/** HuaweiCloud KMS (sops: §5.10). */
import { SottoError } from "../src/model/error.ts";
import type { KeyProvider, StoredFields } from "../src/model/provider.ts";
import { storedText, UnfitKey } from "../src/model/provider.ts";

export const hckms: KeyProvider = {
  id: "hckms",
  title: "HuaweiCloud KMS",
  order: { file: 3, flags: 3, rule: 5 },
  cost: "network",
  flag: { name: "hckms", env: "SOPS_HUAWEICLOUD_KMS_IDS", value: "ids", help: "HuaweiCloud KMS keys" },
  flat: { key: "hckms", spoken: ["hckms", "hckms"], skipsEmpty: true, listOnly: true },
  group: { key: "hckms", struct: { type: "hckmsKey", fields: { key_id: "key_id" } } },
  stored: [{ name: "created_at" }, { name: "enc" }, { name: "key_id" }],
  message: { number: 7, fields: ["key_id"] },
  form: "a HuaweiCloud KMS key looks like eu-west-101:1234abcd-12ab-34cd-56ef-1234567890ab",
  variables: {
    HUAWEICLOUD_SDK_AK: "an access key, with HUAWEICLOUD_SDK_SK and, for temporary ones, HUAWEICLOUD_SDK_SECURITY_TOKEN",
    HUAWEICLOUD_SDK_PROJECT_ID: "the project of the key; else that of its region",
    HUAWEICLOUD_SDK_CREDENTIALS_FILE: "a file with the same; else ~/.huaweicloud/credentials",
  },
  label: (stored) => storedText(stored, "key_id"),
  fromText: (text) => readId(text.trim()),
  fromStruct: (stored) => readId(storedText(stored, "key_id")),
  misfit(stored) {
    const [region = "", ...rest] = storedText(stored, "key_id").split(":");
    return region.trim() !== "" && rest.join(":").trim() !== "" ? undefined : "key_id is not of the form region:key-uuid";
  },
  async check(key) {
    const fault = (await import("./hckms/key-id.ts")).findFault(key.label);
    if (fault === undefined) return;
    throw new SottoError("RECIPIENT_INVALID", `${JSON.stringify(key.label)} is no HuaweiCloud KMS key: ${fault}`, { hints: [hckms.form] });
  },
  wrap: async (key, dataKey, context, signal) => (await import("#hckms")).wrap(key, dataKey, context, signal),
  unwrap: async (key, context, signal) => (await import("#hckms")).unwrap(key, context, signal),
};

function readId(id: string): StoredFields {
  const colon = id.indexOf(":");
  if (colon === -1) throw new UnfitKey(`invalid key ID format: expected 'region:key-uuid', got ${JSON.stringify(id.trim())}`);
  if (id.slice(0, colon).trim() === "") throw new UnfitKey(`region cannot be empty in key ID: ${JSON.stringify(id.trim())}`);
  if (id.slice(colon + 1).trim() === "") throw new UnfitKey(`key UUID cannot be empty in key ID: ${JSON.stringify(id.trim())}`);
  return { key_id: id };
}
