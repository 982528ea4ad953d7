import {
  checkEnvironments,
  type CheckedEnvironment,
  type EnvironmentFinding,
  historyOfKey,
  OpenedSides,
  periodFor,
  type Project,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { paint } from "../terminal.ts";
import { openProject } from "./_files.ts";
import { UNLOCKING } from "./_flags.ts";

export const envCheck: Command = defineCommand({
  name: "env check",
  summary: "check environments before a deploy",
  description:
    "Opens the files of all environments, or of those that are named, and tells: files that fail, names that no variable can have, what the schema misses (secrets/schema.yaml, or sotto.schema in .sops.yaml), placeholders, one secret in environments that are kept apart, certificates and tokens that expire, values older than their rotate-after. Prints no value. Exit 206 if there is a finding; one that is fine is named with a reason under sotto.ignore in .sops.yaml, by the id that --json shows.",
  args: [{ name: "name", optional: true, rest: true }],
  flags: [
    { name: "expires", type: "string", value: "period", help: "tell certificates and tokens that end within this time; 30d unless given" },
    ...UNLOCKING,
  ],
  examples: ["sotto env check", "sotto env check prod --expires 60d", "sotto env check --json"],
  async run(context) {
    const { flags, args } = context;
    const { days } = periodFor("--expires", flags.expires ?? "30d");
    const project = await openProject(context, flags);
    using sides = new OpenedSides(project);
    const { schema, environments, notCompared } = await checkEnvironments(project, {
      names: args.name,
      expires: days,
      lastChange: (file, path) => lastChange(project, sides, file, path),
    });
    const good = environments.every(isGood);
    context.result({ schema: schema ?? null, environments, notCompared });
    if (environments.length === 0) context.warn("no environments: name them under sotto.environments in .sops.yaml");
    if (notCompared.length > 0) context.warn(`not compared, since they cannot be opened: ${notCompared.join(", ")}`);
    if (!context.json) for (const one of environments) show(context, one);
    return good ? 0 : 206;
  },
});

/** The commit that changed a key last; outside of a repository, or where no key opens the past, nobody knows. */
async function lastChange(project: Project, sides: OpenedSides, file: string, path: readonly string[]): Promise<Date | undefined> {
  try {
    const { commits } = await historyOfKey(project, file, path, { sides });
    const [last] = commits;
    return last === undefined || last.change === "not readable" ? undefined : new Date(last.commit.time);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

function isGood({ findings }: CheckedEnvironment): boolean {
  return findings.every(({ ignored }) => ignored !== undefined);
}

function show(context: Context, environment: CheckedEnvironment): void {
  const { name, files, values, findings } = environment;
  const good = isGood(environment);
  const counted = `${count(files.length, "file")}, ${count(values, "value")}`;
  const state = good ? paint("ok    ", "green", context.color) : paint("FAILED", "red", context.color);
  context.out(`${state}  ${context.visible(name)} (${counted})\n`);
  const told = findings.filter(({ ignored }) => ignored === undefined);
  const width = Math.max(0, ...told.map(({ kind }) => kind.length));
  for (const finding of told) context.out(context.visible(`  ${finding.kind.padEnd(width)}  ${describe(finding)}\n`));
  const ignored = findings.length - told.length;
  if (ignored > 0) context.out(`  ${count(ignored, "finding")} ignored, as .sops.yaml says\n`);
}

function describe({ path, file, message, owner }: EnvironmentFinding): string {
  const place = path === undefined ? file : file === undefined ? path : `${path} (${file})`;
  return `${place === undefined ? "" : `${place}: `}${message}${owner === undefined ? "" : `; ask ${owner}`}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
