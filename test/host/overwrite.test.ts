import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { describeSelf, formatOwner } from "../../src/host/owner.ts";
import { nameOfPlace } from "../../src/host/own-folders.ts";
import { encodeRecord } from "../../src/host/record.ts";
import type { Host } from "../../src/model/host.ts";

const OLD = "the old content, which is longer";
const NEW = "and the new content";
/** What a save in place leaves that is killed before the file is cut to its length. */
const TORN: string = NEW + OLD.slice(NEW.length);
let folder = "";
let host: Host = createNodeHost();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-overwrite-"));
  mkdirSync(join(folder, "work"));
  host = createNodeHost({ cwd: join(folder, "work"), env: { HOME: join(folder, "home"), XDG_RUNTIME_DIR: join(folder, "run") } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const place = (name: string): string => join(folder, "work", name);
const backup = (): string => place(".file.sotto-backup");
const own = (): string => join(folder, "home", ".local", "state", "sotto", "backups", nameOfPlace(place("file")));
const raw = (): string => readFileSync(place("file"), "utf8");
const read = async (): Promise<string> => new TextDecoder().decode(await host.readFile("file"));

function leaveBackup(path: string, of: string = place("file")): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, encodeRecord([{ path: of, before: bytes(OLD), after: bytes(NEW) }]), { mode: 0o600 });
}

test.each([["beside the file", backup] as const, ["in the folder of backups", own] as const])(
  "whoever reads a half overwritten file gets the old content, and the file is put right: backup %s",
  async (_, path) => {
    writeFileSync(place("file"), TORN);
    leaveBackup(path());
    expect(await read()).toBe(OLD);
    expect([raw(), existsSync(path()), readdirSync(place("."))]).toEqual([OLD, false, ["file"]]);
  },
);

test("whoever writes a half overwritten file starts from the old content", async () => {
  writeFileSync(place("file"), TORN);
  leaveBackup(backup());
  expect(await host.writeFile("file", bytes("next"), { expected: bytes(OLD) })).toBe(true);
  expect([raw(), readdirSync(place("."))]).toEqual(["next", ["file"]]);
});

test("what a power failure left empty is torn as well", async () => {
  writeFileSync(place("file"), `and the\0\0\0\0${OLD.slice(11)}`);
  leaveBackup(backup());
  expect(await read()).toBe(OLD);
});

test.each([OLD, NEW, "somebody repaired it"])("a file that is whole stays as it is, and the backup goes: %s", async (text) => {
  writeFileSync(place("file"), text);
  leaveBackup(backup());
  expect(await read()).toBe(text);
  expect([raw(), existsSync(backup())]).toEqual([text, false]);
});

test("half a backup is one that the file did not wait for", async () => {
  writeFileSync(place("file"), OLD);
  leaveBackup(backup());
  writeFileSync(backup(), readFileSync(backup()).subarray(0, 60));
  expect(await read()).toBe(OLD);
  expect(readdirSync(place("."))).toEqual(["file"]);
});

test("while another process is overwriting a file, readers see the old content and touch nothing", async () => {
  writeFileSync(place("file"), TORN);
  leaveBackup(backup());
  writeFileSync(place(".file.sotto-lock"), formatOwner(describeSelf()));
  expect(await read()).toBe(OLD);
  expect([raw(), existsSync(backup())]).toEqual([TORN, true]);
});

test("a file with long paths in common keeps the backup that is another's", async () => {
  writeFileSync(place("file"), TORN);
  leaveBackup(own(), "/somewhere/else");
  expect(await read()).toBe(TORN);
  expect(existsSync(own())).toBe(true);
});

test.runIf(process.getuid?.() === 0)("a backup that another user laid there is not believed", async () => {
  writeFileSync(place("file"), TORN);
  leaveBackup(backup());
  chownSync(backup(), 12_345, 12_345);
  expect(await read()).toBe(TORN);
});

test("the next save in the folder puts right what a killed one left, whatever file it was", async () => {
  writeFileSync(place("file"), TORN);
  leaveBackup(backup());
  await host.writeFile("other", bytes("x"));
  expect([raw(), readdirSync(place("."))]).toEqual([OLD, ["file", "other"]]);
});

test("a backup is for its owner alone, and is gone after a save", async () => {
  writeFileSync(place("file"), OLD);
  linkSync(place("file"), place("twin"));
  const { mode } = statSync(place("file"));
  expect(await host.writeFile("file", bytes(NEW))).toBe(true);
  expect([raw(), statSync(place("file")).mode, readdirSync(place("."))]).toEqual([NEW, mode, ["file", "twin"]]);
});
