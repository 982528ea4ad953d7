/** One HTTP request, by Node's own client: unlike `fetch` it takes the certificates of a private authority. */
import type { RequestOptions } from "node:https";
import { tlsOptions } from "../../keys/network/http.ts";
import type { TlsSettings } from "../../keys/network/request.ts";
import { SottoError } from "../model/error.ts";
import { describeFailure } from "./failure.ts";

export interface Response {
  readonly status: number;
  readonly body: string;
}

export interface RequestSettings {
  readonly method: "GET" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls: TlsSettings;
  /** In milliseconds. */
  readonly patience: number;
}

/** No secret is longer, and no answer about one. In bytes. */
const MAX_ANSWER = 16 << 20;

/**
 * Redirections are not followed: a token goes where it was meant to go.
 * @throws SottoError `PUBLISH_FAILED` when there is no answer
 */
export async function send(url: URL, settings: RequestSettings): Promise<Response> {
  const { request } = url.protocol === "http:" ? await import("node:http") : await import("node:https");
  const options: RequestOptions = {
    method: settings.method,
    headers: { ...settings.headers, ...(settings.body === undefined ? {} : { "content-length": Buffer.byteLength(settings.body) }) },
    signal: AbortSignal.timeout(settings.patience),
    ...tlsOptions(settings.tls),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(describeFailure(error, HINTS));
    const call = request(url, options, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("error", fail);
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size <= MAX_ANSWER) parts.push(part);
        else call.destroy(new SottoError("PUBLISH_FAILED", "the answer does not end"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }));
    });
    call.on("error", fail);
    call.end(settings.body);
  });
}

const HINTS: readonly string[] = ["check the address; for a certificate of your own authority set VAULT_CACERT to its file"];
