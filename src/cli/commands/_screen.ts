/** Whether `edit` opens the screen of sotto or an editor: as before, wherever a script could stand behind the call. */
import { basename, extname } from "node:path";
import { splitWords } from "../../index.ts";
import type { Context } from "../command.ts";

/** Programs that a person sits in front of. Anything else in EDITOR may be a script that changes the file. */
const INTERACTIVE: ReadonlySet<string> = new Set(
  [
    "vi vim nvim view gvim mvim neovide nano pico emacs emacsclient micro hx helix kak",
    "code code-insiders codium cursor windsurf subl zed mate gedit kate kwrite mousepad geany",
    "joe jed ne mg mcedit notepad notepad++ bbedit idea webstorm goland pycharm lapce lite-xl",
  ].flatMap((names) => names.split(" ")),
);

/** Flags that the screen knows, and those that make no difference to it. */
const ON_SCREEN: ReadonlySet<string> = new Set(["read-only", "share", "plain", "no-motion", "json", "help"]);

/**
 * @param file undefined for the whole project
 * @throws SottoError `NO_TERMINAL` where the screen was asked for and cannot be shown
 */
export async function belongsOnScreen(
  context: Context,
  file: string | undefined,
  flags: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { host, globals, json } = context;
  if (json || flags["editor"] === true) return false;
  const asked = ["read-only", "share", "plain", "no-motion"].some((name) => flags[name] === true);
  const others = Object.entries(flags).some(([name, value]) => !ON_SCREEN.has(name) && isGiven(name, value));
  if (others || globals.indent !== undefined || globals.macOnlyEncrypted || globals.config !== undefined) return false;
  if (!host.isTerminal("input") || !host.isTerminal("output")) return asked;
  if (!asked && !isInteractive(host.env)) return false;
  const { whyNoTui } = await import("../open-tui.ts");
  if (whyNoTui(host) !== undefined) return asked;
  return file === undefined || (await host.stat(file))?.kind === "file";
}

/** `enable-local-keyservice` is on without the flag; key flags may come from the environment. */
function isGiven(name: string, value: unknown): boolean {
  if (name === "enable-local-keyservice") return value === false;
  if (["age", "pgp", "kms", "gcp-kms", "azure-kv", "hckms", "hc-vault-transit", "aws-profile", "decryption-order"].includes(name))
    return false;
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== "";
}

/** SOPS_EDITOR is meant for sops; an EDITOR that is unset or interactive means that a person sits here. */
function isInteractive(env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env["SOPS_EDITOR"] ?? "") !== "") return false;
  const editor = env["EDITOR"] ?? "";
  if (editor === "") return true;
  const [program = ""] = splitWordsOrNothing(editor);
  const name = basename(program);
  return INTERACTIVE.has(name) || INTERACTIVE.has(basename(program, extname(program)));
}

function splitWordsOrNothing(text: string): readonly string[] {
  try {
    return splitWords(text);
  } catch {
    return [];
  }
}
