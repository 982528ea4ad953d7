/** Which pictures there are, and the way to each. */
import type { Session } from "../tui/pty/driver.ts";
import type { Shot } from "./screenshots.ts";

/** All files are read: the values have their fingerprints. */
async function home(session: Session): Promise<void> {
  await session.waitFor("KEY");
  await session.waitFor(/●[0-9a-f]{4}/);
}

/** From the row of the group to the value that two environments share though they should not. */
async function onPassword(session: Session): Promise<void> {
  await home(session);
  await session.press("j", "j");
  await session.waitFor("database.password");
}

export const SHOTS: readonly Shot[] = [
  { name: "matrix", steps: onPassword },
  { name: "matrix-light", theme: "light", steps: onPassword },
  { name: "matrix-narrow", columns: 80, rows: 24, steps: onPassword },
  { name: "matrix-wide", columns: 200, rows: 60, steps: onPassword },
  {
    name: "reveal",
    steps: async (session, project) => {
      await onPassword(session);
      await session.press("r");
      await session.waitFor(project.canary("database.password", "dev"));
    },
  },
  {
    name: "commands",
    steps: async (session) => {
      await onPassword(session);
      await session.press(":");
    },
  },
  {
    name: "help",
    steps: async (session) => {
      await onPassword(session);
      await session.press("?");
    },
  },
  {
    name: "document",
    steps: async (session) => {
      await onPassword(session);
      await session.press("enter");
    },
  },
  {
    name: "editor",
    steps: async (session) => {
      await onPassword(session);
      await session.press("e");
    },
  },
];
