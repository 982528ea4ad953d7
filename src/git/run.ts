/** Runs the git program. Names go and come as bytes: git's may be of any encoding. */
import { spawn } from "node:child_process";
import { SottoError } from "../model/error.ts";

export interface GitResult {
  readonly exit: number;
  readonly output: Buffer;
  readonly errors: string;
}

export interface GitPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @throws SottoError `COMMAND_FAILED` when git is not there */
export function runGit(place: GitPlace, args: readonly string[], input?: Uint8Array): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", [...args], { cwd: place.cwd, env: { ...place.env }, stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => output.push(part));
    child.stderr.on("data", (part: Buffer) => errors.push(part));
    child.once("error", (cause) => reject(new SottoError("COMMAND_FAILED", "git cannot be started: is it installed?", { cause })));
    child.once("close", (code) => {
      resolve({ exit: code ?? 128, output: Buffer.concat(output), errors: Buffer.concat(errors).toString("utf8").trim() });
    });
    // It may end before it has read everything.
    child.stdin.once("error", () => {});
    child.stdin.end(input);
  });
}

/** @throws SottoError `COMMAND_FAILED` with what git says */
export async function askGit(place: GitPlace, args: readonly string[], input?: Uint8Array): Promise<string> {
  const { exit, output, errors } = await runGit(place, args, input);
  if (exit === 0) return output.toString("utf8").replace(/\n$/, "");
  throw new SottoError("COMMAND_FAILED", `git ${args[0] ?? ""} ended with ${exit}: ${errors}`);
}
