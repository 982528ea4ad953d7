import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ANA } from "../support/sotto.ts";
import { CONFIG, Repository } from "./repository.ts";

const NOBODY = Object.fromEntries(Object.keys(ANA).map((name) => [name, undefined]));
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  repository.write("secrets/prod.yaml", "db:\n    host: somewhere\n    password: canary-one\n    port: 1\nold: moved value\n");
  await repository.sotto(["encrypt", "-i", "secrets/prod.yaml"]);
  repository.commit("one");
});
afterEach(() => repository[Symbol.dispose]());

const set = async (path: string, value: string): Promise<void> => {
  expect((await repository.sotto(["set", "secrets/prod.yaml", path, value])).exit).toBe(0);
};

describe("diff", () => {
  test("of one file with its last commit", async () => {
    expect((await repository.sotto(["diff", "secrets/prod.yaml"])).output).toBe("");
    await set("db.password", '"canary-two"');
    await set("db.port", '"1"');
    await set("new", '"moved value"');
    await repository.sotto(["unset", "secrets/prod.yaml", "old"]);
    const { output } = await repository.sotto(["diff", "secrets/prod.yaml"]);
    expect(output).toBe("~ db.password  str\n≈ db.port  int → str\n→ new  from old\n");
  });

  test("of commits, and of all files of a commit", async () => {
    await set("db.password", '"canary-two"');
    repository.commit("two");
    expect((await repository.sotto(["diff", "HEAD~1:secrets/prod.yaml", "secrets/prod.yaml"])).output).toBe("~ db.password  str\n");
    expect((await repository.sotto(["diff", "HEAD~1"])).output).toBe("secrets/prod.yaml\n  ~ db.password  str\n");
    expect((await repository.sotto(["diff", "HEAD"])).output).toBe("");
    expect((await repository.sotto(["diff", "--exit-code", "HEAD~1"])).exit).toBe(206);
    expect((await repository.sotto(["diff", "HEAD~1:nothing.yaml", "secrets/prod.yaml"])).exit).not.toBe(0);
  });

  test("shows values on demand only", async () => {
    await set("db.password", '"canary-two"');
    for (const args of [[], ["--markdown"]]) {
      const { output } = await repository.sotto(["diff", ...args, "secrets/prod.yaml"]);
      expect(output).not.toContain("canary");
    }
    const { output } = await repository.sotto(["diff", "--reveal", "secrets/prod.yaml"]);
    expect(output).toBe("~ db.password  canary-one → canary-two\n");
  });

  test("without a key compares ciphertexts", async () => {
    await set("db.password", '"canary-two"');
    const { exit, output } = await repository.sotto(["diff", "secrets/prod.yaml"], { env: NOBODY });
    expect([exit, output]).toEqual([0, "# no key opens these: ciphertexts are compared\n~ db.password  str\n"]);
  });

  test("of two environments: the last file of each wins", async () => {
    repository.write(
      ".sops.yaml",
      `${CONFIG}sotto:\n  environments:\n    base: {files: [secrets/base.yaml], abstract: true}\n    one: {extends: base, files: [secrets/one.env]}\n    two: {extends: base, files: [secrets/two.yaml]}\n`,
    );
    for (const [name, text] of [
      ["secrets/base.yaml", "A: base\nB: base\n"],
      ["secrets/one.env", "A=one\nC=3\n"],
      ["secrets/two.yaml", "A: two\n"],
    ] as const) {
      repository.write(name, text);
      await repository.sotto(["encrypt", "-i", name]);
    }
    expect((await repository.sotto(["diff", "--env", "one", "two"])).output).toBe("~ A  str\n- C  str\n");
    expect((await repository.sotto(["diff", "--env", "one", "tow"])).errors).toContain("two");
  });

  test("in Markdown", async () => {
    await set("db.port", "2");
    expect((await repository.sotto(["diff", "--markdown", "HEAD"])).output).toBe(
      "**`secrets/prod.yaml`**\n\n```diff\n~ db.port  int\n```\n\n",
    );
  });
});

