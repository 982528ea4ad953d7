/** A home of nobody, and the environment of somebody who lives there: nothing of the machine's own gets in. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Variables = Readonly<Record<string, string>>;

export class Home implements Disposable {
  readonly path: string;
  readonly env: Variables;

  /** @param path a folder that is there already, whose owner removes it */
  constructor(path: string = mkdtempSync(join(tmpdir(), "sotto-tui-home-"))) {
    this.path = path;
    const folders = {
      XDG_CONFIG_HOME: join(path, ".config"),
      XDG_STATE_HOME: join(path, ".local", "state"),
      XDG_DATA_HOME: join(path, ".local", "share"),
      XDG_CACHE_HOME: join(path, ".cache"),
      XDG_RUNTIME_DIR: join(path, "run"),
      TMPDIR: join(path, "tmp"),
    };
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.env = {
      HOME: path,
      ...folders,
      PATH: process.env["PATH"] ?? "",
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      TZ: "UTC",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
