/** Which pictures there are, and the way to each. The first six are those of the README; the others are looked at with `--all`. */
import type { Session } from "../tui/pty/driver.ts";
import type { AcmeProject } from "../tui/pty/project.ts";
import type { Shot } from "./screenshots.ts";

type Steps = Shot["steps"];

/** All files are read: the values have their fingerprints. */
async function home(session: Session): Promise<void> {
  await session.waitFor("KEY");
  await session.waitFor(/●[0-9a-f]{4}/);
  await session.settled(150);
}

/** From the row of the group to the value that two environments share though they should not. */
async function onPassword(session: Session): Promise<void> {
  await home(session);
  await session.press("j", "j");
  await session.waitFor("database.password");
}

/** A value of prod is typed anew, a key is removed, and both are looked at. */
const review: Steps = async (session) => {
  await onPassword(session);
  await session.press("l", "l", "e");
  await session.waitFor("typing replaces it");
  session.type("an example of another one");
  await session.press("ctrl+s");
  await session.waitFor("Kept");
  await session.press("G", "d");
  await session.waitFor("Deleted");
  await session.press("ctrl+s");
  await session.waitFor("Review");
};

const document: Steps = async (session) => {
  await onPassword(session);
  await session.press("l", "l", "enter");
  await session.waitFor("mac ok");
};

const editor: Steps = async (session, project) => {
  await document(session, project);
  await session.press("e");
  await session.waitFor("typing replaces it");
};

const history: Steps = async (session) => {
  await home(session);
  await session.press("H");
  await session.waitFor("HEAD ");
  await session.press("j");
  await session.settled(300);
};

/** Ben leaves: what would be done, before it is. */
const access: Steps = async (session) => {
  await home(session);
  await session.press("P");
  await session.waitFor("Who can read what");
  await session.press("j", "j", "d");
  await session.waitFor("Step 1");
  await session.press("enter");
  await session.waitFor("Step 2");
  await session.settled(300);
};

const doctor: Steps = async (session) => {
  await home(session);
  await session.press("C");
  await session.waitFor("Doctor");
  await session.settled(500);
};

const first: Steps = async (session) => {
  await session.waitFor("Start");
  await session.settled(300);
};

/** A folder of plaintext files that nobody set up yet. */
function plainProject(project: AcmeProject): void {
  project.git(["rm", "-q", "-r", "--cached", "."]);
  project.remove(".sops.yaml");
  for (const name of ["dev", "staging", "prod", "ci", "preview"] as const) project.remove(project.file(name));
  project.write("secrets/dev.yaml", "database:\n  password: an example\n");
  project.write("secrets/prod.yaml", "database:\n  password: another example\n");
  project.write(".env.local", "TOKEN=an example\n");
}

export const SHOTS: readonly Shot[] = [
  { name: "matrix", steps: onPassword },
  { name: "editor", steps: editor },
  { name: "review", steps: review },
  { name: "history", steps: history },
  { name: "access", steps: access },
  { name: "doctor", project: { apps: true }, steps: doctor },
  ...(
    [
      ["matrix", onPassword],
      ["document", document],
      ["editor", editor],
      ["review", review],
      ["history", history],
      ["access", access],
      ["doctor", doctor],
    ] as const
  ).flatMap(([name, steps]): readonly Shot[] => [
    { name: `${name}-80x24`, columns: 80, rows: 24, extra: true, steps },
    { name: `${name}-light`, theme: "light", extra: true, steps },
    { name: `${name}-140x45`, columns: 140, rows: 45, extra: true, steps },
    { name: `${name}-200x60`, columns: 200, rows: 60, extra: true, steps },
  ]),
  { name: "start", extra: true, prepare: plainProject, project: { apps: false }, steps: first },
  {
    name: "help",
    extra: true,
    steps: async (session) => {
      await onPassword(session);
      await session.press("?");
      await session.waitFor("Help");
    },
  },
  {
    name: "commands",
    extra: true,
    steps: async (session) => {
      await onPassword(session);
      await session.press(":");
      await session.waitFor("Commands");
    },
  },
];
