/**
 * Lets a person's editor change a text. For so long it lies in a file for this user alone, in memory where the system has that;
 * the file has the name of the one that is edited, so that editors know what it is.
 */
import { readFileSync } from "node:fs";
import { SottoError } from "../model/error.ts";
import { systemCode } from "./errors.ts";
import { findEditor } from "./find-editor.ts";
import { handOver } from "./hand-over.ts";
import { sweepHandOvers } from "./hand-over-folder.ts";
import { passRaw, recoverRaw } from "./raw-environment.ts";
import { SignalRelay } from "./signals.ts";
import { type Ended, runCall } from "./spawn.ts";

export interface EditorOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly cwd: string;
  /** Without a folder. */
  readonly name: string;
}

/** How long an editor may take to end after a signal that ends the edit, in milliseconds. */
const GRACE = 2000;
/** These end the edit whatever the editor makes of them. Of others it may make what it likes. */
const ENDING = ["SIGTERM", "SIGHUP"] as const;

/**
 * Whatever this ends of, the file is gone then. What a process that was killed left is removed first.
 * @returns what the file holds when the editor has ended
 * @throws SottoError `EDITOR_FAILED`, `INTERRUPTED`, `FILE_UNWRITABLE`, `FILE_UNREADABLE`
 */
export async function editText(text: Uint8Array, options: EditorOptions): Promise<Uint8Array> {
  const { env, platform, cwd, name } = options;
  const editor = findEditor({ env, platform });
  sweepHandOvers(env);
  // Before there is anything to clear up.
  using relay = new SignalRelay();
  using file = handOver(text, { env, platform, name, regular: true });
  const own = Object.fromEntries(Object.entries(recoverRaw(env)).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  const { call, options: settings } = passRaw({ file: editor.file, args: [...editor.args, file.path] }, { env: own, cwd }, platform);
  using deadline = new Deadline();
  const ended = await Promise.race([start(() => runCall(call, settings, relay)), deadline.passed]);
  refuseFailure(editor.file, ended, relay);
  try {
    return Uint8Array.from(readFileSync(file.path));
  } catch (error) {
    throw new SottoError("FILE_UNREADABLE", `the editor left no file that can be read: ${systemCode(error) ?? "unknown reason"}`, {
      hints: ["nothing was written"],
      cause: error,
    });
  }
}

async function start(run: () => Promise<Ended>): Promise<Ended> {
  try {
    return await run();
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    throw new SottoError("EDITOR_FAILED", `could not run the editor: ${error.message}`, { cause: error });
  }
}

/** The time that the editor has left once the edit is to end. */
class Deadline implements Disposable {
  readonly passed: Promise<undefined>;
  #timer: NodeJS.Timeout | undefined;
  readonly #start: () => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.passed = promise;
    this.#start = () => {
      this.#timer ??= setTimeout(() => resolve(undefined), GRACE);
    };
    for (const signal of ENDING) process.on(signal, this.#start);
  }

  [Symbol.dispose](): void {
    for (const signal of ENDING) process.off(signal, this.#start);
    clearTimeout(this.#timer);
  }
}

/** @param ended undefined for an editor that goes on */
function refuseFailure(program: string, ended: Ended | undefined, relay: SignalRelay): void {
  const isWell = ended?.kind === "exited" && ended.code === 0;
  const isBrokenOff = ["SIGINT", "SIGQUIT"].some((signal) => relay.received(signal)) || (ended?.kind === "killed" && ended.shared);
  if (ENDING.some((signal) => relay.received(signal)) || (!isWell && isBrokenOff)) {
    throw new SottoError("INTERRUPTED", "the edit was broken off; nothing was written", { hints: ["run the command again"] });
  }
  if (isWell || ended === undefined) return;
  const how = ended.kind === "exited" ? `it ended with ${ended.code}` : ended.kind === "killed" ? `${ended.signal} ended it` : "it is gone";
  throw new SottoError("EDITOR_FAILED", `the editor ${program} failed: ${how}`);
}
