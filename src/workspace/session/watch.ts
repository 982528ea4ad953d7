/**
 * Tells when files change on the disk: by the system's notes about their folders, and by looking now and then, since not every file
 * system sends notes. A file is known by its name: it may be replaced by renaming, deleted, and made again.
 */
import { type FSWatcher, watch } from "node:fs";
import { dirname, resolve } from "node:path";
import { SottoError } from "../../model/error.ts";
import type { Host } from "../../model/host.ts";

export interface WatchOptions {
  /** Between two looks where there are no notes; milliseconds, 1000 without it. Where there are, it looks five times less often. */
  readonly interval?: number;
  /** How long to wait for more of the same; milliseconds, 50 without it. */
  readonly settle?: number;
  /** Instead of the system's own. @throws where a folder cannot be watched */
  readonly watchFolder?: (folder: string, onNote: () => void, onEnd: () => void) => { close(): void };
}

export interface FileWatch extends Disposable {
  /** Looks at once. Resolves when all changes were told. */
  check(): Promise<void>;
  /** Nothing is told any more. */
  stop(): void;
}

const NOTES_LAST = 5;

/**
 * Begins at once; what changes before the first look is done counts as the state to compare with.
 * @param onChange told once for a change, also when the file is gone. Whether its content is another is for the caller to see.
 */
export function watchFiles(host: Host, paths: readonly string[], onChange: (path: string) => void, options: WatchOptions = {}): FileWatch {
  return new Watch(host, paths, onChange, options);
}

class Watch implements FileWatch {
  readonly #host: Host;
  readonly #onChange: (path: string) => void;
  readonly #options: Required<WatchOptions>;
  readonly #known = new Map<string, string | undefined>();
  readonly #folders = new Map<string, { close(): void } | undefined>();
  #running: Promise<void> | undefined;
  #isAgain = false;
  #stopped = false;
  #looks = 0;
  #pending: NodeJS.Timeout | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(host: Host, paths: readonly string[], onChange: (path: string) => void, options: WatchOptions) {
    this.#host = host;
    this.#onChange = onChange;
    this.#options = { interval: 1000, settle: 50, watchFolder: watchBySystem, ...options };
    for (const path of paths) {
      this.#known.set(path, UNSEEN);
      this.#folders.set(dirname(resolve(host.cwd, path)), undefined);
    }
    this.#timer = setInterval(() => this.#look(), this.#options.interval);
    this.#timer.unref();
    void this.check();
  }

  check(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#running !== undefined) {
      // What changed behind the back of the look that is under way is for the next.
      this.#isAgain = true;
      return this.#running;
    }
    this.#running = this.#checkAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#pending);
    for (const one of this.#folders.values()) one?.close();
    this.#folders.clear();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #look(): void {
    this.#looks += 1;
    const isNoted = [...this.#folders.values()].every((one) => one !== undefined);
    if (!isNoted || this.#looks % NOTES_LAST === 0) void this.check();
  }

  #note(): void {
    if (this.#stopped) return;
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => void this.check(), this.#options.settle);
    this.#pending.unref();
  }

  async #checkAll(): Promise<void> {
    do {
      this.#isAgain = false;
      await this.#watchFolders();
      for (const [path, before] of this.#known) {
        const now = await this.#signatureOf(path);
        if (this.#stopped) return;
        if (now === before) continue;
        this.#known.set(path, now);
        if (before !== UNSEEN) this.#onChange(path);
      }
    } while (this.#isAgain);
  }

  /** A folder that was made again has to be watched again. */
  async #watchFolders(): Promise<void> {
    for (const [folder, watched] of this.#folders) {
      const isThere = (await this.#signatureOf(folder)) !== undefined;
      if (this.#stopped) return;
      if (!isThere) {
        watched?.close();
        this.#folders.set(folder, undefined);
      } else if (watched === undefined) this.#folders.set(folder, this.#tryWatch(folder));
    }
  }

  #tryWatch(folder: string): { close(): void } | undefined {
    try {
      return this.#options.watchFolder(
        folder,
        () => this.#note(),
        () => {
          if (!this.#stopped) this.#folders.set(folder, undefined);
        },
      );
    } catch {
      // Too many watches, or a file system without notes: looking now and then has to do.
      return undefined;
    }
  }

  /** Undefined for what is not there. */
  async #signatureOf(path: string): Promise<string | undefined> {
    try {
      const info = await this.#host.stat(path);
      return info === undefined ? undefined : `${info.kind} ${info.size} ${info.modified}`;
    } catch (error) {
      if (SottoError.is(error)) return error.code;
      throw error;
    }
  }
}

/** No file looks like that. */
const UNSEEN = "unseen";

function watchBySystem(folder: string, onNote: () => void, onEnd: () => void): { close(): void } {
  const watcher: FSWatcher = watch(folder, { persistent: false });
  watcher.on("change", onNote);
  watcher.on("error", () => {
    watcher.close();
    onEnd();
  });
  return watcher;
}
