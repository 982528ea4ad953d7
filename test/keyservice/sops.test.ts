/** The real sops at either end of the protocol. */
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeRequest, encodeResponse } from "../../src/keyservice/messages.ts";
import type { ServedKeys } from "../../src/workspace/serve-keys.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { answerWith } from "./fake-service.ts";
import { type Ended, type Started, startProgram } from "./program.ts";
import { NOBODY, serveIn } from "./serving.ts";

const [ana, ben] = [vectorRecipient("ana"), vectorRecipient("ben")];
const scratch: Scratch = new Scratch(NOBODY);
afterAll(() => scratch[Symbol.dispose]());

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The real sops as a client; the service may be in this process. */
function sops(uri: string, ...argv: readonly string[]): Promise<Ended> {
  const env = { PATH: process.env["PATH"] ?? "", ...scratch.env, SOPS_KEYSERVICE: uri, SOPS_ENABLE_LOCAL_KEYSERVICE: "false" };
  return startProgram([peerPath("sops"), ...argv], env, scratch.path).ended;
}

function sotto(uri: string, ...argv: readonly string[]): Promise<{ exit: number; output: string; errors: string }> {
  return scratch.sotto(argv, { env: { SOPS_KEYSERVICE: uri, SOPS_ENABLE_LOCAL_KEYSERVICE: "false" } });
}

type Client = (uri: string, ...argv: readonly string[]) => Promise<{ exit: number | null; output: string; errors: string }>;

/** Everything that wraps or unwraps, with the keys at the other end. */
async function expectAllToWork(client: Client, uri: string): Promise<void> {
  const run = async (...argv: readonly string[]): Promise<string> => {
    const { exit, output, errors } = await client(uri, ...argv);
    expect({ argv, exit, errors: exit === 0 ? "" : errors }).toEqual({ argv, exit: 0, errors: "" });
    return output;
  };
  scratch.write(".sops.yaml", `creation_rules:\n  - age: ${ana}\n`);
  scratch.write("a.yaml", "a: b\n");
  await run("encrypt", "-i", "a.yaml");
  expect(await run("decrypt", "a.yaml")).toBe("a: b\n");
  await run("set", "a.yaml", '["c"]', '"d"');
  await run("rotate", "-i", "--add-age", ben, "a.yaml");
  await run("rotate", "-i", "--rm-age", ben, "a.yaml");
  scratch.write(".sops.yaml", `creation_rules:\n  - age: ${ana},${ben}\n`);
  await run("updatekeys", "-y", "a.yaml");
  await run("groups", "add", "-i", "-f", "a.yaml", "--age", ana);
  await run("groups", "add", "-i", "-f", "a.yaml", "--age", ana, "--shamir-secret-sharing-threshold", "2");
  await run("groups", "delete", "-i", "-f", "a.yaml", "0");
  scratch.remove(".sops.yaml");
  expect(scratch.read("a.yaml")).toContain("shamir_threshold: 2");
  expect(await run("decrypt", "a.yaml")).toBe("a: b\nc: d\n");
  expect(await scratch.sotto(["decrypt", "a.yaml"], { env: ANA })).toEqual({ exit: 0, output: "a: b\nc: d\n", errors: "" });
  expect(scratch.sops(["decrypt", "a.yaml"], { env: ANA })).toMatchObject({ exit: 0, output: "a: b\nc: d\n" });
}

describeWithPeers(["sops"], "sotto asks the key service of sops", () => {
  let server: Started | undefined;

  async function serve(...argv: readonly string[]): Promise<Started> {
    server = startProgram([peerPath("sops"), "keyservice", "--verbose", ...argv], { ...scratch.env, ...ANA }, scratch.path);
    await server.says("Listening");
    return server;
  }

  test.each(["tcp", "unix"])("over %s", async (network) => {
    const address = network === "tcp" ? `127.0.0.1:${await findPort()}` : scratch.place("sops.sock");
    const running = await serve("--network", network, "--address", address);
    await expectAllToWork(sotto, `${network}://${address}`);
    running.signal("SIGTERM");
    await running.ended;
  });

  test("and hears its no, and its reasons", async () => {
    const running = await serve("--network", "unix", "--address", scratch.place("no.sock"), "--prompt");
    const uri = `unix://${scratch.place("no.sock")}`;
    scratch.write("b.yaml", "a: b\n");
    running.type("n\n");
    const refused = await sotto(uri, "encrypt", "--age", ana, "b.yaml");
    expect(refused).toMatchObject({ exit: 1, output: "" });
    expect(refused.errors).toContain(`key service ${uri}: Request rejected by user`);
    await scratch.sotto(["encrypt", "-i", "--age", ben, "b.yaml"]);
    const { exit, errors } = await sotto(uri, "decrypt", "b.yaml");
    expect(exit).toBe(128);
    expect(errors.replaceAll(/[\s|]+/g, " ")).toContain("identity did not match any of the recipients");
    running.signal("SIGTERM");
    await running.ended;
  });
});

