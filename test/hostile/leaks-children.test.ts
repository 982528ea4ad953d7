/** The canary and the programs that are started: who sees it beside the one that was to get it, and what is left when the disk is full. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExecFolder } from "../deploy/program.ts";
import { CANARY, found } from "./canary.ts";

/** Lines of a shell. */
const show = (what: string): string => `echo "${what}:"; tr '\\0' '\\n' < /proc/${what}; echo`;

let folder: ExecFolder;
beforeAll(async () => {
  folder = await ExecFolder.make();
  await folder.seal("a.env", `PASSWORD=${CANARY}\n`);
  await folder.seal("a.yaml", `db:\n    password: ${CANARY}\n`);
  folder.write("looks.sh", ["$$/cmdline", "$PPID/cmdline", "$PPID/environ"].map(show).join("\n"));
  folder.write("own.sh", show("$$/environ"));
  folder.write("fails.sh", "exit 3");
  folder.write("breaks.sh", `echo ']${CANARY}: [' > "$1"`);
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

const onLinux = process.platform === "linux";

describe.runIf(onLinux)("of the programs that are started", () => {
  test.each([
    ["exec-env", ["exec-env", "a.env", ". ./looks.sh"], {}],
    ["exec-file", ["exec-file", "a.yaml", ". ./looks.sh; . ./own.sh # {}"], {}],
    ["exec-file --no-fifo", ["exec-file", "--no-fifo", "a.yaml", ". ./looks.sh; . ./own.sh # {}"], {}],
    ["edit", ["edit", "a.yaml"], { EDITOR: "sh -c '. ./looks.sh; . ./own.sh' #" }],
  ] as const)("%s shows nothing in arguments, nor in the environment of sotto", async (_, argv, env) => {
    const started = folder.startSotto(argv, { env });
    const { output, errors } = await started.end();
    // That is sotto, above it.
    expect(output).toContain(folder.program);
    expect([found(output), found(errors)]).toEqual([[], []]);
    expect(folder.leftOver(started.pid)).toEqual([]);
  });

  test("exec-env gives it to the program that it was asked for: the look is a real one", async () => {
    const { output } = await folder.startSotto(["exec-env", "a.env", ". ./own.sh"]).end();
    expect(found(output)).toEqual([CANARY]);
  });
});

describe.runIf(onLinux)("of failures", () => {
  test.each([
    ["a program that fails", ["exec-env", "a.env", "/bin/sh fails.sh"], {}],
    ["a program that does not exist", ["exec-file", "a.yaml", "/nonexistent {}"], {}],
    ["an editor that fails", ["edit", "a.yaml"], { EDITOR: "/bin/sh fails.sh" }],
    ["an editor that leaves what cannot be read", ["edit", "a.yaml"], { EDITOR: "/bin/sh breaks.sh" }],
    ["a device that is full", ["decrypt", "--output", "/dev/full", "a.yaml"], {}],
    [
      "a folder for temporary files that is none",
      ["exec-file", "--no-fifo", "a.yaml", "true {}"],
      { TMPDIR: "/nonexistent", XDG_RUNTIME_DIR: "/nonexistent" },
    ],
    ["a wrong key", ["decrypt", "a.yaml"], { SOPS_AGE_KEY_FILE: "/dev/null" }],
  ] as const)("%s says nothing of it and leaves nothing", async (_, argv, env) => {
    const before = folder.read("a.yaml");
    const started = folder.startSotto(["--verbose", ...argv], { env });
    const { output, errors } = await started.end();
    expect([found(output), found(errors)]).toEqual([[], []]);
    expect(folder.leftOver(started.pid)).toEqual([]);
    expect(folder.read("a.yaml")).toBe(before);
  });

  test("standard output that is full is a failure without it", async () => {
    for (const argv of [
      ["decrypt", "a.yaml"],
      ["get", "a.yaml", "db.password"],
      ["--json", "decrypt", "a.yaml"],
    ]) {
      const under = ["/bin/sh", "-c", '"$@" > /dev/full', "sh"];
      const { exit, errors } = await folder.startSotto(argv, { under }).end();
      expect([argv, exit === 0, found(errors)]).toEqual([argv, false, []]);
    }
  });

  test("a report of Node's about a crash is not written", async () => {
    const started = folder.startSotto(["exec-env", "a.env", "kill -ABRT $PPID; kill -SEGV $PPID; sleep 0.2"], {
      under: ["/bin/sh", "-c", 'ulimit -c 0; exec "$@"', "sh"],
    });
    const { errors } = await started.end();
    expect(found(errors)).toEqual([]);
    expect(folder.leftOver(started.pid)).toEqual([]);
  });
});
