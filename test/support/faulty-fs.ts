/** Sees every synchronous file call of this process while it is in force, and makes calls fail that a test chooses. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { constants } from "node:os";

const NAMES = [
  "accessSync",
  "closeSync",
  "fchmodSync",
  "fchownSync",
  "fstatSync",
  "fsyncSync",
  "ftruncateSync",
  "linkSync",
  "lstatSync",
  "mkdirSync",
  "openSync",
  "readFileSync",
  "readSync",
  "readdirSync",
  "readlinkSync",
  "realpathSync",
  "renameSync",
  "statSync",
  "symlinkSync",
  "unlinkSync",
  "writeFileSync",
  "writeSync",
] as const;

export type CallName = (typeof NAMES)[number];

export interface FileCall {
  readonly name: CallName;
  /** From 0, of all calls. */
  readonly number: number;
  readonly args: readonly unknown[];
}

/** What happens instead of a call; undefined lets it happen. */
export type Fault = (call: FileCall, real: () => unknown) => { readonly throws: Error } | { readonly returns: unknown } | undefined;

type Call = (...args: readonly unknown[]) => unknown;

export class FaultyFiles implements Disposable {
  readonly calls: FileCall[] = [];
  readonly #real = new Map<CallName, unknown>();
  readonly #failed = new Set<number>();
  /** Node calls some of these from others, and a fault may call what it wants. */
  #inside = false;

  constructor(fault: Fault = () => undefined) {
    for (const name of NAMES) {
      const real = fs[name] as unknown as Call;
      this.#real.set(name, real);
      const seen = (...args: readonly unknown[]): unknown => {
        if (this.#inside) return real(...args);
        const call = { name, number: this.calls.length, args };
        this.calls.push(call);
        this.#inside = true;
        try {
          const instead = fault(call, () => real(...args));
          if (instead === undefined) return real(...args);
          if ("throws" in instead) throw instead.throws;
          return instead.returns;
        } catch (error) {
          this.#failed.add(call.number);
          throw error;
        } finally {
          this.#inside = false;
        }
      };
      Object.assign(fs, { [name]: Object.assign(seen, real) });
    }
    syncBuiltinESMExports();
  }

  /** How many calls there were that did not fail. */
  count(name: CallName): number {
    return this.calls.filter((call) => call.name === name && !this.#failed.has(call.number)).length;
  }

  [Symbol.dispose](): void {
    for (const [name, real] of this.#real) Object.assign(fs, { [name]: real });
    syncBuiltinESMExports();
  }
}

/** An error as the system's. */
export function systemError(code: string): Error {
  const errno = (constants.errno as Readonly<Record<string, number>>)[code] ?? 1;
  return Object.assign(new Error(`${code}: made for a test`), { code, errno: -errno });
}

/** A fault that throws for one name, every time. */
export function failing(name: CallName, code: string, where: (call: FileCall) => boolean = () => true): Fault {
  return (call) => (call.name === name && where(call) ? { throws: systemError(code) } : undefined);
}
