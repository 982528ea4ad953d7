/**
 * The clipboard: where it is, putting a value there, and taking the value away again, if it is still the same, by a process that
 * outlives this one. Which text was put there only the programs of the system ever learn, by standard input.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { SottoError } from "../model/error.ts";
import { runClipboardProgram } from "./clipboard-program.ts";
import { listPrograms } from "./program-path.ts";
import type { ShellCall } from "./spawn.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramClipboard {
  readonly kind: "program";
  /** As people know it: `wl-copy`. */
  readonly name: string;
  readonly copy: ShellCall;
  /** Undefined where it cannot be read back; then nothing is cleared. */
  readonly paste: ShellCall | undefined;
  readonly clear: ShellCall;
}

/** The terminal puts it there. Nobody can tell whether it did, and nothing is read back. */
export interface TerminalClipboard {
  readonly kind: "terminal";
  readonly name: "OSC 52";
}

export type Clipboard = ProgramClipboard | TerminalClipboard;

/** In this order. Over SSH only a display that is forwarded is the person's own; else the terminal is. */
export function findClipboard(env: Environment, platform: string): Clipboard | undefined {
  const remote = isSet(env, "SSH_TTY") || isSet(env, "SSH_CONNECTION");
  const local =
    (platform === "darwin" && !remote ? ofMac(env, platform) : undefined) ??
    (isSet(env, "WAYLAND_DISPLAY") ? ofWayland(env, platform) : undefined) ??
    (isSet(env, "DISPLAY") && platform !== "win32" ? ofX11(env, platform) : undefined) ??
    (!remote && (platform === "win32" || isSet(env, "WSL_DISTRO_NAME") || isSet(env, "WSL_INTEROP"))
      ? ofWindows(env, platform)
      : undefined);
  if (local !== undefined) return local;
  const term = env["TERM"] ?? "";
  // The console of Linux has no clipboard.
  return term === "" || term === "dumb" || term === "linux" ? undefined : { kind: "terminal", name: "OSC 52" };
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

function find(env: Environment, platform: string, name: string): string | undefined {
  for (const { place } of listPrograms(name, { env, platform })) return place;
  return undefined;
}

function ofMac(env: Environment, platform: string): Clipboard | undefined {
  const copy = find(env, platform, "pbcopy");
  if (copy === undefined) return undefined;
  return { ...inAndOut("pbcopy", copy, [], find(env, platform, "pbpaste"), []), clear: { file: copy, args: [] } };
}

function ofWayland(env: Environment, platform: string): Clipboard | undefined {
  const copy = find(env, platform, "wl-copy");
  if (copy === undefined) return undefined;
  const paste = find(env, platform, "wl-paste");
  return {
    ...inAndOut("wl-copy", copy, ["--type", "text/plain"], paste, ["--no-newline"]),
    clear: { file: copy, args: ["--clear"] },
  };
}

function ofX11(env: Environment, platform: string): Clipboard | undefined {
  const xclip = find(env, platform, "xclip");
  if (xclip !== undefined) {
    const select = ["-selection", "clipboard"];
    return {
      ...inAndOut("xclip", xclip, [...select, "-in"], xclip, [...select, "-out"]),
      clear: { file: xclip, args: [...select, "-in"] },
    };
  }
  const xsel = find(env, platform, "xsel");
  if (xsel === undefined) return undefined;
  return {
    ...inAndOut("xsel", xsel, ["--clipboard", "--input"], xsel, ["--clipboard", "--output"]),
    clear: { file: xsel, args: ["--clipboard", "--clear"] },
  };
}

/** Says the text as UTF-8, without a newline of its own. */
const READ_WINDOWS = "[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false;[Console]::Out.Write((Get-Clipboard -Raw))";

function ofWindows(env: Environment, platform: string): Clipboard | undefined {
  const clip = find(env, platform, "clip.exe");
  if (clip === undefined) return undefined;
  const read = find(env, platform, "powershell.exe");
  return {
    ...inAndOut("clip.exe", clip, [], read, ["-NoProfile", "-NonInteractive", "-Command", READ_WINDOWS]),
    clear: { file: clip, args: [] },
  };
}

function inAndOut(
  name: string,
  copy: string,
  copyArgs: readonly string[],
  paste: string | undefined,
  pasteArgs: readonly string[],
): Omit<ProgramClipboard, "clear"> {
  return {
    kind: "program",
    name,
    copy: { file: copy, args: copyArgs },
    paste: paste === undefined ? undefined : { file: paste, args: pasteArgs },
  };
}

/**
 * Puts a text on the clipboard.
 * @throws SottoError `COMMAND_FAILED`
 */
export async function copyText(clipboard: ProgramClipboard, text: Uint8Array, env: Environment): Promise<void> {
  const environment = environmentOf(env);
  const sensitive = clipboard.name === "wl-copy" && (await knowsSensitive(clipboard.copy.file, environment));
  // It asks managers of a clipboard history to leave the text out (x-kde-passwordManagerHint).
  const args = sensitive ? ["--sensitive", ...clipboard.copy.args] : clipboard.copy.args;
  const input = clipboard.name === "clip.exe" ? forWindows(text) : text;
  const { code } = await runClipboardProgram({ file: clipboard.copy.file, args }, { env: environment, input });
  if (input !== text) input.fill(0);
  if (code === 0) return;
  const how = code === undefined ? "it did not answer" : `it ended with ${code}`;
  throw new SottoError("COMMAND_FAILED", `${clipboard.name} did not take the value: ${how}`);
}

async function knowsSensitive(file: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { output } = await runClipboardProgram({ file, args: ["--help"] }, { env, reads: true, patience: 1000 });
  return output.includes("--sensitive");
}

/** ASCII is the same in all code pages that it may take the bytes for; anything else it takes as UTF-16. */
function forWindows(text: Uint8Array): Uint8Array {
  if (text.every((byte) => byte < 0x80)) return text;
  return Buffer.from(Buffer.from(text).toString("utf8"), "utf16le");
}

/** The variables by which the programs find the clipboard, and no others: what else is in there may be secret. */
const NEEDED =
  /^(?:PATH|HOME|DISPLAY|XAUTHORITY|WAYLAND_DISPLAY|WAYLAND_SOCKET|XDG_RUNTIME_DIR|XDG_SESSION_TYPE|DBUS_SESSION_BUS_ADDRESS|LANG|LC_\w+|TMPDIR|WSL\w*|__CF_USER_TEXT_ENCODING|SYSTEMROOT|WINDIR|TEMP|TMP|USERPROFILE|PATHEXT|PSMODULEPATH)$/i;

function environmentOf(env: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => NEEDED.test(name)));
}

