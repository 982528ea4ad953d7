/** Assignments that a POSIX shell reads: `set -a; . FILE` or `. FILE`. */
import { encodeText } from "../../model/text.ts";
import type { NamedValue } from "../names.ts";
import { nameVariables } from "./names.ts";
import type { Renderer } from "./renderer.ts";
import { quoteShell } from "./shell-quote.ts";

/** Read-only in bash, or something else than what was assigned when it is read back. */
const KEPT = new Set(
  "_ UID EUID PPID GROUPS BASHPID BASH_VERSINFO LINENO OPTIND RANDOM SRANDOM SECONDS EPOCHSECONDS EPOCHREALTIME FUNCNAME DIRSTACK HISTCMD".split(
    " ",
  ),
);

const keeps = ({ name }: NamedValue): string | undefined =>
  KEPT.has(name) ? `gives ${name}, which shells keep for themselves` : undefined;

const assignments =
  (before: string): Renderer =>
  (values, options) => {
    const named = nameVariables(values, options, (one) => [keeps(one)]);
    return { bytes: encodeText(named.map(({ name, text }) => `${before}${name}=${quoteShell(text)}\n`).join("")) };
  };

export const renderEnv: Renderer = assignments("");
export const renderShell: Renderer = assignments("export ");
