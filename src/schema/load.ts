/** Where the schema of a project is. */
import { join, relative } from "node:path";
import { decodeText } from "../model/text.ts";
import type { Project } from "../workspace/project.ts";
import type { Schema } from "./model.ts";
import { readSchema } from "./read.ts";

const DEFAULT = "secrets/schema.yaml";

/**
 * The schema that `sotto.schema` names, else `secrets/schema.yaml` beside the config.
 * @param environments names that it may speak of
 * @returns undefined when there is none
 * @throws SottoError `CONFIG_INVALID`; `FILE_MISSING` for one that is named and not there
 */
export async function loadSchema(project: Project, environments: readonly string[]): Promise<Schema | undefined> {
  const { config, host } = project;
  const named = config?.sotto?.schema;
  const path = join(config?.directory ?? project.root, named === undefined || named === "" ? DEFAULT : named);
  const shown = relative(host.cwd, path);
  if (named === undefined && (await host.stat(shown)) === undefined) return undefined;
  return readSchema(shown, decodeText(await host.readFile(shown)), environments);
}