describe("what git shows", () => {
  test("is a line for each value, with a fingerprint that stays the same", async () => {
    const one = (await repository.sotto(["git", "textconv", "secrets/prod.yaml"])).output;
    expect(one).toMatch(
      /^db\.host: str ●[0-9a-f]{8}\ndb\.password: str ●[0-9a-f]{8}\ndb\.port: int ●[0-9a-f]{8}\nold: str ●[0-9a-f]{8}\nrecipient: age age1\S+\n$/,
    );
    expect((await repository.sotto(["git", "textconv", "secrets/prod.yaml"])).output).toBe(one);
    await repository.sotto(["rotate", "-i", "secrets/prod.yaml"]);
    expect((await repository.sotto(["git", "textconv", "secrets/prod.yaml"])).output).toBe(one);
    expect(repository.git("status", "--short")).toBe(" M secrets/prod.yaml\n");
  });

  test("without a key, and of files that are not encrypted or broken, never fails", async () => {
    const { exit, output } = await repository.sotto(["git", "textconv", "secrets/prod.yaml"], { env: NOBODY });
    expect([exit, output.split("\n")[1]]).toEqual([0, expect.stringMatching(/^db\.password: str ●[0-9a-f]{8}$/)]);
    for (const text of ["a: 1\n", "not: [yaml", repository.read("secrets/prod.yaml").slice(0, 300)]) {
      repository.write("other.yaml", text);
      const shown = await repository.sotto(["git", "textconv", "other.yaml"]);
      expect([shown.exit, shown.output]).toEqual([0, text]);
    }
  });
});

describe("reseal", () => {
  test("makes the MAC anew after somebody changed a plain value", async () => {
    repository.write("secrets/prod.yaml", "a: one\nb_unencrypted: 1\n");
    await repository.sotto(["encrypt", "-i", "secrets/prod.yaml"]);
    repository.commit("two");
    const text = repository.read("secrets/prod.yaml");
    repository.write("secrets/prod.yaml", text.replace("b_unencrypted: 1", "b_unencrypted: 2"));
    expect((await repository.sotto(["decrypt", "secrets/prod.yaml"])).exit).toBe(51);
    const refused = await repository.sotto(["reseal", "secrets/prod.yaml"], { input: "n\n" });
    expect(refused.errors).toContain("changed b_unencrypted");
    expect((await repository.sotto(["decrypt", "secrets/prod.yaml"])).exit).toBe(51);
    expect((await repository.sotto(["reseal", "-y", "secrets/prod.yaml"])).exit).toBe(0);
    expect((await repository.sotto(["decrypt", "secrets/prod.yaml"])).output).toBe("a: one\nb_unencrypted: 2\n");
    expect(repository.read("secrets/prod.yaml").split("\n")[0]).toBe(text.split("\n")[0]);
  });

  test("seals what was written in plain text", async () => {
    repository.write("secrets/prod.yaml", repository.read("secrets/prod.yaml").replace(/password: ENC.*/, "password: new one"));
    expect((await repository.sotto(["reseal", "-y", "secrets/prod.yaml"])).exit).toBe(0);
    expect(repository.read("secrets/prod.yaml")).not.toContain("new one");
    expect((await repository.sotto(["get", "secrets/prod.yaml", "db.password"])).output).toBe("new one");
  });

  test("does not take ciphertext that was moved to another key", async () => {
    const text = repository.read("secrets/prod.yaml");
    const token = /password: (ENC.*)/.exec(text)?.[1] ?? "";
    repository.write(
      "secrets/prod.yaml",
      text.replace(/host: ENC.*/, () => `host: ${token}`),
    );
    expect((await repository.sotto(["reseal", "-y", "secrets/prod.yaml"])).exit).not.toBe(0);
  });
});
