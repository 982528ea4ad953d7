import { type FormatId, formatPath, naming, type OpenFile, parsePath, type PrintOptions, readEncrypted, SottoError } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { STANDARD_INPUT } from "../hints.ts";
import { NO_REVEAL, refuseReveal } from "../reveal.ts";
import { checkDestination, describeSuspects, formatFor, openProject, readInput, writeResult } from "./_files.ts";
import { FILENAME_OVERRIDE, IGNORE_MAC, IN_PLACE, INPUT_TYPE, OUTPUT, OUTPUT_TYPE, UNLOCKING } from "./_flags.ts";
import { printNode } from "./_print.ts";

/** New plaintext files are for their owner alone. */
const PRIVATE_MODE = 0o600;

export const decrypt: Command = defineCommand({
  name: "decrypt",
  summary: "decrypt a file",
  description:
    "Verifies the file and prints its plaintext to standard output, in the file's own layout. Nothing is printed when anything is wrong.",
  args: [{ name: "file", optional: true }],
  flags: [
    IN_PLACE,
    OUTPUT,
    {
      name: "extract",
      type: "string",
      value: "path",
      help: `print one value or part only: '["database"]["password"]' or database.password`,
    },
    INPUT_TYPE,
    OUTPUT_TYPE,
    FILENAME_OVERRIDE,
    { name: "json", type: "boolean", help: "the same as --output-type json" },
    IGNORE_MAC,
    { name: "mode", type: "string", value: "octal", help: "permissions of a new output file (0600)" },
    NO_REVEAL,
    ...UNLOCKING,
  ],
  examples: [
    "sotto decrypt secrets/prod.yaml",
    `sotto decrypt --extract '["database"]["password"]' secrets/prod.yaml`,
    "sotto decrypt --output-type json secrets/prod.yaml",
    "cat prod.env | sotto decrypt --filename-override prod.env --output-type dotenv",
  ],
  surplus: "warn",
  async run(context) {
    const { flags, args, globals } = context;
    refuseReveal(context, "decrypt shows values", [
      "sotto run -f FILE -- COMMAND gives them to a command",
      "sotto get FILE PATH says type, length and fingerprint of a value; --equals-stdin compares it",
    ]);
    checkDestination(flags, args.file);
    const mode = flags.mode === undefined ? PRIVATE_MODE : parseMode(flags.mode);
    const path = flags["filename-override"] ?? args.file;
    const format = formatFor(flags["input-type"], path);
    const output = formatFor(flags.json ? "json" : flags["output-type"], path);
    const project = await openProject(context, flags);
    const bytes = await readInput(context, args.file);
    const name = args.file ?? STANDARD_INPUT;
    const plain = await naming(name, async () => {
      const file = await readEncrypted(bytes, format);
      using open = await file.unlock({ ...project.access, file: name }, { ignoreMac: flags["ignore-mac"] });
      if (open.opened.suspects.length > 0) context.warn(`${name}: ${describeSuspects(open)}`);
      const indent = globals.indent ?? project.indentOf(output);
      const print = { ...(output === format ? {} : { format: output }), ...(indent === undefined ? {} : { indent }) };
      return flags.extract === undefined ? open.print(print) : extract(open, flags.extract, output, print);
    });
    await writeResult(plain, { context, flags, file: args.file, expected: bytes, mode });
    return 0;
  },
});

async function extract(open: OpenFile, text: string, output: FormatId, print: PrintOptions): Promise<Uint8Array> {
  const path = parsePath(text);
  if (path.length === 0) return open.print(print);
  const node = open.get(path);
  if (node !== undefined) return printNode(open, node, output, print);
  throw new SottoError("PATH_NOT_FOUND", `there is no ${formatPath(path)}`, {
    hints: ["sotto get FILE lists what is there"],
  });
}

/** @throws SottoError `BAD_FLAGS` */
function parseMode(text: string): number {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8);
  throw new SottoError("BAD_FLAGS", "--mode wants permissions", { hints: ["such as --mode 0640"] });
}
