/** Loading, keys, locking, and leaving. */
import { Project } from "../../workspace/project.ts";
import type { ProjectEffect } from "../model/effects.ts";
import { classifyFiles } from "../../workspace/session/project-files.ts";
import { type Edge, explainShort, projectOf } from "./edge.ts";
import { loadProject, readBranch, readFile } from "./load.ts";
import { unlockFile } from "./open-values.ts";

export async function runProject(edge: Edge, effect: ProjectEffect): Promise<void> {
  switch (effect.kind) {
    case "load":
      if (edge.project === undefined) {
        edge.project = await Project.open(edge.host);
        // That an interrupted change was completed, what is odd in the configuration.
        for (const text of edge.project.warnings) edge.dispatch({ topic: "project", kind: "message", tone: "warning", text });
      }
      await readBranch(edge);
      await loadProject(edge);
      return;
    case "read":
      await readAgain(edge, effect.paths);
      return;
    case "unlock":
      await unlockFile(edge, effect.path, true);
      return;
    case "lock":
      edge.vault.lock();
      for (const held of edge.held.values()) held.session?.lock();
      forgetFacts(edge);
      return;
    case "unlock session":
      edge.vault.unlock();
      edge.dispatch({ topic: "project", kind: "unlocked" });
      await unlockLocal(edge);
      return;
    case "cancel":
      edge.running?.abort();
      return;
    case "suspend":
      await edge.device.suspend();
      return;
    case "mouse":
      edge.device.useMouse(effect.on);
      return;
    case "quit":
      edge.device.quit();
      return;
  }
}

/** Files whose key is in a file of this machine. */
async function unlockLocal(edge: Edge): Promise<void> {
  for (const file of edge.state().files.values()) {
    if (file.state === "read" && file.key === "unknown") await unlockFile(edge, file.path, false);
  }
}

/** Keys have to be asked for again. */
function forgetFacts(edge: Edge): void {
  for (const file of edge.state().files.values()) {
    if (file.key !== "open") continue;
    edge.dispatch({ topic: "project", kind: "file", file: { ...file, key: "unknown", facts: new Map() } });
  }
}

export async function readAgain(edge: Edge, paths: readonly string[]): Promise<void> {
  const project = projectOf(edge);
  try {
    for (const found of await classifyFiles(project, paths)) {
      const before = edge.held.get(found.path)?.session;
      const isOpen = before !== undefined && !before.locked;
      const view = await readNext(edge, found, before);
      edge.dispatch({ topic: "project", kind: "file", file: view });
      if (isOpen && view.state === "read" && view.key !== "open") await unlockFile(edge, found.path, false);
    }
  } catch (error) {
    edge.dispatch({ topic: "project", kind: "message", tone: "error", text: explainShort(error) });
  }
}

/** The new version takes the data key over from the old one where it is the same, so that nobody is asked again. */
async function readNext(
  edge: Edge,
  found: Parameters<typeof readFile>[1],
  before: NonNullable<ReturnType<Edge["held"]["get"]>>["session"],
): ReturnType<typeof readFile> {
  const held = edge.held.get(found.path);
  if (held !== undefined && before !== undefined) edge.held.set(found.path, { ...held, session: undefined });
  const view = await readFile(edge, found);
  const session = edge.held.get(found.path)?.session;
  const taken = session !== undefined && before !== undefined && session.unlockAs(before);
  before?.lock();
  return taken ? { ...view, key: "open" } : view;
}
