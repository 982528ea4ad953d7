import { decodeText, encodeText, type FormatId, loadFormat, naming, readEither, replaceFiles, SottoError } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";
import { IN_PLACE, INPUT_TYPE } from "./_flags.ts";

export const fmt: Command = defineCommand({
  name: "fmt",
  summary: "lay a file out as sops does",
  description:
    "Prints a file, encrypted or plain, in the layout that sops would give it: for teams that use both, so that neither tool's next change reformats the file. No key is needed, and no value changes.",
  args: [{ name: "file", rest: true }],
  flags: [IN_PLACE, { name: "check", type: "boolean", help: "change nothing; exit 206 if a file is laid out differently" }, INPUT_TYPE],
  examples: ["sotto fmt -i secrets/prod.yaml", "sotto fmt --check secrets/*.yaml"],
  async run(context) {
    const { flags, args } = context;
    const [first, second] = args.file;
    if (first === undefined) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto fmt -i FILE"] });
    if (second !== undefined && !flags["in-place"] && !flags.check) {
      throw new SottoError("BAD_FLAGS", "several files are formatted in place", { hints: ["add -i or --check"] });
    }
    const project = await openProject(context);
    const files: { file: string; changed: boolean; content?: string }[] = [];
    for (const file of args.file) {
      const format = formatFor(flags["input-type"], file);
      const bytes = await context.host.readFile(file);
      const indent = context.globals.indent ?? project.indentOf(format);
      const next = await naming(file, () => reformat(bytes, format, indent));
      const changed = Buffer.compare(bytes, next) !== 0;
      const printed = !flags.check && !flags["in-place"];
      files.push({ file, changed, ...(printed && context.json ? { content: decodeText(next) } : {}) });
      if (flags.check) report(context, file, changed);
      else if (flags["in-place"]) await replaceFiles(project, [file], (now) => reformat(now, format, indent));
      else if (!context.json) context.out(next);
    }
    context.result({ files });
    return flags.check && files.some(({ changed }) => changed) ? 206 : 0;
  },
});

async function reformat(bytes: Uint8Array, id: FormatId, indent: number | undefined): Promise<Uint8Array> {
  const file = await readEither(bytes, id);
  if (file.encrypted !== undefined) return file.encrypted.reprint(indent);
  const format = await loadFormat(id);
  return encodeText(format.emit(file.plain.roots, indent === undefined ? {} : { indent }));
}

function report(context: Context, file: string, changed: boolean): void {
  if (changed && !context.json) context.out(context.visible(`${file}\n`));
}
