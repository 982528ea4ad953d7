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
  program: ({ env }) => env["SOPS_GPG_EXEC"] || "gpg",
  label: (stored) => storedText(stored, "fp"),
  fromText: (text) => ({ fp: text.replaceAll(" ", "") }),
  async check(key) {
    const { findFault } = await import("./pgp/fingerprint.ts");
    const fault = findFault(key.label);
    if (fault === undefined) return;
    throw new SottoError("RECIPIENT_INVALID", `${JSON.stringify(key.label)} is no PGP fingerprint: ${fault.message}`, {
      hints: [...fault.hints, pgp.form],
    });
  },
  wrap: async (key, dataKey, context) => (await import("#pgp")).wrap(key, dataKey, context),
  unwrap: async (key, context) => (await import("#pgp")).unwrap(key, context),
  holds: async (key, context) => (await import("#pgp")).holds(key.label, context),
  held: async (context) => (await import("#pgp")).held(context),
};
