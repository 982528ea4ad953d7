/** Keeps the note about unsaved edits up to date: a moment after each change, one at a time. */
import { SottoError } from "../../model/error.ts";
import type { Edits } from "../model/edits.ts";
import { type Edge, explainShort } from "./edge.ts";

/** In milliseconds. */
const MOMENT = 1000;

export interface Unsaved {
  /** Called after every change of the state. */
  note(): void;
  /** Ends it: what is unsaved stays noted, and where nothing is, the note goes. */
  end(): Promise<void>;
}

/** @param run the id of this process */
export function followUnsaved(edge: Edge, run: number): Unsaved {
  let noted: Edits = edge.state().edits;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let failed = false;
  const keep = async (): Promise<void> => {
    const state = edge.state();
    if (state.locked || state.edits === noted || edge.project === undefined) return;
    noted = state.edits;
    try {
      await (await import("./recovery.ts")).keepUnsaved(edge, run);
    } catch (error) {
      // Once is enough: the edits are in memory all the same.
      if (failed || !(SottoError.is(error) || error instanceof RangeError)) return;
      failed = true;
      const text = `unsaved edits cannot be kept for the case of a crash: ${explainShort(error)}`;
      edge.dispatch({ topic: "project", kind: "message", tone: "warning", text });
    }
  };
  const plan = (): void => {
    timer = undefined;
    running = running.then(keep);
  };
  return {
    note() {
      if (edge.state().edits !== noted) timer ??= setTimeout(plan, MOMENT);
    },
    async end() {
      clearTimeout(timer);
      await running;
      const { edits, locked } = edge.state();
      if (edits.done.length === 0) await (await import("./recovery.ts")).forgetUnsaved(edge, run).catch(() => undefined);
      else if (!locked) await keep();
    },
  };
}
