/** Why there was no answer, by the code of the system or of TLS. */

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ENOTFOUND: "the name is unknown",
  EAI_AGAIN: "the name could not be looked up",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no network",
  ETIMEDOUT: "it timed out",
  ABORT_ERR: "it took too long, or is not needed any more",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody who is trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody who is trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by nobody who is trusted here",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** @param otherwise for a code that nobody foresaw, when it is empty */
export function reasonOf(code: string, otherwise: string): string {
  return REASONS[code] ?? (code === "" ? otherwise : code);
}

/** @param variable that names the authority for one service. @returns nothing unless the certificate is what is wrong */
export function certificateHints(code: string, variable: string): readonly string[] {
  if (!code.includes("CERT") && !code.includes("SIGN")) return [];
  return [`name the authority that signed it: NODE_EXTRA_CA_CERTS=FILE, or ${variable}`];
}

/** Longer than any message that a person wrote. */
const MAX_MESSAGE = 300;

/** What a service says, as part of a message of ours. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line;
}
