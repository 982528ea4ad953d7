/** Files that somebody else may have changed: nothing is connected to, started or written but what the user asked for. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peerPath } from "../support/peers.ts";
import { describeIfPermitted } from "../support/permitted.ts";
import { ExecFolder, type StartOptions } from "./program.ts";

let folder: ExecFolder;
let server: Server;
let connections = 0;
/** Programs that metadata could name come first in the PATH, and leave a mark. */
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await ExecFolder.make();
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  mkdirSync(folder.place("bin"));
  for (const name of ["age-plugin-evil", "aws", "vault", "gcloud", "az", "sops", "age", "hook"]) {
    writeFileSync(folder.place(`bin/${name}`), `#!/bin/sh\necho ${name} >> '${folder.place("pwned")}'\n`);
    chmodSync(folder.place(`bin/${name}`), 0o755);
  }
  env = { PATH: `${folder.place("bin")}:${folder.env["PATH"] ?? ""}` };
});
afterAll(() => {
  server.close();
  folder[Symbol.dispose]();
});

/** Metadata of every kind of key that can name a place, a role or a program. */
function foreignKeys(): string {
  const address = server.address();
  const place = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  const time = 'created_at: "2026-01-02T12:00:00Z"';
  return `    kms:
        - arn: arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000
          role: arn:aws:iam::123456789012:role/evil
          aws_profile: ../../evil
          context: {endpoint: "${place}"}
          ${time}
          enc: AAAA
    gcp_kms:
        - resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k@${place}
          ${time}
          enc: AAAA
    azure_kv:
        - vault_url: ${place}
          name: k
          version: v
          ${time}
          enc: AAAA
    hc_vault:
        - vault_address: ${place}
          engine_path: ../../sys
          key_name: k
          ${time}
          enc: vault:v1:AAAA
`;
}

async function sealWithForeignKeys(name: string, text: string): Promise<void> {
  await folder.seal(name, text);
  const sealed = folder.read(name);
  expect(sealed).toContain("\nsops:\n");
  folder.write(name, sealed.replace("\nsops:\n", `\nsops:\n${foreignKeys()}`));
}

async function run(
  argv: readonly string[],
  options: StartOptions = {},
): Promise<{ exit: number | undefined; output: string; errors: string }> {
  const { exit, output, errors } = await folder.startSotto(argv, { ...options, env: { ...env, ...options.env } }).end();
  return { exit, output, errors };
}

function marks(): readonly string[] {
  return readdirSync(folder.path).filter((name) => name.startsWith("pwned"));
}

