/**
 * Transcripts: what a user types and sees. README.md in this folder tells how they are written.
 * Ciphertext, wrapped keys, times and recipients differ from run to run, so they are shown as names.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identitiesOf, vectorRecipient, VECTORS } from "../support/vectors.ts";
import type { Run, Scratch } from "../cli/commands/scratch.ts";
import { splitWords } from "./words.ts";

export type Program = "sotto" | "sops";

export interface Step {
  /** As typed, without `$ `. */
  readonly line: string;
  readonly input: string;
  /** A file that is standard input. */
  readonly inputFile?: string;
  /** Lines that are expected, with their marks. */
  readonly seen: readonly string[];
}

export interface Transcript {
  readonly name: string;
  readonly text: string;
  /** The real sops has to print the same on standard output, end with the same number and leave the same files. */
  readonly sameInSops: boolean;
  /** Calls sops itself, to show where it differs. */
  readonly callsSops: boolean;
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

export function listTranscripts(): readonly Transcript[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".txt"))
    .toSorted()
    .map((name) => parseTranscript(name, readFileSync(join(import.meta.dirname, name), "utf8")));
}

function parseTranscript(name: string, text: string): Transcript {
  const files = new Map<string, string>();
  const steps: { line: string; input: string; inputFile?: string; seen: string[] }[] = [];
  let file: { readonly name: string; readonly lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    if (file !== undefined) {
      if (line === "--" || line === "--\\") {
        files.set(file.name, file.lines.join("\n") + (line === "--" ? "\n" : ""));
        file = undefined;
      } else file.lines.push(line);
      continue;
    }
    const opened = /^-- (.+) --$/.exec(line)?.[1];
    const step = steps.at(-1);
    if (opened !== undefined) file = { name: opened, lines: [] };
    else if (line.startsWith("$ ")) steps.push({ line: line.slice(2), input: "", seen: [] });
    else if (step !== undefined && line.startsWith("<@ ")) step.inputFile = line.slice(3);
    else if (step !== undefined && line.startsWith("<")) step.input += line.startsWith("<-") ? line.slice(2) : `${line.slice(2)}\n`;
    else if (step !== undefined && /^[|!=]/.test(line)) step.seen.push(line);
    else if (line !== "" && !line.startsWith("#") && line !== SAME) throw new Error(`${name}: what is "${line}"?`);
  }
  if (file !== undefined) throw new Error(`${name}: ${file.name} is not ended by --`);
  return {
    name,
    text,
    sameInSops: text.split("\n").includes(SAME),
    callsSops: steps.some((step) => /^(?:[A-Z_]+=\S* )*sops /.test(step.line)),
    files,
    steps,
  };
}

const SAME = "sops: same";

/** Runs all steps and gives, for each, the lines that were seen. */
export async function play(transcript: Transcript, program: Program, scratch: Scratch): Promise<string[][]> {
  for (const [name, text] of transcript.files) scratch.write(name, expand(text));
  const seen: string[][] = [];
  const place = { cwd: "" };
  for (const step of transcript.steps) {
    const run = await runStep(step, program, scratch, place);
    seen.push([
      ...mark("|", mask(run.output, scratch)),
      ...mark("!", mask(run.errors, scratch)),
      ...(run.exit === 0 ? [] : [`= ${run.exit}`]),
    ]);
  }
  return seen;
}

/** The transcript with other lines seen: for writing new ones (`TRANSCRIPTS=write`). */
export function rewrite(transcript: Transcript, seen: readonly (readonly string[])[]): void {
  let step = -1;
  let inFile = false;
  let pending: readonly string[] = [];
  const lines: string[] = [];
  for (const line of transcript.text.split("\n")) {
    if (!inFile && step >= 0 && /^[|!=]/.test(line)) continue;
    if (!inFile && !line.startsWith("<")) {
      lines.push(...pending);
      pending = [];
      if (line.startsWith("$ ")) {
        step += 1;
        pending = seen[step] ?? [];
      }
    }
    if (/^-- (.+) --$/.test(line)) inFile = true;
    else if (line === "--" || line === "--\\") inFile = false;
    lines.push(line);
  }
  lines.push(...pending);
  writeFileSync(join(import.meta.dirname, transcript.name), lines.join("\n"));
}

const NAMES = { ANA: "ana", BEN: "ben", CARA: "cara", PQ: "pq", SSH: "ssh" } as const;
const RECIPIENTS: ReadonlyMap<string, string> = new Map(Object.entries(NAMES).map(([name, of]) => [`$${name}`, vectorRecipient(of)]));

/** `$ANA` is Ana's recipient, `$KEYS` the folder of the identities. */
function expand(text: string): string {
  let expanded = text.replaceAll("$KEYS", join(VECTORS, "keys"));
  for (const [name, recipient] of RECIPIENTS) expanded = expanded.replaceAll(name, recipient);
  return expanded;
}

