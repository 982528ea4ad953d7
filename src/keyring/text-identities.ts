/** Identities that a caller holds as text, for callers without files, environment and programs. */
import { SottoError } from "../model/error.ts";
import type { RecoverOptions } from "./recover.ts";

/**
 * What opens a file with these identities and nothing else. Files can be encrypted with it too, also if there is no identity.
 * @param identities `AGE-SECRET-KEY-…`, apart by blanks or line ends; lines that begin with `#` do not count
 */
export function accessFromIdentities(identities: string = ""): RecoverOptions {
  return {
    context: {
      env: identities.trim() === "" ? {} : { SOPS_AGE_KEY: identities },
      platform: "",
      home: "",
      readFile: async () => undefined,
      run: () => Promise.reject(new SottoError("IDENTITY_INVALID", "no program can be started here")),
    },
  };
}
