/** What the demonstration shows: a value that is missing in one environment is filled in, looked at, and saved. */
import type { Scene } from "./demo-gif.ts";

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
    delay: 2500,
    act: async (session) => {
      session.type("\n");
      await session.waitFor(/●[0-9a-f]{4}/);
    },
  },
  {
    name: "to the first gap",
    delay: 2000,
    act: async (session) => {
      await session.press("] g");
      await session.waitFor(/╭─ \S+ @ \S+/);
    },
  },
  { name: "filling", delay: 2500, act: (session) => session.press("F") },
  { name: "the end", delay: 1000, act: (session) => session.press("esc", "q") },
];
