/** What a value can be: several lines, a type, an entry of a Kubernetes Secret. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import { changedLines, decryptBySops, goTo, openFile, openMatrix, save } from "./play.ts";
import { createOldProject, inThePast, leave, newSecret, SEALED } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";

const pem = (line: string): string => `-----BEGIN CERTIFICATE-----\n${line}\n${"A".repeat(64)}\n-----END CERTIFICATE-----\n`;
const encode = (text: string): string => Buffer.from(text).toString("base64");

describeWithPeers(["sops"], "a value", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject();
  });
  afterEach(() => project[Symbol.dispose]());

  test("of several lines is pasted, edited, and keeps its last line end", async () => {
    const secret = newSecret("database.ssl_root_cert", "prod");
    await using session = await openMatrix(project);
    await goTo(session, "database.ssl_root_cert", "prod");
    await session.press("e");
    await session.waitFor("24 lines");
    session.paste(pem(secret.value));
    const pasted = await session.waitFor("keeps final newline: yes");
    expect(pasted.text).toMatch(/144 chars, 4 lines[^]*PEM certificate · line 5\/5/);
    await session.press("up", "up", "home");
    session.type("B");
    await session.press("ctrl+s");
    await session.waitFor("Kept");
    expect((await save(session)).text).toContain("Saved secrets/prod.yaml: 1 value");
    expect(await project.sotto(["get", "secrets/prod.yaml", "database.ssl_root_cert"])).toBe(pem(secret.value).replace("AAA", "BAAA"));
    expect(changedLines(project)).toEqual(["-    ENC[AES256_GCM,data", "+    ENC[AES256_GCM,data", ...SEALED]);
    await session.press("e");
    await session.waitFor("4 lines");
    await session.press("ctrl+end", "backspace");
    await session.waitFor("keeps final newline: no");
    await session.press("ctrl+s");
    await session.waitFor("Kept");
    await save(session);
    const json = await project.sotto(["decrypt", "--output-type", "json", "secrets/prod.yaml"]);
    expect(json).toContain(JSON.stringify(pem(secret.value).replace("AAA", "BAAA").trimEnd()));
    expect(JSON.stringify(decryptBySops(project, "secrets/prod.yaml"))).toContain(secret.value);
    await leave(session, project, { canaries: [secret] });
  });

  test("has a type, which is said; and so are texts that YAML takes for something else", async () => {
    await using session = await openMatrix(project);
    const begin = async (path: string, type: string): Promise<void> => {
      await goTo(session, path, "ci");
      await session.press("e");
      await session.waitFor("nothing yet: this is new");
      for (const next of ["int", "float", "bool", "null"]) {
        await session.press("ctrl+t");
        await session.waitFor(`[${next}]`);
        if (next === type) return;
      }
    };
    const keep = async (): Promise<void> => {
      await session.press("enter");
      await session.waitFor(/Kept: set|set \S+ in ci|✎ /);
      await session.waitFor("▸ Matrix");
    };
    await goTo(session, "stripe.webhook_secret", "ci");
    await session.press("e");
    await session.waitFor("[string]");
    for (const [text, trap] of [
      ["no", "Some readers take this for true or false without quotes."],
      ["0123", "Some readers take this for an octal number, or drop the leading zero, without quotes."],
    ] as const) {
      await session.press("ctrl+u");
      session.type(text);
      await session.waitFor(trap);
    }
    await session.press("enter");
    await session.waitFor("Kept");
    await begin("stripe.secret_key", "int");
    session.type("many");
    await session.waitFor("type a whole number, such as 5432");
    await session.press("enter");
    await session.waitFor("type a whole number");
    await session.press("ctrl+u");
    session.type("42");
    await keep();
    await begin("legacy_token", "bool");
    session.type("true");
    await keep();
    await begin("database.ssl_root_cert", "null");
    await keep();
    expect((await save(session)).text).toContain("Saved secrets/ci.yaml: 4 values");
    const plain = decryptBySops(project, "secrets/ci.yaml");
    expect(plain).toContain("\n    ssl_root_cert: null\n");
    expect(plain).toContain('\n    webhook_secret: "0123"\n');
    expect(plain).toContain("\n    secret_key: 42\n");
    expect(plain).toContain("\nlegacy_token: true\n");
    expect(project.read("secrets/ci.yaml")).toMatch(/secret_key: ENC\[\S+,type:int\]/);
    await leave(session, project);
  });

  test("of a Kubernetes Secret is shown and typed as what it means, and kept as base64", async () => {
    const [old, secret] = [newSecret("data.password"), newSecret("data.password", "prod")];
    const file = "infra/secret.yaml";
    project.write(file, `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ${encode(old.value)}\n`);
    const rule = "  - path_regex: ^infra/\n    encrypted_regex: ^(data|stringData)$\n    age: [*ana]\n";
    project.write(".sops.yaml", project.read(".sops.yaml").replace("creation_rules:\n", `creation_rules:\n${rule}`));
    await inThePast(() => project.sotto(["encrypt", "-i", file]));
    project.git(["add", file]);
    await using session = await openFile(project, file);
    await session.waitFor(/password +●{8} /);
    await session.press("G");
    await session.waitFor("data.password @");
    await session.revealing(async () => {
      await session.press("r");
      await session.waitFor(old.value);
      await session.press("r");
      await session.waitFor((screen) => !screen.text.includes(old.value), { what: "the mask" });
    });
    await session.press("e");
    await session.waitFor("base64 of a Kubernetes Secret: shown decoded, kept encoded");
    session.type(secret.value);
    await session.press("enter");
    await session.waitFor("Kept");
    expect((await save(session)).text).toContain("Saved infra/secret.yaml: 1 value");
    expect(changedLines(project, file)).toEqual(["-  password", "+  password", ...SEALED]);
    const stored = /password: (\S+)/.exec(decryptBySops(project, file))?.[1] ?? "";
    expect(Buffer.from(stored, "base64").toString()).toBe(secret.value);
    expect(stored).toBe(encode(secret.value));
    await leave(session, project, { canaries: [old, secret] });
  });
});
