/** PGP through the `gpg` program (sops: §5.5). */
import { SottoError } from "../src/model/error.ts";
import type { KeyProvider } from "../src/model/provider.ts";
import { storedText } from "../src/model/provider.ts";

export const pgp: KeyProvider = {
  id: "pgp",
  title: "PGP",
  order: { file: 6, flags: 5, rule: 2 },
  cost: "agent",
  flag: { name: "pgp", short: "p", env: "SOPS_PGP_FP", value: "fingerprints", help: "PGP keys" },
  flat: { key: "pgp", spoken: ["pgp", "pgp"] },
  group: { key: "pgp", texts: {} },
  stored: [{ name: "created_at" }, { name: "enc" }, { name: "fp" }],
  message: { number: 2, fields: ["fp"] },
  form: "a PGP fingerprint looks like 85D77543B3D624B63CEA9E6DBC17301B491B3F21",
  variables: { SOPS_GPG_EXEC: "the gpg program", GNUPGHOME: "the folder of gpg" },
  label: (stored) => storedText(stored, "fp"),
  fromText: (text) => ({ fp: text.replaceAll(" ", "") }),
  async check() {},
  async wrap() {
    throw new SottoError("WRAP_FAILED", "sotto cannot use PGP keys yet");
  },
  async unwrap() {
    throw new SottoError("DATA_KEY_UNAVAILABLE", "sotto cannot use PGP keys yet");
  },
};
