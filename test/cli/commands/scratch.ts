/** A folder in which sotto (in this process) and the real sops run on the same files, with the identities of the vectors. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "../../../src/cli/program.ts";
import { COMMANDS } from "../../../src/cli/table.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { Host, StreamName } from "../../../src/model/host.ts";
import { decodeText, encodeText } from "../../../src/model/text.ts";
import { peerPath } from "../../support/peers.ts";

export interface Run {
  readonly exit: number;
  readonly output: string;
  readonly errors: string;
}

export interface RunOptions {
  /** Undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly terminals?: readonly StreamName[];
  /** Below the scratch folder. */
  readonly cwd?: string;
  /** Below the scratch folder, in the place of the one of this machine. */
  readonly auditConfig?: string;
}

/** Long ago, so that any write shows in the time of a file. */
const PAST: Date = new Date("2020-01-01T00:00:00Z");

export class Scratch implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "sotto-scratch-"));
  readonly env: Readonly<Record<string, string>>;

  /** @param env what tells of identities; a `HOME` without any is given */
  constructor(env: Readonly<Record<string, string>>) {
    const home = mkdtempSync(join(tmpdir(), "sotto-home-"));
    this.env = { HOME: home, XDG_CONFIG_HOME: join(home, ".config"), ...env };
  }

  place(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string, mode?: number): void {
    mkdirSync(dirname(this.place(name)), { recursive: true });
    writeFileSync(this.place(name), encodeText(text));
    if (mode !== undefined) chmodSync(this.place(name), mode);
    utimesSync(this.place(name), PAST, PAST);
  }

  remove(name: string): void {
    rmSync(this.place(name), { recursive: true, force: true });
  }

  folder(name: string): void {
    mkdirSync(this.place(name), { recursive: true });
  }

  read(name: string): string {
    return decodeText(Uint8Array.from(readFileSync(this.place(name))));
  }

  exists(name: string): boolean {
    return statSync(this.place(name), { throwIfNoEntry: false }) !== undefined;
  }

  mode(name: string): number {
    return statSync(this.place(name)).mode & 0o7777;
  }

  /** False as soon as anybody wrote it since {@link write}. */
  untouched(name: string): boolean {
    return statSync(this.place(name)).mtimeMs === PAST.getTime();
  }

  /** Every file below, by path, with its bytes. */
  files(folder: string = ""): Map<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(join(this.path, folder), { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      found.set(path.slice(this.path.length + 1), decodeText(Uint8Array.from(readFileSync(path))));
    }
    return found;
  }

  clear(): void {
    for (const name of readdirSync(this.path)) rmSync(this.place(name), { recursive: true });
  }

  async sotto(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
    const parts = { output: [] as Uint8Array[], errors: [] as Uint8Array[] };
    const node = createNodeHost({
      env: { ...this.env, ...options.env },
      cwd: this.place(options.cwd ?? ""),
      auditConfig: this.place(options.auditConfig ?? "no-such-file"),
    });
    const lines = (options.input ?? "").split("\n");
    if (lines.at(-1) === "") lines.pop();
    let next = 0;
    const host: Host = {
      ...node,
      cwd: node.cwd,
      home: node.home,
      isTerminal: (stream) => options.terminals?.includes(stream) ?? false,
      readInput: () => Promise.resolve(encodeText(options.input ?? "")),
      // Programs of editors hand text over that way.
      readFile: (path) => (path === "/dev/stdin" ? Promise.resolve(encodeText(options.input ?? "")) : node.readFile(path)),
      readLine: () => {
        next += 1;
        return Promise.resolve(lines[next - 1]);
      },
      write: (stream, bytes) => {
        parts[stream].push(Uint8Array.from(bytes));
      },
    };
    const exit = await runProgram(argv, COMMANDS, host);
    return { exit, output: joinText(parts.output), errors: joinText(parts.errors) };
  }

  /** Inside `describeWithPeers` only. */
  sops(argv: readonly string[], options: RunOptions = {}): Run {
    // What Node hands over as standard input is a socket, which cannot be opened under a name.
    const piped = argv.includes("/dev/stdin");
    const [program, words] = piped ? ["/bin/sh", ["-c", 'cat | "$0" "$@"', peerPath("sops"), ...argv]] : [peerPath("sops"), argv];
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: this.place(options.cwd ?? ""),
      env: { PATH: process.env["PATH"], SOPS_DISABLE_VERSION_CHECK: "true", ...this.env, ...options.env },
      input: encodeText(options.input ?? ""),
      maxBuffer: 64 * 1024 * 1024,
    });
    return { exit: status ?? 255, output: decodeText(Uint8Array.from(stdout)), errors: decodeText(Uint8Array.from(stderr)) };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
    rmSync(this.env["HOME"] ?? "", { recursive: true, force: true });
  }
}

function joinText(parts: readonly Uint8Array[]): string {
  return decodeText(Uint8Array.from(Buffer.concat(parts)));
}
