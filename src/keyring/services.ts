/** Who wraps and unwraps data keys: this process with its own key providers, and key services elsewhere (sops: §5.1, §5.11). */
import { findProvider, titleOf } from "../../keys/index.ts";
import { SottoError } from "../model/error.ts";
import type { KeyContext, MasterKey } from "../model/keys.ts";
import type { KeyProvider } from "../model/provider.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import { callNetwork, unwrapOnce } from "./network.ts";

/** A program elsewhere that holds keys. It is told the key's name, and gets or gives the data key. */
export interface KeyService {
  /** As the user wrote it. */
  readonly address: string;
  /** @returns the text for the `enc` field. @throws SottoError `WRAP_FAILED`, `PACKAGE_MISSING`, `INTERRUPTED` */
  wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext): Promise<string>;
  /** @returns the data key or a share. @throws SottoError `DATA_KEY_UNAVAILABLE`, `PACKAGE_MISSING`, `INTERRUPTED` */
  unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array>;
}

export interface KeyServices {
  /** False when this process may not use keys itself (sops: `--enable-local-keyservice=false`). */
  readonly local: boolean;
  /** In the order in which they are asked, after this process. */
  readonly remote: readonly KeyService[];
}

export interface ServiceOptions {
  readonly context: KeyContext;
  /** Instead of the table in `keys/index.ts`. */
  readonly findProvider?: (id: string) => KeyProvider | undefined;
  /** This process alone unless given. */
  readonly services?: KeyServices;
}

export function usesOwnKeys(options: ServiceOptions): boolean {
  return options.services?.local ?? true;
}

export function findKeyProvider(id: string, options: ServiceOptions): KeyProvider | undefined {
  return (options.findProvider ?? findProvider)(id);
}

/** The result of the first who can do it, or why nobody could, one error for each who was asked. */
export type Attempt<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly errors: readonly SottoError[] };

/** Asks one after the other for the wrapped key. @throws what is not about this key */
export function wrapSomewhere(key: MasterKey, dataKey: Uint8Array, options: ServiceOptions): Promise<Attempt<MasterKey>> {
  const { context } = options;
  return attempt(options, [
    async () => wrapHere(key, dataKey, options),
    async (service) => {
      const wrapped = await service.wrap(key, dataKey, context);
      return { ...key, wrapped, stored: { ...withCreation(key), enc: wrapped } };
    },
  ]);
}

/** Asks one after the other for the data key. @param signal ends calls over the network. @throws what is not about this key */
export function unwrapSomewhere(key: MasterKey, options: ServiceOptions, signal?: AbortSignal): Promise<Attempt<Uint8Array>> {
  const { context } = options;
  return attempt(options, [async () => unwrapHere(key, options, signal), (service) => service.unwrap(key, context)]);
}

async function attempt<T>(
  options: ServiceOptions,
  [own, remote]: readonly [() => Promise<T>, (service: KeyService) => Promise<T>],
): Promise<Attempt<T>> {
  const calls = [
    ...(usesOwnKeys(options) ? [own] : []),
    ...(options.services?.remote ?? []).map((service) => (): Promise<T> => remote(service)),
  ];
  const errors: SottoError[] = [];
  for (const call of calls) {
    throwIfInterrupted(options.context);
    try {
      return { done: true, value: await call() };
    } catch (error) {
      throwIfInterrupted(options.context);
      if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
      errors.push(error);
    }
  }
  return { done: false, errors };
}

function wrapHere(key: MasterKey, dataKey: Uint8Array, options: ServiceOptions): Promise<MasterKey> {
  const { context } = options;
  const provider = ownProvider(key, "WRAP_FAILED", options);
  if (provider.cost !== "network") return provider.wrap(key, dataKey, context);
  return callNetwork(context, "WRAP_FAILED", (signal) => provider.wrap(key, dataKey, context, signal));
}

function unwrapHere(key: MasterKey, options: ServiceOptions, stop: AbortSignal | undefined): Promise<Uint8Array> {
  const { context } = options;
  const provider = ownProvider(key, "DATA_KEY_UNAVAILABLE", options);
  if (provider.cost !== "network") return provider.unwrap(key, context);
  const call = (): Promise<Uint8Array> =>
    callNetwork(context, "DATA_KEY_UNAVAILABLE", (signal) => provider.unwrap(key, context, signal), stop);
  return unwrapOnce(context, key, call, stop);
}

function ownProvider(key: MasterKey, code: "WRAP_FAILED" | "DATA_KEY_UNAVAILABLE", options: ServiceOptions): KeyProvider {
  const provider = findKeyProvider(key.provider, options);
  if (provider !== undefined) return provider;
  throw new SottoError(code, `sotto cannot use ${titleOf(key.provider)} keys`);
}

/** sops says of most keys when they came to the file. */
function withCreation(key: MasterKey): MasterKey["stored"] {
  const dated = findProvider(key.provider)?.stored.some(({ name }) => name === "created_at") ?? false;
  if (!dated || key.stored["created_at"] !== undefined) return key.stored;
  return { ...key.stored, created_at: `${new Date().toISOString().slice(0, 19)}Z` };
}
