/** One plaintext at a time: to the screen for a short while, or to the clipboard. */
import { type Hold, clearIfUnchanged, copyText, findClipboard, osc52, osc52Clear } from "../../host/clipboard.ts";
import { encodeText } from "../../model/text.ts";
import { decodeData } from "../../workspace/session/kubernetes.ts";
import type { ValueEffect } from "../model/effects.ts";
import type { ValueSource } from "../model/facts.ts";
import { type Edge, explainShort } from "./edge.ts";
import { pastText } from "./history-past.ts";
import { isBase64 } from "./keep.ts";

/** In milliseconds. */
export const CLEAR_AFTER = 30_000;

/** @throws SottoError what opening a value throws */
export function plaintextOf(edge: Edge, source: ValueSource): string {
  if (source.kind === "kept") return edge.vault.text(source.id);
  if (source.kind === "old") return pastText(edge, source);
  const session = edge.held.get(source.file)?.session;
  if (session === undefined) throw new RangeError("the file is not open");
  const value = session.open(source.row);
  return value.kind === "comment" ? value.text : value.canonical;
}

/** What people want to see and to paste: of an entry of a Kubernetes Secret what its base64 says, where that is text. */
function meaningOf(edge: Edge, source: ValueSource): string {
  const text = plaintextOf(edge, source);
  const data = isBase64(edge, source) ? decodeData(text) : undefined;
  return data?.kind === "text" ? data.text : text;
}

export class Clipboard {
  #hold: Hold | undefined;
  #terminalUntil: number | undefined;

  async run(edge: Edge, effect: ValueEffect): Promise<void> {
    switch (effect.kind) {
      case "reveal":
        edge.dispatch({ topic: "value", kind: "revealed", source: effect.source, text: meaningOf(edge, effect.source) });
        return;
      case "copy":
        await this.#copy(edge, encodeText(meaningOf(edge, effect.source)), effect.label, true);
        return;
      case "copy text":
        await this.#copy(edge, encodeText(effect.text), effect.label, false);
        return;
      case "clear clipboard":
        this.clear(edge);
        return;
    }
  }

  async #copy(edge: Edge, bytes: Uint8Array, label: string, secret: boolean): Promise<void> {
    const { env, platform } = edge.host;
    const found = findClipboard(env, platform);
    try {
      this.#hold?.drop();
      this.#hold = undefined;
      if (found === undefined) {
        edge.dispatch({
          topic: "project",
          kind: "message",
          tone: "warning",
          text: "No clipboard found. Press r to show the value, or use: sotto get FILE PATH | your-command",
        });
        return;
      }
      const until = secret ? edge.host.now().getTime() + CLEAR_AFTER : undefined;
      if (found.kind === "terminal") {
        const sequence = osc52(bytes);
        if (sequence === undefined) throw new RangeError("the value is too large for the terminal's clipboard");
        edge.device.put(sequence);
        this.#terminalUntil = until;
      } else {
        await copyText(found, bytes, env);
        if (secret) this.#follow(edge, clearIfUnchanged(found, bytes, { env, after: CLEAR_AFTER, holder: edge.device.clipboardHolder }));
      }
      edge.dispatch({ topic: "value", kind: "copied", label, until, terminal: found.kind === "terminal" });
    } catch (error) {
      edge.dispatch({ topic: "project", kind: "message", tone: "error", text: `not copied: ${explainShort(error)}` });
    } finally {
      bytes.fill(0);
    }
  }

  #follow(edge: Edge, hold: Hold | undefined): void {
    this.#hold = hold;
    void hold?.ended.then((how) => {
      if (this.#hold !== hold) return;
      this.#hold = undefined;
      if (how === "cleared" || how === "changed") edge.dispatch({ topic: "value", kind: "cleared", how });
    });
  }

  /** The terminal's clipboard has no helper: it is cleared from here when its time is over. */
  tick(edge: Edge): void {
    if (this.#terminalUntil !== undefined && edge.host.now().getTime() >= this.#terminalUntil) this.clear(edge);
  }

  clear(edge: Edge): void {
    this.#hold?.clearNow();
    if (this.#terminalUntil === undefined) return;
    this.#terminalUntil = undefined;
    edge.device.put(osc52Clear());
    edge.dispatch({ topic: "value", kind: "cleared", how: "cleared" });
  }

  /** At the end of the program; quick and synchronous. */
  end(edge: Edge): void {
    this.#hold?.clearNow();
    if (this.#terminalUntil !== undefined) edge.device.put(osc52Clear());
  }
}
