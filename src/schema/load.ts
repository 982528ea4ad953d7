/** Where the schema of a project is. */
import { relative } from "node:path";
import { decodeText } from "../model/text.ts";
import { schemaPath } from "../policy/schema-path.ts";
import type { Project } from "../workspace/project.ts";
import type { Schema } from "./model.ts";
import { readSchema } from "./read.ts";

/**
 * The schema that `sotto.schema` names, else `secrets/schema.yaml` beside the config.
 * @param environments names that it may speak of
 * @returns undefined when there is none
 * @throws SottoError `CONFIG_INVALID`; `FILE_MISSING` for one that is named and not there
 */
export async function loadSchema(project: Project, environments: readonly string[]): Promise<Schema | undefined> {
  const { config, host } = project;
  const shown = relative(host.cwd, schemaPath(config, project.root));
  if (config?.sotto?.schema === undefined && (await host.stat(shown)) === undefined) return undefined;
  return readSchema(shown, decodeText(await host.readFile(shown)), environments);
}
