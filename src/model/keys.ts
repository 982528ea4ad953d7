/** The contract of a key provider: one implementation per file of `keys/`. */
import type { Prompt } from "./prompt.ts";

/** A master key of a key group: it wraps the data key, or one Shamir share of it. */
export interface MasterKey {
  /** sops's type identifier: `age`, `pgp`, `kms`, `gcp_kms`, `hckms`, `azure_kv`, `hc_vault`. */
  readonly provider: string;
  /** What a person recognises, and what sops compares: recipient, ARN, fingerprint. */
  readonly label: string;
  /** The wrapped data key, as the text of the `enc` field; absent until wrapped. */
  readonly wrapped?: string;
  /** The entry of the metadata block as it was read, field by field, so that providers that sotto does not know survive. */
  readonly stored: Readonly<Record<string, unknown>>;
}

export type KeyGroup = readonly MasterKey[];

/** The two halves of age's plugin protocol: wrapping for a recipient, and unwrapping with an identity. */
export type PluginMachine = "recipient-v1" | "identity-v1";

/** A program that was started to be talked to over its standard input and output. */
export interface RunningPlugin {
  /** Resolves also when the program does not listen any more: then {@link read} tells. */
  write(bytes: Uint8Array): Promise<void>;
  /** @returns what came next, undefined at the end of its output */
  read(): Promise<Uint8Array | undefined>;
  /** Ends it, by force if need be, and waits for that. */
  stop(): Promise<void>;
}

/** Everything a provider may touch. Nothing is global; tests pass their own. */
export interface KeyContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
  /** @returns the bytes, or undefined when there is no such file */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** Runs a program without a shell and returns what it prints. */
  run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Absent where nobody can be asked. */
  readonly prompt?: Prompt | undefined;
  /**
   * Starts `age-plugin-NAME` if the user trusts it; absent where no plugin may be started.
   * @throws SottoError `PLUGIN_UNAVAILABLE` if it is not trusted, not installed, or does not start
   */
  startPlugin?(name: string, machine: PluginMachine): Promise<RunningPlugin>;
}

export interface KeyProvider {
  readonly id: string;
  readonly title: string;
  /** Key of its list in the metadata block. */
  readonly metadataKey: string;
  /** Key in a creation rule. */
  readonly configKey: string;
  /** Flag names without dashes, and the environment variable that sops reads for them. */
  readonly flags: { readonly encrypt: string; readonly short?: string; readonly env: string };
  /** Splits and checks a comma-separated list of recipients. @throws SottoError `RECIPIENT_INVALID` */
  parse(text: string): readonly MasterKey[];
  /** @returns the key with `wrapped` and `stored` set. @throws SottoError `WRAP_FAILED` */
  wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext): Promise<MasterKey>;
  /**
   * @returns the data key
   * @throws SottoError `IDENTITY_INVALID` or `DATA_KEY_UNAVAILABLE`; the message is what the report prints for this key
   */
  unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array>;
  /**
   * Tells without asking anyone whether an identity of this key is at hand; such keys are tried first among their kind.
   * A wrong answer costs time and nothing else.
   */
  holds?(key: MasterKey, context: KeyContext): Promise<boolean>;
  /** Labels of the keys whose identity is at hand, as far as that is known without asking anyone. For messages only. */
  held?(context: KeyContext): Promise<readonly string[]>;
}
