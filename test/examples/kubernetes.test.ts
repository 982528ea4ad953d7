/** Flux, Argo CD and kustomize: what they would run is run, and what they would read is read, by themselves where they are here. */
import { chmodSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Application } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1";
import { Kustomization } from "@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { EXAMPLES, IDENTITY, type Outcome, PASSWORD, SECRETS, Shop } from "./shop.ts";

const ANA: Readonly<Record<string, string>> = { SOPS_AGE_KEY_FILE: IDENTITY };

const read = (name: string): unknown => parse(readFileSync(join(EXAMPLES, name), "utf8"));

const documents = (text: string): readonly unknown[] => parseAllDocuments(text).map((one) => one.toJS() as unknown);

const base64 = (text: string): string => Buffer.from(text).toString("base64");

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.dispose]());

/** Fails with what was said, so that a test need not ask for the exit code. */
async function succeed(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<string> {
  // What Node hands over as standard input is a socket, which cannot be opened under a name.
  const [program, words] = input === undefined ? [command, args] : ["/bin/sh", ["-c", 'cat | "$0" "$@"', command, ...args]];
  const { exit, log }: Outcome = await shop.run(program, words, { ...ANA, ...env }, input);
  if (exit !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exit}\n${log}`);
  return log;
}

describe("the example for Flux", () => {
  const secret = "apps/shop/secret.yaml";
  beforeAll(async () => {
    shop.take("flux", ".");
    const rules = shop.place(".sops.yaml");
    const text = readFileSync(rules, "utf8").replaceAll(/THE_RECIPIENT_OF_THE_CLUSTER|YOUR_RECIPIENT/g, vectorRecipient("ana"));
    shop.write(".sops.yaml", text);
    await succeed("./update-secret.sh", []);
  });

  /** What its controller does with each manifest: a file in memory, and no check of the MAC. */
  const DECRYPT = ["--decrypt", "--ignore-mac", "--input-type=yaml", "--output-type=yaml", "/dev/stdin"];

  test("encrypts the values of the Secret and leaves readable what kustomize reads", () => {
    const text = readFileSync(shop.place(secret), "utf8");
    expect(parse(text)).toMatchObject({
      kind: "Secret",
      metadata: { name: "shop", namespace: "shop" },
      data: { DATABASE_PASSWORD: expect.stringMatching(/^ENC\[/) as string, PAYMENTS_KEY: expect.stringMatching(/^ENC\[/) as string },
    });
    expect(SECRETS.filter((one) => text.includes(one) || text.includes(base64(one)))).toEqual([]);
  });

  test("changes one line for one value that changed, and the two that seal the file", async () => {
    const before = readFileSync(shop.place(secret), "utf8").split("\n");
    await succeed("./update-secret.sh", []);
    expect(readFileSync(shop.place(secret), "utf8").split("\n")).toEqual(before);
    await succeed("sotto", ["set", "--string", "--value-stdin", "secrets/prod.yaml", "payments.key"], {}, "another example");
    await succeed("./update-secret.sh", []);
    const changed = readFileSync(shop.place(secret), "utf8")
      .split("\n")
      .filter((line, index) => line !== before[index]);
    const keys = changed.map((line) => line.trim().split(":")[0]);
    // The time is the same where both were in one second.
    expect(keys.filter((key) => key !== "lastmodified")).toEqual(['"PAYMENTS_KEY"', "mac"]);
  });

  test("leaves the Secret as it was when the environment cannot be rendered", async () => {
    const before = readFileSync(shop.place(secret), "utf8");
    renameSync(shop.place("secrets/prod.env"), shop.place("secrets/gone.env"));
    const results = [await shop.run("./update-secret.sh", [], ANA), await shop.run("./update-secret.sh", [])];
    renameSync(shop.place("secrets/gone.env"), shop.place("secrets/prod.env"));
    expect(results.map(({ exit }) => exit)).not.toContain(0);
    expect(readFileSync(shop.place(secret), "utf8")).toBe(before);
  });

  test("is decrypted by the command that the controller stands for", async () => {
    const opened = await succeed("sops", DECRYPT, {}, readFileSync(shop.place(secret), "utf8"));
    expect(parse(opened)).toMatchObject({ data: { DATABASE_PASSWORD: base64(PASSWORD) } });
  });

  test("fits what the API server knows of its Kustomization", () => {
    const manifest = read("flux/clusters/prod/shop.yaml");
    new Kustomization(manifest as ConstructorParameters<typeof Kustomization>[0]).validate();
    const fits = new Ajv().compile(FLUX);
    fits(manifest);
    expect(fits.errors).toBeNull();
    const broken = { ...(manifest as object), spec: { interval: "soon" } } as ConstructorParameters<typeof Kustomization>[0];
    expect(() => new Kustomization(broken).validate()).toThrow("prune");
  });

  describeWithPeers(["kubectl", "sops"], "with the real programs", () => {
    test("is built by kubectl, and each Secret in it decrypted by sops", async () => {
      const built = documents(await succeed(peerPath("kubectl"), ["kustomize", "apps/shop"]));
      expect(built).toHaveLength(2);
      const manifest = built.find((one) => (one as { kind: string }).kind === "Secret");
      const opened = await succeed(peerPath("sops"), DECRYPT, {}, JSON.stringify(manifest));
      expect(parse(opened)).toMatchObject({ kind: "Secret", data: { DATABASE_PASSWORD: base64(PASSWORD) } });
    });
  });
});

const MANIFEST = `apiVersion: v1
kind: Secret
metadata:
    name: shop
stringData:
    password: ${JSON.stringify(PASSWORD)}
`;

describe("the example for Argo CD", () => {
  beforeAll(async () => {
    shop.write("deploy/secret.enc.yaml", MANIFEST);
    shop.write("deploy/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: shop\n");
    const flags = ["--age", vectorRecipient("ana"), "--encrypted-regex", "^(data|stringData)$"];
    await succeed("sotto", ["encrypt", "--config", "/dev/null", "-i", ...flags, "deploy/secret.enc.yaml"]);
  });

  const { metadata, spec } = read("argocd/plugin/plugin.yaml") as {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly discover: { readonly fileName: string }; readonly generate: Readonly<Record<"command" | "args", string[]>> };
  };

  /** In the folder of the application. */
  function generate(env: Readonly<Record<string, string>> = ANA): Promise<Outcome> {
    const [program = "", ...rest] = [...spec.generate.command, ...spec.generate.args];
    return shop.run("/usr/bin/env", ["-C", "deploy", program, ...rest], env);
  }

  test("generates all manifests, decrypted", async () => {
    const { exit, log } = await generate();
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(documents(log).filter((one) => one !== null)).toEqual([
      { apiVersion: "v1", kind: "Secret", metadata: { name: "shop" }, stringData: { password: PASSWORD } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop" } },
    ]);
  });

  test("fails as a whole without a key", async () => {
    expect((await generate({})).exit).not.toBe(0);
  });

  test("finds the folder by its plugin, and the plugin by its name", () => {
    expect(spec.discover.fileName).toBe("./*.enc.yaml");
    expect(readdirSync(shop.place("deploy")).some((name) => name.endsWith(".enc.yaml"))).toBe(true);
    const manifest = read("argocd/application.yaml");
    new Application(manifest as ConstructorParameters<typeof Application>[0]).validate();
    const fits = new Ajv().compile(argo(metadata.name));
    fits(manifest);
    expect(fits.errors).toBeNull();
  });

  test("names files for KSOPS that the command sops decrypts", async () => {
    const { files } = read("argocd/ksops/secret-generator.yaml") as { readonly files: readonly string[] };
    expect(files).toEqual(["./secret.enc.yaml"]);
    for (const file of files) expect(parse(await succeed("sops", ["-d", `deploy/${file}`]))).toEqual(parse(MANIFEST));
  });
});

describe("the example for kustomize", () => {
  beforeAll(() => shop.take("kustomize", "kustomize"));

  test("answers as a function does", async () => {
    const printed = await succeed("kustomize/sotto-generator.sh", [], {}, "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n");
    expect(parse(printed)).toMatchObject({
      kind: "ResourceList",
      items: [{ kind: "Secret", metadata: { name: "shop" }, data: { DATABASE_PASSWORD: base64(PASSWORD) } }],
    });
  });

  test("prints nothing without a key", async () => {
    const { exit, log } = await shop.run("kustomize/sotto-generator.sh", []);
    expect(exit).not.toBe(0);
    expect(log).not.toContain("ResourceList");
  });

  describeWithPeers(["kustomize"], "with the real program", () => {
    test("is built with the Secret in it", async () => {
      chmodSync(shop.place("kustomize/sotto-generator.sh"), 0o755);
      const built = await succeed(peerPath("kustomize"), ["build", "--enable-alpha-plugins", "--enable-exec", "kustomize"]);
      expect(documents(built)).toMatchObject([
        { kind: "Secret", metadata: { name: "shop", namespace: "shop" }, data: { DATABASE_PASSWORD: base64(PASSWORD) } },
      ]);
    });
  });
});

/** The names that the example uses of Flux's definition (kustomize.toolkit.fluxcd.io/v1), which lets unknown ones pass. */
const FLUX = strict(["apiVersion", "kind", "metadata", "spec"], {
  apiVersion: { const: "kustomize.toolkit.fluxcd.io/v1" },
  kind: { const: "Kustomization" },
  metadata: strict(["name", "namespace"], { name: { type: "string" }, namespace: { type: "string" } }),
  spec: strict(["interval", "prune", "sourceRef"], {
    interval: { type: "string", pattern: String.raw`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$` },
    path: { type: "string" },
    prune: { type: "boolean" },
    sourceRef: strict(["kind", "name"], {
      kind: { enum: ["OCIRepository", "GitRepository", "Bucket", "ExternalArtifact"] },
      name: { type: "string" },
    }),
    decryption: strict(["provider"], {
      provider: { enum: ["sops"] },
      secretRef: strict(["name"], { name: { type: "string" } }),
      serviceAccountName: { type: "string" },
    }),
  }),
});

/** The same for Argo CD's Application (argoproj.io/v1alpha1). */
function argo(plugin: string): object {
  return strict(["metadata", "spec"], {
    apiVersion: { const: "argoproj.io/v1alpha1" },
    kind: { const: "Application" },
    metadata: strict(["name", "namespace"], { name: { type: "string" }, namespace: { type: "string" } }),
    spec: strict(["destination", "project"], {
      project: { type: "string" },
      source: strict(["repoURL"], {
        repoURL: { type: "string" },
        targetRevision: { type: "string" },
        path: { type: "string" },
        plugin: strict([], { name: { const: plugin } }),
      }),
      destination: strict([], { server: { type: "string" }, namespace: { type: "string" } }),
      syncPolicy: strict([], { automated: strict([], { prune: { type: "boolean" }, selfHeal: { type: "boolean" } }) }),
    }),
  });
}

function strict(required: readonly string[], properties: Readonly<Record<string, object>>): object {
  return { type: "object", required, properties, additionalProperties: false };
}
