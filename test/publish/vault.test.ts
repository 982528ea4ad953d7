/** What the client does with servers that are not as they should be. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import type { VaultDestination } from "../../src/policy/destinations.ts";
import { fingerprint, hasLargeNumber, parseMarked } from "../../src/publish/compare.ts";
import { isThisMachine, uploadToVault } from "../../src/publish/vault.ts";
import { encodeText } from "../../src/model/text.ts";
import { fakeContext } from "../keys/context.ts";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers with what `reply` says, and writes down what it was asked. */
async function serve(reply: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
      reply(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`, seen };
}

const answer =
  (status: number, body: string) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.statusCode = status;
    response.end(body);
  };

async function upload(address: string, values: string, to: Partial<VaultDestination> = {}, name = "db") {
  const warnings: string[] = [];
  const context = fakeContext({ env: { VAULT_ADDR: address, VAULT_TOKEN: "s.token", VAULT_NAMESPACE: "team" } });
  const destination: VaultDestination = { kind: "vault", address: "", path: "app/", mount: "secret/", version: 2, ...to };
  const written = await uploadToVault(context, destination, name, encodeText(values), (message) => warnings.push(message));
  return { written, warnings };
}

test("asks for what is there, then writes it under the version that it saw", async () => {
  const { url, seen } = await serve((request, response) => {
    answer(200, request.method === "GET" ? '{"data":{"data":{"a":"old"},"metadata":{"version":7}}}' : "{}")(request, response);
  });
  expect(await upload(url, '{"a": 1.0}', {}, "my db#1.yaml")).toEqual({ written: true, warnings: [] });
  expect(seen.map(({ method, url: path, body }) => [method, path, body])).toEqual([
    ["GET", "/v1/secret/data/app/my%20db%231.yaml", ""],
    ["PUT", "/v1/secret/data/app/my%20db%231.yaml", '{"options":{"cas":7},"data":{"a": 1.0}}'],
  ]);
  expect(seen[1]?.headers).toMatchObject({ "x-vault-token": "s.token", "x-vault-namespace": "team", "x-vault-request": "true" });
});

test("the same values in another order and spelling are the same", async () => {
  const { url, seen } = await serve(answer(200, '{"data":{"metadata":{"version":1},"data":{"b":[{"y":null,"x":"1"}],"a":1}}}'));
  expect(await upload(url, '{"a": 1.0, "b": [{"x": "1", "y": null}]}')).toEqual({ written: false, warnings: [] });
  expect(seen.length).toBe(1);
});

test("never follows to where the server points, so that the token stays", async () => {
  const other = await serve(answer(200, "{}"));
  const { url } = await serve((_request, response) => {
    response.writeHead(307, { location: `${other.url}/v1/secret/data/app/db` }).end();
  });
  await expect(upload(url, "{}")).rejects.toMatchObject({ code: "PUBLISH_FAILED", message: `${url}/v1/secret/data/app/db answered 307` });
  expect(other.seen).toEqual([]);
});

test("machines log in as for their keys", async () => {
  const { url, seen } = await serve((request, response) => {
    const login = request.url?.endsWith("/login") === true;
    answer(request.method === "GET" ? 404 : 200, login ? '{"auth":{"client_token":"s.machine"}}' : "{}")(request, response);
  });
  const env = { SOTTO_VAULT_AUTH: "approle", VAULT_ROLE_ID: "role", VAULT_SECRET_ID: "id" };
  const destination: VaultDestination = { kind: "vault", address: url, path: "app/", mount: "kv/", version: 1 };
  expect(await uploadToVault(fakeContext({ env }), destination, "db", encodeText("{}"), () => {})).toBe(true);
  expect(seen.map((one) => [one.method, one.url, one.headers["x-vault-token"]])).toEqual([
    ["POST", "/v1/auth/approle/login", undefined],
    ["GET", "/v1/kv/app/db", "s.machine"],
    ["PUT", "/v1/kv/app/db", "s.machine"],
  ]);
});

test("a version that somebody else wrote meanwhile is not overwritten", async () => {
  const errors = '{"errors":["check-and-set parameter did not match the current version"]}';
  const { url } = await serve((request, response) => answer(request.method === "GET" ? 404 : 400, errors)(request, response));
  await expect(upload(url, "{}")).rejects.toMatchObject({ message: expect.stringContaining("changed by someone else meanwhile") });
});

test.each([
  ["nothing", ""],
  ["no JSON", "<html>"],
  ["an endless nesting", `{"data":${"[".repeat(100_000)}`],
  ["a list", "[1]"],
])("%s for an answer means that a new version is written", async (_title, body) => {
  const { url, seen } = await serve(answer(200, body));
  expect(await upload(url, '{"a": 1}')).toMatchObject({ written: true });
  expect(seen.at(-1)?.method).toBe("PUT");
});

test("a refusal is told in one line, without control characters", async () => {
  const { url } = await serve(answer(403, '{"errors":["1 error occurred:\\n\\t* permission\\u001b[31m denied\\n"]}'));
  await expect(upload(url, '{"a": "hunter2"}')).rejects.toMatchObject({
    message: `${url}/v1/secret/data/app/db answered 403: 1 error occurred: * permission [31m denied`,
  });
});

test("an answer without an end is not waited for", async () => {
  const { url } = await serve((_request, response) => {
    const more = (): void => {
      while (response.writable && response.write(Buffer.alloc(1 << 20))) continue;
      response.once("drain", more);
    };
    more();
  });
  await expect(upload(url, "{}")).rejects.toMatchObject({ message: "the answer does not end" });
});

test("whole numbers that version 2 would round are told", async () => {
  const { url } = await serve(answer(404, "{}"));
  await expect(upload(url, '{"a": [12345678901234567890]}')).rejects.toThrow("answered 404");
  const { url: open } = await serve((request, response) => answer(request.method === "GET" ? 404 : 200, "{}")(request, response));
  expect((await upload(open, '{"a": [12345678901234567890]}')).warnings).toEqual([
    "secret/data/app/db: version 2 of the KV engine rounds whole numbers beyond 2^53; write them as text",
  ]);
  expect((await upload(open, '{"a": [12345678901234567890]}', { version: 1 })).warnings).toEqual([]);
});

test("addresses and paths that are none are refused before anything is sent", async () => {
  for (const address of ["vault.example.com", "ftp://vault", "unix:///run/vault", "http://user@vault"]) {
    await expect(upload(address, "{}")).rejects.toThrow("no http or https address");
  }
  await expect(upload("http://127.0.0.1:1", "{}", { path: "../sys/" })).rejects.toThrow("is no path of a secret");
});

test("only this machine is this machine", () => {
  expect(["localhost", "127.0.0.1", "127.1.2.3", "[::1]"].filter(isThisMachine).length).toBe(4);
  expect(["localhost.example.com", "128.0.0.1", "127.0.0.1.example.com", "[::2]"].filter(isThisMachine)).toEqual([]);
});

function same(a: string, b: string): boolean {
  return fingerprint(parseMarked(a)) === fingerprint(parseMarked(b));
}

test("numbers are compared as exactly as they are written", () => {
  expect(same("[1, 1.5, 1e3]", "[1.0, 1.50, 1000]")).toBe(true);
  expect(same("[1234567890123456789]", "[1234567890123456788]")).toBe(false);
  expect(same('["n1"]', "[1]")).toBe(false);
  expect(same('{"a": {}}', '{"a": []}')).toBe(false);
  expect(same('{"__proto__": 1}', "{}")).toBe(false);
  expect([hasLargeNumber(parseMarked('{"a": [9007199254740993]}')), hasLargeNumber(parseMarked('["9007199254740993", 1.5]'))]).toEqual([
    true,
    false,
  ]);
});
