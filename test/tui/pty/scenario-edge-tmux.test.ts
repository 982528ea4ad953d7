/** The program in a real terminal multiplexer, which keeps a history of its own. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeWithPeers, peerPath } from "../../support/peers.ts";
import { builtProgram } from "./build.ts";
import { formsOf } from "./leaks.ts";
import { PATIENT } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

const NEXT = newSecret("sentry_dsn", "prod");

describeWithPeers(["tmux"], "in tmux", () => {
  let project: AcmeProject;
  let tmux: (...argv: readonly string[]) => string;

  beforeAll(async () => {
    await builtProgram();
  });
  beforeEach(async () => {
    project = await createProject();
    const socket = join(project.home.path, "run", "tmux");
    tmux = (...argv) => {
      const { stdout, stderr, status } = spawnSync(peerPath("tmux"), ["-S", socket, "-f", "/dev/null", ...argv], {
        env: { ...project.env, PS1: "prompt> ", ENV: "" },
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`tmux ${argv.join(" ")}: ${stderr}`);
      return stdout;
    };
  });
  afterEach(() => {
    try {
      tmux("kill-server");
    } finally {
      project[Symbol.dispose]();
    }
  });

  const see = async (pattern: RegExp | string): Promise<void> => {
    await expect.poll(() => tmux("capture-pane", "-p"), { timeout: PATIENT, interval: 50 }).toMatch(pattern);
  };
  const keys = (...names: readonly string[]): void => void tmux("send-keys", ...names);
  /** What anybody can read who has the terminal afterwards: both screens, and all that went by. */
  const everything = (): string => [tmux("capture-pane", "-p", "-J", "-S", "-"), tmux("capture-pane", "-p", "-J", "-a", "-q")].join("\n");

  test("nothing of it is in the history, in either screen, or in a recording of what was masked", async () => {
    const record = join(project.home.path, "record");
    const sotto = join(project.home.path, "sotto");
    writeFileSync(sotto, `#!/bin/sh\nexec '${process.execPath}' '${await builtProgram()}' "$@"\n`, { mode: 0o755 });
    tmux("new-session", "-d", "-x", "100", "-y", "30", "-c", project.path, "sh");
    tmux("set-option", "-g", "history-limit", "5000");
    keys(`echo before; '${sotto}'`, "Enter");
    await see(/KEY .*PROD/);
    await see(/●[0-9a-f]{4}/);
    keys("/");
    await see("Filter (");
    keys("-l", "sentry_dsn");
    keys("Enter");
    await see("filter: sentry_dsn");
    keys("Right", "Right");
    await see("sentry_dsn @ prod ");
    keys("r");
    await see(project.canary("sentry_dsn", "prod"));
    keys("Left");
    await see("sentry_dsn @ staging ");
    keys("Right");
    await see("sentry_dsn @ prod ");
    tmux("pipe-pane", `cat > '${record}'`);
    tmux("resize-window", "-x", "80", "-y", "24");
    await see(/^(?:.{0,80}\n)+$/);
    keys("e");
    await see("keep  esc cancel");
    tmux("set-buffer", NEXT.value);
    tmux("paste-buffer", "-p");
    await see(/as long as|≠ old/);
    keys("Enter");
    await see("Kept: ");
    tmux("resize-window", "-x", "140", "-y", "45");
    keys("C-s");
    await see("What a save writes");
    keys("Enter");
    await see(/Saved secrets\/prod\.yaml: 1 value/);
    keys("q");
    await expect
      .poll(() => tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").trim(), { timeout: PATIENT })
      .toBe("0 1 0");
    tmux("delete-buffer");
    const text = everything();
    expect(text).toContain("before");
    expect(text).not.toMatch(/KEY |Matrix|sentry_dsn @/);
    const secrets = [...project.canaries, NEXT].flatMap(({ value }) => formsOf(value));
    const recorded = readFileSync(record, "latin1");
    expect(recorded).toContain("What a save writes");
    expect(secrets.filter((form) => text.includes(form) || recorded.includes(form))).toEqual([]);
    expect(await project.sotto(["get", project.file("prod"), "sentry_dsn"])).toBe(NEXT.value);
  });
});
