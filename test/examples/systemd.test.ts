/** The units: read by systemd where it is installed, and their commands run with the folders that systemd would make for them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPeer } from "../support/peers.ts";
import { EXAMPLES, IDENTITY, type Outcome, PASSWORD, SECRETS, Shop } from "./shop.ts";

const FOLDER: string = join(EXAMPLES, "systemd");
const UNITS: readonly string[] = readdirSync(FOLDER).toSorted();

/** All values of a setting, in their order. */
function settings(unit: string, name: string): readonly string[] {
  const lines = readFileSync(join(FOLDER, unit), "utf8").split("\n");
  return lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
}

let shop: Shop;
let runtime: string;
let credentials: string;
beforeAll(async () => {
  shop = await Shop.open();
  runtime = shop.outside("run");
  credentials = shop.outside("credentials");
  mkdirSync(join(runtime, "shop-secrets"), { recursive: true, mode: 0o700 });
  mkdirSync(credentials);
  writeFileSync(join(credentials, "shop.age"), readFileSync(IDENTITY));
});
afterAll(() => shop[Symbol.dispose]());

/** What systemd puts in the place of `%d` and `%t`, and the program where it is here. */
function fill(text: string): string {
  return text.replaceAll("%d", credentials).replaceAll("%t", runtime).replaceAll("/usr/local/bin/", `${shop.bin}/`);
}

/** The commands of a service one after the other, each without a shell, until one fails. */
async function startUnit(unit: string): Promise<Outcome> {
  const env = Object.fromEntries(settings(unit, "Environment").map((one) => fill(one).split("=", 2)));
  let all = "";
  for (const line of [...settings(unit, "ExecStartPre"), ...settings(unit, "ExecStart")]) {
    const [program = "", ...args] = fill(line).split(" ");
    const { exit, log } = await shop.run(program, args, env);
    all += log;
    if (exit !== 0) return { exit, log: all };
  }
  return { exit: 0, log: all };
}

describe("the units", () => {
  test("decrypt what the service needs into memory, for it alone, and print the settings that load it", async () => {
    const { exit, log } = await startUnit("shop-secrets.service");
    expect({ exit, log }).toMatchObject({ exit: 0 });
    const folder = join(runtime, "shop-secrets");
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    expect(readdirSync(folder).toSorted()).toEqual(["DATABASE_PASSWORD", "PAYMENTS_KEY"]);
    expect(read("DATABASE_PASSWORD")).toBe(PASSWORD);
    expect(statSync(join(folder, "DATABASE_PASSWORD")).mode & 0o777).toBe(0o600);
    const printed = log.split("\n").filter((line) => line.startsWith("LoadCredential="));
    expect(printed.map((line) => line.replace(runtime, "/run"))).toEqual(
      settings("shop.service", "LoadCredential").map((value) => `LoadCredential=${value}`),
    );
    expect(SECRETS.filter((secret) => log.includes(secret))).toEqual([]);
  });

  test("look at night whether all is well", async () => {
    expect(await startUnit("shop-check.service")).toMatchObject({ exit: 0 });
    const before = readFileSync(shop.place("secrets/prod.env"), "utf8");
    shop.write("secrets/prod.env", before.replace(/^LOG_LEVEL=.*$/m, "LOG_LEVEL=debug"));
    const { exit, log } = await startUnit("shop-check.service");
    shop.write("secrets/prod.env", before);
    expect({ exit, log }).toMatchObject({ exit: 206, log: expect.stringContaining("secrets/prod.env") as string });
  });

  const analyze = findPeer("systemd-analyze");
  // Not among the programs that are brought along: it belongs to the system, or is not there.
  test.skipIf(analyze === undefined)("are what systemd reads without a complaint", () => {
    const folder = shop.outside("units");
    mkdirSync(folder);
    shop.script(join(shop.bin, "server"), "exit 0");
    const copies = UNITS.map((name) => {
      const text = readFileSync(join(FOLDER, name), "utf8");
      // It wants the programs to be where they are said to be.
      const copy = text.replaceAll("/usr/local/bin/", `${shop.bin}/`).replaceAll("/srv/shop/server", join(shop.bin, "server"));
      writeFileSync(join(folder, name), copy);
      return join(folder, name);
    });
    const { status, stderr } = spawnSync(analyze ?? "", ["verify", "--man=no", ...copies], { encoding: "utf8" });
    const about = stderr.split("\n").filter((line) => UNITS.some((name) => line.includes(basename(name))));
    expect({ status, about }).toEqual({ status: 0, about: [] });
  });
});
