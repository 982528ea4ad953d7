/** What the demonstration shows: a value that is missing in one environment is filled in, looked at, and saved; git sees one line. */
import type { Scene } from "./demo-gif.ts";

const FINGERPRINT = /●[0-9a-f]{4}/;

export const SCENES: readonly Scene[] = [
  {
    name: "the command",
    delay: 900,
    act: async (session) => {
      session.type("sotto");
      await session.waitFor("$ sotto");
    },
  },
  {
    name: "the matrix",
    delay: 2600,
    act: async (session) => {
      session.type("\n");
      await session.waitFor(FINGERPRINT);
    },
  },
  {
    name: "to the first gap",
    delay: 1600,
    act: async (session) => {
      await session.press("] g");
      await session.waitFor("preview");
    },
  },
  { name: "to the second", delay: 2000, act: (session) => session.press("] g") },
  {
    name: "how to fill it",
    delay: 2600,
    act: async (session) => {
      await session.press("F");
      await session.waitFor("Fill");
    },
  },
  {
    name: "filled",
    delay: 2200,
    act: async (session) => {
      await session.press("1");
      await session.waitFor("Kept");
    },
  },
  {
    name: "looked at",
    delay: 3200,
    act: async (session) => {
      await session.press("ctrl+s");
      await session.waitFor("Review");
      await session.settled(200);
    },
  },
  {
    name: "saved",
    delay: 2600,
    act: async (session) => {
      await session.press("enter");
      await session.waitFor("Saved");
    },
  },
  {
    name: "left",
    delay: 600,
    act: async (session) => {
      await session.press("q");
      await session.waitFor("$ ");
    },
  },
  {
    name: "what git sees",
    delay: 4200,
    act: async (session) => {
      session.type("git diff -U1 --stat -p | cut -c1-96\n");
      await session.waitFor("lastmodified");
      await session.settled(200);
    },
  },
];
