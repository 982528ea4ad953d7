/** The real effects of saving and merging on a folder, with a state that tests may put edits into. */
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Host } from "../../src/model/host.ts";
import type { Node, ScalarType } from "../../src/model/tree.ts";
import type { Edge } from "../../src/tui/effects/edge.ts";
import { openRows } from "../../src/tui/effects/open-values.ts";
import { runEffect } from "../../src/tui/effects/run.ts";
import { keepNode } from "../../src/tui/effects/session-edits.ts";
import { Clipboard } from "../../src/tui/effects/values.ts";
import { Vault } from "../../src/tui/effects/vault.ts";
import { type Edit, type EditChange, makeEdit, NO_EDITS } from "../../src/tui/model/edits.ts";
import type { Event } from "../../src/tui/model/events.ts";
import type { Effect } from "../../src/tui/model/effects.ts";
import type { Screen, ScreenKind } from "../../src/tui/model/screens.ts";
import { type State, topScreen } from "../../src/tui/model/state.ts";
import { reduce } from "../../src/tui/reduce/reduce.ts";
import type { Scratch } from "../cli/commands/scratch.ts";
import { emptyState, keyEvent, KEYMAP } from "./states.ts";

const nothing = (): void => {};

export class Session {
  state: State = emptyState();
  readonly edge: Edge;
  readonly #clipboard = new Clipboard();
  readonly #running = new Set<Promise<void>>();

  private constructor(host: Host) {
    const device = {
      suspend: () => Promise.resolve(),
      useMouse: nothing,
      lend: (run: () => Promise<void>) => run(),
      put: nothing,
      quit: nothing,
    };
    this.edge = {
      host,
      vault: new Vault(),
      held: new Map(),
      project: undefined,
      running: undefined,
      state: () => this.state,
      dispatch: (event) => this.#take(event),
      device: { ...device, clipboardHolder: "" },
    };
  }

  /** @param change of the host, to let things fail */
  static async open(scratch: Scratch, change: (host: Host) => Host = (host) => host): Promise<Session> {
    const session = new Session(change(createNodeHost({ cwd: scratch.path, env: scratch.env })));
    await session.run({ topic: "project", kind: "load" });
    session.openAll();
    return session;
  }

  /** What idle time does: all values are known. */
  openAll(): void {
    for (const file of this.state.files.values()) {
      const sealed = [...file.rows.entries()].filter(([, row]) => row.sealed && row.kind === "value").map(([at]) => at);
      openRows(this.edge, file.path, sealed);
    }
  }

  get toast(): string {
    return this.state.messages.toast?.text ?? "";
  }

  screen<K extends ScreenKind>(kind: K): Extract<Screen, { readonly kind: K }> {
    const top = topScreen(this.state);
    if (top.kind !== kind) throw new Error(`the screen is ${top.kind}, not ${kind}: ${this.toast}`);
    return top as Extract<Screen, { readonly kind: K }>;
  }

  /** One step of edits. */
  edit(...edits: readonly Edit[]): void {
    this.state = { ...this.state, edits: makeEdit(this.state.edits, { label: "test", edits }) };
  }

  set(file: string, path: string, text: string, type: ScalarType = "str"): void {
    this.edit({ file, path: path.split("."), change: this.change({ kind: "scalar", type, canonical: text }) });
  }

  change(node: Node): EditChange {
    return { kind: "set", value: keepNode(this.edge.vault, node, true) };
  }

  dropEdits(): void {
    this.state = { ...this.state, edits: NO_EDITS };
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.dispatch(keyEvent(key));
  }

  async dispatch(event: Event): Promise<void> {
    this.#take(event);
    await this.#settle();
  }

  async run(effect: Effect): Promise<void> {
    this.#start(effect);
    await this.#settle();
  }

  #take(event: Event): void {
    const { state, effects } = reduce(this.state, event, KEYMAP, this.state.now);
    this.state = state;
    for (const effect of effects) this.#start(effect);
  }

  #start(effect: Effect): void {
    const work = runEffect(this.edge, this.#clipboard, effect).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
