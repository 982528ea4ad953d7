/**
 * A program of its own, without arguments: it clears the clipboard after a time if that still holds the text it was told of.
 * It is told a keyed hash, on standard input (see `HolderOrder`); the text it sees only if it is still on the clipboard.
 *
 * The end of standard input tells nothing, for whoever started it may be gone; `now` and a signal that ends processes mean: now.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createInterface } from "node:readline";
import type { HolderOrder, HolderWord } from "./clipboard.ts";
import { runClipboardProgram } from "./clipboard-program.ts";

const CLEARED = 0;
const FAILED = 1;
const CHANGED = 3;
const DROPPED = 4;

const lines = createInterface({ input: process.stdin });
let order: HolderOrder | undefined;
let clearing = false;

lines.on("line", (line) => {
  if (order !== undefined) return obey(line as HolderWord);
  order = JSON.parse(line) as HolderOrder;
  // Not the end of the pipe, this keeps the process.
  setTimeout(clear, order.after);
});
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"] as const) process.on(signal, clear);
process.on("SIGUSR1", () => {});

function obey(word: HolderWord): void {
  if (word === "now") clear();
  else if (!clearing) process.exit(DROPPED);
}

function clear(): void {
  if (clearing) return;
  clearing = true;
  if (order === undefined) process.exit(FAILED);
  void clearIfSame(order).then((code) => process.exit(code));
}

async function clearIfSame({ mac, key, paste, clear: call }: HolderOrder): Promise<number> {
  const { env } = process;
  const { code, output } = await runClipboardProgram(paste, { env, reads: true });
  const found = createHmac("sha256", Buffer.from(key, "base64")).update(output).digest();
  output.fill(0);
  // An empty clipboard is an error for some programs.
  if (code === undefined) return FAILED;
  const given = Buffer.from(mac, "base64");
  if (given.length !== found.length || !timingSafeEqual(given, found)) return CHANGED;
  const cleared = await runClipboardProgram(call, { env, input: new Uint8Array() });
  return cleared.code === 0 ? CLEARED : FAILED;
}
