/** age: X25519, hybrid post-quantum, SSH and plugin recipients (sops: §5.4). What wraps and unwraps is `#age`, see package.json. */
import type { KeyProvider } from "../src/model/provider.ts";
import { UnfitKey } from "../src/model/provider.ts";
import { findMistakes } from "./age/recipient-mistakes.ts";

export const age: KeyProvider = {
  id: "age",
  title: "age",
  order: { file: 7, flags: 7, rule: 1 },
  cost: "local",
  flag: { name: "age", short: "a", env: "SOPS_AGE_RECIPIENTS", value: "recipients", help: "age and SSH recipients, comma-separated" },
  flat: { key: "age", spoken: ["age", "age"] },
  group: { key: "age", texts: { skipsEmpty: true, commas: true } },
  stored: [{ name: "enc" }, { name: "recipient" }],
  always: true,
  message: { number: 6, fields: ["recipient"] },
  form: "an age recipient looks like age1…, an SSH one like ssh-ed25519 AAAA…",
  variables: {
    SOPS_AGE_KEY: "age identities",
    SOPS_AGE_KEY_FILE: "a file with age identities",
    SOPS_AGE_KEY_CMD: "a command that prints age identities",
    SOPS_AGE_SSH_PRIVATE_KEY_FILE: "an SSH private key",
    SOPS_AGE_SSH_PRIVATE_KEY_CMD: "a command that prints an SSH private key",
  },
  label: ({ recipient }) => (typeof recipient === "string" ? recipient : ""),
  fromText(text) {
    const recipient = text.trim();
    if (!recipient.startsWith("age1") && !recipient.startsWith("ssh-")) {
      throw new UnfitKey(`failed to parse input, unknown recipient type: ${JSON.stringify(recipient)}`, findMistakes(recipient));
    }
    return { recipient };
  },
  async check(key) {
    (await import("./age/recipients.ts")).parseRecipient(key.label);
  },
  wrap: async (key, dataKey, context) => (await import("#age")).wrap(key, dataKey, context),
  unwrap: async (key, context) => (await import("#age")).unwrap(key, context),
  holds: async (key, context) => (await import("#age")).holds(key, context),
  holdsUnknown: async (context) => (await import("#age")).holdsUnknown(context),
  held: async (context) => (await import("#age")).held(context),
};
