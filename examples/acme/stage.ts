/** Where examples/acme/run.ts plays: a scratch folder with a project, people with identities of their own, and programs on a PATH. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { styleText } from "node:util";

export const ROOT: string = join(import.meta.dirname, "..", "..");

const COLOR = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";

export interface CallOptions {
  /** Whose identity; Ana's unless given. `nobody` has none. */
  readonly as?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How it has to end; 0 unless given. */
  readonly exit?: number;
}

export class Stage implements Disposable {
  readonly #scratch: string = mkdtempSync(join(tmpdir(), "sotto-acme-"));
  readonly project: string = join(this.#scratch, "acme");
  #step = 0;

  constructor() {
    mkdirSync(this.project);
    mkdirSync(this.outside("bin"));
    const program = join(ROOT, "dist", "sotto.js");
    const wrapper = this.outside("bin/sotto");
    writeFileSync(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(wrapper, 0o755);
  }

  /** Beside the project. */
  outside(name: string): string {
    return join(this.#scratch, name);
  }

  place(name: string): string {
    return join(this.project, name);
  }

  read(name: string): string {
    return readFileSync(this.place(name), "utf8");
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.place(name)), { recursive: true });
    writeFileSync(this.place(name), text);
  }

  has(name: string): boolean {
    return existsSync(this.place(name));
  }

  remove(name: string): void {
    rmSync(this.place(name), { recursive: true });
  }

  tell(text: string): void {
    this.#step += 1;
    const line = `${this.#step}. ${text}`;
    console.log(`\n${COLOR ? styleText("bold", line) : line}`);
  }

  /** Runs sotto and shows its command line. @returns what it printed, both streams */
  sotto(args: readonly string[], options: CallOptions = {}): string {
    const { as = "ana", exit = 0 } = options;
    const words = args.map((arg) => (/^[\w./:=,-]+$/.test(arg) ? arg : `'${arg.split("\n")[0] ?? ""}'`)).join(" ");
    const line = `  ${as === "ana" ? "" : `${as}: `}$ sotto ${words}${exit === 0 ? "" : `   (ends with ${exit}, as it should)`}`;
    console.log(COLOR ? styleText("cyan", line) : line);
    return this.run(this.outside("bin/sotto"), args, options);
  }

  git(...args: readonly string[]): string {
    return this.run("git", args);
  }

  /** @throws Error with what was printed, unless it ends as it should */
  run(program: string, args: readonly string[], { as = "ana", input = "", env = {}, exit = 0 }: CallOptions = {}): string {
    const path = [this.outside("bin"), dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
    const { status, stdout, stderr, error } = spawnSync(program, [...args], {
      cwd: this.project,
      encoding: "utf8",
      input,
      env: {
        PATH: path,
        HOME: this.#scratch,
        XDG_CONFIG_HOME: this.outside("config"),
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: as,
        GIT_AUTHOR_EMAIL: `${as}@acme.example`,
        GIT_COMMITTER_NAME: as,
        GIT_COMMITTER_EMAIL: `${as}@acme.example`,
        NO_COLOR: "1",
        ...(as === "nobody" ? {} : { SOPS_AGE_KEY_FILE: this.outside(`${as}.txt`) }),
        ...env,
      },
    });
    if (error) throw error;
    if (status === exit) return `${stdout}${stderr}`;
    throw new Error(`${program} ${args.join(" ")} ended with ${String(status)} in the place of ${exit}\n${stdout}${stderr}`);
  }

  /** The files of the project that hold one of the texts; git's own are left out, since they are compressed. */
  find(texts: readonly string[]): readonly string[] {
    const files = readdirSync(this.project, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.includes(`${this.project}/.git/`));
    return paths.filter((path) => texts.some((text) => readFileSync(path, "utf8").includes(text)));
  }

  [Symbol.dispose](): void {
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

/** Says what was looked at, and ends the run where it is not so. */
export function check(text: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${text}`);
  const mark = COLOR ? styleText("green", "✓") : "✓";
  console.log(`    ${mark} ${text}`);
}
