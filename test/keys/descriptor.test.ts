/** A provider is its descriptor: one that nobody has heard of is known everywhere as soon as it stands in the table. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { providersByFlag } from "../../keys/index.ts";
import { listPlaces } from "../../src/cli/complete.ts";
import { renderManPage } from "../../src/cli/man-page.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { decodeRequest, encodeRequest } from "../../src/keyservice/messages.ts";
import { type KeyProvider, makeKey, storedText } from "../../src/model/provider.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { ROOT } from "../support/sources.ts";
import { renderProviders, withProviders } from "./provider-table.ts";

/** Its wrapped key is the data key in hexadecimal digits. */
const { invented } = vi.hoisted(() => {
  const provider: KeyProvider = {
    id: "zebra_kms",
    title: "Zebra KMS",
    order: { file: 99, flags: 99, rule: 99 },
    cost: "network",
    flag: { name: "zebra", env: "SOPS_ZEBRA_IDS", value: "stripes", help: "Zebra KMS keys" },
    flat: { key: "zebra", spoken: ["zebra", "zebra"] },
    group: { key: "zebra_kms", struct: { type: "zebraKey", fields: { stripes: "stripes" } } },
    stored: [{ name: "created_at" }, { name: "enc" }, { name: "stripes" }],
    message: { number: 77, fields: ["stripes"] },
    form: "a key of Zebra KMS looks like zebra:12",
    variables: { ZEBRA_TOKEN: "a token" },
    packages: ["zebra-client"],
    label: ({ stripes }) => (typeof stripes === "string" ? stripes : ""),
    fromText: (text) => ({ stripes: text.trim() }),
    async check() {},
    async wrap(key, dataKey) {
      const enc = Buffer.from(dataKey).toString("hex");
      return { ...key, wrapped: enc, stored: { ...key.stored, created_at: "2024-01-02T03:04:05Z", enc } };
    },
    unwrap: async ({ wrapped = "" }) => Uint8Array.from(Buffer.from(wrapped, "hex")),
  };
  return { invented: provider };
});

vi.mock("../../keys/index.ts", async (load) => {
  const real = await load<typeof import("../../keys/index.ts")>();
  const find = (id: string): KeyProvider | undefined => (id === invented.id ? invented : real.findProvider(id));
  return {
    ...real,
    providers: [...real.providers, invented],
    providersByFlag: [...real.providersByFlag, invented],
    providersByRule: [...real.providersByRule, invented],
    findProvider: find,
    titleOf: (id: string) => find(id)?.title ?? id,
  };
});

const PLAIN = "password: hunter2\n";

test("its flag and its variable encrypt, the block of metadata keeps it, and it decrypts", async () => {
  using scratch = new Scratch({ SOPS_ZEBRA_IDS: "zebra:15" });
  scratch.write("variable.yaml", PLAIN);
  expect(await scratch.sotto(["encrypt", "-i", "variable.yaml"])).toMatchObject({ exit: 0 });
  expect(scratch.read("variable.yaml")).toContain("stripes: zebra:15");
  scratch.write("flag.yaml", PLAIN);
  expect(await scratch.sotto(["encrypt", "-i", "--zebra", "zebra:12,zebra:13", "flag.yaml"])).toMatchObject({ exit: 0 });
  expect(scratch.read("flag.yaml")).toMatch(
    /zebra_kms:\n +- created_at: "2024-01-02T03:04:05Z"\n +enc: [0-9a-f]{64}\n +stripes: zebra:12\n +- created_at/,
  );
  expect(await scratch.sotto(["decrypt", "flag.yaml"])).toMatchObject({ exit: 0, output: PLAIN });
});

test("rotate adds and removes it", async () => {
  using scratch = new Scratch({});
  scratch.write("file.yaml", PLAIN);
  await scratch.sotto(["encrypt", "-i", "--zebra", "zebra:12", "file.yaml"]);
  expect(await scratch.sotto(["rotate", "-i", "--add-zebra", "zebra:14", "--rm-zebra", "zebra:12", "file.yaml"])).toMatchObject({
    exit: 0,
  });
  expect(scratch.read("file.yaml").match(/stripes: .*/g)).toEqual(["stripes: zebra:14"]);
});

test.each([
  ["a rule", "  - zebra: zebra:12\n"],
  ["a list in a rule", "  - zebra: [zebra:12]\n"],
  ["a group of a rule", "  - key_groups:\n      - zebra_kms: [{stripes: zebra:12}]\n"],
])("%s names it", async (_, rule) => {
  using scratch = new Scratch({});
  scratch.write(".sops.yaml", `creation_rules:\n${rule}`);
  scratch.write("file.yaml", PLAIN);
  expect(await scratch.sotto(["encrypt", "-i", "file.yaml"])).toMatchObject({ exit: 0 });
  expect(scratch.read("file.yaml")).toContain("stripes: zebra:12");
  expect(await scratch.sotto(["updatekeys", "--check", "file.yaml"])).toMatchObject({ exit: 0 });
});

test("a key service is asked for it by its number, and reads what it is asked for", () => {
  const key = makeKey(invented, { stripes: "zebra:12" });
  const request = encodeRequest(key, Uint8Array.of(1, 2));
  if (request === undefined) throw new Error("there is no message for it");
  const decoded = decodeRequest(request);
  expect(decoded.key).toMatchObject({ provider: "zebra_kms", label: "zebra:12" });
  expect(storedText(decoded.key?.stored ?? {}, "stripes")).toBe("zebra:12");
});

test("completion, the manual page and the table of the README have it", async () => {
  const places = await listPlaces(COMMANDS);
  const flagsOf = (name: string): readonly string[] =>
    places.filter(({ path }) => path.join(" ") === name).flatMap(({ flags }) => flags.map((flag) => flag.name));
  expect(flagsOf("encrypt")).toContain("zebra");
  expect(flagsOf("groups add")).toContain("zebra");
  expect(await renderManPage(COMMANDS)).toContain("SOPS_ZEBRA_IDS");
  expect(renderProviders()).toContain(
    "| Zebra KMS | `--zebra` | `SOPS_ZEBRA_IDS` | `zebra`, `zebra_kms` | `zebra-client` | `ZEBRA_TOKEN` |",
  );
});

test("the table of the README is made from the descriptors", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const real = providersByFlag.filter((one) => one !== invented);
  expect(readme).toBe(withProviders(readme, real));
});
