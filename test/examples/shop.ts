/** The repository of a shop that the examples deploy: examples/acme, encrypted and committed, and a folder of programs for the PATH. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../support/sources.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { builtProgram } from "../tui/pty/build.ts";

export const EXAMPLES: string = join(ROOT, "examples");

/** Where the identity is that opens everything in the shop. */
export const IDENTITY: string = ANA["SOPS_AGE_KEY_FILE"] ?? "";

/** Of the database in production. */
export const PASSWORD = "anvil hammer $forge 71";

/** The values of examples/acme say that they are examples, which no check before a deploy lets pass. These are in their place. */
const VALUES: Readonly<Record<string, string>> = {
  "example for production": PASSWORD,
  "example-live-key": "tongs-bellows-4711",
  "example session key": "quench temper rivet",
  "an example, not a secret": "swage fuller hardy",
  "dev only": "chisel punch drift",
  "example-dev-key": "drift-chisel-1",
};

/** What must not be seen in any log. */
export const SECRETS: readonly string[] = Object.values(VALUES);

export interface Outcome {
  readonly exit: number;
  /** Both streams, as a log of CI has them. */
  readonly log: string;
}

/** The command that an example deploys with. It takes the fingerprint of what it was given, and prints one value by mistake. */
const DEPLOY = `#!/bin/sh
set -eu
printf '%s|%s' "$DATABASE_PASSWORD" "\${PAYMENTS_KEY-}" | sha256sum > "$DEPLOYED"
env | grep -c '^SOPS_AGE_KEY' >> "$DEPLOYED" || true
echo "deploying with $DATABASE_PASSWORD"
`;

export class Shop implements Disposable {
  readonly path: string;
  /** A folder with sotto, also under the name of sops. */
  readonly bin: string;
  /** All that a step has of its machine: no identity. */
  readonly env: Readonly<Record<string, string>>;
  readonly #outside: string = mkdtempSync(join(tmpdir(), "sotto-shop-"));

  private constructor(program: string) {
    this.path = join(this.#outside, "shop");
    mkdirSync(this.path);
    this.bin = join(this.#outside, "bin");
    this.script(join(this.bin, "sotto"), `exec '${process.execPath}' '${program}' "$@"`);
    this.script(join(this.bin, "sops"), `exec '${process.execPath}' '${program}' "$@"`);
    const home = join(this.#outside, "home");
    mkdirSync(home);
    this.env = {
      PATH: `${this.bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_CACHE_HOME: join(home, ".cache"),
      GIT_CONFIG_NOSYSTEM: "1",
      LC_ALL: "C.UTF-8",
      CI: "true",
      DEPLOYED: this.outside("deployed"),
    };
  }

  /** @param kms the ARN of a key that opens the shop besides Ana's, and what lets sotto find it */
  static async open(kms?: { readonly arn: string; readonly env: Readonly<Record<string, string>> }): Promise<Shop> {
    const shop = new Shop(await builtProgram());
    cpSync(join(EXAMPLES, "acme", "secrets"), shop.place("secrets"), { recursive: true });
    const keys = `age: ${vectorRecipient("ana")}${kms === undefined ? "" : `\n    kms: ${kms.arn}`}`;
    shop.write(".sops.yaml", `creation_rules:\n  - path_regex: ^secrets/\n    ${keys}\n${SECTION}`);
    shop.write("deploy.sh", DEPLOY, 0o755);
    const files = ["base.yaml", "dev.yaml", "prod.yaml", "prod.env"].map((name) => `secrets/${name}`);
    rmSync(shop.place("secrets/staging.json"));
    for (const file of files) {
      shop.write(file, replaceAll(readFileSync(shop.place(file), "utf8")));
      const { exit, log } = await shop.run("sotto", ["encrypt", "-i", file], kms?.env);
      if (exit !== 0) throw new Error(`${file}: ${log}`);
    }
    shop.git("init", "--quiet", "--initial-branch=main");
    shop.commit();
    return shop;
  }

  place(name: string): string {
    return join(this.path, name);
  }

  /** Beside the repository. */
  outside(name: string): string {
    return join(this.#outside, name);
  }

  write(name: string, text: string, mode: number = 0o644): void {
    mkdirSync(dirname(this.place(name)), { recursive: true });
    writeFileSync(this.place(name), text);
    chmodSync(this.place(name), mode);
  }

  /** An executable for `/bin/sh`. */
  script(path: string, body: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** Copies a file or folder of the examples to where its first lines say that it belongs. */
  take(example: string, name: string): void {
    mkdirSync(dirname(this.place(name)), { recursive: true });
    cpSync(join(EXAMPLES, example), this.place(name), { recursive: true });
  }

  git(...args: readonly string[]): void {
    const author = ["-c", "user.name=ana", "-c", "user.email=ana@shop.example"];
    const { status, stderr } = spawnSync("git", [...author, ...args], { cwd: this.path, env: this.env, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args[0] ?? ""}: ${stderr}`);
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "A step of the shop");
  }

  /** What the command of a deploy was given; undefined if it was not started. */
  deployed(): { readonly values: string; readonly identities: number } | undefined {
    const path = this.outside("deployed");
    if (!existsSync(path)) return undefined;
    const [values = "", identities = ""] = readFileSync(path, "utf8").split("\n");
    return { values: values.split(" ")[0] ?? "", identities: Number(identities) };
  }

  run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string): Promise<Outcome> {
    return start(command, args, { cwd: this.path, env: { ...this.env, ...env } }, input);
  }

  [Symbol.dispose](): void {
    rmSync(this.#outside, { recursive: true, force: true, maxRetries: 3 });
  }
}

const SECTION = `sotto:
  environments:
    base: {files: [secrets/base.yaml], abstract: true}
    dev: {extends: base, files: [secrets/dev.yaml]}
    prod: {extends: base, files: [secrets/prod.yaml, secrets/prod.env]}
`;

function replaceAll(text: string): string {
  return Object.entries(VALUES).reduce((changed, [example, value]) => changed.replaceAll(example, () => value), text);
}

/** What {@link Shop.deployed} tells after a deploy that was given exactly these. */
export function fingerprint(password: string, key: string = ""): string {
  return createHash("sha256").update(`${password}|${key}`).digest("hex");
}

export const PRODUCTION: string = fingerprint(PASSWORD, "tongs-bellows-4711");

export function start(
  command: string,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  input?: string,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { ...place, stdio: ["pipe", "pipe", "pipe"] });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.stderr.on("data", (part: Buffer) => parts.push(part));
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.once("error", reject);
    child.once("close", (code) => resolve({ exit: code ?? 255, log: Buffer.concat(parts).toString("utf8") }));
  });
}
