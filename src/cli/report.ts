/** Shows an error: to people as `error:` and `hint:` lines on standard error, to programs as one JSON object. */
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { SOTTO_VERSION } from "../model/version.ts";
import { exitOf } from "./exit.ts";
import { defaultHint, nameFile } from "./hints.ts";
import { paint, visible, wantsColor } from "./terminal.ts";

export interface ReportOptions {
  readonly host: Host;
  readonly command: string;
  readonly json: boolean;
  /** Printed to standard output before a usage error, as sops does. */
  readonly usage: string;
}

/** The same facts for both forms. */
interface Facts {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly report?: string;
  readonly hints: readonly string[];
  readonly exit: number;
}

/** @returns the exit number */
export function reportError(error: unknown, options: ReportOptions): number {
  const facts = SottoError.is(error) ? describe(error, options.command) : describeUnknown(error);
  if (options.json) {
    write(options.host, "output", `${JSON.stringify({ ok: false, command: options.command, error: facts })}\n`);
    return facts.exit;
  }
  if (options.usage !== "") write(options.host, "output", options.usage);
  const terminal = options.host.isTerminal("errors");
  write(options.host, "errors", render(facts, wantsColor(options.host, "errors"), terminal));
  return facts.exit;
}

function describe(error: SottoError, command: string): Facts {
  return {
    code: error.code,
    message: error.message,
    ...(error.file === undefined ? {} : { file: error.file }),
    ...error.position,
    ...(error.report === undefined ? {} : { report: error.report }),
    hints: (error.hints.length > 0 ? error.hints : [defaultHint(error.code)]).map((hint) => nameFile(hint, error.file)),
    exit: exitOf(error.code, command),
  };
}

/** A message that nobody here wrote may hold a value: only the name of the class is shown. */
function describeUnknown(error: unknown): Facts {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  return {
    code: "INTERNAL",
    message: `internal error (${name})`,
    hints: [`this is a mistake in sotto ${SOTTO_VERSION}: please report the command, without values, to its maintainers`],
    exit: 1,
  };
}

function render(facts: Facts, color: boolean, terminal: boolean): string {
  const safe = terminal ? visible : (text: string): string => text;
  // One line, whatever a file is called; only lines that are indented can be lines of a list.
  const message = place(facts).replaceAll("\n", String.raw`\n`) + facts.message.replaceAll(/\n(?! {2}\S)/g, String.raw`\n`);
  const lines = [`${paint("error:", ["red", "bold"], color)} ${safe(message)}`];
  if (facts.report !== undefined) lines.push(safe(facts.report.replace(/\n+$/, "")));
  for (const hint of facts.hints) lines.push(`${paint("hint:", "cyan", color)} ${safe(hint)}`);
  return `${lines.join("\n")}\n`;
}

/** `file:line:column: `; a message that names the file already does not get it twice, unless there is a line to tell. */
function place(facts: Facts): string {
  if (facts.file === undefined) return "";
  if (facts.line !== undefined) return `${facts.file}:${facts.line}:${facts.column ?? 1}: `;
  return facts.message.includes(facts.file) ? "" : `${facts.file}: `;
}

function write(host: Host, stream: "output" | "errors", text: string): void {
  host.write(stream, new TextEncoder().encode(text));
}
