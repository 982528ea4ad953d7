/** Master keys, and what the providers of `keys/` may touch; their contract is in `provider.ts`. */
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

/** What a program said that was given something to read, and how it ended. */
export interface ProgramEnd {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  /** The caller wipes it. */
  readonly output: Uint8Array;
  readonly errors: string;
}

/** A host that gets a token, a role that is assumed, a profile whose credentials are used. */
export type ApprovalKind = "endpoint" | "role" | "profile";

/** Everything a provider may touch. Nothing is global; tests pass their own. */
export interface KeyContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
  /** @returns bytes that the caller may wipe, or undefined when there is no such file */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** Runs a program without a shell. @returns what it prints, which the caller may wipe */
  run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /**
   * Runs a program without a shell that reads `input`; how it ends is for the caller to judge. There is no time limit, since it may wait
   * for a person. Absent where no program can be started.
   * @returns undefined when there is no such program
   * @throws SottoError `IDENTITY_INVALID` when it cannot be started
   */
  converse?(argv: readonly string[], input: Uint8Array): Promise<ProgramEnd | undefined>;
  /**
   * Whether something that only the file names may be used: the user trusts it, the creation rules name it, or it was accepted on the
   * command line. Nothing is where this is absent.
   */
  approves?(kind: ApprovalKind, value: string): Promise<boolean>;
  /**
   * Loads an optional package when it is first needed.
   * @throws SottoError `SDK_MISSING` with the command that installs it
   */
  load?<T>(name: string): Promise<T>;
  readonly signal?: AbortSignal;
  /** Absent where nobody can be asked. */
  readonly prompt?: Prompt | undefined;
  /**
   * Starts `age-plugin-NAME` if the user trusts it; absent where no plugin may be started.
   * @throws SottoError `PLUGIN_UNAVAILABLE` if it is not trusted, not installed, or does not start
   */
  startPlugin?(name: string, machine: PluginMachine): Promise<RunningPlugin>;
}
