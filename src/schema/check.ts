/** The look over environments before anybody deploys them: files, schema, placeholders, isolation, what expires and what is old. */
import { formatOfPath } from "../../formats/index.ts";
import { environmentsOf, type OpenEnvironment } from "../deploy/environment.ts";
import { nameValues } from "../deploy/names.ts";
import { SottoError } from "../model/error.ts";
import { findEnvironment } from "../policy/environments.ts";
import type { Project } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";
import { checkSchema, checkValues, type EnvironmentFinding } from "./findings.ts";
import { checkIsolation } from "./isolation.ts";
import { loadSchema } from "./load.ts";
import type { Schema } from "./model.ts";
import { type Look, openOne, openOthers } from "./open-environments.ts";
import { checkRotation, type LastChange } from "./rotation.ts";

export interface CheckOptions {
  /** All that are not only there to be extended, when empty. */
  readonly names: readonly string[];
  /** Certificates and tokens that end within so many days are findings. */
  readonly expires: number;
  readonly lastChange?: LastChange;
}

export interface CheckedEnvironment {
  readonly name: string;
  readonly files: readonly string[];
  /** How many there are, of files that could be opened. */
  readonly values: number;
  readonly findings: readonly CheckedFinding[];
}

export interface CheckedFinding extends EnvironmentFinding {
  /** As `sotto.ignore` names it. */
  readonly id: string;
  /** Why somebody took it for fine. */
  readonly ignored?: string;
}

export interface CheckedProject {
  /** Undefined when there is none. */
  readonly schema: string | undefined;
  readonly environments: readonly CheckedEnvironment[];
  /** Others that could not be opened, so that nobody knows whether they share a secret. */
  readonly notCompared: readonly string[];
}

/** @throws SottoError `ENVIRONMENT_UNKNOWN`, `CONFIG_INVALID` for a schema with mistakes */
export async function checkEnvironments(project: Project, options: CheckOptions): Promise<CheckedProject> {
  const all = await environmentsOf(project);
  const chosen =
    options.names.length === 0
      ? all.filter(({ abstract }) => !abstract)
      : [...new Set(options.names)].map((name) => findEnvironment(all, name));
  const schema = await loadSchema(
    project,
    all.map(({ name }) => name),
  );
  const looks: Look[] = [];
  for (const environment of chosen) looks.push(await openOne(project, environment));
  const opened = looks.flatMap(({ open }) => open ?? []);
  const others = await openOthers(project, all, chosen);
  const shared = checkIsolation([...opened, ...others.open], schema);
  const environments: CheckedEnvironment[] = [];
  for (const { name, files, open, broken } of looks) {
    if (open === undefined) {
      environments.push({ name, files, values: 0, findings: broken.map((one) => ({ ...one, id: idOf(name, one) })) });
      continue;
    }
    const findings = [...(await checkOpen(project, schema, open, options)), ...(shared.get(name) ?? [])];
    const explained = findings.map((one) => withReason(project, name, one));
    environments.push({ name, files, values: open.values.length, findings: explained });
  }
  return { schema: schema?.path, environments, notCompared: others.closed };
}

async function checkOpen(
  project: Project,
  schema: Schema | undefined,
  environment: OpenEnvironment,
  { expires, lastChange }: CheckOptions,
): Promise<readonly EnvironmentFinding[]> {
  const { values, name = "" } = environment;
  const now = project.host.now();
  const lastWrite = (file: string): Promise<Date | undefined> => readLastWrite(project, file);
  return [
    ...(await checkPlain(project, environment)),
    ...checkNames(environment, project.host.platform),
    ...(schema === undefined ? [] : checkSchema(schema, name, values)),
    ...checkValues(values, schema, { now, days: expires }),
    ...(schema === undefined ? [] : await checkRotation(schema, values, now, lastWrite, lastChange)),
  ];
}

/** A plain file that a rule would encrypt is one that somebody forgot to encrypt. */
async function checkPlain(project: Project, { files }: OpenEnvironment): Promise<readonly EnvironmentFinding[]> {
  const found: EnvironmentFinding[] = [];
  for (const file of files) {
    const read = await readEither(await project.host.readFile(file), formatOfPath(file));
    if (read.encrypted !== undefined || (await project.policy(file)) === undefined) continue;
    found.push({ kind: "plaintext", file, message: "is not encrypted, though a creation rule says so" });
  }
  return found;
}

async function readLastWrite(project: Project, file: string): Promise<Date | undefined> {
  const read = await readEither(await project.host.readFile(file), formatOfPath(file));
  const time = read.encrypted === undefined ? Number.NaN : Date.parse(read.encrypted.metadata.lastModified);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** As `run` and `render` would refuse them. */
function checkNames({ values }: OpenEnvironment, platform: string): readonly EnvironmentFinding[] {
  try {
    nameValues(values, { platform });
    return [];
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const [first = "", ...lines] = error.message.split("\n");
    return (lines.length === 0 ? [first] : lines).map((line) => ({ kind: "name", message: line.trim() }));
  }
}

/** What somebody took responsibility for, in `sotto.ignore` of the config. */
function withReason({ config }: Project, environment: string, finding: EnvironmentFinding): CheckedFinding {
  const id = idOf(environment, finding);
  const ignored = config?.sotto?.ignore.find((one) => one.finding === id)?.reason;
  return { ...finding, id, ...(ignored === undefined ? {} : { ignored }) };
}

function idOf(environment: string, { kind, path, file }: EnvironmentFinding): string {
  return `${kind} ${environment} ${path ?? file ?? ""}`.trim();
}
