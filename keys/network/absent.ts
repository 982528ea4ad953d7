/** In place of a provider that needs packages of its vendor, where there is no Node (package.json, `imports`). */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";

/** @throws SottoError `PACKAGE_MISSING` */
export async function wrap(key: MasterKey, _dataKey: Uint8Array, _context: KeyContext, _signal?: AbortSignal): Promise<MasterKey> {
  throw missing(key);
}

/** @throws SottoError `PACKAGE_MISSING` */
export async function unwrap(key: MasterKey, _context: KeyContext, _signal?: AbortSignal): Promise<Uint8Array> {
  throw missing(key);
}

function missing({ provider }: MasterKey): SottoError {
  return new SottoError("PACKAGE_MISSING", `keys of kind ${provider} cannot be used without Node`, {
    hints: ["other keys of the file may open it: age, Vault transit"],
  });
}
