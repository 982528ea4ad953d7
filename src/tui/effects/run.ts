/** Which part of the edge does what. What fails becomes a message; no error of a part ends the program. */
import type { Effect } from "../model/effects.ts";
import { type Edge, explainShort } from "./edge.ts";
import { runProject } from "./project.ts";
import type { Clipboard } from "./values.ts";

/** Parts that only some people need are loaded when they are. */
export async function runEffect(edge: Edge, clipboard: Clipboard, effect: Effect): Promise<void> {
  try {
    await choose(edge, clipboard, effect);
  } catch (error) {
    const kind = effect.topic === "project" && effect.kind === "load" ? "failed" : undefined;
    if (kind === "failed") edge.dispatch({ topic: "project", kind, message: explainShort(error) });
    else edge.dispatch({ topic: "project", kind: "message", tone: "error", text: explainShort(error) });
  }
}

async function choose(edge: Edge, clipboard: Clipboard, effect: Effect): Promise<void> {
  switch (effect.topic) {
    case "project":
      return runProject(edge, effect);
    case "value":
      return clipboard.run(edge, effect);
    case "editor":
      return (await import("./editor.ts")).runEditor(edge, effect);
    case "recovery":
      return (await import("./recovery.ts")).runRecovery(edge, effect);
    case "review":
      return (await import("./review.ts")).runReview(edge, effect);
    case "history":
      return (await import("./history.ts")).runHistory(edge, effect);
    case "access":
      return (await import("./access.ts")).runAccess(edge, effect);
    case "doctor":
      return (await import("./doctor.ts")).runDoctor(edge, effect);
    case "start":
      return (await import("./start.ts")).runStart(edge, effect);
  }
}
