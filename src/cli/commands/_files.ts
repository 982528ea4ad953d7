/** What the commands do alike with files: which format, where from, where to. */
import {
  approvalsOf,
  decodeText,
  type FormatId,
  formatOfPath,
  type OpenFile,
  Project,
  refuseFlawed,
  SottoError,
  type WriteOptions,
} from "../../index.ts";
import type { Context } from "../command.ts";
import { keysFromFlags } from "./_keys.ts";

const FORMATS: readonly FormatId[] = ["yaml", "json", "dotenv", "ini", "binary"];

interface UnlockFlags {
  readonly "decryption-order"?: string | undefined;
  readonly keyservice?: readonly string[];
  readonly accept?: readonly string[];
  readonly "enable-local-keyservice"?: boolean;
}

/**
 * Opens the project and passes its warnings on.
 * @param wraps true for a command that wraps or encrypts: there a mistyped rule is an error (see `refuseFlawed`)
 */
export async function openProject(context: Context, flags: UnlockFlags = {}, wraps = false): Promise<Project> {
  const order = flags["decryption-order"];
  const project = await Project.open(context.host, {
    config: context.globals.config,
    decryptionOrder: order === undefined ? undefined : order.split(","),
    localKeys: flags["enable-local-keyservice"],
    keyServices: flags.keyservice,
    accepted: [...(flags.accept ?? []), ...approvalsOf([...keysFromFlags(flags), ...keysFromFlags(flags, "add-")])],
  });
  if (wraps && project.config !== undefined) refuseFlawed(project.config);
  for (const warning of project.warnings) context.warn(warning);
  return project;
}

/**
 * The format that a flag or a path names.
 * @throws SottoError `FORMAT_UNKNOWN`: sops would silently go by the path
 */
export function formatFor(flag: string | undefined, path: string | undefined): FormatId {
  if (flag === undefined) return path === undefined ? "binary" : formatOfPath(path);
  const format = FORMATS.find((id) => id === flag);
  if (format !== undefined) return format;
  throw new SottoError("FORMAT_UNKNOWN", `${flag} is no format`, { hints: [`formats are ${FORMATS.join(", ")}`] });
}

export interface Destination {
  readonly "in-place"?: boolean;
  readonly output?: string | undefined;
}

/** @throws SottoError `BAD_FLAGS` */
export function checkDestination(flags: Destination, file: string | undefined): void {
  if (flags["in-place"] === true && flags.output !== undefined) {
    throw new SottoError("BAD_FLAGS", "--in-place and --output exclude each other", { hints: ["leave out one of them"] });
  }
  if (flags["in-place"] === true && file === undefined) {
    throw new SottoError("BAD_FLAGS", "standard input cannot be written in place", { hints: ["name a file, or leave out --in-place"] });
  }
}

export interface WriteTo {
  readonly context: Context;
  readonly flags: Destination;
  readonly file: string | undefined;
  /** What the input file must still hold. */
  readonly expected?: Uint8Array;
  /** Permission bits of a new file. */
  readonly mode?: number;
}

/** Where a result went, for `--json`: the name of a file, or what would have been printed. */
export type Written = { readonly output: string } | { readonly output: null; readonly content: string };

/** Writes a result where the flags say: to the file itself, to another file, or to standard output. */
export async function writeResult(bytes: Uint8Array, to: WriteTo): Promise<Written> {
  const { context, flags, file, expected } = to;
  const mode = to.mode === undefined ? {} : { mode: to.mode };
  const target = flags["in-place"] === true ? file : flags.output;
  if (target !== undefined) {
    await writeTarget(context, target, bytes, target === file && expected !== undefined ? { ...mode, expected } : mode);
    return { output: target };
  }
  // What a file holds must not act on the terminal; programs get the bytes.
  if (!context.json) context.out(context.terminal ? context.visible(decodeText(bytes)) : bytes);
  return { output: null, content: decodeText(bytes) };
}

/** @throws SottoError `FILE_UNWRITABLE`, also for a folder */
async function writeTarget(context: Context, target: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  try {
    await context.host.writeFile(target, bytes, options);
  } catch (error) {
    if (!SottoError.is(error) || error.code !== "FILE_IS_DIRECTORY") throw error;
    throw new SottoError("FILE_UNWRITABLE", error.message, { file: target, hints: ["name a file in it"], cause: error });
  }
}

/** Reads the input file, or standard input when none is named. */
export function readInput(context: Context, file: string | undefined): Promise<Uint8Array> {
  return file === undefined ? context.host.readInput() : context.host.readFile(file);
}

/** Comments that sops would keep as they are, with a warning. */
export function describeSuspects(open: OpenFile): string {
  const { length } = open.opened.suspects;
  return length === 1 ? "1 comment is not encrypted, or does not verify" : `${length} comments are not encrypted, or do not verify`;
}
