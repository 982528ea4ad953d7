/**
 * An age plugin that does what a test tells it, and writes down what it was told: `age-plugin-scripted`.
 *
 * The variable SCRIPT holds the steps as JSON, LOG the file for the record. Needs nothing of sotto, so that both sides of the
 * protocol are not the same code.
 */
import { readSync, writeFileSync, writeSync } from "node:fs";

export type Step =
  /** Sends a message, with its body as text or in hexadecimal digits, and waits for the answer. */
  | { readonly send: string; readonly args?: readonly string[]; readonly body?: string; readonly hex?: string }
  | { readonly raw: string; readonly times?: number }
  | { readonly exit: number }
  /** Waits so many milliseconds. */
  | { readonly wait: number };

export interface PluginRecord {
  readonly machine: string;
  /** What it was told before `done`: type and arguments in one line, body in hexadecimal digits. */
  readonly told: readonly (readonly [head: string, body: string])[];
  readonly answers: readonly (readonly [head: string, body: string])[];
}

function readLine(): string {
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  while (readSync(0, byte) > 0) {
    if (byte[0] === 0x0a) return Buffer.from(bytes).toString("latin1");
    bytes.push(byte[0] ?? 0);
  }
  throw new Error("the other side has left");
}

function readMessage(): [head: string, body: string] {
  const head = readLine();
  if (!head.startsWith("-> ")) throw new Error("no message");
  const body: string[] = [];
  for (;;) {
    const line = readLine();
    body.push(line);
    if (line.length < 64) return [head.slice(3), Buffer.from(body.join(""), "base64").toString("hex")];
  }
}

function writeMessage(type: string, args: readonly string[], body: Uint8Array): void {
  const text = Buffer.from(body).toString("base64").replace(/=+$/, "");
  const lines: string[] = text.match(/.{1,64}/g) ?? [];
  if (lines.at(-1)?.length === 64 || lines.length === 0) lines.push("");
  writeSync(1, `-> ${[type, ...args].join(" ")}\n${lines.join("\n")}\n`);
}

/** The reader may be slow, or gone. */
function writeAll(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

function play(): void {
  const steps = JSON.parse(process.env["SCRIPT"] ?? "[]") as readonly Step[];
  const told: [string, string][] = [];
  const answers: [string, string][] = [];
  const note = (): void => {
    const record: PluginRecord = { machine: process.argv[2] ?? "", told, answers };
    writeFileSync(process.env["LOG"] ?? "/dev/null", JSON.stringify(record));
  };
  for (let message = readMessage(); message[0] !== "done"; message = readMessage()) told.push(message);
  note();
  for (const step of steps) {
    if ("raw" in step) writeAll(step.raw.repeat(step.times ?? 1));
    else if ("exit" in step) process.exit(step.exit);
    else if ("wait" in step) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step.wait);
    else {
      const body = step.hex === undefined ? Buffer.from(step.body ?? "") : Buffer.from(step.hex, "hex");
      writeMessage(step.send, step.args ?? [], body);
      if (step.send === "done") continue;
      answers.push(readMessage());
      note();
    }
  }
}

if (process.argv[2]?.startsWith("--age-plugin=") === true) play();
