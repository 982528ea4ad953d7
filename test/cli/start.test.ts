/** The built program, as it is installed. `npm test` builds it first; on its own this needs `npm run build`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { accessFor, ANA, sealText } from "../support/sotto.ts";
import { SPY } from "../support/spy.ts";

const program: string = join(import.meta.dirname, "..", "..", "dist", "sotto.js");
const work: string = mkdtempSync(join(tmpdir(), "sotto-start-"));
afterAll(() => rmSync(work, { recursive: true }));

const spy: string = join(work, "spy.cjs");
writeFileSync(spy, SPY);

/** Credentials of clouds that are none, so that nobody is asked. */
const NOWHERE = { GOOGLE_CREDENTIALS: "/nowhere", SSL_CERT_FILE: "/nowhere", METADATA_SERVER_DETECTION: "none" };

interface Start {
  readonly status: number | null;
  readonly stdout: string;
  /** Names of files. */
  readonly loaded: readonly string[];
  readonly places: readonly string[];
  /** Parts of Node. */
  readonly parts: readonly string[];
}

function start(...argv: readonly string[]): Start {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", spy, program, ...argv], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: work, ...ANA, ...NOWHERE },
  });
  const all: readonly string[] = JSON.parse(stderr.split("\n").at(-1) ?? "[]");
  const places = all.filter((one) => one.startsWith("file:")).map((url) => fileURLToPath(url));
  const parts = all.filter((one) => one.startsWith("NativeModule ")).map((one) => one.slice("NativeModule ".length));
  return { status, stdout, loaded: places.map((path) => basename(path)), places, parts };
}

/** What the SDKs of clouds, gRPC, React and ink have in their texts. */
const FOREIGN = /react\.(?:transitional\.)?element|ink-app|grpc-node-js|x-amz-|amazonaws\.com|googleapis\.com|login\.microsoftonline\.com/;

/** Keys of other clouds, as a file has them. */
const CLOUDS = {
  gcp_kms: {
    created_at: "2026-01-02T12:00:00Z",
    enc: "AAAA",
    resource_id: "projects/acme/locations/global/keyRings/a/cryptoKeys/b",
  },
  azure_kv: {
    created_at: "2026-01-02T12:00:00Z",
    enc: "AAAA",
    name: "a",
    vault_url: "https://acme.vault.azure.net",
    version: "0123456789abcdef0123456789abcdef",
  },
} as const;

describe("the built program", () => {
  test("can be executed, also through a link", () => {
    expect(readFileSync(program, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
    expect(statSync(program).mode & 0o111).toBe(0o111);
    const link = join(work, "sotto");
    symlinkSync(program, link);
    expect(spawnSync(process.execPath, [link, "--version"], { encoding: "utf8" }).stdout).toBe("sops 3.13.3 (sotto 0.1.0)\n");
  });

  test("tells its version out of two files", () => {
    expect(start("--version")).toMatchObject({ status: 0, stdout: "sops 3.13.3 (sotto 0.1.0)\n", loaded: ["sotto.js", "frame.js"] });
  });

  test("loads help and reports only when they are shown", () => {
    const { status, stdout, loaded } = start("--help");
    expect([status, loaded.length]).toEqual([0, 3]);
    expect(stdout).toContain("usage: sotto");
    expect(start("nothing-like-a-command").status).toBe(1);
  });

  test.each([
    { line: ["--help"], shows: "usage: sotto" },
    { line: ["decrypt", "app.env"], shows: "A=one\n" },
    { line: ["-d", "app.env"], shows: "A=one\n" },
    { line: ["exec-env", "app.env", "echo $A"], shows: "one\n" },
    { line: ["exec-file", "app.env", "cat {}"], shows: "A=one\n" },
  ])("loads nothing of clouds, networks and screens for $line", async ({ line, shows }) => {
    writeFileSync(join(work, "app.env"), await sealText("A=one\n", "dotenv", { access: accessFor(ANA) }));
    const { status, stdout, places, parts } = start(...line);
    expect(status).toBe(0);
    expect(stdout).toContain(shows);
    // No package, only what was built.
    expect(places).toContain(program);
    expect(places.length).toBeGreaterThan(2);
    expect(places.filter((path) => !path.startsWith(dirname(program)))).toEqual([]);
    const texts = places.map((path) => readFileSync(path, "utf8"));
    expect(texts.filter((text) => FOREIGN.test(text)).length).toBe(0);
    expect(parts.filter((part) => /^(?:https?|http2|tls|dns|readline|repl|worker_threads)$/.test(part))).toEqual([]);
  });

  test("loads nothing of clouds for a file that an age key opens, whatever other keys it has", async () => {
    const sealed = await sealText("A=one\n", "dotenv", { access: accessFor(ANA) });
    const entry = { arn: "arn:aws:kms:eu-west-1:111122223333:key/a", aws_profile: "", created_at: "2026-01-02T12:00:00Z", enc: "AAAA" };
    const lines = Object.entries(entry).map(([name, value]) => `sops_kms__list_0__map_${name}=${value}\n`);
    writeFileSync(join(work, "cloud.env"), sealed + lines.join(""));
    const opened = start("decrypt", "cloud.env");
    expect(opened).toMatchObject({ status: 0, stdout: "A=one\n" });
    expect(opened.places.filter((path) => !path.startsWith(dirname(program)))).toEqual([]);
    for (const [kind, fields] of Object.entries(CLOUDS)) {
      const more = Object.entries(fields).map(([name, value]) => `sops_${kind}__list_0__map_${name}=${value}\n`);
      writeFileSync(join(work, "cloud.env"), sealed + more.join(""));
      expect(start("decrypt", "cloud.env").places.filter((path) => !path.startsWith(dirname(program)))).toEqual([]);
      writeFileSync(join(work, "cloud.env"), more.join("") + sealed.replaceAll(/sops_age__.*\n/g, ""));
      // What is wrong with these credentials is seen without asking anyone.
      const asked = start("decrypt", "cloud.env");
      expect(asked.status).toBe(128);
      expect(asked.places.some((path) => /node_modules.(?:@google-cloud|@azure)./.test(path))).toBe(true);
    }
    // Without the age key AWS is asked, at a port where nobody listens.
    writeFileSync(join(work, "cloud.env"), lines.join("") + sealed.replaceAll(/sops_age__.*\n/g, ""));
    mkdirSync(join(work, ".aws"));
    writeFileSync(join(work, ".aws", "credentials"), "[default]\naws_access_key_id = a\naws_secret_access_key = b\n");
    writeFileSync(join(work, ".aws", "config"), "[default]\nendpoint_url = http://127.0.0.1:1\n");
    const tried = start("decrypt", "cloud.env");
    expect(tried.status).toBe(128);
    expect(tried.places.filter((path) => path.includes("@aws-sdk")).length).toBeGreaterThan(0);
  });

  test("ends with the number of its error, though it ends at once", () => {
    expect(start("decrypt", "no-such-file.yaml").status).toBe(100);
    expect(start().status).toBe(100);
  });

  test("ends quietly when its reader has gone away", () => {
    // A pipe that is open for writing only.
    const script = `mkfifo pipe && exec 3<>pipe 4>pipe 3<&-; "$0" "$1" --help >&4; echo "$?"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, program], { cwd: work, encoding: "utf8" });
    expect([stdout, stderr]).toEqual(["141\n", ""]);
  });
});