describeWithPeers(["sops"], "sops asks the key service of sotto", () => {
  test.each(["tcp", "unix"])("over %s", async (network) => {
    using served = await serveIn(scratch, ANA, network === "tcp" ? { network, address: "127.0.0.1:0" } : {});
    await expectAllToWork(sops, served.uri);
  });

  test("and hears its no, and its reasons", async () => {
    const answers = [true, false];
    using served: ServedKeys = await serveIn(scratch, ANA, { approve: () => Promise.resolve(answers.shift() === true) });
    scratch.write("c.yaml", "a: b\n");
    expect((await sops(served.uri, "encrypt", "-i", "--age", ana, "c.yaml")).exit).toBe(0);
    const refused = await sops(served.uri, "decrypt", "c.yaml");
    expect(refused.exit).toBe(128);
    expect(refused.errors.replaceAll(/[\s|]+/g, " ")).toContain("code = PermissionDenied desc = Request rejected by user");
    const unknown = await sops(served.uri, "encrypt", "--pgp", "85D77543B3D624B63CEA9E6DBC17301B491B3F21", "c.yaml");
    expect(unknown.exit).not.toBe(0);
  });
});

/** Who wrote a file shows in nothing but ciphertexts and the time. */
function bare(text: string): string {
  return text.replaceAll(/ENC\[[^\]]*\]/g, "ENC").replaceAll(/"?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"?/g, "TIME");
}

describeWithPeers(["sops"], "both ask for every kind of key", () => {
  const FLAGS: readonly (readonly string[])[] = [
    ["--age", ana],
    ["--pgp", "85D77543B3D624B63CEA9E6DBC17301B491B3F21"],
    [
      "--kms",
      "arn:aws:kms:eu-west-1:111122223333:key/abc+arn:aws:iam::111122223333:role/r",
      "--encryption-context",
      "a:b",
      "--aws-profile",
      "p",
    ],
    ["--gcp-kms", "projects/p/locations/global/keyRings/r/cryptoKeys/k"],
    ["--azure-kv", "https://v.vault.azure.net/keys/n/0123456789abcdef0123456789abcdef"],
    ["--hc-vault-transit", "https://vault.example:8200/v1/team/transit/keys/k"],
    ["--hckms", "eu-west-101:1234abcd-12ab-34cd-56ef-1234567890ab"],
  ];
  const WRAPPED: Readonly<Record<string, string>> = {
    age: "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n",
    pgp: "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n",
    hc_vault: "vault:v1:AAAA",
  };
  const seen: string[] = [];
  const takeSeen = (): string[] => seen.splice(0);
  let fake: Awaited<ReturnType<typeof answerWith>>;

  beforeAll(async () => {
    fake = await answerWith((call, callback, method) => {
      const { key, body } = decodeRequest(call.request);
      // The data key is another one each time, and so may be what it is wrapped in.
      seen.push(`${method} ${call.request.subarray(0, call.request.length - body.length).toString("hex")}`);
      const answer = method === "encrypt" ? new TextEncoder().encode(WRAPPED[key?.provider ?? ""] ?? "AAAA") : new Uint8Array(32).fill(1);
      callback(null, Buffer.from(encodeResponse(answer)));
    });
  });
  afterAll(() => fake.close());

  test.each(FLAGS.map((flags) => [flags] as const))("with the same bytes: %j", async (flags) => {
    const uri = `tcp://127.0.0.1:${fake.port}`;
    scratch.write("d.yaml", "a: b\n");
    const theirs = await sops(uri, "encrypt", ...flags, "d.yaml");
    expect(theirs).toMatchObject({ exit: 0, errors: "" });
    const wrappedByThem = takeSeen();
    const ours = await sotto(uri, "encrypt", ...flags, "d.yaml");
    expect(ours).toMatchObject({ exit: 0, errors: "" });
    expect(takeSeen()).toEqual(wrappedByThem);
    expect(wrappedByThem).toHaveLength(1);
    scratch.write("e.yaml", ours.output);
    await sops(uri, "decrypt", "e.yaml");
    const unwrappedByThem = takeSeen();
    await sotto(uri, "decrypt", "e.yaml");
    expect(takeSeen()).toEqual(unwrappedByThem);
    expect(unwrappedByThem).toHaveLength(1);
    expect(bare(ours.output)).toBe(bare(theirs.output));
  });
});
