import {
  checkRecipients,
  findOwnRecipient,
  parseMasterKeys,
  refuseStarted,
  safeName,
  SottoError,
  type StartEnvironment,
  startProject,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";

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
    await refuseStarted(host);
    const keys = flags.age === undefined ? [] : parseMasterKeys("age", flags.age, { profile: "", context: undefined });
    if (flags.age !== undefined) await checkRecipients([keys]);
    const recipients = flags.age === undefined ? [await ownRecipient(context)] : keys.map((key) => key.label);
    const environments = flags.environment.map(parseEnvironment);
    const file = await startProject(host, {
      recipients,
      name: safeName(flags.name ?? host.env["USER"] ?? "me"),
      pathRegex: flags["path-regex"] ?? "^secrets/",
      environments,
    });
    context.result({ file, recipients });
    if (!context.json) context.err(context.visible(`wrote ${file} for ${recipients.join(", ")}\nnext: sotto encrypt -i secrets/FILE\n`));
    return 0;
  },
});

async function ownRecipient(context: Context): Promise<string> {
  const own = await findOwnRecipient(context.host);
  if (own !== undefined) return own;
  throw new SottoError("NO_KEYS", "there is no identity to write a rule for", {
    hints: ["sotto keys generate makes one", "or name recipients: sotto init --age age1…"],
  });
}

function parseEnvironment(text: string): StartEnvironment {
  const [name = "", files = ""] = text.split("=", 2);
  if (name !== "" && files !== "") return { name, files: files.split(",") };
  throw new SottoError("BAD_FLAGS", "--environment wants a name and its files", {
    hints: ["--environment prod=secrets/prod.yaml,secrets/prod.env"],
  });
}
