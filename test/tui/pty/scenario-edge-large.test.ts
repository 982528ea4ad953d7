/** A file of 100,000 keys. */
import { expect, test } from "vitest";
import { expectNoLeak } from "./leaks.ts";
import { changedLines, openFile, quit, typeValue } from "./play.ts";
import { createOldProject, newSecret, SEALED } from "./play-values.ts";

const NEXT = newSecret("last", "dev");
/** Several times what it takes on a quiet machine. */
const SLOW = { timeout: 60_000 };

test("a file of 100,000 keys opens, goes to its end, and saves one value: its line alone", { timeout: 240_000 }, async () => {
  using project = await createOldProject();
  const groups = Array.from({ length: 1000 }, (_, group) => {
    return [`group_${group}:`, ...Array.from({ length: 99 }, (_key, key) => `  key_${key}: example ${group} ${key}`)].join("\n");
  });
  project.write("secrets/large.yaml", `${groups.join("\n")}\nlast: the last one\n`);
  await project.sotto(["encrypt", "-i", "secrets/large.yaml"]);
  project.git(["add", "-A"]);
  project.git(["commit", "-q", "-m", "A large file"]);
  await using session = await openFile(project, "secrets/large.yaml");
  await session.press("j");
  await session.waitFor("group_0.key_0 @ secrets/large.yaml", { timeout: 5000 });
  await session.press("G");
  const end = await session.waitFor("last @ secrets/large.yaml", { timeout: 5000 });
  expect(end.text).toContain("secrets/large.yaml:100001");
  await typeValue(session, NEXT.value);
  await session.press("ctrl+s");
  await session.waitFor("Comparing", { settle: false });
  const found = await session.waitFor("What a save writes", SLOW);
  expect(found.text).toContain("1 change in 1 file");
  await session.press("enter");
  await session.waitFor("Saved secrets/large.yaml: 1 value", SLOW);
  expect(changedLines(project, "secrets/large.yaml").toSorted()).toEqual(["-last", "+last", ...SEALED].toSorted());
  expect((await quit(session)).code).toBe(0);
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
});
