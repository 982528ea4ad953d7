/** `sotto/core` as it is published: what `imports` of package.json says is said again in `dist`, for the files that are there. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";

type Imports = Readonly<Record<string, { readonly node: string; readonly default: string }>>;

function importsOf(folder: string): Imports {
  const { imports } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as { readonly imports: Imports };
  return imports;
}

async function inputsFor(platform: "browser" | "node" | "neutral", conditions: string[]): Promise<readonly string[]> {
  const entryPoints = ["dist/src/core.js"];
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints,
    bundle: true,
    format: "esm",
    platform,
    conditions,
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs);
}

describe("the choice between Node and the web", () => {
  it("names files of the sources that there are, one folder each", () => {
    const rows = Object.values(importsOf("."));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(["node", "default"]);
      const paths = [row.node, row.default];
      expect(new Set(paths.map((path) => path.split("/")[1])).size).toBe(1);
      for (const path of paths) expect(readFileSync(join(ROOT, path), "utf8")).not.toBe("");
    }
  });

  it("is the same in dist", () => {
    const built = ["src", "keys", "formats"].map((folder) =>
      Object.entries(importsOf(join("dist", folder))).map(([name, row]) => [folder, name, row] as const),
    );
    const again = built
      .flat()
      .map(([folder, name, row]) => [name, { node: inRoot(folder, row.node), default: inRoot(folder, row.default) }] as const);
    expect(Object.fromEntries(again)).toEqual(importsOf("."));
  });

  it.each([
    ["browsers", "browser", []],
    ["edge runtimes", "neutral", ["workerd", "worker"]],
  ] as const)("falls on the portable files for %s", async (_title, platform, conditions) => {
    const inputs = await inputsFor(platform, [...conditions]);
    expect(inputs).toEqual(expect.arrayContaining(["dist/src/crypto/primitives-portable.js", "dist/keys/age/portable.js"]));
    expect(inputs).not.toEqual(expect.arrayContaining(["dist/src/crypto/primitives-node.js"]));
    expect(inputs).not.toEqual(expect.arrayContaining(["dist/keys/age/provider.js"]));
  });

  it("falls on node:crypto for Node", async () => {
    const inputs = await inputsFor("node", []);
    expect(inputs).toEqual(expect.arrayContaining(["dist/src/crypto/primitives-node.js", "dist/keys/age/provider.js"]));
    expect(inputs).not.toEqual(expect.arrayContaining(["dist/src/crypto/primitives-portable.js"]));
  });
});

function inRoot(folder: string, path: string): string {
  return `./${folder}/${path.slice(2).replace(/\.js$/, ".ts")}`;
}

it("Node imports sotto/core by its name", () => {
  const program = `
    import { EncryptedFile, DataKey, accessFromIdentities, decodeText, encodeText, encryptFile, generateIdentity, parseMasterKeys } from "sotto/core";
    const { identity, recipient } = await generateIdentity("x25519");
    const groups = [parseMasterKeys("age", recipient, { context: undefined, profile: "" })];
    const input = { bytes: encodeText("a: secret\\n"), format: "yaml" };
    const bytes = await encryptFile(input, { groups, threshold: 0, now: new Date() }, accessFromIdentities());
    const open = await (await EncryptedFile.parse(bytes, "yaml")).unlock(accessFromIdentities(identity));
    process.stdout.write(decodeText(await open.print()) + String(DataKey.generate()));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd: ROOT, encoding: "utf8" });
  expect(output).toBe("a: secret\n[data key]");
});
