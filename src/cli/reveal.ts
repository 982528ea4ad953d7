/** The mode in which values are used, set and checked but never shown: for screens that others see, and for programs that read along. */
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";

/** For every command that could print a value. The variable counts for all of them, and no flag takes it back. */
export const NO_REVEAL = {
  name: "no-reveal",
  type: "boolean",
  help: "show no value, only what can be said about it; SOTTO_NO_REVEAL=1 says so for every command",
} as const;

interface Asked {
  readonly flags?: unknown;
  readonly host: Pick<Host, "env">;
}

/** True when nothing may show a value: by the flag, or by the variable whatever it holds but nothing, `0` and `false`. */
export function isNoReveal({ flags, host }: Asked): boolean {
  const variable = host.env["SOTTO_NO_REVEAL"] ?? "";
  if (variable !== "" && variable !== "0" && variable.toLowerCase() !== "false") return true;
  return typeof flags === "object" && flags !== null && "no-reveal" in flags && flags["no-reveal"] === true;
}

/**
 * For what cannot be done without showing values.
 * @param what in the words `decrypt shows values`
 * @throws SottoError `REFUSED` in that mode
 */
export function refuseReveal(asked: Asked, what: string, hints: readonly string[]): void {
  if (isNoReveal(asked)) throw new SottoError("REFUSED", `${what}, and --no-reveal or SOTTO_NO_REVEAL forbids that`, { hints });
}
