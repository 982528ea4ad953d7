/** The search finds what is planted in each of the places, and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { start } from "./driver.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak, findLeaks, formsOf } from "./leaks.ts";
import type { LeakOptions } from "./leaks.ts";
import { canaryText } from "./values.ts";
import type { Canary } from "./values.ts";

const VALUE = canaryText("database.password", "A");
const CANARY: Canary = { path: "database.password", environments: ["dev"], value: VALUE };
const OTHER: Canary = { path: "sentry_dsn", environments: ["dev"], value: canaryText("sentry_dsn", "A") };
/** Puts the value together in the shell itself, so that its own command line does not hold it. */
const ASSEMBLE = `v=${VALUE.slice(0, 12)}; v="$v"${VALUE.slice(12, 20)}; v="$v"${VALUE.slice(20)};`;
/** Shows it in the second buffer, and goes back to the first. */
const leaving = (wipe: string): string => String.raw`printf '\033[?1049h%s' "$v"; printf '${wipe}\033[?1049l'; echo ready; sleep 60`;

async function shell(script: string): Promise<Session> {
  const session = await start({ program: ["/bin/sh", "-c", `${ASSEMBLE} ${script}`], cwd: tmpdir(), columns: 40, rows: 10 });
  await session.waitFor("ready");
  return session;
}

const places = (session: Session, options: LeakOptions = {}): readonly string[] => [
  ...new Set(
    findLeaks(session, [CANARY, OTHER], options).map(({ where }) => where.replaceAll(session.home.path, "HOME").replaceAll(/\d+/g, "N")),
  ),
];

describe.skipIf(process.platform === "win32")("a value", () => {
  test("that is nowhere is not found", async () => {
    await using session = await shell("echo ready; sleep 60");
    expectNoLeak(session, [CANARY, OTHER]);
    expect(places(session)).toEqual([]);
  });

  test("on the screen is found, also in colours and when it is cut or wrapped", async () => {
    await using session = await shell('echo "$v"; echo ready; sleep 60');
    expect(places(session)).toEqual(["log, byte N", "log from byte N, between escape sequences", "buffers of the terminal"]);
    expect(() => expectNoLeak(session, [CANARY])).toThrow(/must not be:\n {2}database\.password: log, byte \d+/);
    await using colored = await shell(
      String.raw`printf '%s\033[31m%s\033[0m\n' "$(echo $v | cut -c1-16)" "$(echo $v | cut -c17-)"; echo ready; sleep 60`,
    );
    expect(places(colored)).toEqual(["log from byte N, between escape sequences", "buffers of the terminal"]);
    await using cut = await shell('echo "$v" | cut -c1-17; echo ready; sleep 60');
    expect(places(cut)).toContain("log, byte N");
    await using wrapped = await shell(String.raw`printf '\033[5;30H%s\n' "$v"; echo ready; sleep 60`);
    expect(places(wrapped)).toContain("buffers of the terminal");
  });

  test("that is revealed may be in the log of that time, and nowhere afterwards", async () => {
    await using session = await shell(
      String.raw`echo ready; read x; echo "$v"; read y; printf '\033[2J\033[Hhidden'; read z; echo "$v"; sleep 60`,
    );
    await session.revealing(async () => {
      session.type("\n");
      await session.waitFor(VALUE);
      expect(places(session, { revealedNow: true })).not.toEqual([]);
    });
    expect(places(session)).toEqual(["buffers of the terminal"]);
    expect(places(session, { revealedNow: true })).toEqual([]);
    session.type("\n");
    await session.waitFor("hidden");
    expect(places(session)).toEqual([]);
    session.type("\n");
    await session.waitFor(VALUE);
    expect(places(session, { revealedNow: true })).toContain("log, byte N");
    expect(places(session, { revealedNow: true, allowedWhile: [{ from: 0, to: session.logLength }] })).toEqual([]);
  });

  test("that scrolled away, or was left in the second buffer, is found", async () => {
    await using scrolled = await shell('echo "$v"; seq 1 50; echo ready; sleep 60');
    expect(places(scrolled)).toContain("buffers of the terminal");
    await using left = await shell(leaving(""));
    expect(places(left)).toContain("the second buffer when it was left");
    await using wiped = await shell(leaving(String.raw`\033[2J`));
    expect(places(wiped)).not.toContain("the second buffer when it was left");
    await using title = await shell(String.raw`printf '\033]0;%s\007' "$v"; echo ready; sleep 60`);
    expect(places(title)).toContain("title of the terminal");
  });

  test("in a file is found, wherever it is ours", async () => {
    await using session = await shell(
      'echo "$v" >"$TMPDIR/a"; mkdir "$XDG_STATE_HOME/s"; echo "$v" | base64 >"$XDG_STATE_HOME/s/b"; : >"$XDG_RUNTIME_DIR/$v"; echo ready; sleep 60',
    );
    expect(places(session)).toEqual(
      expect.arrayContaining([
        "HOME/tmp/a, byte N",
        "HOME/.local/state/s/b, byte N",
        expect.stringMatching(/^the name of HOME\/run\/kanarie/),
      ]),
    );
    expect(places(session, { except: [".local", "/run/", "/tmp/a"] })).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "sotto-leaks-"));
    writeFileSync(join(folder, "plain.yaml"), `password: ${VALUE}\n`);
    const found = places(session, { folders: [folder], except: [".local", "/run/", "/tmp/a"] });
    rmSync(folder, { recursive: true });
    expect(found).toEqual([`${folder}/plain.yaml, byte N`.replaceAll(/\d+/g, "N")]);
  });

  test.skipIf(process.platform !== "linux")(
    "in the shared memory is found, and so are the command line and the environment of what is started",
    async () => {
      const name = `sotto-leaks-test-${process.pid}`;
      await using session = await shell(`echo "$v" >/dev/shm/${name}; sh -c 'echo ready; sleep 60; :' "$v"`);
      const found = places(session);
      rmSync(`/dev/shm/${name}`);
      expect(found).toEqual(["argv of N", `/dev/shm/${name}, byte N`.replaceAll(/\d+/g, "N")]);
      await using variable = await shell("VALUE=$v sleep 60 & sleep 0.1; echo ready; wait");
      expect(places(variable)).toContain("environment of N");
    },
  );
});

test("a value is looked for in many clothes", () => {
  const text = Buffer.from(`x${VALUE}y`);
  for (const dressed of [
    text.toString("base64"),
    text.toString("hex"),
    text.toString("hex").toUpperCase(),
    VALUE.slice(0, 17),
    VALUE.slice(-9),
  ]) {
    expect(formsOf(VALUE).filter((form) => dressed.includes(form)).length).toBeGreaterThan(0);
  }
  expect(formsOf(VALUE).filter((form) => OTHER.value.includes(form))).toEqual([]);
});
