/** The lines of the crontab, read as cron reads them and run with what cron gives: its variables and a shell, nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES, IDENTITY, type Outcome, PASSWORD, SECRETS, Shop, fingerprint, start } from "./shop.ts";

interface Job {
  readonly when: string;
  readonly user: string;
  readonly command: string;
}

const lines: readonly string[] = readFileSync(join(EXAMPLES, "cron", "shop"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

const variables: Readonly<Record<string, string>> = Object.fromEntries(
  lines.flatMap((line) => {
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? ""]];
  }),
);

const jobs: readonly Job[] = lines.flatMap((line) => {
  const [, when, user, command] = /^((?:[\d*,/-]+\s+){5})([a-z]\w*)\s+(.*)$/.exec(line) ?? [];
  return when === undefined || user === undefined || command === undefined ? [] : [{ when, user, command }];
});

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  shop.take("cron/check-secrets.sh", "check-secrets.sh");
  shop.write("backup.sh", readFileSync(shop.place("deploy.sh"), "utf8"), 0o755);
});
afterAll(() => shop[Symbol.dispose]());

/** The rest of a line behind a bare `%` would be its input. */
function run(command: string): Promise<Outcome> {
  const [text = "", ...input] = command.split(/(?<!\\)%/);
  const { PATH, HOME, DEPLOYED } = shop.env;
  const env = {
    ...variables,
    HOME: HOME ?? "",
    LOGNAME: "shop",
    DEPLOYED: DEPLOYED ?? "",
    PATH: PATH ?? "",
    PROJECT: shop.path,
    SOPS_AGE_KEY_FILE: IDENTITY,
  };
  return start(variables["SHELL"] ?? "", ["-c", text.replaceAll("\\%", "%")], { cwd: "/", env }, input.join("\n"));
}

describe("the crontab", () => {
  test("has variables and jobs, and no line that is neither", () => {
    expect(Object.keys(variables).length + jobs.length).toBe(lines.length);
    expect(jobs.map(({ user }) => user)).toEqual(["shop", "shop"]);
    expect(Object.keys(variables)).toContain("SOPS_AGE_KEY_FILE");
  });

  test("gives the backup what it names and no more, and mails no value", async () => {
    const { exit, log } = await run(jobs[0]?.command ?? "");
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(shop.deployed()).toEqual({ values: fingerprint(PASSWORD), identities: 0 });
    expect(log).toContain("deploying with");
    expect(SECRETS.filter((secret) => log.includes(secret))).toEqual([]);
  });

  test("is silent as long as all is well", async () => {
    expect(await run(jobs[1]?.command ?? "")).toEqual({ exit: 0, log: "" });
  });

  test("names what was found, and no value", async () => {
    const before = readFileSync(shop.place("secrets/prod.env"), "utf8");
    shop.write("secrets/prod.env", before.replace(/^LOG_LEVEL=.*$/m, "LOG_LEVEL=debug"));
    const { exit, log } = await run(jobs[1]?.command ?? "");
    shop.write("secrets/prod.env", before);
    expect(exit).toBe(206);
    expect(log).toContain("secrets/prod.env");
    expect(SECRETS.filter((secret) => log.includes(secret))).toEqual([]);
  });
});
