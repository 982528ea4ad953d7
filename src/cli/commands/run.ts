import {
  DIALECTS,
  type Dialect,
  type Ended,
  endBySignal,
  exitOfSignal,
  type RunPlan,
  runWithEnvironment,
  type Selection,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { isNoReveal, NO_REVEAL } from "../reveal.ts";
import { openProject } from "./_files.ts";
import { UNLOCKING } from "./_flags.ts";

export const run: Command = defineCommand({
  name: "run",
  summary: "start a command with the values of an environment",
  description:
    "Decrypts the files of an environment and starts the command with their values as variables: database.password is DATABASE_PASSWORD. There is no shell in between; signals go to the command, and sotto ends as it does (128 and its number for a signal, 127 where it cannot be started). The command does not get your identity (SOPS_AGE_KEY and its kin), and no value may set a variable that decides what programs load or start, such as PATH or LD_PRELOAD. All that is wrong is told at once, before anything is started.\nWith --redact values of four and more characters are taken out of what the command prints, also in base64, hex, URLs and JSON; its output is a pipe then, no terminal. --as-file KEY=PATH puts a value into memory with a link to it at PATH, --as-file KEY the path into the variable KEY_FILE; both are gone when the command has ended. Plain .env files are read as sops does unless --dialect says otherwise.",
  usage: "run (-e environment | -f file…) [flags] -- command [argument…]",
  args: [{ name: "command", rest: true }],
  flags: [
    { name: "environment", short: "e", type: "string", value: "name", help: "the environment of .sops.yaml; sotto env list shows them" },
    { name: "file", short: "f", type: "list", value: "file", help: "take these files instead, later over earlier; may be repeated" },
    { name: "only", type: "list", value: "key", help: "give only this value, by its name or path, or all below a path; may be repeated" },
    { name: "prefix", type: "string", value: "text", help: "put this in front of every name, such as TF_VAR_" },
    { name: "no-inherit", type: "boolean", help: "give the command nothing but the values and what --pass names, not even PATH and HOME" },
    { name: "pass", type: "list", value: "name", help: "give it this variable of yours in any case, an identity too; may be repeated" },
    {
      name: "allow-env",
      type: "list",
      value: "name",
      help: "let a value set this variable although it decides what programs load or start",
    },
    { name: "as-file", type: "list", value: "key=path", help: "give it this value as a file instead; may be repeated" },
    { name: "redact", type: "boolean", help: "take the values out of what the command prints" },
    { name: "redact-min", type: "int", value: "number", help: "how many characters a value needs to be taken out, 4 without it" },
    { name: "watch", type: "boolean", help: "start the command anew when a file of the environment has other values" },
    { name: "dialect", type: "string", value: "name", help: `how plain .env files are read: ${DIALECTS.join(", ")}` },
    NO_REVEAL,
    ...UNLOCKING,
  ],
  examples: [
    "sotto run -e prod -- ./server --port 8080",
    "sotto run -f secrets/prod.yaml -f secrets/prod.env -- npm start",
    "sotto run -e prod --only database --redact -- ./migrate",
    "sotto run -e prod --prefix TF_VAR_ -- tofu apply",
    "sotto run -e prod --as-file tls.key=server.key --as-file GOOGLE_CREDENTIALS -- ./server",
    "sotto run -e dev --watch -- npm run dev",
    "sotto run -e prod --no-inherit --pass PATH --pass HOME -- env",
  ],
  missing: "USAGE",
  flagsFirst: true,
  async run(context) {
    const { flags, args } = context;
    const selection = selectionOf(flags);
    const shortest = shortestOf(flags["redact-min"]);
    const dialect = dialectOf(flags.dialect);
    const project = await openProject(context, flags);
    const ended = await runWithEnvironment(project, {
      selection,
      command: args.command,
      dialect,
      prefix: flags.prefix,
      only: flags.only,
      asFiles: flags["as-file"],
      allowed: flags["allow-env"],
      inherit: !flags["no-inherit"],
      pass: flags.pass,
      redact: flags.redact || isNoReveal(context) ? { shortest } : undefined,
      watch: flags.watch,
      onPlan: (plan) => warnOfGuess(context, plan),
      onNote: (note) => context.err(`sotto: ${context.visible(note)}\n`),
    });
    return end(context, ended);
  },
});

interface Chosen {
  readonly environment: string | undefined;
  readonly file: readonly string[];
}

function selectionOf({ environment, file }: Chosen): Selection {
  if (environment !== undefined && file.length > 0) throw badFlags("-e and -f exclude each other", "name an environment or files");
  if (environment !== undefined) return { environment };
  if (file.length > 0) return { files: file };
  throw badFlags("which environment?", "name it: -e NAME (sotto env list shows them), or files: -f FILE");
}

function shortestOf(text: number | undefined): number | undefined {
  if (text === undefined || text >= 1) return text;
  throw badFlags("--redact-min is at least 1", "leave it out for 4");
}

function dialectOf(text: string | undefined): Dialect | undefined {
  if (text === undefined) return undefined;
  const dialect = DIALECTS.find((one) => one === text);
  if (dialect !== undefined) return dialect;
  throw badFlags(`${text} is no dialect of dotenv`, `dialects are ${DIALECTS.join(", ")}`);
}

function badFlags(message: string, hint: string): SottoError {
  return new SottoError("BAD_FLAGS", message, { hints: [hint] });
}

function warnOfGuess(context: Context, { environment: { name, setting, files } }: RunPlan): void {
  if (setting?.guessed !== true) return;
  context.warn(`${name} was guessed from file names: ${files.join(", ")}; name it under sotto.environments in .sops.yaml to be sure`);
}

/** The command has said what there is to say. @returns the exit number */
function end(context: Context, ended: Ended): number {
  switch (ended.kind) {
    case "started":
      return 0;
    case "exited":
      context.result({ exit: ended.code });
      return ended.code;
    case "killed":
      context.result({ signal: ended.signal });
      return ended.shared ? endBySignal(ended.signal) : exitOfSignal(ended.signal);
  }
}
