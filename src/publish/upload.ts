/** Takes a planned publication to where it goes. Each destination is loaded when it is met. */
import { naming, type Project } from "../workspace/project.ts";
import type { Publication } from "./plan.ts";

/**
 * @param warn one line for people
 * @returns false when the same values were there already, which only Vault can tell
 * @throws SottoError `PUBLISH_FAILED`, `PACKAGE_MISSING`
 */
export function upload(project: Project, publication: Publication, warn: (message: string) => void): Promise<boolean> {
  return naming(publication.path, () => send(project, publication, warn));
}

async function send(project: Project, { destination, name, content }: Publication, warn: (message: string) => void): Promise<boolean> {
  switch (destination.kind) {
    case "s3":
      await (await import("./s3.ts")).uploadToS3(destination, name, content);
      return true;
    case "gcs":
      await (await import("./gcs.ts")).uploadToGcs(destination, name, content);
      return true;
    case "vault":
      return (await import("./vault.ts")).uploadToVault(project.access.context, destination, name, content, warn);
  }
}
