/** No secret in what browsers get: in whatever form, wherever it stands. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EnvironmentValue } from "../../src/deploy/environment.ts";
import { checkBundle, type CheckBundleOptions, type CheckedBundle } from "../../src/index.ts";
import { encodeText } from "../../src/model/text.ts";
import { LeakFinder } from "../../src/runtime/find-leaks.ts";
import type { Scratch } from "../cli/commands/scratch.ts";
import { acme, codeOf, PASSWORD } from "./project.ts";

const KEY = 'apple/tree+"quoted"';

function value(path: string, text: string, encrypted = true): EnvironmentValue {
  return { path: path.split("."), node: { kind: "scalar", type: "str", canonical: text }, file: "f", encrypted };
}

function finds(text: string, inside: string | Uint8Array): boolean {
  return new LeakFinder([value("a", text)]).find(typeof inside === "string" ? encodeText(inside) : inside).length > 0;
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&#60;").replaceAll("'", "&#x27;");
}

function js(text: string): string {
  return Array.from(text, (char) => (/\w/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)).join("");
}

function hex(text: string): string {
  return text.replaceAll(/[^\w]/g, (char) => (char <= "\u007f" ? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}` : char));
}

describe("a value is found", () => {
  it.each([
    ["as it is", (text: string) => `const a = "${text}";`],
    ["in JSON", (text: string) => JSON.stringify({ a: text })],
    ["in JSON in JSON, as in a source map", (text: string) => JSON.stringify({ sourcesContent: [`const a = ${JSON.stringify(text)};`] })],
    ["with escapes of JavaScript", (text: string) => `"${js(text)}"`],
    ["with escapes by two digits", (text: string) => `"${hex(text)}"`],
    ["in a template", (text: string) => `\`${text.replaceAll(/[`\\]|\$\{/g, String.raw`\$&`)}\``],
    ["in an attribute of HTML", (text: string) => `<meta content="${html(text)}">`],
    ["in a URL", (text: string) => `https://x.example/?a=${encodeURIComponent(text)}&b`],
    ["in base64", (text: string) => `atob("${Buffer.from(text).toString("base64")}")`],
    ["in base64 behind other bytes", (text: string) => Buffer.from(`user:${text}:x`).toString("base64url")],
    ["in hexadecimal", (text: string) => Buffer.from(text).toString("hex")],
  ])("%s", (_title, spell) => {
    fc.assert(
      fc.property(
        fc
          .oneof(fc.string({ minLength: 8, maxLength: 40 }), fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 }))
          .filter((one) => /\w{3}.*\w/.test(one) && !/^[\s\d.+-]|\s$/.test(one)),
        (text) => {
          expect(finds(text, `before ${spell(text)} after`)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("by one of its lines, and by a part of a long one", () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(1)}${"b".repeat(64)}\n-----END PRIVATE KEY-----\n`;
    expect(finds(pem, 'x="MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"')).toBe(true);
    expect(finds(pem, "-----BEGIN PRIVATE KEY-----")).toBe(false);
  });

  it("in each item of a list", () => {
    const list: EnvironmentValue = {
      ...value("hosts", ""),
      node: { kind: "sequence", items: ["first-host", "second-host"].map((canonical) => ({ kind: "scalar", type: "str", canonical })) },
    };
    expect(new LeakFinder([list]).find(encodeText("a second-host b"))).toEqual(["hosts"]);
  });

  it("after a minifier has been there", async () => {
    const odd = 'line one\nit\'s "two" `three` ${four} \\five é 🗝 </script>';
    const program = `export const a = ${JSON.stringify(odd)}; export const b = "orchard" + "-lantern-37";`;
    for (const charset of ["ascii", "utf8"] as const) {
      const { code, map } = await transform(program, { minify: true, charset, sourcemap: true });
      expect(finds(odd, code)).toBe(true);
      expect(finds(odd, map)).toBe(true);
      expect(finds(PASSWORD, code)).toBe(true);
    }
  });
});

describe("nothing is found", () => {
  it("of values that are not encrypted, that are too short or too common, or that may be public", () => {
    const values = [
      value("plain", "public-value", false),
      value("port", "5432"),
      value("mode", "production"),
      value("on", "true"),
      value("year", "20261126"),
      value("analytics.id", "UA-acme-12345"),
      value("secret", PASSWORD),
    ];
    const finder = new LeakFinder(values, ["analytics"]);
    expect(finder.looked).toEqual(["secret"]);
    expect(finder.skipped).toEqual(["port", "mode", "on", "year"]);
    expect(finder.find(encodeText("public-value 5432 production true 20261126 UA-acme-12345"))).toEqual([]);
  });

  it("in what is merely alike, and in bytes that are no text", () => {
    expect(finds(PASSWORD, PASSWORD.slice(0, -1) + PASSWORD.slice(1))).toBe(false);
    expect(
      finds(
        PASSWORD,
        Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 256),
      ),
    ).toBe(false);
    expect(new LeakFinder([]).find(encodeText("anything"))).toEqual([]);
  });
});

describe("checkBundle", () => {
  let project: Scratch;
  beforeAll(async () => {
    project = await acme();
  });
  afterAll(() => project[Symbol.dispose]());
  beforeEach(() => project.remove("out"));

  const emit = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(project.place(name)), { recursive: true });
    writeFileSync(project.place(name), content);
  };
  const check = (more: Partial<CheckBundleOptions> = {}): Promise<CheckedBundle> =>
    checkBundle({ paths: ["out"], environment: "prod", cwd: project.path, env: project.env, ...more });

  it("says what it has looked at and for", async () => {
    emit("out/app.js", "export const site = 'https://acme.example'; if (process.env.NODE_ENV === 'production') run();");
    emit("out/deep/er/app.css", "a { color: red }");
    const checked = await check();
    expect(checked.files).toBe(2);
    expect(checked.looked).toEqual(expect.arrayContaining(["database.password", "SESSION_SECRET", "hosts", "api.key-one"]));
    expect(checked.looked).not.toContain("public_site");
    expect(checked.skipped).toEqual(expect.arrayContaining(["name", "database.port", "database.tls"]));
  });

  it("names every value and every file, never a value", async () => {
    emit("out/app.js", `const a = ${JSON.stringify(KEY)}, b = "${Buffer.from(PASSWORD).toString("base64")}";`);
    emit("out/deep/page.html", `<p data-a="${PASSWORD}">`);
    emit("out/clean.js", "1");
    const error: unknown = await check().catch((one: unknown) => one);
    expect(codeOf(error)).toBe("CHECK_FAILED");
    expect(String(error)).toBe(
      `SottoError: 2 secrets are in what browsers get:\n  database.password in ${join("out", "app.js")}\n  api.key-one in ${join("out", "app.js")}\n  database.password in ${join("out", "deep", "page.html")}`,
    );
    expect(error).toMatchObject({ hints: expect.arrayContaining([expect.stringContaining('allow: ["database.password"]')]) as string[] });
  });

  it("lets through what may be public, and looks only at the endings that are wanted", async () => {
    emit("out/app.js", PASSWORD);
    emit("out/app.txt", "maple-window-85");
    await expect(check({ allow: ["database", "SESSION_SECRET"] })).resolves.toMatchObject({ files: 2 });
    await expect(check({ allow: ["database"], endings: [".js"] })).resolves.toMatchObject({ files: 1 });
    await expect(check({ allow: ["database"] })).rejects.toMatchObject({ code: "CHECK_FAILED" });
  });

  it("never passes because it looked at nothing", async () => {
    await expect(check({ paths: ["nowhere"] })).rejects.toMatchObject({ code: "FILE_MISSING" });
    mkdirSync(project.place("out"));
    await expect(check()).rejects.toMatchObject({ code: "ENVIRONMENT_UNFIT", message: "there is no file in out" });
    emit("out/app.js", PASSWORD);
    await expect(check({ env: { HOME: project.env["HOME"] } })).rejects.toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
  });
});
