/**
 * The contract of a key provider: one implementation per file of `keys/`. Flags, rules of the config, the metadata block, completion,
 * `doctor` and the documentation derive from it; nothing else names a kind of key.
 */
import type { KeyContext, MasterKey } from "./keys.ts";

/** The fields of an entry of the metadata block: texts, but for the encryption context of AWS, which is a record of texts. */
export type StoredFields = Readonly<Record<string, unknown>>;

export interface StoredField {
  readonly name: string;
  /** A mapping of texts instead of a text. */
  readonly mapping?: true;
  /** Not written when empty. */
  readonly optional?: true;
}

/** What the command line or a rule says about all its AWS keys. */
export interface KeySettings {
  readonly profile: string;
  readonly context: Readonly<Record<string, string>> | undefined;
}

/** Why a spelling is no key of its provider, in sops's words. */
export class UnfitKey extends Error {
  readonly hints: readonly string[];

  constructor(message: string, hints: readonly string[] = []) {
    super(message);
    this.hints = hints;
  }
}

/**
 * A call that may succeed when it is made again: throttled, a fault of the server, a connection that broke. Who makes the calls
 * tries again, and reports the message in the end.
 */
export class TransientError extends Error {
  readonly hints: readonly string[];

  constructor(message: string, options: { readonly cause?: unknown; readonly hints?: readonly string[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hints = options.hints ?? [];
  }
}

/** A field of a rule, with a comma-separated text or a list of texts (sops: §6.2). */
export interface FlatForm {
  readonly key: string;
  /** How sops names the field in its messages. */
  readonly spoken: readonly [outer: string, inner: string];
  /** An empty part is no key, instead of a key that is unfit. */
  readonly skipsEmpty?: true;
  /** Held to a list of texts when the config is read. */
  readonly listOnly?: true;
}

/** The list of a provider inside of `key_groups`: of texts, or of mappings. */
export interface GroupForm {
  readonly key: string;
  /** For a list of texts: an empty text is no key; with `commas` a text may hold several keys. */
  readonly texts?: { readonly skipsEmpty?: true; readonly commas?: true };
  /** For a list of mappings: the type that sops names in its messages, and which field of the metadata each field becomes. */
  readonly struct?: { readonly type: string; readonly fields: Readonly<Record<string, string>> };
}

export interface KeyProvider {
  /** sops's type identifier; also the key of its list in the metadata block. */
  readonly id: string;
  readonly title: string;
  /** Where its keys stand: in a group of a file (which is the order of trying), among the flags, and among the fields of a rule. */
  readonly order: { readonly file: number; readonly flags: number; readonly rule: number };
  /** Cheap ones are tried first, and several network ones at once. An agent may wait for a person. */
  readonly cost: "local" | "agent" | "network";
  /** `--NAME`, `--add-NAME` and `--rm-NAME`. */
  readonly flag: { readonly name: string; readonly short?: string; readonly env: string; readonly value: string; readonly help: string };
  readonly flat: FlatForm;
  readonly group: GroupForm;
  /** Alphabetical, as sops writes them. */
  readonly stored: readonly StoredField[];
  /** Inside `key_groups` the list is written even when it is empty. */
  readonly always?: true;
  /** In the protocol of key services: its number in `Key`, and its fields by their names in the metadata block, from 1 (sops: §5.11). */
  readonly message: { readonly number: number; readonly fields: readonly string[] };
  /** What a recipient looks like, as a sentence with one example. */
  readonly form: string;
  /** Variables that its credentials are looked for in, with what they hold. */
  readonly variables: Readonly<Record<string, string>>;
  /** Packages that it loads when it is used. */
  readonly packages?: readonly string[];
  /** The program that it starts, as the environment names it. */
  program?(context: KeyContext): string;
  /** What a person recognises, and what sops compares and prints (sops: §5.4–5.10). */
  label(stored: StoredFields): string;
  /** One key as a flag or a flat field spells it. @throws UnfitKey */
  fromText(text: string, settings: KeySettings): StoredFields;
  /** One key of a mapping in `key_groups`; as {@link GroupForm.struct} maps it unless given. @throws UnfitKey */
  fromStruct?(stored: StoredFields): StoredFields;
  /** What is wrong with an entry of the metadata block for which sops refuses the file. */
  misfit?(stored: StoredFields): string | undefined;
  /** Checks a recipient as far as that needs nobody. @throws SottoError `RECIPIENT_INVALID` with the place, the form and an example */
  check(key: MasterKey): Promise<void>;
  /** What its names may leave open, which its service decides. */
  readonly open?: {
    /** Whether a name of a rule leaves it open and, but for that, is the one of a file. */
    covers(rule: StoredFields, file: StoredFields): boolean;
    /** The key with what the service says; itself, without asking, when nothing is open. @throws as {@link KeyProvider.wrap} does */
    complete(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<MasterKey>;
  };
  /**
   * @param signal ends the call; network providers get one
   * @returns the key with `wrapped` and `stored` set
   * @throws SottoError `WRAP_FAILED`, TransientError
   */
  wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<MasterKey>;
  /**
   * @returns the data key
   * @throws SottoError `IDENTITY_INVALID` or `DATA_KEY_UNAVAILABLE`, TransientError; the message is what the report prints for this key
   */
  unwrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Tells without asking anyone whether an identity of this key is at hand; such keys are tried first among their kind.
   * A wrong answer costs time and nothing else.
   */
  holds?(key: MasterKey, context: KeyContext): Promise<boolean>;
  /**
   * Tells whether something at hand does not say whose it is, so that {@link holds} cannot know: an identity behind a passphrase, or
   * what a command prints. Where this is missing, it may be so.
   */
  holdsUnknown?(context: KeyContext): Promise<boolean>;
  /** Labels of the keys whose identity is at hand, as far as that is known without asking anyone. For messages only. */
  held?(context: KeyContext): Promise<readonly string[]>;
}

/** A text field of an entry, empty when it is absent or not a text. */
export function storedText(stored: StoredFields, name: string): string {
  const value = stored[name];
  return typeof value === "string" ? value : "";
}

/** The texts of a mapping among the fields, without its null values, sorted by name: the encryption context of AWS (sops: §5.6). */
export function storedPairs(stored: StoredFields, name: string): readonly (readonly [name: string, value: string])[] {
  const value = stored[name];
  if (typeof value !== "object" || value === null) return [];
  const pairs: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) if (typeof text === "string") pairs.push([key, text]);
  return pairs.toSorted(([a], [b]) => compareNames(a, b));
}

/** A key that is not wrapped yet. */
export function makeKey(provider: KeyProvider, stored: StoredFields): MasterKey {
  return { provider: provider.id, label: provider.label(stored), stored };
}

/** By UTF-16 code units: for the names that occur here the order of Go's `sort.Strings`. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