function mask(text: string, scratch: Scratch): string {
  let masked = text;
  for (const [name, recipient] of RECIPIENTS) masked = masked.replaceAll(recipient, name);
  return masked
    .replaceAll(scratch.path, "$DIR")
    .replaceAll(scratch.env["HOME"] ?? "", "$HOME")
    .replaceAll(join(VECTORS, "keys"), "$KEYS")
    .replaceAll(/ENC\[AES256_GCM,data:[^,\]]*,iv:[^,\]]*,tag:[^,\]]*,type:(\w+)\](?:~[A-Za-z0-9+/=]+)?/g, "ENC[$1]")
    .replaceAll(/-----BEGIN AGE ENCRYPTED FILE-----[\s\S]*?-----END AGE ENCRYPTED FILE-----/g, "(wrapped)")
    .replaceAll(/(●|"fingerprint":")[0-9a-f]{8}/g, "$1(print)")
    .replaceAll(/AGE-SECRET-KEY-1[0-9A-Z]+/g, "(identity)")
    .replaceAll(/\bage1[0-9a-z]{58}\b/g, "age1(new)")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, "(time)");
}

function mark(sign: string, text: string): string[] {
  if (text === "") return [];
  const lines = text.replaceAll("\r", "␍").split("\n");
  const last = lines.pop() ?? "";
  return [...lines.map((line) => (line === "" ? sign : `${sign} ${line}`)), ...(last === "" ? [] : [`${sign}-${last}`])];
}

/** One command: the program, or one of the few words that look at files. */
async function runStep(step: Step, program: Program, scratch: Scratch, place: { cwd: string }): Promise<Run> {
  const words = splitWords(expand(step.line));
  const env: Record<string, string | undefined> = {};
  for (let word = words[0]; word !== undefined && /^[A-Z_]+=/.test(word); word = words[0]) {
    const value = word.slice(word.indexOf("=") + 1);
    env[word.slice(0, word.indexOf("="))] = value === "~" ? undefined : value;
    words.shift();
  }
  const silent = words.at(-1) === "2>/dev/null";
  if (silent) words.pop();
  const target = words.at(-2) === ">" ? words.at(-1) : undefined;
  if (target !== undefined) words.splice(-2);
  const [command = "", ...argv] = words;
  const input = step.inputFile === undefined ? step.input : scratch.read(step.inputFile);
  const options = { env, input, cwd: place.cwd };
  if (command === "cd") {
    place.cwd = argv[0] ?? "";
    return { exit: 0, output: "", errors: "" };
  }
  if (command !== "sotto" && command !== "sops") return { exit: 0, output: look(command, argv, scratch), errors: "" };
  const isSops = command === "sops" || program === "sops";
  const made = isSops ? scratch.sops(argv, options) : await scratch.sotto(argv, options);
  const run = silent ? { ...made, errors: "" } : made;
  if (target === undefined) return run;
  scratch.write(target, run.output);
  return { ...run, output: "" };
}

function look(command: string, argv: readonly string[], scratch: Scratch): string {
  const [name = "", ...rest] = argv;
  switch (command) {
    case "cat":
      return scratch.read(name);
    case "cp":
      scratch.write(rest[0] ?? "", scratch.read(name));
      return "";
    case "ls":
      return [...scratch.files().keys()]
        .filter((path) => !path.startsWith("."))
        .toSorted()
        .map((path) => `${path}\n`)
        .join("");
    case "mode":
      return `${scratch.mode(name).toString(8)}\n`;
    case "private":
      return `${(scratch.mode(name) & 0o077) === 0 ? "yes" : "no"}\n`;
    case "untouched":
      return `${scratch.untouched(name) ? "yes" : "no"}\n`;
    case "crlf":
      scratch.write(name, scratch.read(name).replaceAll("\n", "\r\n"));
      return "";
    case "same-token":
      return `${firstToken(scratch.read(name)) === firstToken(scratch.read(rest[0] ?? "")) ? "yes" : "no"}\n`;
    case "threshold":
      return `${/shamir_threshold: (\d+)/.exec(scratch.read(name))?.[1] ?? "none"}\n`;
    case "replace":
      scratch.write(name, scratch.read(name).replace(new RegExp(rest[0] ?? ""), rest[1] ?? ""));
      return "";
    default:
      throw new Error(`${command} is no word of transcripts`);
  }
}

/** Without what went to standard error, where sops and sotto word things differently. */
export function withoutErrors(seen: readonly (readonly string[])[]): string[][] {
  return seen.map((lines) => lines.filter((line) => !line.startsWith("!")));
}

/** Ana's identity, which transcripts use unless they say otherwise. */
export const IDENTITY: Readonly<Record<string, string>> = identitiesOf({ keys: ["keys/ana.txt"] });

function firstToken(text: string): string | undefined {
  return /ENC\[AES256_GCM,[^\]]*\]/.exec(text)?.[0];
}
