/** Google Cloud Storage as far as an upload goes: it checks what it is sent as the real one does, and keeps it. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface FakeGcs extends AsyncDisposable {
  readonly url: string;
  /** By `bucket/name`. */
  readonly objects: Map<string, Buffer>;
  /** Method and path of every request, without the query. */
  readonly requests: string[];
  /** Damages the next upload on its way. */
  damage(): void;
}

export async function startFakeGcs(buckets: readonly string[]): Promise<FakeGcs> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const next = { damaged: false };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
      take(request, Buffer.concat(parts), response);
    });
  });
  const take = (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const url = new URL(request.url ?? "", "http://fake");
    const bucket = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname)?.[1];
    const boundary = /^multipart\/related; boundary=["']?([^"';]+)/.exec(request.headers["content-type"] ?? "")?.[1];
    if (request.method !== "POST" || bucket === undefined || boundary === undefined || url.searchParams.get("uploadType") !== "multipart") {
      answer(response, 400, "this is no upload");
      return;
    }
    if (!buckets.includes(bucket)) {
      answer(response, 404, "The specified bucket does not exist.");
      return;
    }
    const [about, sent] = splitParts(body, boundary);
    const metadata = JSON.parse(about?.toString("utf8") ?? "null") as {
      readonly name?: string;
      readonly md5Hash?: string;
      readonly crc32c?: string;
    };
    const content = Buffer.from(sent ?? []);
    if (next.damaged && content.length > 0) content.writeUInt8(content.readUInt8(0) ^ 1, 0);
    next.damaged = false;
    const md5 = createHash("md5").update(content).digest("base64");
    const name = url.searchParams.get("name") ?? metadata.name;
    if (name === undefined || (metadata.md5Hash ?? metadata.crc32c) === undefined || (metadata.name ?? name) !== name) {
      answer(response, 400, "an upload has one name, and a sum of its bytes");
      return;
    }
    if (metadata.md5Hash !== undefined && metadata.md5Hash !== md5) {
      answer(response, 400, "Provided MD5 hash does not match calculated MD5 hash.");
      return;
    }
    objects.set(`${bucket}/${name}`, content);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ kind: "storage#object", bucket, name, size: `${content.length}`, md5Hash: md5 }));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    objects,
    requests,
    damage: () => {
      next.damaged = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, code: number, message: string): void {
  response.statusCode = code;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ error: { code, message, errors: [{ message, reason: message }] } }));
}

/** The bodies of a multipart message, without their headers. */
function splitParts(body: Buffer, boundary: string): Buffer[] {
  const found: Buffer[] = [];
  const mark = Buffer.from(`--${boundary}`);
  let start = body.indexOf(mark);
  while (start !== -1) {
    const end = body.indexOf(mark, start + mark.length);
    if (end === -1) break;
    const headers = body.indexOf("\r\n\r\n", start);
    found.push(body.subarray(headers + 4, end - 2));
    start = end;
  }
  return found;
}
