/** The signature SDK-HMAC-SHA256, by which HuaweiCloud knows who asks. */
import { encodeText } from "../../src/model/text.ts";
import type { Credentials } from "./credentials.ts";

export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** As it is sent; empty without one. */
  readonly body: string;
}

const ALGORITHM = "SDK-HMAC-SHA256";

/** @returns the headers that are sent with it */
export async function signRequest(
  request: UnsignedRequest,
  credentials: Credentials,
  now: Date,
): Promise<Readonly<Record<string, string>>> {
  const date = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const own = {
    ...request.headers,
    "x-sdk-date": date,
    ...(credentials.securityToken === "" ? {} : { "x-security-token": credentials.securityToken }),
  };
  const signed = Object.entries({ ...own, host: request.url.host }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const path = request.url.pathname.endsWith("/") ? request.url.pathname : `${request.url.pathname}/`;
  const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join("");
  const query = request.url.search.slice(1);
  const canonical = [request.method, path, query, lines, names, await hash(request.body)].join("\n");
  const toSign = [ALGORITHM, date, await hash(canonical)].join("\n");
  const signature = await authenticate(toSign, credentials.secretKey);
  return { ...own, authorization: `${ALGORITHM} Access=${credentials.accessKey}, SignedHeaders=${names}, Signature=${signature}` };
}

async function hash(text: string): Promise<string> {
  return toHex(await crypto.subtle.digest("SHA-256", Uint8Array.from(encodeText(text))));
}

async function authenticate(text: string, secret: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(encodeText(secret)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toHex(await crypto.subtle.sign("HMAC", key, Uint8Array.from(encodeText(text))));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
