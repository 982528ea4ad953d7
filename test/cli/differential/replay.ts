/** One command line, run by sotto or by sops, and what is compared: exit number, standard output, and the files that changed. */
import { vectorRecipient } from "../../support/vectors.ts";
import { ANA } from "../../support/sotto.ts";
import { Scratch, type Run } from "../commands/scratch.ts";

export interface Line {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** What lies there as `.sops.yaml`: a file of `config/`. */
  readonly config?: string;
}

export interface Answer {
  readonly exit: number;
  readonly output: string;
  /** New and changed files; null for one that is gone. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** As one would type it; no two lines have the same. */
export function typed({ argv, env = {}, input, config }: Line): string {
  const words = [...Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`), "sops", ...argv.map(quote)];
  return `${words.join(" ")}${input === undefined ? "" : ` <<< ${quote(input)}`}${config === undefined ? "" : ` # ${config}`}`;
}

function quote(word: string): string {
  return /^[\w./:=,@$^-]+$/.test(word) ? word : `'${word}'`;
}

const RECIPIENTS = [
  ["$ANA", vectorRecipient("ana")],
  ["$BEN", vectorRecipient("ben")],
] as const;

export function expand(text: string): string {
  return RECIPIENTS.reduce((all, [name, recipient]) => all.replaceAll(name, recipient), text);
}

/** A folder with the files of every line, put in order again after each. */
export class Bench implements Disposable {
  readonly scratch: Scratch = new Scratch(ANA);
  readonly #files: ReadonlyMap<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
    for (const [name, text] of this.#files) this.scratch.write(name, text);
  }

  async sotto(line: Line): Promise<Answer & { readonly errors: string }> {
    return this.#run(line, (argv, options) => this.scratch.sotto(argv, options));
  }

  /** Inside `describeWithPeers` only. */
  async sops(line: Line): Promise<Answer & { readonly errors: string }> {
    return this.#run(line, (argv, options) => Promise.resolve(this.scratch.sops(argv, options)));
  }

  async #run(
    line: Line,
    call: (argv: readonly string[], options: { env: Record<string, string>; input: string }) => Promise<Run>,
  ): Promise<Answer & { readonly errors: string }> {
    const { scratch } = this;
    if (line.config !== undefined) scratch.write(".sops.yaml", this.#files.get(`config/${line.config}.yaml`) ?? "");
    const env = Object.fromEntries(Object.entries(line.env ?? {}).map(([name, value]) => [name, expand(value)]));
    const { exit, output, errors } = await call(line.argv.map(expand), { env, input: line.input ?? "" });
    if (line.config !== undefined) scratch.remove(".sops.yaml");
    return { exit, output: this.#mask(output), files: this.#restore(), errors };
  }

  #restore(): Record<string, string | null> {
    const changed: Record<string, string | null> = {};
    const now = this.scratch.files();
    for (const [name, text] of now) {
      const before = this.#files.get(name);
      if (before === text) continue;
      changed[name] = this.#mask(text);
      if (before === undefined) this.scratch.remove(name);
      else this.scratch.write(name, before);
    }
    for (const [name, text] of this.#files) {
      if (now.has(name)) continue;
      changed[name] = null;
      this.scratch.write(name, text);
    }
    return changed;
  }

  /** Ciphertext differs from run to run; its type and its length, which is that of the plaintext, do not. */
  #mask(text: string): string {
    return RECIPIENTS.reduce((all, [name, recipient]) => all.replaceAll(recipient, name), text)
      .replaceAll(this.scratch.path, "$DIR")
      .replaceAll(
        /ENC\[AES256_GCM,data:([^,\]]*),iv:[^,\]]*,tag:[^,\]]*,type:(\w+)\](?:~[A-Za-z0-9+/=]+)?/g,
        (_, data: string, type: string) => `ENC[${type} ${Buffer.from(data, "base64").length}]`,
      )
      .replaceAll(/-----BEGIN AGE ENCRYPTED FILE-----[\s\S]*?-----END AGE ENCRYPTED FILE-----/g, "(wrapped)")
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (time) => (time === "2024-01-02T03:04:05Z" ? time : "(time)"));
  }

  [Symbol.dispose](): void {
    this.scratch[Symbol.dispose]();
  }
}
