import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { FILES, LINES, PLAIN } from "./exec-lines.ts";
import { ExecFolder, type Run } from "./program.ts";

let folder: ExecFolder;

beforeAll(async () => {
  folder = await ExecFolder.make();
  for (const [name, text] of Object.entries(FILES)) {
    if (PLAIN.has(name)) folder.write(name, text);
    else await folder.seal(name, text);
  }
});
afterAll(() => folder[Symbol.dispose]());

/** sops prints its own help with an unknown flag. */
function result({ exit, output }: Run, line: readonly string[]): object {
  return { line, exit, output: /\bUSAGE:|^usage: /m.test(output) ? "(help)" : output };
}

describeWithPeers(["sops"], "exec-env and exec-file as sops runs them", () => {
  const env = { FROM_OUTSIDE: "yes" };

  test("there are more than a hundred lines, each once", () => {
    expect(LINES.length).toBeGreaterThan(100);
    expect(new Set(LINES.map((line) => line.join("\0"))).size).toBe(LINES.length);
  });

  test.concurrent.each(LINES.map((line) => ({ line, name: line.join(" ").slice(0, 60) })))("$name", async ({ line }) => {
    const input = "from standard input\n";
    const [ours, theirs] = await Promise.all([folder.startSotto(line, { env, input }).end(), folder.startSops(line, { env, input }).end()]);
    expect(result(ours, line)).toEqual(result(theirs, line));
    expect(ours.signal).toBe(theirs.signal);
    // What scripts may look for on standard error.
    const status = /^(?:exit status \d+|signal: .*)$/m.exec(theirs.errors)?.[0].replace(" (core dumped)", "");
    expect(status === undefined || ours.errors.includes(`${status}\n`)).toBe(true);
  });
});
