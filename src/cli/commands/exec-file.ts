import { execWithFile, naming } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { NO_REVEAL } from "../reveal.ts";
import { ARGUMENTS, BACKGROUND, readExecFlags, runCommand, USER } from "./_exec.ts";
import { describeSuspects, formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE, OUTPUT_TYPE, UNLOCKING } from "./_flags.ts";

export const execFile: Command = defineCommand({
  name: "exec-file",
  summary: "run a command that reads the decrypted file",
  description:
    "Decrypts a file and runs the command in a shell, with every {} in it replaced by the path of the plaintext. That lies in memory (on systems without memory files in a FIFO, which can be read once) and is gone when the command has ended. Ends with the exit number of the command; signals go to the command.",
  args: ARGUMENTS,
  flags: [
    BACKGROUND,
    { name: "no-fifo", type: "boolean", help: "use a file with a name in a folder, for programs that look at more than its content" },
    USER,
    INPUT_TYPE,
    OUTPUT_TYPE,
    { name: "filename", type: "string", value: "name", help: "give the file this name, in a folder of its own" },
    NO_REVEAL,
    ...UNLOCKING,
  ],
  examples: [
    "sotto exec-file secrets/prod.yaml 'kubectl apply -f {}'",
    "sotto exec-file --no-fifo secrets/prod.yaml 'ansible-playbook site.yaml -e @{}'",
    "sotto exec-file --filename prod.json --output-type json secrets/prod.yaml './server --config {}'",
  ],
  surplus: "missing",
  async run(context) {
    const { flags, args, globals, host } = context;
    const options = readExecFlags(context, flags);
    const format = formatFor(flags["input-type"], args.file);
    const output = formatFor(flags["output-type"], args.file);
    const project = await openProject(context, flags);
    const content = await naming(args.file, async () => {
      using open = await project.open(args.file, { format });
      if (open.opened.suspects.length > 0) context.warn(`${args.file}: ${describeSuspects(open)}`);
      const indent = globals.indent ?? project.indentOf(output);
      return open.print({ ...(output === format ? {} : { format: output }), ...(indent === undefined ? {} : { indent }) });
    });
    // Empty is as good as absent in sops.
    const name = flags.filename === "" ? undefined : flags.filename;
    const regular = flags["no-fifo"];
    return runCommand(context, options.user, () => execWithFile(host, args.command, content, { ...options, name, regular }));
  },
});
