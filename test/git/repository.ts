/** A git repository for a test, with sotto in this process, and git's settings of nobody. */
import { spawnSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const START = 1_700_000_000;

export class Repository extends Scratch {
  #writes = 0;

  constructor(env: Readonly<Record<string, string>> = ANA) {
    super({
      ...env,
      PATH: process.env["PATH"] ?? "",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "ana",
      GIT_AUTHOR_EMAIL: "ana@example.org",
      GIT_COMMITTER_NAME: "ana",
      GIT_COMMITTER_EMAIL: "ana@example.org",
    });
    this.git("init", "-q", "-b", "main");
  }

  /** Each time at another time: git takes a file of the same size and time for the same file. */
  override write(name: string, text: string, mode?: number): void {
    super.write(name, text, mode);
    this.#writes += 1;
    utimesSync(this.place(name), START + this.#writes, START + this.#writes);
  }

  /** @throws Error with what git says */
  git(...args: readonly string[]): string {
    const { status, output, errors } = this.tryGit(...args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${errors}${output}`);
    return output;
  }

  tryGit(...args: readonly string[]): { readonly status: number | null; readonly output: string; readonly errors: string } {
    const { status, stdout, stderr } = spawnSync("git", [...args], { cwd: this.path, env: { ...this.env }, encoding: "utf8" });
    return { status, output: stdout, errors: stderr };
  }

  commit(message: string): void {
    this.git("add", "-A");
    this.git("commit", "-qm", message, "--no-verify", "--allow-empty");
  }
}

/** For Ana alone, and for Ana and Ben below `shared`. */
export const CONFIG: string = `creation_rules:
  - path_regex: ^secrets/
    age: ${vectorRecipient("ana")}
  - path_regex: ^shared/
    age: ${vectorRecipient("ana")},${vectorRecipient("ben")}
`;
