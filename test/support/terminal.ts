/** Runs a command on a pseudo-terminal of its own (`script` of util-linux), and plays the person in front of it. */
import { spawn } from "node:child_process";
import { peerPath } from "./peers.ts";

/** Waits until the screen shows a text, then does something. */
export type Turn = readonly [shown: string, act: string | (() => void)];

export interface Screen {
  /** All that the terminal showed. */
  readonly shown: string;
  readonly status: number | null;
}

/**
 * @param command for a shell
 * @param turns one after the other; a text is typed as it is, with `\r` for the return key
 */
export function runInTerminal(command: string, env: Readonly<Record<string, string>>, turns: readonly Turn[]): Promise<Screen> {
  return new Promise((resolve, reject) => {
    const child = spawn(peerPath("script"), ["-qefc", command, "/dev/null"], { env: { ...env }, stdio: ["pipe", "pipe", "pipe"] });
    const parts: string[] = [];
    let seen = 0;
    let next = 0;
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const play = (): void => {
      for (;;) {
        const turn = turns[next];
        if (turn === undefined) return;
        const screen = parts.join("");
        const at = screen.indexOf(turn[0], seen);
        if (at === -1) return;
        seen = at + turn[0].length;
        next += 1;
        if (typeof turn[1] === "string") child.stdin.write(turn[1]);
        else turn[1]();
      }
    };
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      parts.push(part);
      play();
    });
    child.stdin.on("error", () => {});
    child.once("error", reject);
    child.once("close", (status) => {
      clearTimeout(timer);
      if (next < turns.length) reject(new Error(`the terminal never showed ${JSON.stringify(turns[next]?.[0])}: ${parts.join("")}`));
      else resolve({ shown: parts.join(""), status });
    });
  });
}
