import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Move, moveBy, moveTo, scrollBy } from "../../../src/tui/model/list.ts";
import { assertAlwaysNow } from "../../support/property.ts";

const MOVES: readonly Move[] = ["up", "down", "pageUp", "pageDown", "halfUp", "halfDown", "top", "bottom"];
const steps = fc.array(
  fc.oneof(
    fc.record({ how: fc.constantFrom(...MOVES) }),
    fc.record({ to: fc.integer({ min: -5, max: 60 }) }),
    fc.record({ wheel: fc.integer({ min: -9, max: 9 }) }),
    fc.record({ length: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ height: fc.integer({ min: 1, max: 30 }) }),
  ),
);

test("wherever one goes, the cursor is in the list and in sight, and no more is scrolled than there is", () => {
  assertAlwaysNow(steps, 500, (all) => {
    let [length, height] = [20, 7];
    let list = { cursor: 0, top: 0 };
    for (const step of all) {
      if ("length" in step) length = step.length;
      if ("height" in step) height = step.height;
      if ("how" in step) list = moveBy(list, step.how, length, height);
      else if ("wheel" in step) list = scrollBy(list, step.wheel, length, height);
      else list = moveTo(list, "to" in step ? step.to : list.cursor, length, height);
      expect(list.cursor).toBeGreaterThanOrEqual(0);
      expect(list.cursor).toBeLessThan(Math.max(1, length));
      expect(list.top).toBeLessThanOrEqual(list.cursor);
      expect(list.cursor).toBeLessThan(list.top + height);
      expect(list.top).toBeLessThanOrEqual(Math.max(0, length - height));
    }
  });
});

test("moves have their sizes", () => {
  const at = { cursor: 10, top: 8 };
  const moved = Object.fromEntries(MOVES.map((how) => [how, moveBy(at, how, 40, 10).cursor]));
  expect(moved).toEqual({ up: 9, down: 11, pageUp: 1, pageDown: 19, halfUp: 5, halfDown: 15, top: 0, bottom: 39 });
});

test("the window follows as little as is needed", () => {
  expect(moveTo({ cursor: 10, top: 8 }, 12, 40, 5)).toEqual({ cursor: 12, top: 8 });
  expect(moveTo({ cursor: 12, top: 8 }, 13, 40, 5)).toEqual({ cursor: 13, top: 9 });
  expect(moveTo({ cursor: 8, top: 8 }, 7, 40, 5)).toEqual({ cursor: 7, top: 7 });
});

test("what does not move stays the same object", () => {
  const list = { cursor: 3, top: 0 };
  expect(moveTo(list, 3, 10, 5)).toBe(list);
});