describe.runIf(process.platform !== "win32")("a hostile file", () => {
  test("whose metadata names places, roles and programs: no connection, no program", async () => {
    await sealWithForeignKeys("app.yaml", "A: one\n");
    expect(await run(["exec-env", "app.yaml", "echo $A"])).toMatchObject({ exit: 0, output: "one\n" });
    expect(await run(["exec-file", "app.yaml", "cat {}"])).toMatchObject({ exit: 0, output: "A: one\n" });
    // Without anybody who could read it all keys are looked at, and the plugin of the file is not the user's.
    folder.write(
      "lost.yaml",
      folder.read("app.yaml").replaceAll(/recipient: age1\w+/g, "recipient: age1evil1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"),
    );
    const lost = await run(["exec-env", "lost.yaml", "touch pwned"], { env: { SOPS_AGE_KEY_FILE: "/dev/null" } });
    expect(lost).toMatchObject({ exit: 128, output: "" });
    expect([connections, marks()]).toEqual([0, []]);
  });

  test("whose values look like commands: they are values", async () => {
    const values = [
      "$(touch pwned)",
      "`touch pwned`",
      "'; touch pwned; '",
      '"; touch pwned; "',
      "a\\'; touch pwned #",
      "{}",
      "%s%n",
      "-rf",
    ];
    // The one that is not UTF-8 takes the way over a shell, and all others with it.
    const text = values.map((value, index) => `V${index}=${value}\nR${index}=\udcff${value}\n`).join("");
    await folder.seal("values.env", text);
    const print = values.map((_, index) => `printf '%s\\n%s\\n' "$V${index}" "$R${index}"`).join("; ");
    const { exit, output } = await run(["exec-env", "values.env", print]);
    expect([exit, output.trimEnd().split("\n")]).toEqual([0, values.flatMap((value) => [value, `\u00FF${value}`])]);
    expect(marks()).toEqual([]);
  });

  test("whose names look like commands: they are names, or refused", async () => {
    await folder.seal("names.yaml", '"A;touch pwned": a\n"$(touch pwned)": b\n"-rf /": c\n');
    expect(await run(["exec-env", "names.yaml", "tr '\\0' '\\n' < /proc/$$/environ | grep -c pwned || true"])).toMatchObject({ exit: 0 });
    await folder.seal("raw.env", "A;touch pwned=\udcff\n");
    expect(await run(["exec-env", "raw.env", "echo started"])).toMatchObject({ exit: 1, output: "" });
    expect(marks()).toEqual([]);
  });

  test("whose own name looks like a command: it is a name", async () => {
    for (const name of ["$(touch pwned).yaml", "a;`touch pwned`;{}.yaml"]) {
      await folder.seal(name, "A: one\n");
      expect(await run(["exec-file", name, "cat {}"])).toMatchObject({ exit: 0, output: "A: one\n" });
      expect(await run(["exec-file", "--no-fifo", name, "cat {}"])).toMatchObject({ exit: 0, output: "A: one\n" });
    }
    expect(marks()).toEqual([]);
  });

  test("with values in the clear that choose programs: nothing is started", async () => {
    const clear = `BASH_ENV: ${folder.place("bin/hook")}\nENV: ${folder.place("bin/hook")}\nPATH: ${folder.place("bin")}\n`;
    await folder.seal("clear.yaml", `${clear}A_secret: one\n`, { selector: { kind: "encrypted_suffix", pattern: "_secret" } });
    for (const flags of [[], ["--pristine"], ["--same-process"], ["--background"]]) {
      expect(await run(["exec-env", ...flags, "clear.yaml", "touch pwned"])).toMatchObject({ exit: 204, output: "" });
    }
    expect(marks()).toEqual([]);
  });

  test("that was changed after it was encrypted: nothing is started", async () => {
    await folder.seal("mac.yaml", "A: one\nB_unencrypted: two\n");
    folder.write("mac.yaml", folder.read("mac.yaml").replace("two", "three"));
    for (const command of ["exec-env", "exec-file"]) {
      expect(await run([command, "mac.yaml", "touch pwned"])).toMatchObject({ exit: 51, output: "" });
    }
    expect(marks()).toEqual([]);
  });
});

describeIfPermitted("strace", "what the system sees of exec-file", () => {
  test("the programs that were asked for, no connection, and no file but one without a name", async () => {
    await sealWithForeignKeys("seen.yaml", "A: one\n");
    const log = folder.place("log");
    const under = [
      peerPath("strace"),
      "-f",
      "-qq",
      "-s",
      "200",
      "-o",
      log,
      "-e",
      "trace=execve,connect,openat,mkdir,mkdirat,rename,renameat,link,linkat",
      "--",
    ];
    const started = await run(["exec-file", "seen.yaml", "cat {}"], { under, env: { NODE_COMPILE_CACHE: "" } });
    expect(started).toMatchObject({ exit: 0, output: "A: one\n" });
    const calls = readFileSync(log, "utf8")
      .split("\n")
      .map((line) => line.replace(/^\d+ +/, ""))
      .filter((line) => !line.includes(" = -1 E"));
    const programs = calls.filter((call) => call.startsWith("execve(")).map((call) => /^execve\("([^"]+)"/.exec(call)?.[1]);
    expect(programs).toEqual([process.execPath, "/bin/sh", expect.stringMatching(/\/cat$/)]);
    expect(calls.filter((call) => call.startsWith("connect("))).toEqual([]);
    expect(calls.filter((call) => /^(?:mkdir|rename|link)/.test(call))).toEqual([]);
    const written = calls.filter((call) => /O_(?:CREAT|WRONLY|RDWR|TMPFILE)/.test(call) && !call.includes('"/dev/null"'));
    expect(written).toHaveLength(1);
    expect(written[0]).toContain("O_TMPFILE");
  });
});
