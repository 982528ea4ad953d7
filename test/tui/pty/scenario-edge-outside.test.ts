/** One value that leaves the program, for a while and to a place that was asked for: the person's own editor, the clipboard. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, goTo, openMatrix, PATIENT, quit, save } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";
import type { Canary } from "./values.ts";

const NEXT = newSecret("sentry_dsn", "prod");
const SOURCE = ["sentry_dsn", "prod"] as const;

let project: AcmeProject;
beforeAll(builtProgram);
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

/** A script in a folder of its own that comes first on the PATH. @returns that PATH */
function install(name: string, script: string): string {
  const folder = join(project.home.path, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return `${folder}:${process.env["PATH"] ?? ""}`;
}

function expectNoTrace(session: Session, more: readonly Canary[] = [], except: readonly string[] = []): void {
  expectNoLeak(session, [...project.canaries, ...more], { folders: [project.path], except });
}

/** It tells what it got, waits for Enter, and writes a text that is put together only then. */
function editorScript(text: string): string {
  const parts = [text.slice(0, 8), text.slice(8, 16), text.slice(16)].map((part) => `'${part}'`).join(" ");
  return `echo "$@" > "$HOME/argv"
    echo "EDITOR $(stat -c %a "$1") $(stat -c %a "$(dirname "$1")")"; read line; printf '%s%s%s\\n' ${parts} > "$1"`;
}

async function openEditor(session: Session): Promise<void> {
  await goTo(session, ...SOURCE);
  await session.press("e");
  await session.waitFor("keep  esc cancel");
  await session.press("ctrl+e");
  await session.waitFor((screen) => !screen.alternate && screen.text.includes("EDITOR 600 700"), { timeout: PATIENT });
}

describe.skipIf(process.platform === "win32")("the editor of the person", () => {
  test("gets one value in a file that nobody else can read, and that is gone afterwards", async () => {
    const PATH = install("ed-example", editorScript(NEXT.value));
    await using session = await openMatrix(project, { env: { PATH, EDITOR: "ed-example" } });
    await openEditor(session);
    expect(session.modes()).toMatchObject({ canonical: true, echo: true });
    const file = readFileSync(join(project.home.path, "argv"), "utf8").trim();
    expect(file).toMatch(/^\/dev\/shm\/|run\/|tmp\//);
    expect(readFileSync(file, "utf8")).toBe(project.canary(...SOURCE));
    session.type("\n");
    await session.waitFor((screen) => screen.alternate && screen.text.includes("as long as old"), { timeout: PATIENT });
    expect(existsSync(file)).toBe(false);
    await session.press("enter");
    await session.waitFor("Kept: set sentry_dsn in prod");
    await save(session);
    expect(await project.sotto(["get", project.file("prod"), "sentry_dsn"])).toBe(NEXT.value);
    expect((await quit(session)).code).toBe(0);
    expectClean(session, { text: /^EDITOR 600 700\s*$/ });
    expectNoTrace(session, [NEXT]);
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("is ended with the program by %s, and its file is gone", async (signal) => {
    const PATH = install("ed-example", editorScript(NEXT.value));
    await using session = await openMatrix(project, { env: { PATH, EDITOR: "ed-example" } });
    await openEditor(session);
    const file = readFileSync(join(project.home.path, "argv"), "utf8").trim();
    session.signal(signal);
    expect(await session.exit({ timeout: PATIENT })).toMatchObject({ signal });
    expect(existsSync(file)).toBe(false);
    expectClean(session, { text: /^EDITOR 600 700\s*$/ });
    expect(project.git(["status", "--short"])).toBe("");
    expectNoTrace(session, [NEXT]);
  });

  test("that fails changes nothing, and says so", async () => {
    const PATH = install("ed-example", "exit 7");
    await using session = await openMatrix(project, { env: { PATH, EDITOR: "ed-example" } });
    await goTo(session, ...SOURCE);
    await session.press("e");
    await session.waitFor("keep  esc cancel");
    await session.press("ctrl+e");
    await session.waitFor("it ended with 7", { timeout: PATIENT });
    await session.press("esc");
    await session.waitFor("sentry_dsn @ prod ");
    expect((await quit(session)).code).toBe(0);
    expectNoTrace(session);
  });
});

/** As the real one, on a file. */
const XCLIP = `case "$*" in *-out*) cat "$HOME/clipboard";; *) cat > "$HOME/clipboard";; esac`;
const clipboard = (): string => readFileSync(join(project.home.path, "clipboard"), "utf8");

async function copy(): Promise<Session> {
  const session = await openMatrix(project, { env: { PATH: install("xclip", XCLIP), DISPLAY: ":9" } });
  await goTo(session, ...SOURCE);
  await session.press("y");
  await session.waitFor("Copied sentry_dsn @ prod. Clears in 30 s (x clears now)");
  expect(clipboard()).toBe(project.canary(...SOURCE));
  expectNoTrace(session, [], ["/clipboard"]);
  return session;
}

describe.skipIf(process.platform === "win32")("the clipboard", () => {
  test("gets a value, and x takes it away", async () => {
    await using session = await copy();
    await session.press("x");
    await session.waitFor("Clipboard cleared.");
    expect(clipboard()).toBe("");
    expect((await quit(session)).code).toBe(0);
    expectNoTrace(session);
  });

  test("that holds something else by then is left alone", async () => {
    await using session = await copy();
    writeFileSync(join(project.home.path, "clipboard"), "of somebody else");
    await session.press("x");
    await session.waitFor("holds something else now");
    expect(clipboard()).toBe("of somebody else");
    expectNoTrace(session);
  });

  test("is cleared when one quits", async () => {
    await using session = await copy();
    expect((await quit(session)).code).toBe(0);
    await expect.poll(clipboard, { timeout: PATIENT }).toBe("");
    expectNoTrace(session);
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("is cleared when %s ends the program", async (signal) => {
    await using session = await copy();
    session.signal(signal);
    await session.exit({ timeout: PATIENT });
    await expect.poll(clipboard, { timeout: PATIENT }).toBe("");
    expectNoTrace(session);
  });

  test.skipIf(process.platform !== "linux")("is looked after by a process that outlives a kill", async () => {
    await using session = await copy();
    const holder = session.processes.find((one) => one.argv.includes("clipboard-holder"));
    expect(holder?.environ).not.toContain("SOPS_AGE_KEY_FILE");
    session.signal("SIGKILL");
    await session.exit({ timeout: PATIENT });
    expect(clipboard()).not.toBe("");
    // As if its time were over; `test/long` waits for that.
    process.kill(holder?.pid ?? 0, "SIGTERM");
    await expect.poll(clipboard, { timeout: PATIENT }).toBe("");
  });

  test("of the terminal gets it over SSH, and is cleared at the end", async () => {
    await using session = await openMatrix(project, { env: { SSH_TTY: "/dev/pts/9", DISPLAY: undefined } });
    await goTo(session, ...SOURCE);
    await session.revealing(async () => {
      await session.press("y");
      await session.waitFor("Sent to your terminal's clipboard");
    });
    expect(session.emulator.clipboard).toEqual([project.canary(...SOURCE)]);
    await session.press("x");
    await session.waitFor("Clipboard cleared.");
    expect(session.emulator.clipboard.at(-1)).toBe("");
    await session.revealing(async () => {
      await session.press("y");
      await session.waitFor("Sent to your terminal's clipboard");
    });
    expect(session.emulator.clipboard.at(-1)).toBe(project.canary(...SOURCE));
    expect((await quit(session)).code).toBe(0);
    expect(session.emulator.clipboard.at(-1)).toBe("");
    expectClean(session);
    expectNoTrace(session);
  });

  test("that is nowhere is said", async () => {
    await using session = await openMatrix(project, { env: { TERM: "linux", DISPLAY: undefined } });
    await goTo(session, ...SOURCE);
    await session.press("y");
    await session.waitFor("No clipboard found. Press r to show the value");
    expectNoTrace(session);
  });
});
