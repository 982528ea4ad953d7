import { decodeText, guardSet, parsePath, SottoError, valueFromJavaScript, valueFromJson } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { editFile } from "./_edit.ts";
import { IGNORE_MAC, INPUT_TYPE, OUTPUT_TYPE, THRESHOLD, UNLOCKING } from "./_flags.ts";

export const set: Command = defineCommand({
  name: "set",
  summary: "change one value",
  description:
    "Sets a value in an encrypted file; everything else keeps its bytes. The value is JSON, as in sops. Setting what is there already leaves the file untouched. A value on the command line is seen by every process of this machine: prefer --prompt, --value-stdin or --value-file.",
  usage:
    "set [flags] file path value\n       sotto set [flags] --value-stdin file path\n       sotto set [flags] --value-file file path value-file\n       sotto set [flags] --prompt | --generate=RECIPE file path",
  args: [{ name: "file" }, { name: "path" }, { name: "value", optional: true }],
  flags: [
    { name: "value-file", type: "boolean", help: "VALUE is the name of a file that holds the value" },
    { name: "value-stdin", type: "boolean", help: "read the value from standard input" },
    { name: "prompt", type: "boolean", help: "ask for the value on the terminal, without showing it; it is taken as text" },
    {
      name: "generate",
      type: "string",
      value: "recipe",
      help: "make a new value that nobody sees: hex:32, base64:32, alphanumeric:32, symbols:32, readable:24, passphrase:8, uuid …",
    },
    { name: "string", type: "boolean", help: "take the value as text, not as JSON; one line end at its end does not count" },
    {
      name: "allow-plaintext",
      type: "boolean",
      help: "write the value even if the file's selector leaves it plain and the creation rule does not",
    },
    { name: "idempotent", type: "boolean", help: "as sops has it; sotto never writes a file that would not change" },
    IGNORE_MAC,
    INPUT_TYPE,
    OUTPUT_TYPE,
    { ...THRESHOLD, hidden: true },
    ...UNLOCKING,
  ],
  examples: [
    `sotto set secrets/prod.yaml database.port 5432`,
    `pass show db | sotto set --string --value-stdin secrets/prod.yaml database.password`,
    "sotto set --prompt secrets/prod.yaml database.password",
    "sotto set --generate hex:32 secrets/prod.yaml session.secret",
    `sotto set secrets/prod.yaml '["servers"][0]["name"]' '"web-1"'`,
  ],
  surplus: "missing",
  async run(context) {
    const { flags, args } = context;
    const [one, two] = (["value-file", "value-stdin", "prompt", "generate"] as const).filter(
      (name) => flags[name] !== false && flags[name] !== undefined,
    );
    if (one !== undefined && two !== undefined) {
      throw new SottoError("BAD_FLAGS", `--${one} and --${two} exclude each other`, { hints: ["leave out one of them"] });
    }
    const path = parsePath(args.path);
    const unseen =
      flags.prompt || flags.generate !== undefined
        ? await (await import("./_unseen.ts")).readUnseen(context, args.value, path, flags.generate)
        : undefined;
    const text = unseen ?? (await readValue(context, args.value, flags));
    const isText = flags.string || unseen !== undefined;
    const value = isText ? valueFromJavaScript(unseen ?? text.replace(/\r?\n$/, "")) : valueFromJson(text);
    const exit = await editFile(context, args.file, flags, true, async (open, project) => {
      open.set(path, value);
      if (open.changed && !flags["allow-plaintext"]) await guardSet(project, args.file, open, path);
    });
    if (unseen !== undefined && !context.json) await (await import("./_unseen.ts")).tellOf(context, path, value);
    return exit;
  },
});

async function readValue(
  context: Context,
  value: string | undefined,
  flags: { "value-file": boolean; "value-stdin": boolean },
): Promise<string> {
  if (flags["value-stdin"] && value === undefined) return decodeText(await context.host.readInput());
  if (value === undefined || flags["value-stdin"]) {
    throw new SottoError(
      "NO_FILE",
      flags["value-stdin"] ? "the value comes from standard input, and there is one more argument" : "the value is missing",
      {
        hints: ["sotto set FILE PATH VALUE", "sotto set --value-stdin FILE PATH"],
      },
    );
  }
  return flags["value-file"] ? readValueFile(context, value) : value;
}

/** @throws SottoError `VALUE_MISSING`, which sops tells apart from a missing file of secrets */
async function readValueFile(context: Context, path: string): Promise<string> {
  if ((await context.host.stat(path)) !== undefined) return decodeText(await context.host.readFile(path));
  throw new SottoError("VALUE_MISSING", "the file of the value does not exist", { file: path });
}
