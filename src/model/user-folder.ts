/** Where a user's configuration lies on the systems that sotto runs on: the same folder that sops takes (sops: §5.4). */
import { posix, win32 } from "node:path";

/** What the place depends on. */
export interface UserPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  /** Empty where the user has none. */
  readonly home: string;
}

/** @returns the path of a file below that folder; an Error's message says in Go's words why there is no such folder */
export function userConfigFile(user: UserPlace, ...names: readonly string[]): string | Error {
  const { env, home, platform } = user;
  const xdg = env["XDG_CONFIG_HOME"] ?? "";
  if (platform === "win32") {
    const folder = env["AppData"] ?? env["APPDATA"] ?? "";
    return folder === "" ? new Error("%AppData% is not defined") : win32.join(folder, ...names);
  }
  if (platform === "darwin") {
    if (xdg !== "") return posix.join(xdg, ...names);
    return home === "" ? new Error("$HOME is not defined") : posix.join(home, "Library", "Application Support", ...names);
  }
  if (xdg !== "") return posix.isAbsolute(xdg) ? posix.join(xdg, ...names) : new Error("path in $XDG_CONFIG_HOME is relative");
  return home === "" ? new Error("neither $XDG_CONFIG_HOME nor $HOME are defined") : posix.join(home, ".config", ...names);
}
