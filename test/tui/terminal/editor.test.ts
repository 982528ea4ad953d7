import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEditor, EDITOR_WARNINGS, editValue, type ValueKind } from "../../../src/tui/terminal/editor.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-editor-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function edit(value: string, body: string, kind: ValueKind = "text"): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", EDITOR: program("editor", body) };
  return Buffer.from(await editValue(Buffer.from(value), { env, platform: process.platform, cwd: folder, kind })).toString();
}

function facts(editor: string, platform = "darwin"): ReturnType<typeof describeEditor> {
  program(editor.split(" ")[0] ?? "", "");
  return describeEditor({ env: { PATH: [folder, process.env["PATH"]].join(delimiter), EDITOR: editor }, platform });
}

describe.skipIf(process.platform === "win32")("a value in an editor", () => {
  test.each(["text", "pem", "json"] as const)("of the kind %s has a name that says so, and is gone afterwards", async (kind) => {
    const seen = join(folder, "seen");
    expect(await edit("old", `cat "$1" > ${seen}; echo "$1" >> ${seen}; printf new > "$1"`, kind)).toBe("new");
    const [text, place = ""] = readFileSync(seen, "utf8").replace("old", "old\n").split("\n");
    expect(text).toBe("old");
    expect(place.endsWith(`/value.${{ text: "txt", pem: "pem", json: "json" }[kind]}`)).toBe(true);
    expect(() => readFileSync(place)).toThrow("ENOENT");
  });

  test.each([
    ["a newline that the editor adds is taken off", "old", "new\\n", "new"],
    ["with its carriage return", "old", "new\\r\\n", "new"],
    ["one only", "old", "new\\n\\n", "new\n"],
    ["a newline that was there stays", "old\n", "new\\n", "new\n"],
    ["a newline may be taken off by hand", "old\n", "new", "new"],
  ])("%s", async (_, value, written, expected) => {
    expect(await edit(value, `printf '${written}' > "$1"`)).toBe(expected);
  });

  test("is left when the editor fails", async () => {
    await expect(edit("old", "exit 3")).rejects.toMatchObject({ code: "EDITOR_FAILED" });
  });
});

describe("what is told of an editor", () => {
  test.each([
    ["code", ["needs-wait", "keeps-backup", "on-disk"]],
    ["code --wait", ["keeps-backup", "on-disk"]],
    ["cursor -w", ["keeps-backup", "on-disk"]],
    ["gvim", ["needs-wait", "keeps-backup", "on-disk"]],
    ["nano", ["on-disk"]],
  ])("%s", (editor, warnings) => {
    expect(facts(editor)).toEqual({ name: editor.split(" ")[0], warnings });
  });

  test("is one sentence for each warning", () => {
    for (const sentence of Object.values(EDITOR_WARNINGS)) expect(sentence).toMatch(/^[a-z][^.\n]*$/);
  });

  test("is an error where there is none", () => {
    expect(() => describeEditor({ env: { PATH: folder }, platform: "linux" })).toThrow("no editor found");
  });
});
