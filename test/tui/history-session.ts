/** The program without a terminal: store, edge and a real project, for tests of what comes of keys. */
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Edge, Held } from "../../src/tui/effects/edge.ts";
import { runEffect } from "../../src/tui/effects/run.ts";
import { Clipboard } from "../../src/tui/effects/values.ts";
import { Vault } from "../../src/tui/effects/vault.ts";
import type { Event } from "../../src/tui/model/events.ts";
import { newDocument } from "../../src/tui/model/screens.ts";
import { type State, startState } from "../../src/tui/model/state.ts";
import { createStore, type Store } from "../../src/tui/store.ts";
import { openVisible } from "../../src/tui/effects/open-values.ts";
import { keyEvent, KEYMAP, LOOK } from "./states.ts";

export class Session {
  readonly edge: Edge;
  readonly #store: Store;
  readonly #running = new Set<Promise<void>>();
  now: number = Date.now();

  constructor(options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>>; readonly file: string }) {
    const host = createNodeHost({ cwd: options.cwd, env: { ...options.env } });
    const clipboard = new Clipboard();
    const first = startState({
      now: this.now,
      size: { columns: 140, rows: 45 },
      look: LOOK,
      shared: false,
      readOnly: false,
      name: "acme-api",
      root: options.cwd,
      screens: [newDocument(options.file)],
    });
    const run = (effect: Parameters<typeof runEffect>[2]): void => {
      const promise = runEffect(this.edge, clipboard, effect).finally(() => this.#running.delete(promise));
      this.#running.add(promise);
    };
    this.#store = createStore(first, KEYMAP, () => this.now, run);
    this.edge = {
      host,
      vault: new Vault(),
      held: new Map<string, Held>(),
      project: undefined,
      running: undefined,
      state: () => this.#store.state,
      dispatch: (event) => this.#store.dispatch(event),
      device: {
        suspend: () => Promise.resolve(),
        useMouse: () => {},
        lend: (work) => work(),
        put: () => {},
        quit: () => {},
        clipboardHolder: "",
      },
    };
    run({ topic: "project", kind: "load" });
  }

  get state(): State {
    return this.#store.state;
  }

  dispatch(event: Event): void {
    this.#store.dispatch(event);
  }

  /** Presses keys, each when all that came of the one before is done. */
  async press(...keys: readonly string[]): Promise<State> {
    await this.settled();
    for (const key of keys) {
      this.#store.dispatch(keyEvent(key));
      // oxlint-disable-next-line no-await-in-loop
      await this.settled();
    }
    return this.state;
  }

  async settled(): Promise<void> {
    do {
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(this.#running);
    } while (this.#running.size > 0 || openVisible(this.edge));
  }
}
