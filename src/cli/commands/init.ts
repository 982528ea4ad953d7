import { basename } from "node:path";
import { checkRecipients, encodeText, listIdentities, parseMasterKeys, SottoError } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";

const CONFIG = ".sops.yaml";

export const init: Command = defineCommand({
  name: "init",
  summary: "write a .sops.yaml for this folder",
  description:
    "Writes who can read which files: one rule for --path-regex, for your own age identity or for the recipients of --age, with your name beside your key. sops reads the same file.",
  args: [],
  flags: [
    {
      name: "age",
      short: "a",
      type: "string",
      env: "SOPS_AGE_RECIPIENTS",
      value: "recipients",
      help: "age or SSH recipients instead of your own identity",
    },
    { name: "name", type: "string", value: "name", help: "the name of the owner of the first recipient" },
    { name: "path-regex", type: "string", value: "re2", help: "the files that the rule is for (^secrets/)" },
    {
      name: "environment",
      type: "list",
      value: "name=files",
      help: "an environment and its files: prod=secrets/prod.yaml,secrets/prod.env",
    },
  ],
  examples: ["sotto init", "sotto init --name ana --environment dev=secrets/dev.yaml --environment prod=secrets/prod.yaml"],
  async run(context) {
    const { flags, host } = context;
    if ((await host.stat(CONFIG)) !== undefined) {
      throw new SottoError("REFUSED", "there is a configuration already", {
        file: CONFIG,
        hints: ["change it in your editor; sotto explain shows what it means for a file"],
      });
    }
    const keys = flags.age === undefined ? [] : parseMasterKeys("age", flags.age, { profile: "", context: undefined });
    if (flags.age !== undefined) await checkRecipients([keys]);
    const recipients = flags.age === undefined ? [await ownRecipient(context)] : keys.map((key) => key.label);
    const environments = flags.environment.map(parseEnvironment);
    const text = await renderConfig({
      recipients,
      name: safeName(flags.name ?? host.env["USER"] ?? "me"),
      pathRegex: flags["path-regex"] ?? "^secrets/",
      environments,
    });
    await host.writeFile(CONFIG, encodeText(text));
    context.result({ file: CONFIG, recipients });
    if (!context.json) context.err(context.visible(`wrote ${CONFIG} for ${recipients.join(", ")}\nnext: sotto encrypt -i secrets/FILE\n`));
    return 0;
  },
});

async function ownRecipient(context: Context): Promise<string> {
  const { identities } = await listIdentities(context.host);
  const own = identities.find((one) => one.recipient?.startsWith("age1")) ?? identities.find((one) => one.recipient !== undefined);
  if (own?.recipient !== undefined) return own.recipient;
  throw new SottoError("NO_KEYS", "there is no identity to write a rule for", {
    hints: ["sotto keys generate makes one", "or name recipients: sotto init --age age1…"],
  });
}

interface Environment {
  readonly name: string;
  readonly files: readonly string[];
}

function parseEnvironment(text: string): Environment {
  const [name = "", files = ""] = text.split("=", 2);
  if (name !== "" && files !== "") return { name, files: files.split(",") };
  throw new SottoError("BAD_FLAGS", "--environment wants a name and its files", {
    hints: ["--environment prod=secrets/prod.yaml,secrets/prod.env"],
  });
}

/** An anchor may hold letters, digits, - and _ without trouble in any YAML reader. */
function safeName(name: string): string {
  const safe = basename(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-");
  return safe === "" ? "me" : safe;
}

interface Settings {
  readonly recipients: readonly string[];
  readonly name: string;
  readonly pathRegex: string;
  readonly environments: readonly Environment[];
}

/** One anchor a recipient; rules and people refer to it. */
async function renderConfig({ recipients, name, pathRegex, environments }: Settings): Promise<string> {
  const { Document, isScalar } = await import("yaml");
  const names = recipients.map((_, index) => (index === 0 ? name : `${name}-${index + 1}`));
  const document = new Document({
    keys: recipients,
    creation_rules: [{ path_regex: pathRegex, age: "" }],
    sotto: {
      people: Object.fromEntries(names.map((one) => [one, { keys: [] }])),
      ...(environments.length === 0
        ? {}
        : { environments: Object.fromEntries(environments.map((one) => [one.name, { files: one.files }])) }),
    },
  });
  const aliases = recipients.map((_, index) => {
    const node = document.getIn(["keys", index], true);
    if (!isScalar(node)) throw new TypeError("a recipient is a scalar");
    return document.createAlias(node, names[index] ?? name);
  });
  document.setIn(["creation_rules", 0, "age"], aliases.length === 1 ? aliases[0] : aliases);
  for (const [index, one] of names.entries()) document.setIn(["sotto", "people", one, "keys"], [aliases[index]]);
  document.commentBefore = " Who can read which files. sops reads all of this but the part under sotto:";
  return document.toString({ lineWidth: 0 });
}
