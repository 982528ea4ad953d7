import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { expect, test } from "vitest";
import { makeCertificate } from "./certificate.ts";
import { startFaultyServer } from "./faulty-server.ts";

test("each request meets its fault, the others what is behind", async () => {
  await using real = await startFaultyServer({ behind: (seen) => ({ status: 201, body: `${seen.method} ${seen.path} ${seen.body}` }) });
  await using server = await startFaultyServer({ behind: real.url });
  const ask = async (): Promise<string> => {
    try {
      const answer = await fetch(`${server.url}/a?b=c`, { method: "POST", body: "d", signal: AbortSignal.timeout(300) });
      return `${answer.status} ${await answer.text()}`;
    } catch (error) {
      return error instanceof DOMException ? error.name : "broken";
    }
  };
  server.meet({ status: 503, body: "later" }, "reset", "cut", "drip", "silence");
  const seen: string[] = [];
  for (let at = 0; at < 6; at += 1) seen.push(await ask());
  expect(seen).toEqual(["503 later", "broken", "broken", "TimeoutError", "TimeoutError", "201 POST /a?b=c d"]);
  server.meetAlways({ status: 500 });
  expect([await ask(), await ask()]).toEqual(["500 ", "500 "]);
  expect([server.requests.length, real.requests.length]).toEqual([8, 1]);
});

test("a certificate is trusted by those who name it, as long as it lasts", async () => {
  const certificate = makeCertificate();
  expect(new X509Certificate(certificate.cert).subjectAltName).toBe("IP Address:127.0.0.1, DNS:localhost");
  await using server = await startFaultyServer({ certificate, behind: () => ({ status: 200 }) });
  expect(await statusOf(server.url, certificate.cert)).toBe(200);
  expect(await statusOf(server.url)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  const old = makeCertificate({ expired: true });
  await using late = await startFaultyServer({ certificate: old });
  expect(await statusOf(late.url, old.cert)).toBe("CERT_HAS_EXPIRED");
  const other = makeCertificate({ names: ["kms.example.com"] });
  await using foreign = await startFaultyServer({ certificate: other });
  expect(await statusOf(foreign.url, other.cert)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
});

function statusOf(url: string, ca?: string): Promise<unknown> {
  return new Promise((resolve) => {
    const call = request(url, ca === undefined ? {} : { ca }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.once("error", (error) => resolve("code" in error ? error.code : error.message));
    call.end();
  });
}
