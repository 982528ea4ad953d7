/** `run`: secrets as files, redacted output, and starting anew when a file changes. */
import { existsSync, lstatSync, readlinkSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isInTheWay } from "../../src/host/secret-file.ts";
import { ExecFolder, hasEnded } from "./program.ts";

let folder: ExecFolder;

const KEY = "-----BEGIN KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n";
const PASSWORD = "correct horse/battery";

beforeAll(async () => {
  folder = await ExecFolder.make();
  await folder.seal(
    "app.yaml",
    `tls:\n    key: |\n        ${KEY.trim().replaceAll("\n", "\n        ")}\ndatabase:\n    password: ${PASSWORD}\nport: 80\n`,
  );
  await folder.seal("binary.json", JSON.stringify({ nul: "a\u0000b" }));
});
afterAll(() => folder[Symbol.dispose]());

const isThere = (name: string): boolean => lstatSync(folder.place(name), { throwIfNoEntry: false }) !== undefined;

describe.runIf(process.platform !== "win32")("--as-file", () => {
  test("puts a value at a path, for this user alone, and no more into a variable; afterwards nothing is there", async () => {
    const line = "cat tls.key; stat -L -c %a tls.key; env | grep -c TLS_KEY; cat tls.key | head -1";
    const { exit, output } = await folder.sotto("run", "-f", "app.yaml", "--as-file", "tls.key=tls.key", "--", "sh", "-c", line);
    expect([exit, output]).toEqual([0, `${KEY}600\n0\n-----BEGIN KEY-----\n`]);
    expect(isThere("tls.key")).toBe(false);
  });

  test.runIf(process.platform === "linux")("has it in memory only", async () => {
    const started = folder.startSotto([
      "run",
      "-f",
      "app.yaml",
      "--as-file",
      "TLS_KEY=tls.key",
      "--",
      "sh",
      "-c",
      "echo ready; exec sleep 60",
    ]);
    await started.says("ready");
    expect(readlinkSync(folder.place("tls.key"))).toMatch(/^\/(?:proc|dev\/shm)\//);
    started.child.kill("SIGTERM");
    expect(await started.end()).toMatchObject({ signal: "SIGTERM" });
    expect(isThere("tls.key")).toBe(false);
    expect(folder.leftOver(started.pid)).toEqual([]);
  });

  test.runIf(process.platform === "linux")("leaves a link to nothing where sotto is killed, which is no obstacle next time", async () => {
    const started = folder.startSotto([
      "run",
      "-f",
      "app.yaml",
      "--as-file",
      "tls.key=tls.key",
      "--",
      "sh",
      "-c",
      "echo $$; exec sleep 60",
    ]);
    const id = Number(await started.says("\n"));
    started.child.kill("SIGKILL");
    expect(await hasEnded(started.pid)).toBe(true);
    process.kill(id, "SIGKILL");
    await started.end();
    expect([isThere("tls.key"), existsSync(folder.place("tls.key"))]).toEqual([true, false]);
    const { output } = await folder.sotto("run", "-f", "app.yaml", "--as-file", "tls.key=tls.key", "--", "head", "-1", "tls.key");
    expect(output).toBe("-----BEGIN KEY-----\n");
    expect(isThere("tls.key")).toBe(false);
  });

  test("tells a path of its own in a variable, with or without a dash", async () => {
    for (const text of ["database.password", "DATABASE_PASSWORD=", "database.password=-"]) {
      const line = 'cat "$DATABASE_PASSWORD_FILE"; echo "<$DATABASE_PASSWORD>"';
      const { output } = await folder.sotto(
        "run",
        "-f",
        "app.yaml",
        "--only",
        "database.password",
        "--as-file",
        text,
        "--",
        "sh",
        "-c",
        line,
      );
      expect(output).toBe(`${PASSWORD}<>\n`);
    }
  });

  test("may hold what no variable can", async () => {
    const { exit, output } = await folder.sotto(
      "run",
      "-f",
      "binary.json",
      "--as-file",
      "nul",
      "--",
      "sh",
      "-c",
      'od -An -c < "$nul_FILE"',
    );
    expect([exit, output.trim()]).toEqual([0, "a  \\0   b"]);
  });

  test("overwrites nothing", async () => {
    writeFileSync(folder.place("mine"), "mine");
    symlinkSync("mine", folder.place("link"));
    for (const name of ["mine", "link"]) {
      const run = await folder.sotto("run", "-f", "app.yaml", "--as-file", `tls.key=${name}`, "--", "echo", "started");
      expect(run).toMatchObject({ exit: 1, output: "", errors: expect.stringContaining(`${name} is there already`) });
    }
    expect(folder.read("mine")).toBe("mine");
    const twice = ["--as-file", "tls.key=new", "--as-file", "port=new"];
    expect((await folder.sotto("run", "-f", "app.yaml", ...twice, "--", "true")).errors).toContain("new is named for two files");
    const nowhere = await folder.sotto("run", "-f", "app.yaml", "--as-file", "port=no/such/folder", "--", "echo", "started");
    expect(nowhere).toMatchObject({ output: "", errors: expect.stringContaining("no/such/folder") });
    expect(nowhere.exit).not.toBe(0);
    unlinkSync(folder.place("link"));
  });

  test("a link that somebody else has laid to nowhere stays", () => {
    symlinkSync("nowhere", folder.place("foreign"));
    expect(isInTheWay(folder.place("foreign"))).toBe(true);
    expect(isThere("foreign")).toBe(true);
    rmSync(folder.place("foreign"));
  });
});

describe.runIf(process.platform !== "win32")("--redact", () => {
  test("takes values out of both streams, and keeps the exit number", async () => {
    const line =
      'echo "password=$DATABASE_PASSWORD port=$port"; printf %s "$DATABASE_PASSWORD" | base64 >&2; echo "$TLS_KEY" | sed -n 2p; exit 3';
    expect(await folder.sotto("run", "-f", "app.yaml", "--redact", "--", "sh", "-c", line)).toMatchObject({
      exit: 3,
      output: "password=[redacted DATABASE_PASSWORD] port=80\n[redacted TLS_KEY]\n",
      errors: "[redacted DATABASE_PASSWORD]\n",
    });
  });

  test("takes them out where they come in pieces, from files, and as short as was asked for", async () => {
    const line = 'printf corr; sleep 0.1; printf "ect horse/"; sleep 0.1; echo battery; cat k';
    const run = (...flags: readonly string[]): Promise<{ output: string }> =>
      folder.sotto("run", "-f", "app.yaml", "--redact", ...flags, "--", "sh", "-c", line);
    expect((await run("--as-file", "port=k", "--redact-min", "2")).output).toBe("[redacted DATABASE_PASSWORD]\n[redacted port]");
    expect((await run("--redact-min", "0")).output).toBe("");
  });

  test("is what --no-reveal and its variable ask for", async () => {
    const argv = ["run", "-f", "app.yaml", "--", "sh", "-c", 'echo "$DATABASE_PASSWORD"'];
    expect((await folder.startSotto(argv, { env: { SOTTO_NO_REVEAL: "1" } }).end()).output).toBe("[redacted DATABASE_PASSWORD]\n");
    expect((await folder.sotto("run", "--no-reveal", ...argv.slice(1))).output).toBe("[redacted DATABASE_PASSWORD]\n");
    expect((await folder.sotto(...argv)).output).toBe(`${PASSWORD}\n`);
  });

  test("hands on what is no text, and as much as there is", async () => {
    const script =
      "const part = Buffer.alloc(1 << 20, '0123456789abcde\\n'); for (let i = 0; i < 8; i++) process.stdout.write(part); process.stdout.write(Buffer.from([0, 255]))";
    const { output } = await folder.sotto("run", "-f", "app.yaml", "--redact", "--", process.execPath, "-e", script);
    expect([output.length, output.slice(-2)]).toEqual([(8 << 20) + 2, "\u0000\u00ff"]);
  });

  test("ends when nobody reads any more", async () => {
    const started = folder.startSotto(["run", "-f", "app.yaml", "--redact", "--", "sh", "-c", "yes; echo ended >&2; exit 4"]);
    await started.says("y\n");
    started.child.stdout?.destroy();
    expect((await started.end()).exit).toBe(4);
  });
});

describe.runIf(process.platform !== "win32")("--watch", () => {
  const line = "trap 'echo stopped; exit 0' TERM; echo \"value=$A\"; while :; do sleep 0.02; done";

  test("starts the command anew with other values, and only then", async () => {
    await folder.seal("watched.env", "A=one\n");
    const started = folder.startSotto(["run", "-f", "watched.env", "--watch", "--", "sh", "-c", line]);
    await started.says("value=one");
    await folder.seal("watched.env", "A=two\n");
    await started.says("stopped\nvalue=two");
    // The same values under another data key.
    await folder.seal("watched.env", "A=two\n");
    await new Promise((done) => setTimeout(done, 600));
    await folder.seal("watched.env", "A=three\n");
    await started.says("stopped\nvalue=three");
    started.child.kill("SIGTERM");
    const { exit, output, errors } = await started.end();
    expect([exit, output]).toEqual([0, "value=one\nstopped\nvalue=two\nstopped\nvalue=three\nstopped\n"]);
    expect(errors).toBe("sotto: the environment has changed: the command is started anew\n".repeat(2));
  });

  test("goes on with what it has when a change cannot be read, and says so", async () => {
    await folder.seal("broken.env", "A=one\n");
    const started = folder.startSotto([
      "run",
      "-f",
      "broken.env",
      "--watch",
      "--as-file",
      "A",
      "--",
      "sh",
      "-c",
      line.replace("$A", "$(cat $A_FILE)"),
    ]);
    await started.says("value=one");
    const before = folder.read("broken.env");
    writeFileSync(folder.place("broken.env"), before.replace(/data:./, "data:AA"));
    await started.complains("goes on");
    await folder.seal("broken.env", "A=two\n");
    await started.says("value=two");
    started.child.kill("SIGTERM");
    const { errors } = await started.end();
    expect(errors.split("\n")[0]).toMatch(/^sotto: the command goes on with the values that it has: broken\.env: /);
    expect(errors).not.toContain("one");
    expect(folder.leftOver(started.pid)).toEqual([]);
  });

  test("ends with the command when that ends of itself", async () => {
    expect(await folder.sotto("run", "-f", "app.yaml", "--watch", "--", "sh", "-c", "exit 6")).toMatchObject({ exit: 6, errors: "" });
  });
});
