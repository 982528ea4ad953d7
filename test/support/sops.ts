/** The real sops as a function: text in, text and exit number out. Inside `describeWithPeers` only. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { peerPath } from "./peers.ts";

export const SUFFIXES: Readonly<Record<FormatId, string>> = { yaml: ".yaml", json: ".json", dotenv: ".env", ini: ".ini", binary: ".bin" };

export interface SopsResult {
  readonly exit: number;
  readonly output: string;
  readonly errors: string;
}

export interface SopsOptions {
  /** `sops`, or `sops-3.8.1` and so on. */
  readonly program?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A folder for the files of one test file; dispose it. */
export class SopsFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "sotto-sops-"));
  #made = 0;

  /** Writes a file under a new name and gives its path. */
  write(text: string, format: FormatId): string {
    this.#made += 1;
    const path = join(this.path, `f${this.#made}${SUFFIXES[format]}`);
    writeFileSync(path, encodeText(text));
    return path;
  }

  /** A `.sops.yaml` for `--config`; JSON is YAML. */
  writeConfig(rule: object): string {
    this.#made += 1;
    const path = join(this.path, `c${this.#made}.yaml`);
    writeFileSync(path, JSON.stringify({ creation_rules: [rule] }));
    return path;
  }

  /** `sops decrypt` of a text. */
  async decrypt(text: string, format: FormatId, options: SopsOptions): Promise<SopsResult> {
    const path = this.write(text, format);
    const result = await this.run(["-d", path], options);
    rmSync(path);
    return result;
  }

  /** `sops encrypt` of a text, under a rule or with flags. */
  async encrypt(text: string, format: FormatId, flags: readonly string[], options: SopsOptions): Promise<SopsResult> {
    const path = this.write(text, format);
    const config = flags.includes("--config") ? [] : ["--config", "/dev/null"];
    const result = await this.run([...config, "-e", ...flags, path], options);
    rmSync(path);
    return result;
  }

  run(args: readonly string[], { program = "sops", env }: SopsOptions): Promise<SopsResult> {
    const environment = {
      PATH: process.env["PATH"] ?? "",
      HOME: "/nonexistent",
      XDG_CONFIG_HOME: "/nonexistent",
      SOPS_DISABLE_VERSION_CHECK: "true",
      ...env,
    };
    return new Promise((resolve, reject) => {
      const child = spawn(peerPath(program), [...args], { cwd: this.path, env: environment, stdio: ["ignore", "pipe", "pipe"] });
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on("data", (part: Buffer) => output.push(part));
      child.stderr.on("data", (part: Buffer) => errors.push(part));
      child.once("error", reject);
      child.once("close", (code) => {
        resolve({
          exit: code ?? -1,
          output: decodeText(Uint8Array.from(Buffer.concat(output))),
          errors: Buffer.concat(errors).toString("utf8"),
        });
      });
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
