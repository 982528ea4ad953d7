/** In place of gpg where no program can be started (package.json, `imports`). */
import type { KeyContext } from "../../src/model/keys.ts";

export { unwrap, wrap } from "../network/absent.ts";

export async function holds(_fingerprint: string, _context: KeyContext): Promise<boolean> {
  return false;
}

export async function held(_context: KeyContext): Promise<readonly string[]> {
  return [];
}
