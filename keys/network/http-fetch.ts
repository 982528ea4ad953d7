/** The same as `http.ts` where there is no Node (package.json, `imports`): the engine decides which certificates count. */
import { TransientError } from "../../src/model/provider.ts";
import type { JsonAnswer, JsonRequest } from "./request.ts";

/** @throws TransientError when nothing came back */
export async function requestJson({ method, url, headers, body, signal }: JsonRequest): Promise<JsonAnswer> {
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      redirect: "error",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await answer.text();
    return { status: answer.status, body: parseJson(text) };
  } catch (cause) {
    throw new TransientError(`${url.origin} did not answer`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
