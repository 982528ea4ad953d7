/** Opens environments to look at them: what cannot be opened is a finding, not the end. */
import { join, relative } from "node:path";
import { openEnvironment, type OpenEnvironment } from "../deploy/environment.ts";
import { SottoError } from "../model/error.ts";
import type { Environment } from "../policy/environments.ts";
import type { Project } from "../workspace/project.ts";
import type { EnvironmentFinding } from "./findings.ts";

export interface Look {
  readonly name: string;
  /** From the current folder. */
  readonly files: readonly string[];
  /** Undefined when one of the files cannot be opened: the others alone would say what is not so. */
  readonly open: OpenEnvironment | undefined;
  /** Every file that fails, not only the first. */
  readonly broken: readonly EnvironmentFinding[];
}

export async function openOne(project: Project, { name, inherited, files: own }: Environment): Promise<Look> {
  const folder = project.config?.directory ?? project.root;
  const files = [...inherited, ...own].map((file) => relative(project.host.cwd, join(folder, file)));
  try {
    return { name, files, open: await openEnvironment(project, { environment: name }), broken: [] };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { name, files, open: undefined, broken: await listBroken(project, files, error) };
  }
}

async function listBroken(project: Project, files: readonly string[], first: SottoError): Promise<readonly EnvironmentFinding[]> {
  const found: EnvironmentFinding[] = [];
  for (const file of files) {
    try {
      await openEnvironment(project, { files: [file] });
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      found.push({ kind: "file", file, message: error.message });
    }
  }
  return found.length > 0 ? found : [{ kind: "file", ...(first.file === undefined ? {} : { file: first.file }), message: first.message }];
}

/** Those that one of the chosen may share a secret with. */
export async function openOthers(
  project: Project,
  all: readonly Environment[],
  chosen: readonly Environment[],
): Promise<{ readonly open: readonly OpenEnvironment[]; readonly closed: readonly string[] }> {
  const open: OpenEnvironment[] = [];
  const closed: string[] = [];
  const isolated = chosen.some((one) => one.isolated);
  for (const environment of all) {
    const { name, abstract } = environment;
    if (chosen.includes(environment) || abstract || !(isolated || environment.isolated)) continue;
    try {
      open.push(await openEnvironment(project, { environment: name }));
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      closed.push(name);
    }
  }
  return { open, closed };
}
