/** What `sotto types` writes. */
import { environmentsOf } from "../deploy/environment.ts";
import { SottoError } from "../model/error.ts";
import type { Project } from "../workspace/project.ts";
import { loadSchema } from "./load.ts";
import { observe } from "./observe.ts";
import { shapeOf } from "./shape.ts";

export const TYPE_FORMATS = ["typescript", "json-schema", "env-example"] as const;
export type TypeFormat = (typeof TYPE_FORMATS)[number];

export interface MadeTypes {
  readonly text: string;
  /** Undefined when there is none. */
  readonly schema: string | undefined;
  readonly environments: readonly string[];
  /** Files of environments that are not there. */
  readonly missing: readonly string[];
}

/** Needs no key. @throws SottoError `ENVIRONMENT_UNKNOWN` when there is neither a schema nor an environment */
export async function makeTypes(project: Project, format: TypeFormat): Promise<MadeTypes> {
  const all = await environmentsOf(project);
  const deployed = all.filter(({ abstract }) => !abstract);
  const environments = deployed.map(({ name }) => name);
  const schema = await loadSchema(
    project,
    all.map(({ name }) => name),
  );
  if (schema === undefined && environments.length === 0) {
    throw new SottoError("ENVIRONMENT_UNKNOWN", "there is neither a schema nor an environment", {
      hints: ["name the environments under sotto.environments in .sops.yaml, or write secrets/schema.yaml"],
    });
  }
  const { observed, missing } = await observe(project, deployed);
  const shape = shapeOf({ schema, observed, environments });
  const from = schema?.path ?? `the files of ${environments.join(", ")}`;
  return { text: await print(), schema: schema?.path, environments, missing };

  async function print(): Promise<string> {
    switch (format) {
      case "typescript":
        return (await import("./typescript.ts")).toTypeScript(shape, { environments, from });
      case "json-schema":
        return (await import("./json-schema.ts")).toJsonSchema(shape, schema?.strict === true);
      case "env-example":
        return (await import("./env-example.ts")).toEnvExample(shape, { from });
    }
  }
}
