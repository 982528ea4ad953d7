/** What a command gets beside the values: streams, open files, shell, user, terminal. */
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { runInTerminal } from "../support/terminal.ts";
import { ExecFolder, type Run } from "./program.ts";

let folder: ExecFolder;

beforeAll(async () => {
  folder = await ExecFolder.make();
  await folder.seal("app.env", "A=one\nB=\udcff\n");
  await folder.seal("large.env", `A=${"x".repeat(140_000)}\n`);
});
afterAll(() => folder[Symbol.dispose]());

/** `SOTTO` in a line of a shell is the program. */
function inShell(line: string): Run {
  const argv = ["-c", line.replaceAll("SOTTO", `'${process.execPath}' '${folder.program}'`)];
  const { status, signal, stdout, stderr } = spawnSync("/bin/sh", argv, { cwd: folder.path, env: folder.env, encoding: "latin1" });
  return { exit: status ?? undefined, signal: signal ?? undefined, output: stdout, errors: stderr };
}

describe.runIf(process.platform !== "win32")("a command", () => {
  test.each(["exec-env app.env", "exec-env --same-process app.env", "exec-file app.env"])(
    "of %s reads standard input, and what is open beside it",
    (call) => {
      folder.write("input", "from a file\n");
      const { exit, output } = inShell(`echo typed | SOTTO ${call} 'cat; cat <&3; echo to 9 >&9' 3< input 9>&1`);
      expect([exit, output]).toEqual([0, "typed\nfrom a file\nto 9\n"]);
    },
  );

  test("leaves what it does not read of standard input to the next", () => {
    expect(inShell("printf '1\\n2\\n' | (SOTTO exec-env app.env 'read line; echo $line'; cat)").output).toBe("1\n2\n");
  });

  test("is in the folder that sotto is in, also when that has been removed", () => {
    const gone = folder.place("gone");
    for (const flag of ["", "--same-process"]) {
      const line = `mkdir '${gone}' && cd '${gone}' && rmdir '${gone}' && SOTTO exec-env ${flag} '${folder.place("app.env")}' 'echo $A; ls -a | wc -l'`;
      const { exit, output } = inShell(line);
      expect([exit, output.replaceAll(" ", "")]).toEqual([0, "one\n0\n"]);
    }
  });

  test("runs in /bin/sh, whatever the shell of the user", async () => {
    const { output } = await folder
      .startSotto(["exec-env", "app.env", 'echo "$0"'], { env: { SHELL: "/bin/false", BASH_ENV: "/nonexistent" } })
      .end();
    expect(output).toBe("/bin/sh\n");
  });

  test("that the system does not take is an error with advice", async () => {
    for (const flags of [[], ["--same-process"]]) {
      const { exit, output, errors } = await folder.sotto("exec-env", ...flags, "large.env", "echo started");
      expect([exit, output]).toEqual([1, ""]);
      expect(errors).toBe(
        "error: the command and its variables are more than the system hands to a program\nhint: hand large values over as a file, with exec-file\n",
      );
    }
  });

  test("--json tells how it ended, behind its own output", async () => {
    const { exit, output } = await folder.sotto("exec-env", "--json", "app.env", "echo $A; exit 3");
    expect([exit, output]).toEqual([3, 'one\n{"ok":false,"command":"exec-env","exit":3,"result":{"exit":3}}\n']);
    const missing = await folder.sotto("exec-file", "--json", "missing.env", "true");
    expect(JSON.parse(missing.output)).toMatchObject({ ok: false, command: "exec-file", error: { code: "FILE_MISSING", exit: 2 } });
  });
});

/** As the system itself says it. */
function ask(file: string, ...argv: readonly string[]): string {
  return spawnSync(file, argv, { encoding: "utf8" }).stdout.trim();
}

describe.runIf(process.platform !== "win32" && process.getuid?.() === 0)("--user", () => {
  const name = "nobody";

  test("has the ids, the groups and the home of the user, and so has the file", async () => {
    chmodSync(folder.path, 0o711);
    const shown = 'id -u; id -g; id -G; echo "$USER $LOGNAME $HOME"';
    const who = `${ask("id", "-u", name)}\n${ask("id", "-g", name)}\n${ask("id", "-G", name)}\n${name} ${name} ${ask("sh", "-c", `echo ~${name}`)}\n`;
    expect((await folder.sotto("exec-env", "--user", name, "app.env", shown)).output).toBe(who);
    expect((await folder.sotto("exec-env", "--same-process", "--user", name, "app.env", shown)).output).toBe(who);
    expect(
      (await folder.sotto("exec-env", "--pristine", "--user", name, "app.env", "env | grep -e ^HOME= -e ^USER= | wc -l")).output.trim(),
    ).toBe("2");
    for (const flags of [[], ["--filename", "a.env"], ["--no-fifo"]]) {
      // Where only root may write, the user cannot either.
      const started = folder.startSotto(
        ["exec-file", ...flags, "--user", name, "app.env", `${shown}; head -1 {}; ls -lLn {} | cut -d' ' -f1,3`],
        { env: { TMPDIR: "/tmp" } },
      );
      const { exit, output, errors } = await started.end();
      expect([exit, errors]).toEqual([0, ""]);
      expect(output).toBe(`${who}A=one\n-rw------- ${ask("id", "-u", name)}\n`);
      expect(folder.leftOver(started.pid)).toEqual([]);
    }
  });

  test("can be told of a failure also where the user may not read where sotto lies", async () => {
    chmodSync(dirname(folder.program), 0o700);
    for (const flags of [[], ["--same-process"]]) {
      const { exit, errors } = await folder.sotto("exec-env", ...flags, "--user", name, "large.env", "echo started");
      expect([exit, errors.split("\n")[0]]).toEqual([
        1,
        "error: the command and its variables are more than the system hands to a program",
      ]);
    }
    for (const command of ["exec-env", "exec-file"]) {
      const started = folder.startSotto([command, "--user", name, "app.env", "echo ready; exec sleep 60"]);
      await started.says("ready");
      started.child.kill("SIGTERM");
      expect(await started.end()).toMatchObject({ signal: "SIGTERM", errors: "" });
    }
  });

  test("is refused when there is no such user, or to anybody but root", async () => {
    const { exit, errors } = await folder.sotto("exec-env", "--user", "no-such-user", "app.env", "echo started");
    expect([exit, errors.split("\n")[0]]).toEqual([1, "error: cannot switch to user no-such-user: there is no such user"]);
    writeFileSync(
      folder.place("nested.sh"),
      `'${process.execPath}' '${folder.program}' exec-env --user ${userInfo().username} app.env 'echo started'\n`,
    );
    chmodSync(folder.place("app.env"), 0o644);
    chmodSync(dirname(folder.program), 0o755);
    const nested = await folder.sotto("exec-env", "--user", name, "app.env", "sh nested.sh");
    expect(nested.output).toBe("");
    expect(nested.exit).toBe(1);
    expect(nested.errors).toContain("only root may do that");
  });
});

describeWithPeers(["script"], "on a terminal", () => {
  test("Ctrl+C reaches the command once, and sotto waits for it", async () => {
    const trap = "n=0; trap 'n=$((n+1))' INT; echo ready; sleep 1; sleep 0.1; echo got $n; exit 4";
    const line = `cd '${folder.path}' && exec '${process.execPath}' '${folder.program}' exec-env app.env "${trap.replaceAll("$", "\\$")}"`;
    const { shown, status } = await runInTerminal(line, folder.env, [["ready", "\u0003"]]);
    expect(shown).toContain("got 1");
    expect(status).toBe(4);
  });
});
