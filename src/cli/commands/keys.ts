import { dirname } from "node:path";
import { decodeText, defaultKeyFile, encodeText, generateIdentity, listIdentities, nameOfRecipient, SottoError } from "../../index.ts";
import { type Command, defineCommand, defineGroup, type Group } from "../command.ts";
import { openProject } from "./_files.ts";

const generate: Command = defineCommand({
  name: "keys generate",
  summary: "make an age identity",
  description:
    "Writes a new identity to the key file that sops and sotto read by themselves, readable for you alone, and prints its recipient.",
  args: [],
  flags: [
    { name: "output", short: "o", type: "string", value: "file", help: "write it to this file instead" },
    { name: "append", type: "boolean", help: "add it to a key file that exists" },
    { name: "pq", type: "boolean", help: "make a post-quantum hybrid identity (needs sops 3.12 or later)" },
  ],
  examples: ["sotto keys generate", "sotto keys generate --output ci.txt"],
  async run(context) {
    const { flags, host } = context;
    const path = flags.output ?? (await defaultKeyFile(host));
    const before = (await host.stat(path)) === undefined ? undefined : await host.readFile(path);
    if (before !== undefined && !flags.append) {
      throw new SottoError("REFUSED", "the key file exists already", {
        file: path,
        hints: ["sotto keys list shows what is in it", "--append adds one more identity"],
      });
    }
    const { identity, recipient } = await generateIdentity(flags.pq ? "pq" : "x25519");
    const made = `# created: ${host
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z")}\n# public key: ${recipient}\n${identity}\n`;
    const earlier = before === undefined ? "" : decodeText(before).replace(/([^\n])$/, "$1\n");
    await host.makeFolder(dirname(path), 0o700);
    await host.writeFile(path, encodeText(earlier + made), { mode: 0o600, ...(before === undefined ? {} : { expected: before }) });
    context.result({ recipient, file: path });
    if (!context.json) {
      context.err(`identity written to ${path}; keep a copy where only you can read it\n`);
      context.out(`${recipient}\n`);
    }
    return 0;
  },
});

const list: Command = defineCommand({
  name: "keys list",
  summary: "list the identities at hand",
  description: "Shows the recipient of every age and SSH identity that sotto would use, and where it was found. No identity is printed.",
  args: [],
  flags: [],
  examples: ["sotto keys list"],
  async run(context) {
    const project = await openProject(context);
    const { identities, problems } = await listIdentities(context.host);
    const named = identities.map((one) => ({
      ...one,
      name: one.recipient === undefined ? undefined : nameOfRecipient(project.config, one.recipient),
    }));
    context.result({ identities: named, problems });
    if (context.json) return 0;
    for (const { recipient, source, name, plugin } of named) {
      const what = recipient ?? (plugin === undefined ? "(locked by a passphrase)" : `(of age-plugin-${plugin})`);
      context.out(context.visible(`${what}${name === undefined ? "" : ` (${name})`}  ${source}\n`));
    }
    for (const { source, message } of problems) context.warn(`${source}: ${message}`);
    if (named.length === 0) context.err("no identity found; sotto keys generate makes one\n");
    return 0;
  },
});

export const keys: Group = defineGroup("keys", "identities", [
  { name: "generate", summary: generate.spec.summary, load: () => Promise.resolve(generate) },
  { name: "list", summary: list.spec.summary, load: () => Promise.resolve(list) },
]);
