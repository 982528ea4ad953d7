/** Files that are not as they should be: tampered with, out of reach, broken, in plaintext. And one that is new. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import type { Session } from "./driver.ts";
import { changedLines, decryptBySops, goTo, openFile, openMatrix, save, startIn } from "./play.ts";
import { createOldProject, leave, newSecret } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";

const PROD = "secrets/prod.yaml";

/** From the files of the project to one of them. */
async function choose(session: Session, name: string): Promise<void> {
  await session.press("ctrl+o");
  const screen = await session.waitFor("Choose a file");
  const [top, at] = [screen.place("▾ secrets/").y, screen.place(` ${name} `).y];
  await session.press(...Array.from({ length: at - top }, () => "j"), "enter");
}

describeWithPeers(["sops"], "a file", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject();
  });
  afterEach(() => project[Symbol.dispose]());

  test("whose checksum does not match is read-only, and what differs is shown", async () => {
    project.write(PROD, project.read(PROD).replace("host: prod-db.acme.example", "host: evil.acme.example"));
    const before = project.read(PROD);
    await using session = await openFile(project, PROD);
    const screen = await session.waitFor("mac WRONG");
    expect(screen.text).toMatch(/prod\.yaml +!mac/);
    await session.waitFor("secrets/prod.yaml was changed outside sotto: its checksum does not match. Opened read-only.");
    await session.press("down", "down", "e");
    await session.waitFor("edit: secrets/prod.yaml: its checksum does not match: it is opened read-only");
    await session.press("D");
    const shown = await session.waitFor("What differs from the last whole version in git");
    expect(shown.text).toMatch(/1 change in 1 file[^]*~ database\.host +"prod-db\.acme\.example" → "evil\.acm/);
    await session.press("esc");
    await session.waitFor("mac WRONG");
    expect(project.read(PROD)).toBe(before);
    await leave(session, project);
  });

  test("for which one has no key shows its names and plain values, and says who could open it", async () => {
    await using session = await openFile(project, PROD, { as: "ben" });
    const screen = await session.waitFor("You cannot read secrets/prod.yaml. It needs one of: ana.");
    expect(screen.text).toMatch(/host +prod-db\.acme\.example +plain str[^]*password +⊘ encrypted +str/);
    await session.press("down", "down", "e");
    await session.waitFor("edit: secrets/prod.yaml: you cannot read this file");
    await session.press("r");
    await session.waitFor("reveal: you cannot read this file");
    await session.press("a");
    await session.waitFor("add: secrets/prod.yaml: you cannot read this file");
    await session.press("d", "ctrl+s");
    await session.waitFor("there is nothing to save");
    expect(project.git(["status", "--short"])).toBe("");
    await leave(session, project);
    await using matrix = await openMatrix(project, { as: "ben" });
    const row = await goTo(matrix, "database.password", "prod");
    expect(row.text).toMatch(/password +●\w{4}[^●]* +●\w{4}[^●]* +⊘ +⊘ +●\w{4}/);
    await leave(matrix, project);
  });

  test("that is not valid says where, and others are shown", async () => {
    project.write(PROD, project.read(PROD).replace("\nsmtp:", "\nsmtp: ["));
    await using session = await openMatrix(project);
    await goTo(session, "database.password", "prod");
    await session.waitFor(/! a comma or \] is expected here \(line 12\)[^]*file +secrets\/prod\.yaml/);
    await session.press("enter");
    await session.waitFor("▸ Files ▸ secrets/prod.yaml PROD");
    const screen = await session.waitFor("a comma or ] is expected here (line 12)");
    expect(screen.text).toMatch(/prod\.yaml +!invalid[^]*staging\.yaml +✓/);
    await leave(session, project);
  });

  test("with conflict markers says so, and how they go away", async () => {
    project.write(PROD, `<<<<<<< HEAD\n${project.read(PROD)}=======\nfoo: bar\n>>>>>>> theirs\n`);
    await using session = await startIn(project, { argv: ["edit", PROD] });
    const screen = await session.waitFor("!merge");
    expect(screen.text).toContain("secrets/prod.yaml has git conflict markers (line 1)");
    expect(screen.text).toContain("R resolves them key by key: both sides are decrypted");
    expect(screen.lines.at(-1)).toContain("R resolve");
    await leave(session, project);
  });

  test("that a rule wants encrypted is loud, and is encrypted where it is", async () => {
    const secret = newSecret("api_key");
    project.write("secrets/new.yaml", `# of the shop\napi_key:   ${secret.value}\n`);
    await using session = await openMatrix(project);
    await choose(session, "new.yaml");
    const asked = await session.waitFor("secrets/new.yaml is not encrypted");
    expect(asked.text).toMatch(/A rule says that it should be/);
    await session.press("esc");
    const screen = await session.waitFor((now) => !now.text.includes("encrypt it now"), { what: "no question" });
    expect(screen.text).toMatch(/new\.yaml +\?PLAIN/);
    expect(screen.cellsOf("?PLAIN")[0]).toMatchObject({ fg: 1 });
    await session.press("enter");
    await session.waitFor("e   encrypt it now");
    await session.press("e");
    await session.waitFor("Encrypted secrets/new.yaml.");
    await session.waitFor(/new\.yaml +✓/);
    expect(project.read("secrets/new.yaml")).toMatch(/^#ENC\[\S+,type:comment\]\napi_key:   ENC\[/);
    expect(decryptBySops(project, "secrets/new.yaml")).toContain(secret.value);
    await leave(session, project, { canaries: [secret] });
  });

  test("that is new is encrypted from the start", async () => {
    const secret = newSecret("database.password");
    await using session = await openMatrix(project);
    await session.press("ctrl+o", "n");
    await session.waitFor("Path of the new file");
    session.type("eu.yaml");
    await session.press("enter");
    await session.waitFor("First key of secrets/eu.yaml");
    session.type("database.password");
    await session.press("enter");
    await session.waitFor("Edit database.password @ secrets/eu.yaml");
    session.type(secret.value);
    await session.press("enter");
    await session.waitFor("Kept: ");
    expect((await save(session)).text).toContain("Saved secrets/eu.yaml: 1 value");
    expect(project.git(["status", "--short"])).toBe("?? secrets/eu.yaml\n");
    expect(changedLines(project)).toEqual([]);
    expect(decryptBySops(project, "secrets/eu.yaml")).toBe(`database:\n    password: ${secret.value}\n`);
    await leave(session, project, { canaries: [secret] });
  });
});
