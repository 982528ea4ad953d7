/** `loadSecrets`: plain typed data for a program, which does not show itself. */
import { readFileSync } from "node:fs";
import { format, inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSecrets, type LoadSecretsOptions, SottoError } from "../../src/index.ts";
import { sealValues } from "../../src/runtime/seal-values.ts";
import { valueFromJavaScript } from "../../src/file/value.ts";
import type { Branch } from "../../src/model/tree.ts";
import type { Scratch } from "../cli/commands/scratch.ts";
import { VECTORS } from "../support/vectors.ts";
import { acme, PASSWORD } from "./project.ts";

let project: Scratch;
beforeAll(async () => {
  project = await acme();
});
afterAll(() => project[Symbol.dispose]());

interface Acme {
  readonly name: string;
  readonly database: { readonly password: string; readonly port: number; readonly tls: boolean };
  readonly hosts: readonly string[];
}

const load = (options: LoadSecretsOptions = {}): Promise<Acme> =>
  loadSecrets<Acme>({ environment: "prod", cwd: project.path, env: project.env, ...options });

async function errorOf(work: Promise<unknown>): Promise<SottoError> {
  try {
    await work;
  } catch (error) {
    if (SottoError.is(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("the values", () => {
  it("come from all files of the environment, merged, each with its type", async () => {
    expect(structuredClone(await load())).toEqual({
      name: "acme",
      public_site: "https://acme.example",
      database: { host: "db.acme.example", port: 5432, password: PASSWORD, tls: true },
      big: "9007199254740993",
      ratio: 0.25,
      none: null,
      hosts: ["one.acme.example", "two.acme.example"],
      api: { "key-one": 'apple/tree+"quoted"' },
      SESSION_SECRET: "maple-window-85",
    });
  });

  it("are those of the environment that is named, or of SOTTO_ENVIRONMENT, or of files", async () => {
    expect((await load({ environment: "dev" })).database.password).toBe("dev-password-1");
    const env = { ...project.env, SOTTO_ENVIRONMENT: "dev" };
    expect((await loadSecrets<Acme>({ cwd: project.path, env })).database.password).toBe("dev-password-1");
    expect((await load({ environment: "prod", env })).database.password).toBe(PASSWORD);
    expect(structuredClone(await loadSecrets({ files: ["secrets/prod.env"], cwd: project.path, env: project.env }))).toEqual({
      SESSION_SECRET: "maple-window-85",
    });
  });

  it("are as few as `only` says, by path or by name", async () => {
    expect(structuredClone(await load({ only: ["database.port", "SESSION_SECRET"] }))).toEqual({
      database: { port: 5432 },
      SESSION_SECRET: "maple-window-85",
    });
    expect(Object.keys(await load({ only: ["database"] }))).toEqual(["database"]);
    expect(structuredClone(await load({ only: ["DATABASE_PASSWORD"] }))).toEqual({ database: { password: PASSWORD } });
  });

  it("open with an identity that is handed over", async () => {
    const identity = /AGE-SECRET-KEY-1\w+/.exec(readFileSync(`${VECTORS}/keys/ana.txt`, "utf8"))?.[0] ?? "";
    const env = { HOME: project.env["HOME"] };
    expect((await errorOf(load({ env }))).code).toBe("DATA_KEY_UNAVAILABLE");
    expect((await load({ env, identities: identity })).database.password).toBe(PASSWORD);
    expect((await load({ env, identities: [identity] })).database.password).toBe(PASSWORD);
  });
});

describe("as a whole they", () => {
  it("show no value when they are printed", async () => {
    const secrets = await load();
    const printed = [
      JSON.stringify(secrets),
      JSON.stringify({ config: secrets.database, list: secrets.hosts }),
      inspect(secrets, { depth: null, showHidden: true }),
      inspect({ deep: { er: [secrets.database] } }, { depth: null }),
      format("%o %O %j %s", secrets, secrets, secrets, secrets),
      JSON.stringify(Object.assign(new Error("x"), { secrets })),
      inspect(Object.assign(new Error("x"), { secrets })),
    ].join("\n");
    for (const value of [PASSWORD, "acme.example", "5432", "maple-window", "true", "0.25"]) expect(printed).not.toContain(value);
    expect(JSON.stringify(secrets.database)).toBe('{"host":"***","port":"***","password":"***","tls":"***"}');
    expect(inspect(secrets.hosts)).toBe("[ '***', '***' ]");
  });

  it("cannot be changed, and look like plain data otherwise", async () => {
    const secrets = await load();
    expect(Object.isFrozen(secrets) && Object.isFrozen(secrets.database) && Object.isFrozen(secrets.hosts)).toBe(true);
    expect(Object.keys(secrets.database)).toEqual(["host", "port", "password", "tls"]);
    expect({ ...secrets.database }).toEqual({ host: "db.acme.example", port: 5432, password: PASSWORD, tls: true });
    expect([...secrets.hosts]).toEqual(["one.acme.example", "two.acme.example"]);
    expect(Object.getPrototypeOf(secrets)).toBe(Object.prototype);
  });

  it("show none of any tree, and lose none of it", () => {
    const text = fc.string({ minLength: 1 }).map((one) => `<${one}>`);
    const { tree } = fc.letrec<{ tree: string | number | boolean | object }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        text,
        fc.integer({ min: 1000 }),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor", "length", "inspect"), tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("k", "__proto__", "toString"), tree, { minKeys: 1 }), (values) => {
        const sealed = sealValues(valueFromJavaScript(values as never) as Branch);
        expect(plain(sealed)).toEqual(plain(values));
        const printed = JSON.stringify(sealed) + inspect(sealed, { depth: null });
        expect(printed).not.toMatch(/<|\d{4}/);
      }),
    );
  });

  it("refuse a key that would switch that off", async () => {
    const odd = await acme({ "secrets/prod.env": "toJSON=maple-window-85\n", "secrets/prod.yaml": "a:\n    toJSON: x-y-z\n" });
    using _ = odd;
    const error = await errorOf(loadSecrets({ environment: "prod", cwd: odd.path, env: odd.env }));
    expect(error.code).toBe("ENVIRONMENT_UNFIT");
    expect(error.message).toContain("a.toJSON");
    expect(error.message).toContain("  toJSON: ");
    expect(error.message).not.toMatch(/maple|x-y-z/);
  });
});

/** A copy without what is not enumerable, with keys such as `__proto__`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" && value !== null ? Object.entries(value).map(([key, item]) => [key, plain(item)]) : value;
}

describe("what is wrong is told", () => {
  it("with the nearest name of an environment", async () => {
    const error = await errorOf(load({ environment: "prd" }));
    expect(error).toMatchObject({ code: "ENVIRONMENT_UNKNOWN", message: 'there is no environment "prd"' });
    expect(error.hints.join("\n")).toContain("did you mean prod?");
  });

  it("when the environment is only there to be extended", async () => {
    expect(await errorOf(load({ environment: "base" }))).toMatchObject({
      code: "ENVIRONMENT_UNFIT",
      message: "base is there to be extended only",
    });
  });

  it("when nothing says which environment is meant", async () => {
    const error = await errorOf(loadSecrets({ cwd: project.path, env: project.env }));
    expect(error.code).toBe("USAGE");
    expect(error.hints.join("\n")).toContain("SOTTO_ENVIRONMENT");
  });

  it("all at once for what is not there to choose", async () => {
    const error = await errorOf(load({ only: ["databse", "name", "secret"] }));
    expect(error.code).toBe("ENVIRONMENT_UNFIT");
    expect(error.message).toContain("there is no databse to choose");
    expect(error.message).toContain("there is no secret to choose");
  });

  it("when a file was tampered with", async () => {
    using broken = await acme();
    broken.write("secrets/prod.env", broken.read("secrets/prod.env").replace(/SESSION_SECRET/, "OTHER_SECRET"));
    const error = await errorOf(loadSecrets({ environment: "prod", cwd: broken.path, env: broken.env }));
    expect(error).toMatchObject({ code: "DECRYPT_FAILED", file: "secrets/prod.env" });
  });
});
