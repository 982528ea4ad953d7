/** One HTTPS request with JSON both ways, for services that need no package. The certificates that the caller names are used. */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { TransientError } from "../../src/model/provider.ts";
import { certificateHints, reasonOf } from "./reasons.ts";
import type { JsonAnswer, JsonRequest, TlsSettings } from "./request.ts";

/** No answer of a key service is longer. In bytes. */
const MAX_BODY = 1 << 20;

/**
 * Redirects are not followed: the token in the headers was meant for this host.
 * @throws TransientError when nothing came back, or what did was cut or too long
 */
export async function requestJson(request: JsonRequest): Promise<JsonAnswer> {
  const { request: open } = request.url.protocol === "http:" ? await import("node:http") : await import("node:https");
  const options = {
    method: request.method,
    headers: { ...request.headers, ...(request.body === undefined ? {} : { "content-type": "application/json" }) },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...tlsOptions(request.tls),
  };
  const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
  try {
    return await exchange((onAnswer) => open(request.url, options, onAnswer), body);
  } catch (cause) {
    throw new TransientError(describeFailure(request.url, cause), { cause, hints: hintsFor(cause) });
  } finally {
    body?.fill(0);
  }
}

/** The settings as Node's own clients take them. */
export function tlsOptions(tls: TlsSettings = {}): RequestOptions {
  return {
    ...(tls.ca === undefined ? {} : { ca: Buffer.from(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: Buffer.from(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: Buffer.from(tls.key) }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.skipVerify === true ? { rejectUnauthorized: false } : {}),
  };
}

function exchange(open: (onAnswer: (answer: IncomingMessage) => void) => ClientRequest, body: Buffer | undefined): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const request = open((answer) => {
      const parts: Buffer[] = [];
      let length = 0;
      answer.on("data", (part: Buffer) => {
        length += part.length;
        if (length > MAX_BODY) request.destroy(new Error("the answer is too long"));
        else parts.push(part);
      });
      answer.once("error", reject);
      answer.once("aborted", () => reject(new Error("the connection was closed in the middle of the answer")));
      answer.once("end", () => {
        const text = Buffer.concat(parts);
        resolve({ status: answer.statusCode ?? 0, body: parseJson(text) });
        for (const part of [...parts, text]) part.fill(0);
      });
    });
    request.once("error", reject);
    request.end(body);
  });
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** What a person can do about it, without any part of what was sent. */
function describeFailure(url: URL, cause: unknown): string {
  return `${url.origin} did not answer: ${reasonOf(codeOf(cause), cause instanceof Error ? cause.message : "unknown")}`;
}

function hintsFor(cause: unknown): readonly string[] {
  return certificateHints(codeOf(cause), "VAULT_CACERT=FILE for Vault");
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
}
