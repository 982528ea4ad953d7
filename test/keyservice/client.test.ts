/** Every command that wraps or unwraps a data key, without an identity, by way of a key service of sotto. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServedKeys } from "../../src/workspace/serve-keys.ts";
import { createKeyService } from "../../src/keyservice/client.ts";
import { listen } from "../../src/keyservice/listen.ts";
import { createKeyServer } from "../../src/keyservice/server.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { keyOf } from "../keys/context.ts";
import { accessFor, ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { NOBODY, serveIn } from "./serving.ts";

const scratch: Scratch = new Scratch(NOBODY);
const [ana, ben] = [vectorRecipient("ana"), vectorRecipient("ben")];
let served: ServedKeys;
const asked: string[] = [];

beforeAll(async () => {
  served = await serveIn(scratch, ANA, { onRequest: ({ method, key }, outcome) => asked.push(`${method} ${key} ${outcome}`) });
});
afterAll(() => {
  served[Symbol.dispose]();
  scratch[Symbol.dispose]();
});

async function run(...argv: readonly string[]): Promise<string> {
  const { exit, output, errors } = await scratch.sotto(argv, { env: { SOPS_KEYSERVICE: served.uri } });
  expect({ argv, exit, errors }).toEqual({ argv, exit: 0, errors: "" });
  return output;
}

test("wrapping and unwrapping go to the service, after this process has tried", async () => {
  scratch.write("a.yaml", "a: b\n");
  await run("encrypt", "-i", "--enable-local-keyservice=false", "--age", `${ana},${ben}`, "a.yaml");
  expect(asked.toSorted()).toEqual([`encrypt age key ${ben} done`, `encrypt age key ${ana} done`].toSorted());
  asked.length = 0;
  expect(await run("decrypt", "a.yaml")).toBe("a: b\n");
  expect(asked).toEqual([`decrypt age key ${ana} done`]);
});

test("every command", async () => {
  scratch.write(".sops.yaml", `creation_rules:\n  - age: ${ana}\n`);
  scratch.write("b.yaml", "a: b\n");
  scratch.write("c.env", "A=b\n");
  await run("encrypt", "-i", "b.yaml");
  await run("encrypt", "-i", "c.env");
  expect(await run("get", "b.yaml", "a")).toBe("b");
  await run("set", "b.yaml", "c", '"d"');
  await run("unset", "b.yaml", "c");
  await run("rotate", "-i", "b.yaml");
  await run("verify", "b.yaml");
  await run("groups", "add", "-i", "-f", "b.yaml", "--age", ana);
  await run("groups", "delete", "-i", "-f", "b.yaml", "--shamir-secret-sharing-threshold", "1", "0");
  scratch.write(".sops.yaml", `creation_rules:\n  - age: ${ana},${ben}\n`);
  expect((await scratch.sotto(["updatekeys", "-y", "b.yaml"], { env: { SOPS_KEYSERVICE: served.uri } })).exit).toBe(0);
  expect(await run("decrypt", "--enable-local-keyservice=false", "b.yaml")).toBe("a: b\n");
  expect((await scratch.sotto(["decrypt", "b.yaml"])).exit).toBe(128);
  scratch.remove(".sops.yaml");
});

describe("errors", () => {
  test("of this process and of every service stand in the report, in their order", async () => {
    scratch.write("d.yaml", "a: b\n");
    await run("encrypt", "-i", "--age", ben, "d.yaml");
    const { exit, errors } = await scratch.sotto([
      "decrypt",
      "--keyservice",
      served.uri,
      "--keyservice",
      "unix:///nonexistent/socket",
      "d.yaml",
    ]);
    expect(exit).toBe(128);
    const text = errors.replaceAll(/[\s|]+/g, " ");
    expect(text).toMatch(
      /FAILED - failed to load age identities.* - key service unix:\/\/\S*keys\.sock: failed to create reader .* - key service unix:\/\/\/nonexistent\/socket cannot be reached: connect ENOENT/,
    );
    expect(errors.match(/^ {4}- \| /gm)).toHaveLength(3);
  });

  test("nobody is left to ask", async () => {
    const decrypted = await scratch.sotto(["decrypt", "--enable-local-keyservice=false", "d.yaml"]);
    expect(decrypted.exit).toBe(128);
    expect(decrypted.errors).toContain("hint: nobody was asked");
    scratch.write("e.yaml", "a: b\n");
    const encrypted = await scratch.sotto(["encrypt", "--enable-local-keyservice=false", "--age", ana, "e.yaml"]);
    expect(encrypted).toMatchObject({ exit: 1, output: "" });
    expect(encrypted.errors).toContain("no key services provided, cannot update master keys");
  });

  test("what is no address is skipped with a warning, as in sops", async () => {
    const { exit, output, errors } = await scratch.sotto(["decrypt", "--keyservice", "127.0.0.1:5", "--keyservice", served.uri, "a.yaml"]);
    expect([exit, output]).toEqual([0, "a: b\n"]);
    expect(errors).toContain("warning: 127.0.0.1:5 is no address of a key service and is skipped");
  });

  test("a service on another machine is named: nothing on the way is encrypted", async () => {
    const { exit, errors } = await scratch.sotto(["decrypt", "--keyservice", "tcp://192.0.2.1:5", "a.yaml"], { env: ANA });
    expect([exit, errors]).toEqual([0, "warning: tcp://192.0.2.1:5: data keys go there unencrypted, and nothing proves who answers\n"]);
  });
});

test("several groups: each share is unwrapped on its own", async () => {
  scratch.write(
    ".sops.yaml",
    `creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: [${ana}]\n      - age: [${ben}]\n      - age: [${ana}]\n`,
  );
  scratch.write("f.json", '{"a": "b"}\n');
  await run("encrypt", "-i", "f.json");
  expect(JSON.parse(await run("decrypt", "f.json"))).toEqual({ a: "b" });
  scratch.remove(".sops.yaml");
});

test("with questions to answer, one request is served at a time, in the order in which they came", async () => {
  const order: string[] = [];
  let open = 0;
  using asking = await serveIn(scratch, ANA, {
    address: scratch.place("asking.sock"),
    approve: async ({ key }) => {
      open += 1;
      order.push(`${open} ${key}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return key.endsWith(ana);
    },
  });
  const service = createKeyService(asking.uri);
  if (service === undefined) throw new Error("no address");
  const { context } = accessFor({});
  const keys = [ana, ben, ana, ben].map((label) => keyOf("age", label));
  const outcomes = await Promise.allSettled(keys.map((key) => service.wrap(key, new Uint8Array(32), context)));
  expect(outcomes.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
  expect(order).toEqual(keys.map((key) => `1 age key ${key.label}`));
});

test("the copies of a data key that a service makes are wiped", async () => {
  const seen: Uint8Array[] = [];
  const provider = { ...(await import("../../keys/age.ts")).age };
  const server = await createKeyServer({
    context: accessFor({}).context,
    findProvider: () => ({
      ...provider,
      wrap: (key, dataKey) => {
        seen.push(dataKey);
        expect(dataKey).toEqual(new Uint8Array(32).fill(7));
        return Promise.resolve({ ...key, wrapped: "-----BEGIN AGE ENCRYPTED FILE-----\nA" });
      },
      unwrap: () => {
        const dataKey = new Uint8Array(32).fill(9);
        seen.push(dataKey);
        return Promise.resolve(dataKey);
      },
    }),
  });
  const path = scratch.place("wiped.sock");
  const listener = await listen({
    network: "unix",
    address: path,
    allowRemote: false,
    cwd: "/",
    onConnection: (one) => server.accept(one),
  });
  const service = createKeyService(`unix://${path}`);
  const key = keyOf("age", ana);
  const { context } = accessFor({});
  const dataKey = new Uint8Array(32).fill(7);
  expect(await service?.wrap(key, dataKey, context)).toContain("BEGIN");
  expect(await service?.unwrap({ ...key, wrapped: "x" }, context)).toEqual(new Uint8Array(32).fill(9));
  listener.close();
  server.close();
  expect(dataKey[0]).toBe(7);
  expect(seen.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true]);
});
