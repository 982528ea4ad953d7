/** Cutting text to cells. */
import { constantFrom, integer, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { show } from "../../../src/tui/text/show.ts";
import { cutMiddle, fit, widthOf } from "../../../src/tui/text/width.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { anyText } from "./any-text.ts";

describe("widthOf", () => {
  test.each([
    ["abc", 3],
    ["", 0],
    ["日本", 4],
    ["e\u0301", 1],
    ["🔑", 2],
    ["●a91f ✎ …", 9],
  ])("%s takes %i cells", (text, cells) => {
    expect(widthOf(text)).toBe(cells);
  });
});

describe("fit", () => {
  test.each([
    ["pads on the right", fit("abc", 5), "abc  "],
    ["pads on the left", fit("abc", 5, { align: "right" }), "  abc"],
    ["cuts with an ellipsis", fit("abcdef", 4), "abc…"],
    ["cuts with another ellipsis", fit("abcdef", 5, { ellipsis: "..." }), "ab..."],
    ["cuts the ellipsis where nothing else fits", fit("abcdef", 2, { ellipsis: "..." }), ".."],
    ["cuts without an ellipsis", fit("abcdef", 3, { ellipsis: "" }), "abc"],
    ["keeps what just fits", fit("日本", 4), "日本"],
    ["leaves a blank for half a wide character", fit("日本語", 4), "日 …"],
    ["never cuts inside a character", fit("e\u0301e\u0301e\u0301", 2), "e\u0301…"],
    ["needs no room for nothing", fit("abc", 0), ""],
  ])("%s", (_, fitted, expected) => {
    expect(fitted).toBe(expected);
  });

  test("gives exactly the cells asked for", () => {
    const options = record(
      { align: constantFrom("left" as const, "right" as const), ellipsis: constantFrom("…", "...", "", "日") },
      { requiredKeys: [] },
    );
    assertAlwaysNow(tuple(anyText, integer({ min: 0, max: 30 }), options), 5000, ([text, width, chosen]) => {
      expect(widthOf(fit(show(text), width, chosen))).toBe(width);
    });
  });
});

describe("cutMiddle", () => {
  test.each([
    ["short text stays", cutMiddle("abc", 5), "abc"],
    ["both ends stay", cutMiddle("age1anaqqqqqqqqk2p", 11), "age1a…qqk2p"],
    ["wide characters count twice", cutMiddle("日本語日本語", 7), "日…本語"],
    ["one cell holds the ellipsis", cutMiddle("abc", 1), "…"],
  ])("%s", (_, cut, expected) => {
    expect(cut).toBe(expected);
  });

  test("never takes more cells than asked for, and both ends are of the text", () => {
    assertAlwaysNow(tuple(anyText, integer({ min: 1, max: 30 })), 3000, ([text, width]) => {
      const shown = show(text);
      const cut = cutMiddle(shown, width);
      expect(widthOf(cut)).toBeLessThanOrEqual(width);
      if (cut === shown) return;
      const middle = cut.indexOf("…");
      expect(shown.startsWith(cut.slice(0, middle)) && shown.endsWith(cut.slice(middle + 1))).toBe(true);
    });
  });
});
