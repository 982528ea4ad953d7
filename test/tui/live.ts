/** The terminal interface without a terminal: the real store and the real effects on a folder, and keys that are pressed. */
import { createKeymap, type Keymap } from "../../src/tui/actions/keymap.ts";
import { ACTIONS } from "../../src/tui/actions/index.ts";
import type { Edge } from "../../src/tui/effects/edge.ts";
import { runEffect } from "../../src/tui/effects/run.ts";
import { Clipboard } from "../../src/tui/effects/values.ts";
import { Vault } from "../../src/tui/effects/vault.ts";
import type { Event } from "../../src/tui/model/events.ts";
import { NEW_MATRIX, type Screen, type ScreenKind } from "../../src/tui/model/screens.ts";
import { startState, type State, topScreen } from "../../src/tui/model/state.ts";
import { createStore, type Store } from "../../src/tui/store.ts";
import type { Host } from "../../src/model/host.ts";
import { keyEvent, LOOK } from "./states.ts";

export class Live {
  readonly edge: Edge;
  readonly keymap: Keymap = createKeymap(ACTIONS);
  readonly #store: Store;
  readonly #running = new Set<Promise<void>>();
  readonly #clipboard = new Clipboard();

  private constructor(host: Host, readOnly: boolean) {
    const size = { columns: 100, rows: 30 };
    const screens: readonly Screen[] = [NEW_MATRIX];
    const now = (): number => host.now().getTime();
    const first = startState({ now: now(), size, look: LOOK, shared: false, readOnly, name: "acme", root: host.cwd, screens });
    this.#store = createStore(first, this.keymap, now, (effect) => this.#track(runEffect(this.edge, this.#clipboard, effect)));
    this.edge = makeEdge(host, this.#store);
  }

  /** When the project is loaded. */
  static async open(host: Host, { readOnly = false }: { readonly readOnly?: boolean } = {}): Promise<Live> {
    const live = new Live(host, readOnly);
    live.#track(runEffect(live.edge, live.#clipboard, { topic: "project", kind: "load" }));
    await live.settle();
    return live;
  }

  get state(): State {
    return this.#store.state;
  }

  screen<K extends ScreenKind>(kind: K): Extract<Screen, { readonly kind: K }> {
    const top = topScreen(this.state);
    if (top.kind !== kind) throw new Error(`the screen is ${top.kind}, not ${kind}: ${this.said.at(-1) ?? ""}`);
    return top as Extract<Screen, { readonly kind: K }>;
  }

  /** All that was told, in order. */
  get said(): readonly string[] {
    return this.state.messages.log.map(({ text }) => text);
  }

  /** Each key waits for what the one before it began. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.dispatch(keyEvent(key));
  }

  /** Into a field, in place of what is there. */
  async type(text: string): Promise<void> {
    await this.press("end", "ctrl+u");
    await this.dispatch({ topic: "input", kind: "paste", text });
  }

  async dispatch(event: Event): Promise<void> {
    this.#store.dispatch(event);
    await this.settle();
  }

  /** Nothing is going on any more. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}

const nothing = (): void => {};

function makeEdge(host: Host, store: Store): Edge {
  return {
    host,
    vault: new Vault(),
    held: new Map(),
    project: undefined,
    running: undefined,
    state: () => store.state,
    dispatch: (event) => store.dispatch(event),
    device: { suspend: () => Promise.resolve(), useMouse: nothing, lend: (run) => run(), put: nothing, quit: nothing, clipboardHolder: "" },
  };
}
