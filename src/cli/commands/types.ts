import { encodeText, makeTypes, SottoError, TYPE_FORMATS } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { openProject, writeResult } from "./_files.ts";
import { OUTPUT } from "./_flags.ts";

export const types: Command = defineCommand({
  name: "types",
  summary: "write the types of the secrets: TypeScript, JSON Schema, .env.example",
  description:
    "What the schema says (secrets/schema.yaml, or sotto.schema in .sops.yaml) and which keys the environments have; no key is needed, and no value is read. typescript has a typed loadSecrets(), json-schema is of draft 2020-12, env-example has names, descriptions and the examples of the schema.",
  args: [],
  flags: [{ name: "format", type: "string", value: "format", help: `${TYPE_FORMATS.join(", ")}; typescript unless given` }, OUTPUT],
  examples: [
    "sotto types --output src/secrets.ts",
    "sotto types --format json-schema --output secrets.schema.json",
    "sotto types --format env-example --output .env.example",
  ],
  async run(context) {
    const { flags } = context;
    const format = TYPE_FORMATS.find((one) => one === (flags.format ?? "typescript"));
    if (format === undefined) {
      throw new SottoError("BAD_FLAGS", `${flags.format ?? ""} is no format of types`, {
        hints: [`formats are ${TYPE_FORMATS.join(", ")}`],
      });
    }
    if (format === "typescript" && flags.output?.endsWith(".d.ts") === true) {
      throw new SottoError("BAD_FLAGS", "the types come with a function, which a .d.ts cannot hold", { hints: ["name it secrets.ts"] });
    }
    const project = await openProject(context);
    const made = await makeTypes(project, format);
    for (const file of made.missing) context.warn(`${file}: no such file; what it holds is not known`);
    const written = await writeResult(encodeText(made.text), { context, flags: { output: flags.output }, file: undefined });
    context.result({ format, schema: made.schema ?? null, environments: made.environments, missing: made.missing, ...written });
    return 0;
  },
});
