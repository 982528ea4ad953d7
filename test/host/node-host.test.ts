import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createKeyContext } from "../../src/host/key-context.ts";
import { createNodeHost } from "../../src/host/node-host.ts";

const folder: string = mkdtempSync(join(tmpdir(), "sotto-host-"));
const host = createNodeHost({ cwd: folder, env: { HOME: "/home/ana", PATH: process.env["PATH"], LEVEL: "1" } });
const text = (bytes: Uint8Array | undefined): string | undefined => (bytes ? new TextDecoder().decode(bytes) : undefined);
writeFileSync(join(folder, "a"), "content");
afterAll(() => rmSync(folder, { recursive: true }));

test("relative paths start in the folder of the host", async () => {
  expect(text(await host.readFile("a"))).toBe("content");
  await host.writeFile("b", new TextEncoder().encode("new"));
  expect(readFileSync(join(folder, "b"), "utf8")).toBe("new");
  expect(await host.stat("a")).toMatchObject({ kind: "file", size: 7 });
  expect(await host.stat(".")).toMatchObject({ kind: "directory" });
  expect(await host.stat("nothing")).toBeUndefined();
  expect(await host.stat("a/below-a-file")).toBeUndefined();
  expect(await host.list(".")).toEqual(["a", "b"]);
});

test("folders are made with those above them, and lines are read one by one", async () => {
  await host.makeFolder("deep/er", 0o700);
  expect(await host.stat("deep/er")).toMatchObject({ kind: "directory", mode: 0o700 });
  await expect(host.makeFolder("a/below-a-file", 0o700)).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  const module = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
  const script = `const host = (await import(${module})).createNodeHost();
    for (let line; (line = await host.readLine()) !== undefined; ) console.log(JSON.stringify(line));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    input: "ÿ one\n\ntwo\r\nlast",
    encoding: "utf8",
  });
  expect(stdout).toBe('"ÿ one"\n""\n"two"\n"last"\n');
});

test("errors carry their code and name the file as the user did", async () => {
  await expect(host.readFile("nothing")).rejects.toMatchObject({
    code: "FILE_MISSING",
    file: "nothing",
    message: "nothing does not exist",
  });
  await expect(host.readFile(".")).rejects.toMatchObject({ code: "FILE_IS_DIRECTORY" });
  await expect(host.list("a")).rejects.toMatchObject({ code: "FILE_MISSING" });
  await expect(host.writeFile("no/file", new Uint8Array())).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
    message: "cannot write no/file: no such file or directory",
  });
});

test("a key provider gets the output of a program, and sees neither its arguments split nor its errors", async () => {
  writeFileSync(join(folder, "tool"), '#!/bin/sh\necho "$1|$LEVEL|$EXTRA"\necho hidden >&2\nexit "$2"\n');
  chmodSync(join(folder, "tool"), 0o755);
  const context = createKeyContext(host);
  expect(text(await context.run([join(folder, "tool"), "a b; c", "0"], { EXTRA: "2" }))).toBe("a b; c|1|2\n");
  await expect(context.run([join(folder, "tool"), "", "3"], {})).rejects.toThrow("ended with exit code 3");
  await expect(context.run(["no-such-program"], {})).rejects.toThrow("no-such-program is not installed");
  expect(await context.readFile("nothing")).toBeUndefined();
  expect(text(await context.readFile("a"))).toBe("content");
  expect([context.home, context.platform, context.env["LEVEL"]]).toEqual(["/home/ana", process.platform, "1"]);
});

test("output that is larger than a pipe arrives whole, and input is read whole", () => {
  const module = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
  const script = `const host = (await import(${module})).createNodeHost();
    host.write("output", await host.readInput()); process.exit(Number(host.isTerminal("output")));`;
  const input = "0123456789".repeat(100_000);
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { input, encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toBe(input);
});