/** What the process that clears is told, as one line on its standard input. No text, and nothing that tells it. */
export interface HolderOrder {
  /** HMAC-SHA-256 of the text under `key`; both in base64. */
  readonly mac: string;
  readonly key: string;
  /** In milliseconds. */
  readonly after: number;
  readonly paste: ShellCall;
  readonly clear: ShellCall;
}

/** The lines that may follow. */
export type HolderWord = "now" | "drop";

/** `gone`: the process failed, or the clipboard could not be read. */
export type HoldEnd = "cleared" | "changed" | "dropped" | "gone";
/** Exit numbers of the process that clears. */
export const HOLD_ENDS: Readonly<Record<number, HoldEnd>> = { 0: "cleared", 3: "changed", 4: "dropped" };

export interface Hold {
  /** Never fails. */
  readonly ended: Promise<HoldEnd>;
  /** Clears at once, if the text is still there; to be called when the program ends too. Does not wait. */
  clearNow(): void;
  /** Leaves the clipboard alone: another text, or the same one again, has been put there. */
  drop(): void;
}

export interface HoldOptions {
  readonly env: Environment;
  /** In milliseconds. */
  readonly after: number;
  /** Path of the script that clears: `clipboard-holder`. */
  readonly holder: string;
}

/**
 * Clears the clipboard after a time if it holds this text then, also when this process is gone by then.
 * @returns undefined where the clipboard cannot be read, so that nothing can be cleared
 */
export function clearIfUnchanged(clipboard: ProgramClipboard, text: Uint8Array, options: HoldOptions): Hold | undefined {
  if (clipboard.paste === undefined) return undefined;
  const key = randomBytes(32);
  const mac = createHmac("sha256", key).update(text).digest("base64");
  const { paste, clear } = clipboard;
  const order: HolderOrder = { mac, key: key.toString("base64"), after: options.after, paste, clear };
  // A session of its own: closing the terminal does not end it.
  const child = spawn(process.execPath, [options.holder], {
    detached: true,
    env: environmentOf(options.env),
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
    ...(process.platform === "win32" ? {} : { cwd: "/" }),
  });
  return holdOf(child, order);
}

function holdOf(child: ChildProcess, order: HolderOrder): Hold {
  const { promise, resolve } = Promise.withResolvers<HoldEnd>();
  let running = true;
  const end = (result: HoldEnd): void => {
    running = false;
    resolve(result);
  };
  child.once("error", () => end("gone"));
  child.once("exit", (code) => end(HOLD_ENDS[code ?? -1] ?? "gone"));
  child.stdin?.on("error", () => {});
  const say = (line: string): void => void child.stdin?.write(`${line}\n`);
  say(JSON.stringify(order));
  // This process need not wait for it.
  child.unref();
  if (child.stdin !== null && "unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  const tell = (word: HolderWord): void => {
    if (running) say(word);
  };
  return { ended: promise, clearNow: () => tell("now"), drop: () => tell("drop") };
}

/** What terminals take at most: 100,000 bytes for the whole sequence. */
const OSC_52_MOST = 74_994;

/** @returns what to write to the terminal; undefined for a text that is too long for that */
export function osc52(text: Uint8Array): string | undefined {
  if (text.length > OSC_52_MOST) return undefined;
  return `\u001B]52;c;${Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString("base64")}\u0007`;
}

/** A space first: tmux passes over an empty text. Clears whatever is there, for it cannot be read. */
export function osc52Clear(): string {
  return `\u001B]52;c;${Buffer.from(" ").toString("base64")}\u0007\u001B]52;c;\u0007`;
}
