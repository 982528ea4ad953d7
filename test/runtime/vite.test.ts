/** `sotto/vite` with the real Vite, on the example: secrets for the server, and no build that ships one. */
import { createHmac } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Plugin } from "vite";
import { sotto } from "../../src/runtime/vite.ts";
import type { Scratch } from "../cli/commands/scratch.ts";
import { exampleProject, type Ran, runNode, startNode } from "./example.ts";
import { PASSWORD } from "./project.ts";

const CLIENT = "src/client.js";
const VALUES = [PASSWORD, "maple-window-85", "apple/tree", "db.acme.example"];

let project: Scratch;
const kept = new Map<string, string>();
beforeAll(async () => {
  project = await exampleProject("vite", ["vite"]);
  for (const name of [CLIENT, "index.html", "vite.config.js", "src/server.js"]) kept.set(name, project.read(name));
});
afterAll(() => project[Symbol.dispose]());
beforeEach(() => {
  for (const [name, text] of kept) project.write(name, text);
  for (const name of ["dist", "public"]) project.remove(name);
});

const VITE = "node_modules/vite/bin/vite.js";
const buildClient = (...more: readonly string[]): Ran => runNode(project, [VITE, "build", "--outDir", "dist/client", ...more]);
const buildServer = (): Ran => runNode(project, [VITE, "build", "--ssr", "src/server.js", "--outDir", "dist/server"]);

function emitted(): readonly string[] {
  return project.exists("dist") ? [...project.files("dist").keys()] : [];
}

function inClient(text: string): void {
  project.write(CLIENT, `${kept.get(CLIENT) ?? ""}\n${text}\n`);
}

function expectRefused(run: Ran, leak: RegExp): void {
  expect(run.text).toMatch(leak);
  expect(run.text).toContain("hint: use it in code that runs on the server only");
  expect(run.exit).not.toBe(0);
  for (const value of VALUES) expect(run.text).not.toContain(value);
  expect(emitted()).toEqual([]);
}

it("is a plugin for Vite's own types", () => {
  const plugin: Plugin = sotto({ environment: "prod" });
  expect(plugin.name).toBe("sotto");
});

describe("the example", () => {
  it("builds, and its server uses a secret that is in no bundle", async () => {
    const [client, server] = [buildClient("--sourcemap"), buildServer()];
    expect([client.text, client.exit]).toEqual([client.text, 0]);
    expect([server.text, server.exit]).toEqual([server.text, 0]);
    const built = [...project.files("dist")];
    expect(built.map(([name]) => name)).toEqual(expect.arrayContaining(["dist/client/index.html", "dist/server/server.js"]));
    for (const value of VALUES) expect(built.filter(([, text]) => text.includes(value))).toEqual([]);

    using running = await startNode(project, ["dist/server/server.js"]);
    const answer = await fetch(`${running.address}/api/sign`, { method: "POST", body: "order 17" });
    expect(await answer.text()).toBe(createHmac("sha256", "maple-window-85").update("order 17").digest("hex"));
    expect(await (await fetch(running.address)).text()).toContain("<title>acme</title>");
  });
});

describe("a build stops", () => {
  it("when code for browsers imports the secrets", () => {
    inClient('import { secrets } from "virtual:sotto"; console.log(secrets);');
    const run = buildClient();
    expect(run.exit).not.toBe(0);
    expect(run.text).toMatch(/virtual:sotto is for code that runs on the server; .*client\.js goes to browsers/);
    expect(emitted()).toEqual([]);
  });

  it("when a value stands in a chunk, as it is or encoded", () => {
    inClient(`console.log(${JSON.stringify(PASSWORD)}, ${JSON.stringify(Buffer.from("x:maple-window-85").toString("base64"))});`);
    expectRefused(
      buildClient(),
      /2 secrets are in what browsers get:\n.*database\.password in assets\/.*\.js\n.*SESSION_SECRET in assets\/.*\.js/,
    );
  });

  it("when a definition brings it in, in pieces that the minifier joins", () => {
    project.write(
      "vite.config.js",
      (kept.get("vite.config.js") ?? "").replace("plugins:", `define: { KEY: JSON.stringify('apple/tree+"quoted"') }, plugins:`),
    );
    inClient('console.log("a" + KEY);');
    expectRefused(buildClient(), /api\.key-one in assets\/.*\.js/);
  });

  it("when it stands in the page, in a public file, or in a source map alone", () => {
    project.write("index.html", (kept.get("index.html") ?? "").replace("acme", `acme ${PASSWORD}`));
    expectRefused(buildClient(), /database\.password in index\.html/);
    project.write("index.html", kept.get("index.html") ?? "");
    project.write("public/settings.json", "{}");
    project.write("elsewhere.json", JSON.stringify({ password: PASSWORD }));
    mkdirSync(project.place("public/deep"));
    symlinkSync("../../elsewhere.json", project.place("public/deep/settings.json"));
    expectRefused(buildClient(), /database\.password in deep\/settings\.json/);
    project.remove("public");
    inClient(`// ${PASSWORD}`);
    expect(buildClient().exit).toBe(0);
    project.remove("dist");
    expectRefused(buildClient("--sourcemap"), /database\.password in assets\/.*\.js\.map/);
  });

  it("when there is no key to look with, unless it is told not to look", () => {
    const config = kept.get("vite.config.js") ?? "";
    project.write("vite.config.js", config.replace('environment: "prod"', 'environment: "prd"'));
    const run = buildClient();
    expect(run.exit).not.toBe(0);
    expect(run.text).toContain('there is no environment "prd"');
    expect(run.text).toContain("did you mean prod?");
    project.write("vite.config.js", config.replace('environment: "prod"', 'environment: "prd", check: false'));
    expect(buildClient().exit).toBe(0);
  });
});

it("what may be public is let through", () => {
  inClient('console.log("UA-acme-12345", "https://acme.example");');
  expect(buildClient().exit).toBe(0);
});

describe("the development server", () => {
  it("gives the secrets to server code and refuses them to browsers", async () => {
    inClient('import { secrets } from "virtual:sotto"; console.log(secrets);');
    const program = `
      import { createServer } from "vite";
      const server = await createServer({ server: { port: 0, host: "127.0.0.1", ws: false, hmr: false }, logLevel: "silent" });
      const { secrets } = await server.ssrLoadModule("virtual:sotto");
      const page = await server.environments.client.transformRequest("/src/client.js").catch((error) => error.message);
      console.log(JSON.stringify([secrets.database.password === process.env.EXPECTED, String(page)]));
      await server.close();
    `;
    project.write("try.mjs", program.replace("process.env.EXPECTED", JSON.stringify(PASSWORD)));
    const run = runNode(project, ["try.mjs"]);
    expect(run.text).toMatch(/^\[true,".*virtual:sotto is for code that runs on the server/);
  });
});
