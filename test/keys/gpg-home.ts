/** A home of gpg that nobody keeps, with keys of every kind, and an agent that is ended with it. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyContext } from "../../src/host/key-context.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { peerPath } from "../support/peers.ts";

export interface MakeOptions {
  readonly algorithm?: string;
  readonly usage?: string;
  /** As gpg takes it: `1d`, `never`. */
  readonly expires?: string;
  readonly passphrase?: string;
  /** When it is made, as gpg takes it. */
  readonly at?: string;
}

export class GpgHome implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "sotto-gpg-"));
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    this.env = { PATH: process.env["PATH"] ?? "", HOME: this.path, GNUPGHOME: this.path, SOPS_GPG_EXEC: peerPath("gpg") };
  }

  /** @returns what it prints; whatever it says otherwise is part of the error when it fails */
  run(args: readonly string[], input: string | Uint8Array = ""): string {
    return execFileSync(peerPath("gpg"), ["--batch", "--quiet", ...args], { env: { ...this.env }, input, stdio: "pipe" }).toString("utf8");
  }

  /** @returns the fingerprint */
  makeKey(name: string, options: MakeOptions = {}): string {
    const { algorithm = "future-default", usage = "default", expires = "never", passphrase = "", at } = options;
    const time = at === undefined ? [] : ["--faked-system-time", at];
    this.run([...time, "--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-gen-key", name, algorithm, usage, expires]);
    return this.fingerprintsOf(name)[0] ?? "";
  }

  makeSubkey(fingerprint: string, expires: string = "never", at?: string): void {
    const time = at === undefined ? [] : ["--faked-system-time", at];
    this.run([...time, "--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", fingerprint, "cv25519", "encr", expires]);
  }

  /** Of the primary key and its sub-keys. */
  fingerprintsOf(name: string): readonly string[] {
    const lines = this.run(["--with-colons", "--list-keys", name]).split("\n");
    return lines.filter((line) => line.startsWith("fpr:")).map((line) => line.split(":")[9] ?? "");
  }

  /** By the certificate that gpg made with the key. */
  revoke(fingerprint: string): void {
    const certificate = readFileSync(join(this.path, "openpgp-revocs.d", `${fingerprint}.rev`), "utf8");
    this.run(["--import"], certificate.replace(/^:---/m, "---"));
  }

  /** Public keys for another home. */
  export(...names: readonly string[]): string {
    return this.run(["--armor", "--export", ...names]);
  }

  /** A gpg that gets its passphrase without anybody being asked. @returns its path */
  scriptWith(passphrase: string): string {
    const script = join(this.path, `gpg-${passphrase}`);
    writeFileSync(script, `#!/bin/sh\nexec '${peerPath("gpg")}' --pinentry-mode loopback --passphrase '${passphrase}' "$@"\n`);
    chmodSync(script, 0o755);
    return script;
  }

  context(env: Readonly<Record<string, string>> = {}): KeyContext {
    return createKeyContext(createNodeHost({ env: { ...this.env, ...env } }));
  }

  /** Makes the agent forget passphrases. */
  forget(): void {
    spawnSync("gpgconf", ["--reload", "gpg-agent"], { env: { ...this.env } });
  }

  [Symbol.dispose](): void {
    spawnSync("gpgconf", ["--kill", "gpg-agent"], { env: { ...this.env } });
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
