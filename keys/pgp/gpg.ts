/** Wrapping and unwrapping by gpg (sops: §5.5). What it says is judged by its status lines, which no language changes. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import { checkDataKey, creationTime } from "../network/data-key.ts";
import { shorten } from "./fingerprint.ts";
import { explainUnusable } from "./key-list.ts";
import { findGpgHome, findStatus, type GpgEnd, runGpg } from "./run.ts";

export { held, holds } from "./key-list.ts";

const BEGIN = "-----BEGIN PGP MESSAGE-----";

/** Nobody is asked for anything, and a key counts as trusted since it was named. */
export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext): Promise<MasterKey> {
  const trusted = ["--trusted-key", shorten(key.label)];
  const args = ["--batch", "--no-default-recipient", "--yes", "--encrypt", "-a", "-r", key.label, ...trusted, "--no-encrypt-to"];
  const end = await runGpg(args, dataKey, context);
  const wrapped = decodeText(end.output).trim();
  if (end.code !== 0 || !wrapped.startsWith(BEGIN)) throw await explainWrapping(key.label, end, context);
  return { ...key, wrapped, stored: { ...key.stored, created_at: creationTime(), enc: wrapped } };
}

async function explainWrapping(fingerprint: string, end: GpgEnd, context: KeyContext): Promise<SottoError> {
  if (findStatus(end, "ERROR", "add_keyblock_resource") !== undefined) return homeMissing("WRAP_FAILED", context);
  const fault = await explainUnusable(fingerprint, context);
  const message = fault?.message ?? `gpg could not encrypt for ${fingerprint}: it ended with ${end.code ?? "a signal"}`;
  return new SottoError("WRAP_FAILED", message, { hints: fault?.hints ?? [`what it says: echo x | gpg -e -a -r ${fingerprint}`] });
}

/** @throws SottoError `DATA_KEY_UNAVAILABLE`, `IDENTITY_INVALID` */
export async function unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array> {
  const end = await runGpg(["-d"], encodeText(key.wrapped ?? ""), context);
  if (end.code === 0 && end.output.length > 0 && isDecrypted(end)) return checkDataKey(end.output);
  end.output.fill(0);
  throw explainUnwrapping(key.label, end, context);
}

/** gpg ends with 0 as well for text that was only packed or signed. */
function isDecrypted(end: GpgEnd): boolean {
  return findStatus(end, "DECRYPTION_OKAY") !== undefined;
}

function explainUnwrapping(fingerprint: string, end: GpgEnd, context: KeyContext): SottoError {
  if (findStatus(end, "ERROR", "add_keyblock_resource") !== undefined) return homeMissing("DATA_KEY_UNAVAILABLE", context);
  if (findStatus(end, "NODATA") !== undefined) return fail("the wrapped key is no PGP message", "take the file from git again");
  const [code] = findStatus(end, "ERROR", "pkdecrypt_failed") ?? [];
  const known = code === undefined ? undefined : AGENT_ERRORS[Number(code) & 0xff_ff];
  if (known !== undefined) return fail(`the secret key ${fingerprint} could not be used: ${known[0]}`, known[1]);
  if (findStatus(end, "NO_SECKEY") !== undefined) {
    const home = findGpgHome(context);
    return fail(`gpg has no secret key for ${fingerprint}`, `looked for in ${home}; those that are there: gpg --list-secret-keys`);
  }
  if (end.code === 0) {
    return end.output.length === 0
      ? fail("gpg gave nothing back: zero bytes returned", "it may be too old for this message: gpg --version")
      : fail("the wrapped key is not encrypted", "somebody replaced it: compare with git log -p FILE");
  }
  return fail(`gpg could not decrypt: it ended with ${end.code ?? "a signal"}`, `the secret key is ${fingerprint}: gpg --list-secret-keys`);
}

function fail(message: string, ...hints: readonly string[]): SottoError {
  return new SottoError("DATA_KEY_UNAVAILABLE", message, { hints });
}

function homeMissing(code: "WRAP_FAILED" | "DATA_KEY_UNAVAILABLE", context: KeyContext): SottoError {
  return new SottoError(code, `gpg cannot use its folder ${findGpgHome(context)}`, {
    hints: ["check GNUPGHOME: the folder has to be there, and yours"],
  });
}

const CARD = "put the card in, or the key; gpg --card-status shows whether it is seen";
const PINENTRY = "run export GPG_TTY=$(tty) first, or unlock the key in another way: gpg-agent asks for its passphrase";

/** By the code of the error in libgpg-error; those of the system lie above 32,768. */
const AGENT_ERRORS: Readonly<Record<number, readonly [says: string, hint: string]>> = {
  11: ["the passphrase is wrong", "try again; gpg --edit-key can change it"],
  62: ["nobody answered in time", "try again"],
  77: ["there is no gpg-agent", "gpgconf --launch gpg-agent"],
  78: ["gpg-agent failed", "gpgconf --kill gpg-agent, then try again"],
  85: ["there is no pinentry to ask for its passphrase", "install pinentry, or set pinentry-program in gpg-agent.conf"],
  86: ["its passphrase could not be asked for", PINENTRY],
  87: ["the PIN is wrong", "try again; gpg --card-status shows how often you may"],
  99: ["it was cancelled", "try again"],
  108: ["the card failed", CARD],
  109: ["the card was reset", CARD],
  110: ["the card was removed", CARD],
  112: ["its card is not there", CARD],
  119: ["there is no scdaemon for its card", "install scdaemon"],
  198: ["it was cancelled", "try again"],
  32_870: ["its passphrase could not be asked for, without a terminal", PINENTRY],
};
