/**
 * Saves in a process of its own, so that it can be killed or meet errors: `child.ts KIND FOLDER`. Before the save that is
 * looked at, the same is done elsewhere once: then nothing is loaded in between.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createNodeHost } from "../../src/host/node-host.ts";
import { Project } from "../../src/workspace/project.ts";
import { replaceFiles } from "../../src/workspace/transaction.ts";

const [kind = "", folder = ""] = process.argv.slice(2);

async function act(place: string): Promise<void> {
  const host = createNodeHost({ cwd: place });
  if (kind === "save") await host.writeFile("file", readFileSync(join(folder, "..", "next")));
  else {
    const project = await Project.open(host);
    const names = ["one.yaml", "two.yaml", "three.yaml"];
    await replaceFiles(project, names, async (_, path) => readFileSync(join(folder, "..", `${path}.next`)));
  }
}

try {
  const rehearsal = join(folder, "..", "rehearsal");
  mkdirSync(rehearsal, { recursive: true });
  await act(rehearsal);
  await act(folder);
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
