/** What a JSON Web Token says without its key. */

export function looksLikeJwt(text: string): boolean {
  const parts = text.trim().split(".");
  return parts.length === 3 && parts.every((part) => /^[\w-]*$/.test(part)) && typeof readPart(parts[0])?.["alg"] === "string";
}

/** @returns undefined for what is no token, or one without an end */
export function expiryOfJwt(text: string): Date | undefined {
  if (!text.startsWith("eyJ") || !looksLikeJwt(text)) return undefined;
  const end = readPart(text.trim().split(".")[1])?.["exp"];
  const time = typeof end === "number" ? new Date(end * 1000) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time;
}

function readPart(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
