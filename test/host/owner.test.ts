/** Who holds a lock, as its text says, and whether that process lives. */
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { BESIDE } from "../../src/host/beside.ts";
import { describeSelf, drawToken, formatOwner, lifeOf, parseOwner } from "../../src/host/owner.ts";
import { failing, FaultyFiles, systemError } from "../support/faulty-fs.ts";

const onLinux = process.platform === "linux";

test("an owner is read as it was written", () => {
  const own = describeSelf();
  expect(parseOwner(formatOwner(own))).toEqual(own);
  expect([own.process, own.machine]).toEqual([process.pid, hostname()]);
  expect(describeSelf().token).not.toBe(own.token);
  const strange = { process: 1, started: "", token: "a0", namespace: "", machine: "of: two\nlines" };
  expect(parseOwner(formatOwner(strange))).toEqual(strange);
});

test.each(["", "1", "1:2:3", ":2:t:3:m", "x1:2:t:3:m", "1:2::3:m", "1:2:T:3:m", "1:b:t:3:m", "1:2:t:c:m", " 1:2:t:3:m"])(
  "what nobody wrote names nobody: %j",
  (text) => {
    expect(parseOwner(text)).toBeUndefined();
  },
);

test("tokens have eight letters or digits", () => {
  expect(Array.from({ length: 500 }, () => drawToken()).filter((token) => !/^[a-z\d]{8}$/.test(token))).toEqual([]);
});

test.runIf(onLinux)("a process lives if it is the one that began then, in this namespace of this machine", () => {
  const own = describeSelf();
  expect(own.started).toMatch(/^\d+$/);
  expect(own.namespace).toMatch(/^\d{6,}$/);
  const { pid: ended } = spawnSync("true");
  expect({
    self: lifeOf(own),
    untold: lifeOf({ ...own, started: "" }),
    another: lifeOf({ ...own, started: `${own.started}1` }),
    ended: lifeOf({ ...own, process: ended }),
    init: lifeOf({ ...own, process: 1, started: "" }),
    elsewhere: lifeOf({ ...own, machine: "elsewhere" }),
    container: lifeOf({ ...own, namespace: "1" }),
  }).toEqual({
    self: "alive",
    untold: "alive",
    another: "dead",
    ended: "dead",
    init: "alive",
    elsewhere: "unknown",
    container: "unknown",
  });
});

test.runIf(onLinux)("a process of somebody else lives, and where the system tells nothing so does every process that is there", () => {
  const own = describeSelf();
  const kill = process.kill.bind(process);
  process.kill = () => {
    throw systemError("EPERM");
  };
  try {
    expect(lifeOf(own)).toBe("alive");
  } finally {
    process.kill = kill;
  }
  using files = new FaultyFiles(failing("readFileSync", "ENOENT"));
  expect(lifeOf({ ...own, started: "1" })).toBe("alive");
  expect(files.calls.length).toBe(1);
});

test.each([
  [".a.yaml.sotto-lock", "a.yaml", "lock"],
  [".a.yaml.sotto-lock.t0ken", "a.yaml", "lock.t0ken"],
  [".a.yaml.sotto-backup", "a.yaml", "backup"],
  [".a.yaml.sotto-120-ab12.tmp", "a.yaml", "120-ab12.tmp"],
  ["..env.sotto-lock", ".env", "lock"],
  [".a\nb.sotto-lock", "a\nb", "lock"],
])("%j belongs to %j", (name, file, kind) => {
  expect(BESIDE.exec(name)?.slice(1)).toEqual([file, kind]);
});

test.each([
  ..."a.sotto-lock ..sotto-lock x.a.sotto-lock .a.sotto-locks .a.sotto-lock. .a.sotto-lock.T .a.sotto-lock.a-b".split(" "),
  ..."..sotto-backup .a.sotto-backup2 .a.sotto-12.tmp .a.sotto-12-.tmp .a.sotto--a.tmp .a.sotto-1x-a.tmp .a.sotto-1-A.tmp".split(" "),
  ...".a.sotto-1-a.tmp2 .a.sotto-1-a_tmp .asotto-lock .a.sotto-x".split(" "),
])("%j is nothing of sotto's", (name) => {
  expect(BESIDE.test(name)).toBe(false);
});
