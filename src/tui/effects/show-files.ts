/** Brings files that were made or changed here to the screens: they are read, opened with keys at hand, and sorted into environments. */
import { type Edge, projectOf } from "./edge.ts";
import { describeEnvironments } from "./load.ts";
import { unlockFile } from "./open-values.ts";
import { readAgain } from "./project.ts";

export async function showFiles(edge: Edge, paths: readonly string[]): Promise<void> {
  await readAgain(edge, paths);
  for (const path of paths) {
    const file = edge.state().files.get(path);
    if (file?.state === "read" && file.key === "unknown") await unlockFile(edge, path, false);
  }
  const { project, files } = edge.state();
  const views = [...files.values()];
  const encrypted = views.filter((file) => file.state !== "plaintext").map((file) => file.path);
  const { config } = projectOf(edge);
  const next = { ...project, hasConfig: config !== undefined, environments: describeEnvironments(projectOf(edge), encrypted) };
  edge.dispatch({ topic: "project", kind: "loaded", project: next, files: views });
}
