/** A key context in memory, and identities of the vectors. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { parseMasterKeys } from "../../src/policy/flag-keys.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import type { Prompt } from "../../src/model/prompt.ts";

export const VECTORS: string = join(import.meta.dirname, "..", "vectors");
export const HOME = "/home/ana";
export const DEFAULT_FILE: string = `${HOME}/.config/sops/age/keys.txt`;

/** The keys of a comma-separated list. */
export function keysOf(provider: KeyProvider, text: string): readonly MasterKey[] {
  return parseMasterKeys(provider.id, text, { profile: "", context: undefined });
}

/** The first of them. @param id sops's type identifier */
export function keyOf(id: string, text: string): MasterKey {
  const [key] = parseMasterKeys(id, text, { profile: "", context: undefined });
  if (key === undefined) throw new Error("no key");
  return key;
}

/** Answers questions in order, and notes them. */
export interface FakePrompt extends Prompt {
  readonly asked: string[];
}

/** @param answers an Error is thrown instead of an answer */
export function fakePrompt(...answers: readonly (string | boolean | Error)[]): FakePrompt {
  const asked: string[] = [];
  let next = 0;
  const answer = (question: string): string | boolean => {
    asked.push(question);
    const given = answers[next] ?? new Error(`nobody answers: ${question}`);
    next += 1;
    if (given instanceof Error) throw given;
    return given;
  };
  return {
    asked,
    tell: async (text) => void asked.push(text),
    askSecret: async (question) => new TextEncoder().encode(String(answer(question))),
    askText: async (question) => String(answer(question)),
    confirm: async (question, yes, no) => answer(`${question} [${yes}${no === undefined ? "" : `/${no}`}]`) === true,
  };
}

export interface FakeContext extends KeyContext {
  /** Every path that was read, in order. */
  readonly reads: string[];
  /** Every program that was started, with the environment it was given. */
  readonly runs: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> }[];
}

export interface FakeOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Files by path; an Error is thrown when the path is read. */
  readonly files?: Readonly<Record<string, string | Error>>;
  readonly run?: (argv: readonly string[], env: Readonly<Record<string, string>>) => string | Error;
  readonly platform?: string;
  readonly home?: string;
  readonly signal?: AbortSignal;
  readonly prompt?: Prompt;
  readonly startPlugin?: KeyContext["startPlugin"];
}

export function fakeContext(options: FakeOptions = {}): FakeContext {
  const reads: string[] = [];
  const runs: FakeContext["runs"] = [];
  return {
    env: options.env ?? {},
    platform: options.platform ?? "linux",
    home: options.home ?? HOME,
    reads,
    runs,
    async readFile(path) {
      reads.push(path);
      const file = options.files?.[path];
      if (file instanceof Error) throw file;
      return file === undefined ? undefined : new TextEncoder().encode(file);
    },
    async run(argv, env) {
      runs.push({ argv, env });
      const output = options.run?.(argv, env) ?? new Error("no program was expected");
      if (output instanceof Error) throw output;
      return new TextEncoder().encode(output);
    },
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.prompt ? { prompt: options.prompt } : {}),
    ...(options.startPlugin ? { startPlugin: options.startPlugin } : {}),
  };
}

/** A system error as node throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: of the system`), { code });
}

/** A file of `test/vectors/keys`. */
export function vectorKey(name: string): string {
  return readFileSync(join(VECTORS, "keys", name), "utf8");
}

/** The identity line of a key file. */
export function identityOf(name: string): string {
  const line = vectorKey(name)
    .split("\n")
    .find((one) => one.startsWith("AGE-SECRET-KEY-"));
  if (line === undefined) throw new Error(`no identity in ${name}`);
  return line;
}

/** The recipient in the comment of a key file. */
export function recipientIn(name: string): string {
  const recipient = /^# public key: (\S+)$/m.exec(vectorKey(name))?.[1];
  if (recipient === undefined) throw new Error(`no recipient in ${name}`);
  return recipient;
}

/** The text of an error that has to come. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("it was expected to fail");
}
