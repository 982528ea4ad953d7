/** Which editor a person wants, found as sops finds it: `SOPS_EDITOR`, `EDITOR`, then what is usual (sops: §7.5). */
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { SottoError } from "../model/error.ts";
import { splitWords } from "../model/words.ts";
import { listPrograms, type PathSearch, resolveProgram } from "./program-path.ts";

export interface Editor {
  readonly file: string;
  /** What stands before the file to edit. */
  readonly args: readonly string[];
}

const VARIABLES = ["SOPS_EDITOR", "EDITOR"] as const;
const USUAL = ["vim", "nano", "vi"] as const;

/**
 * No program is taken from the current folder because it happens to lie there: not where the system would look there first
 * (Windows), and not by a relative folder on the PATH.
 * @throws SottoError `EDITOR_FAILED`
 */
export function findEditor(search: PathSearch): Editor {
  const variable = VARIABLES.find((name) => (search.env[name] ?? "") !== "");
  if (variable === undefined) return findUsual(search);
  const [program, ...args] = splitCommand(variable, search.env[variable] ?? "");
  if (program === undefined) throw new SottoError("EDITOR_FAILED", `${variable} names no program`);
  const file = locate(program, search);
  if (file === undefined) throw new SottoError("EDITOR_FAILED", `the editor ${program} of ${variable} is not on the PATH`);
  return { file, args: [...discretion(program, file), ...args] };
}

function findUsual(search: PathSearch): Editor {
  for (const name of USUAL) {
    const file = locate(name, search);
    if (file !== undefined) return { file, args: discretion(name, file) };
  }
  throw new SottoError("EDITOR_FAILED", `no editor found: neither SOPS_EDITOR nor EDITOR is set, and there is no ${USUAL.join(", ")}`, {
    hints: ["name one: EDITOR='code --wait'; or change one value: sotto set FILE PATH VALUE"],
  });
}

function splitCommand(variable: string, command: string): readonly string[] {
  try {
    return splitWords(command);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new SottoError("EDITOR_FAILED", `${variable} cannot be split into words: ${reason}`, { cause });
  }
}

/** A name with a folder in it is taken as it stands. */
function locate(program: string, search: PathSearch): string | undefined {
  const isWindows = search.platform === "win32";
  if (program.includes("/") || (isWindows && /[\\:]/.test(program))) return program;
  // Programs that Windows starts without a command processor.
  const files = isWindows && !/\.(?:exe|com)$/i.test(program) ? [`${program}.com`, `${program}.exe`] : [program];
  for (const file of files) for (const { place } of listPrograms(file, search)) return place;
  return undefined;
}

/**
 * What keeps vim from writing the text elsewhere: to a swap file, a backup, the undo history, viminfo or shada. As a command,
 * since that runs after the person's own settings; hidden options of small builds are passed over in silence.
 */
const VIM_ARGUMENTS = ["-n", "-i", "NONE", "-c", "silent! set noswapfile nobackup nowritebackup patchmode= noundofile viminfo="] as const;

function discretion(program: string, file: string): readonly string[] {
  const name = basename(program, extname(program));
  return name === "vim" || name === "nvim" || (name === "vi" && isVim(file)) ? VIM_ARGUMENTS : [];
}

/** Other programs of the name do not know these arguments. Where `vi` is vim it is a link, a script that starts vim, or vim itself. */
function isVim(file: string): boolean {
  const real = resolveProgram(file);
  if (real === undefined) return false;
  if (/^n?vim/.test(basename(real))) return true;
  try {
    return /Vi IMproved|[\s/"]n?vim[\s"]/.test(readFileSync(real, "latin1").slice(0, 32 * 1024 * 1024));
  } catch {
    return false;
  }
}
