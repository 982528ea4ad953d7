/** Files that somebody else changed, and places that both sides changed. */
import { conflictedFile, staleFiles } from "../model/attention.ts";
import { listHeight } from "../model/layout.ts";
import { moveTo } from "../model/list.ts";
import type { Answer, Conflict, ConflictsScreen } from "../model/review.ts";
import { closeScreen, type State, topScreen, updateScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";

function screenOf(state: State): ConflictsScreen | undefined {
  const screen = topScreen(state);
  return screen.kind === "conflicts" ? screen : undefined;
}

/** Goes on to the next place without an answer. */
function answer(state: State, side: Answer, all: boolean): Step {
  const screen = screenOf(state);
  if (screen === undefined) return step(state);
  const conflicts = screen.conflicts.map((one, at): Conflict => {
    const isMeant = all ? one.answer === undefined : at === screen.list.cursor;
    return isMeant ? { ...one, answer: side } : one;
  });
  const { length } = conflicts;
  const order = conflicts.map((_, at) => (screen.list.cursor + 1 + at) % length);
  const next = order.find((at) => conflicts[at]?.answer === undefined) ?? screen.list.cursor;
  const answered = { ...screen, conflicts };
  return step(withScreen(state, { ...answered, list: moveTo(screen.list, next, length, listHeight(withScreen(state, answered))) }));
}

function apply(state: State): Step {
  const screen = screenOf(state);
  if (screen === undefined) return step(state);
  if (screen.origin === "edits" && screen.edits !== state.edits) {
    return step(tell(closeScreen(state), "info", "Your edits have changed since: M merges them again."));
  }
  const chosen = screen.conflicts.flatMap((one) => (one.answer === undefined ? [] : one.edits[one.answer]));
  const paths = [...new Set(screen.conflicts.map((one) => one.file))];
  const [path = ""] = paths;
  if (screen.origin === "markers") return step(state, { topic: "review", kind: "write resolved", path, edits: chosen });
  return step(state, { topic: "review", kind: "settle", paths, dropped: screen.dropped, added: chosen });
}

function reveal(state: State, side: Answer): Step {
  const screen = screenOf(state);
  const source = screen?.conflicts[screen.list.cursor]?.sources[side];
  if (source === undefined) return step(state);
  if (state.reveal !== undefined) return step({ ...state, reveal: undefined });
  return step(state, { topic: "value", kind: "reveal", source });
}

function canReveal(state: State, side: Answer): true | string {
  if (state.shared) return "the screen is shared: S ends that";
  const screen = screenOf(state);
  return screen?.conflicts[screen.list.cursor]?.sources[side] === undefined ? "there is no value on this side" : true;
}

export const CONFLICT_ACTIONS: readonly Action[] = defineActions(
  {
    id: "conflict.ours",
    keys: ["o"],
    title: "ours",
    help: "Takes what you changed.",
    scopes: ["conflicts"],
    footer: 1,
    run: (state) => answer(state, "ours", false),
  },
  {
    id: "conflict.theirs",
    keys: ["t"],
    title: "theirs",
    help: "Takes what the other side changed.",
    scopes: ["conflicts"],
    footer: 2,
    run: (state) => answer(state, "theirs", false),
  },
  {
    id: "conflict.allOurs",
    keys: ["O"],
    title: "all ours",
    help: "Takes yours wherever there is no answer yet.",
    scopes: ["conflicts"],
    run: (state) => answer(state, "ours", true),
  },
  {
    id: "conflict.allTheirs",
    keys: ["T"],
    title: "all theirs",
    help: "Takes theirs wherever there is no answer yet.",
    scopes: ["conflicts"],
    run: (state) => answer(state, "theirs", true),
  },
  {
    id: "conflict.both",
    keys: ["b"],
    title: "look at both",
    help: "Shows more about both sides, masked.",
    scopes: ["conflicts"],
    footer: 3,
    run: (state) => step(updateScreen(state, "conflicts", (screen) => ({ ...screen, detail: !screen.detail }))),
  },
  {
    id: "conflict.revealOurs",
    keys: ["r"],
    title: "reveal ours",
    help: "Shows your value for 15 seconds.",
    scopes: ["conflicts"],
    footer: 5,
    enabled: (state) => canReveal(state, "ours"),
    run: (state) => reveal(state, "ours"),
  },
  {
    id: "conflict.revealTheirs",
    keys: ["R"],
    title: "reveal theirs",
    help: "Shows their value for 15 seconds.",
    scopes: ["conflicts"],
    footer: 6,
    enabled: (state) => canReveal(state, "theirs"),
    run: (state) => reveal(state, "theirs"),
  },
  {
    id: "conflict.apply",
    keys: ["enter", "ctrl+s"],
    title: "go on",
    help: "Goes on with the answers, once every place has one.",
    scopes: ["conflicts"],
    footer: 4,
    enabled(state) {
      const open = screenOf(state)?.conflicts.filter((one) => one.answer === undefined).length ?? 0;
      return open === 0 ? true : `${open} ${open === 1 ? "place needs" : "places need"} an answer: o ours, t theirs`;
    },
    run: apply,
  },
  {
    id: "merge.run",
    keys: ["M"],
    title: "merge",
    help: "Carries your edits over to what somebody else wrote meanwhile.",
    scopes: ["stale"],
    footer: 1,
    run: (state) => step(state, { topic: "review", kind: "merge", paths: staleFiles(state) }),
  },
  {
    id: "merge.theirs",
    keys: ["V"],
    title: "view theirs",
    help: "Shows what somebody else changed, masked.",
    scopes: ["stale"],
    footer: 2,
    run: (state) => step(state, { topic: "review", kind: "show theirs", paths: staleFiles(state) }),
  },
  {
    id: "conflict.resolve",
    keys: ["R"],
    title: "resolve",
    help: "Resolves git's conflict markers key by key: both sides are decrypted, and only what both changed is asked for.",
    scopes: ["conflicted"],
    footer: 1,
    enabled: (state) => (state.readOnly ? "sotto was started with --read-only" : true),
    run(state) {
      const file = conflictedFile(state);
      return file === undefined ? step(state) : step(state, { topic: "review", kind: "read markers", path: file.path });
    },
  },
);
