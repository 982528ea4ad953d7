import { EncryptedFile, naming, SottoError } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE } from "./_flags.ts";

export const filestatus: Command = defineCommand({
  name: "filestatus",
  summary: "say whether a file is encrypted",
  description: "Prints a JSON object. No key is needed, and nothing is verified: sotto verify does that.",
  args: [{ name: "file" }],
  flags: [INPUT_TYPE],
  examples: ["sotto filestatus secrets/prod.yaml"],
  surplus: "warn",
  async run(context) {
    const { flags, args } = context;
    await openProject(context);
    const bytes = await context.host.readFile(args.file);
    const format = formatFor(flags["input-type"], args.file);
    const encrypted = await naming(args.file, async () => {
      try {
        const { metadata } = await EncryptedFile.peek(bytes, format);
        return metadata.mac !== "" && metadata.version !== "";
      } catch (error) {
        if (SottoError.is(error) && (error.code === "NOT_ENCRYPTED" || error.code === "FILE_EMPTY")) return false;
        throw error;
      }
    });
    context.result({ encrypted });
    if (!context.json) context.out(`${JSON.stringify({ encrypted })}\n`);
    return 0;
  },
});
