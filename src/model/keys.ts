/** The contract of a key provider: one implementation per file of `keys/`. */

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
}
