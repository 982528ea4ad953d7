/** Where the schema of a project is. It holds names and types, and is readable though a rule may match its path. */
import { join } from "node:path";
import type { Config } from "./config.ts";

const DEFAULT = "secrets/schema.yaml";

/** Absolute. @param folder of the config, or of the project where there is none */
export function schemaPath(config: Config | undefined, folder: string): string {
  return join(config?.directory ?? folder, config?.sotto?.schema || DEFAULT);
}
