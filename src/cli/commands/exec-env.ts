import { execWithEnv, listVariables, naming, refuseCode, SottoError } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { NO_REVEAL } from "../reveal.ts";
import { ARGUMENTS, BACKGROUND, readExecFlags, runCommand, USER } from "./_exec.ts";
import { describeSuspects, formatFor, openProject } from "./_files.ts";
import { UNLOCKING } from "./_flags.ts";

export const execEnv: Command = defineCommand({
  name: "exec-env",
  summary: "run a command with the values of a file in its environment",
  description:
    "Decrypts a file without nesting and runs the command in a shell, with the values as variables beside those that there are. Ends with the exit number of the command; signals go to the command. A value that is not encrypted may not set a variable that decides what programs load or start, such as PATH or LD_PRELOAD.",
  args: ARGUMENTS,
  flags: [
    BACKGROUND,
    { name: "pristine", type: "boolean", help: "give the command the values of the file and nothing else" },
    USER,
    { name: "same-process", type: "boolean", help: "let the command take the place of sotto instead of waiting for it" },
    { name: "allow-env", type: "list", value: "name", help: "take this variable from the file although its value is not encrypted" },
    NO_REVEAL,
    ...UNLOCKING,
  ],
  examples: [
    "sotto exec-env secrets/prod.env ./server",
    `sotto exec-env secrets/prod.yaml 'psql "$DATABASE_URL"'`,
    "sotto exec-env --pristine secrets/prod.env env",
    "sotto exec-env --same-process --user www-data secrets/prod.env 'exec ./server'",
    "sotto exec-env --allow-env KUBECONFIG secrets/prod.env 'kubectl get pods'",
  ],
  surplus: "missing",
  async run(context) {
    const { flags, args, host } = context;
    const options = readExecFlags(context, flags);
    if (flags.background && flags["same-process"]) {
      throw new SottoError("BAD_FLAGS", "--same-process and --background exclude each other", { hints: ["leave out one of them"] });
    }
    const project = await openProject(context, flags);
    const variables = await naming(args.file, async () => {
      using open = await project.open(args.file, { format: formatFor(undefined, args.file) });
      if (open.opened.suspects.length > 0) context.warn(`${args.file}: ${describeSuspects(open)}`);
      const listed = listVariables(open);
      refuseCode(listed, flags["allow-env"], host.platform);
      return listed;
    });
    const { pristine, "same-process": replace } = flags;
    return runCommand(context, options.user, () => execWithEnv(host, args.command, variables, { ...options, pristine, replace }));
  },
});
