/** Which program is started as the editor, and with what words. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Editor, findEditor } from "../../src/host/find-editor.ts";
import { SottoError } from "../../src/model/error.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers } from "../support/peers.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-editors-"));
afterAll(() => rmSync(folder, { recursive: true }));

function program(path: string, text = "#!/bin/sh\n"): string {
  const place = join(folder, path);
  mkdirSync(join(place, ".."), { recursive: true });
  writeFileSync(place, text);
  chmodSync(place, 0o755);
  return place;
}

const all = ["all/vim", "all/nano", "all/vi"].map((path) => program(path));
program("plain/nano");
program("real/vi", "#!/bin/sh\n# some other vi\n");
program("mine/ed", "#!/bin/sh\n");
program("script/vi", '#!/bin/sh\nexec /usr/bin/vim "$@"\n');
program("binary/vi", "\x7fELF\0VIM - Vi IMproved 9.1\0");
mkdirSync(join(folder, "link"));
symlinkSync(program("other/vim.basic"), join(folder, "link", "vi"));
symlinkSync(program("other/nvim"), join(folder, "link", "nvim"));

function find(env: Readonly<Record<string, string>>, path = "all:plain:mine"): Editor {
  const places = path.split(":").map((one) => join(folder, one));
  return findEditor({ env: { PATH: places.join(":"), ...env }, platform: "linux" });
}

const failure = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (SottoError.is(error)) return `${error.code}: ${error.message}`;
  }
  return "none";
};

describe("the editor", () => {
  test("is that of SOPS_EDITOR, else of EDITOR, else a usual one", () => {
    expect(find({ SOPS_EDITOR: "ed -s", EDITOR: "nano" })).toEqual({ file: join(folder, "mine/ed"), args: ["-s"] });
    expect(find({ SOPS_EDITOR: "", EDITOR: "nano" }).file).toBe(all[1]);
    expect(find({ EDITOR: "" }).file).toBe(all[0]);
    expect(find({}, "plain:real").file).toBe(join(folder, "plain/nano"));
    expect(find({}, "real").file).toBe(join(folder, "real/vi"));
    expect(failure(() => find({}, "mine"))).toMatch(/^EDITOR_FAILED: no editor found/);
  });

  test("is split into words without a shell", () => {
    expect(find({ EDITOR: `ed 'a b' "c\\"d" e\\ f $HOME *` }).args).toEqual(["a b", 'c"d', "e f", "$HOME", "*"]);
    expect(failure(() => find({ EDITOR: "ed 'open" }))).toBe(
      "EDITOR_FAILED: EDITOR cannot be split into words: EOF found when expecting closing quote",
    );
    expect(failure(() => find({ SOPS_EDITOR: " # nothing" }))).toBe("EDITOR_FAILED: SOPS_EDITOR names no program");
  });

  test("is never a program that only lies in the current folder", () => {
    for (const path of [".", "", "mine", `.:${folder}/nowhere`]) {
      expect(failure(() => findEditor({ env: { PATH: path, EDITOR: "ed" }, platform: "linux" }))).toMatch(/is not on the PATH$/);
      expect(failure(() => findEditor({ env: { PATH: path, EDITOR: "ed" }, platform: "win32" }))).toMatch(/is not on the PATH$/);
    }
    expect(find({ EDITOR: "./ed" }).file).toBe("./ed");
  });

  test.each([
    ["vim", "all", true],
    ["vim -R", "all", true],
    ["nvim", "link", true],
    ["vi", "link", true],
    ["vi", "script", true],
    ["vi", "binary", true],
    ["vi", "real", false],
    ["nano", "all", false],
    [join(folder, "link/vi"), "all", true],
    [join(folder, "real/vi"), "all", false],
  ])("%s on %s is told to write nothing elsewhere: %j", (editor, path, told) => {
    const { args } = find({ EDITOR: editor }, path);
    expect([args.slice(0, 3).join(" ") === "-n -i NONE", args.some((one) => one.includes("noundofile"))]).toEqual([told, told]);
    expect(args.at(-1) === "-R").toBe(editor.endsWith("-R"));
  });
});

async function sealed(scratch: Scratch, name: string, text: string): Promise<void> {
  scratch.write(name, text);
  await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), name]);
}

describe("what is edited", () => {
  test("is shown and written with another indentation if that is asked for", async () => {
    using scratch = new Scratch(ANA);
    await sealed(scratch, "app.yaml", "a:\n    b:\n        - one\n");
    const EDITOR = '/bin/sh -c \'cp "$0" seen.txt; sed -i s/one/two/ "$0"\'';
    expect((await scratch.sotto(["--indent", "2", "edit", "app.yaml"], { env: { EDITOR } })).exit).toBe(0);
    expect(scratch.read("seen.txt")).toBe("a:\n  b:\n    - one\n");
    expect(scratch.read("app.yaml")).toMatch(/^a:\n {2}b:\n {4}- ENC.*\nsops:\n {2}age:\n/);
    expect((await scratch.sotto(["decrypt", "app.yaml"])).output).toBe("a:\n  b:\n    - two\n");
  });

  test("is shown in the output format, and written in it", async () => {
    using scratch = new Scratch(ANA);
    await sealed(scratch, "app.yaml", "a: one\nb: 2\n");
    const EDITOR = '/bin/sh -c \'cp "$0" seen.txt; sed -i s/one/two/ "$0"\'';
    expect((await scratch.sotto(["edit", "--output-type", "json", "app.yaml"], { env: { EDITOR } })).exit).toBe(0);
    expect(scratch.read("seen.txt")).toBe('{\n\t"a": "one",\n\t"b": 2\n}\n');
    expect(JSON.parse(scratch.read("app.yaml"))).toMatchObject({ sops: {} });
    const { output } = await scratch.sotto(["decrypt", "--input-type", "json", "--output-type", "yaml", "app.yaml"]);
    expect(output).toBe("a: two\nb: 2\n");
  });

  test("stays behind its link, with its permissions", async () => {
    using scratch = new Scratch(ANA);
    await sealed(scratch, "real/app.yaml", "a: one\n");
    chmodSync(scratch.place("real/app.yaml"), 0o640);
    symlinkSync(join("real", "app.yaml"), scratch.place("link.yaml"));
    const run = await scratch.sotto(["link.yaml"], { env: { EDITOR: "/bin/sed -i s/one/two/" } });
    expect([run.exit, scratch.mode("real/app.yaml")]).toEqual([0, 0o640]);
    expect((await scratch.sotto(["decrypt", "real/app.yaml"])).output).toBe("a: two\n");
  });

  test("is not begun where it could not be written", async () => {
    using scratch = new Scratch(ANA);
    const argv = ["edit", "--age", vectorRecipient("ana"), "nowhere/new.yaml"];
    const run = await scratch.sotto(argv, { env: { EDITOR: "/bin/sh -c 'touch started; echo a: b > \"$0\"'" } });
    expect([run.exit, scratch.exists("started")]).toEqual([3, false]);
  });

  test("of two at the same time loses nothing", async () => {
    using scratch = new Scratch(ANA);
    await sealed(scratch, "app.yaml", "a: one\n");
    const edit = (value: string): Promise<{ exit: number }> =>
      scratch.sotto(["edit", "app.yaml"], { env: { EDITOR: `/bin/sh -c 'sleep 0.3; echo a: ${value} > "$0"'` } });
    const runs = await Promise.all([edit("two"), edit("three")]);
    expect(runs.map(({ exit }) => exit).toSorted((a, b) => a - b)).toEqual([0, 205]);
    const read = async (name: string): Promise<string> => (await scratch.sotto(["decrypt", name])).output;
    expect(new Set([await read("app.yaml"), await read("app.edited.yaml")])).toEqual(new Set(["a: two\n", "a: three\n"]));
  });
});

describeWithPeers(["sops"], "what was edited", () => {
  test.each([
    ["yaml", "a: one # first\nlist: [x, x]\n"],
    ["json", '{"a": "one",  "list": ["x", "x"]}\n'],
    ["env", "A=one\nB=x\n"],
    ["ini", "[s]\na=one\n"],
    ["bin", "one\0\xff"],
  ])("in %s can be read by sops", async (ending, text) => {
    using scratch = new Scratch(ANA);
    await sealed(scratch, `app.${ending}`, text);
    const edited = await scratch.sotto(["edit", `app.${ending}`], { env: { EDITOR: "/bin/sed -i s/one/two/" } });
    expect(edited).toMatchObject({ exit: 0, errors: "" });
    const theirs = scratch.sops(["decrypt", "--output-type", "json", `app.${ending}`]);
    expect([theirs.exit, theirs.output.includes("two")]).toEqual([0, true]);
    expect((await scratch.sotto(["decrypt", `app.${ending}`])).output).toBe(text.replace("one", "two"));
  });
});
