/** Text from files, made harmless for a terminal. */
import { array, constantFrom, oneof, string } from "fast-check";
import type { Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { isHonest, show } from "../../../src/tui/text/show.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { anyText } from "./any-text.ts";

describe("show", () => {
  test.each([
    ["plain text stays", "database.password = 1", "database.password = 1"],
    ["letters of all scripts stay", "größe 日本 ключ 🔑 e\u0301", "größe 日本 ключ 🔑 e\u0301"],
    ["controls become pictures", "a\u001B[31m\n\t\r\0\u007F", "a␛[31m␊␉␍␀␡"],
    ["C1 controls become numbers", "\u009B31m\u0085", "⟨009B⟩31m⟨0085⟩"],
    ["text is not reordered", "a\u202Eb\u2066c\u200Fd\u061C", "a⟨202E⟩b⟨2066⟩c⟨200F⟩d⟨061C⟩"],
    ["invisible characters are seen", "a\u200Bb\u00ADc\uFEFFd\u3164", "a⟨200B⟩b⟨00AD⟩c⟨FEFF⟩d⟨3164⟩"],
    ["variation selectors are seen", "a\uFE0F\u{E0100}", "a⟨FE0F⟩⟨E0100⟩"],
    ["tag characters are seen", "\u{E0041}", "⟨E0041⟩"],
    ["blanks that look like one are seen", "a\u00A0b\u2003\u2028", "a⟨00A0⟩b⟨2003⟩⟨2028⟩"],
    ["halves of a pair and private characters are seen", "\uD83D\uDC80\uDCFF\uE000", "\u{1F480}⟨DCFF⟩⟨E000⟩"],
    ["three marks are an accent, more are abuse", "a\u0301\u0302\u0303\u0304\u0305", "a\u0301\u0302\u0303⟨0304⟩⟨0305⟩"],
    ["a mark without a letter does not touch what stands before it", "\u0301a \u0301", "⟨0301⟩a ⟨0301⟩"],
  ])("%s", (_, text, shown) => {
    expect(show(text)).toBe(shown);
  });

  test("nothing harmful is left, whatever comes in", () => {
    assertAlwaysNow(anyText, 2000, (text) => {
      expect(show(text)).not.toMatch(/\p{C}|\p{Variation_Selector}/u);
      expect(show(text)).not.toMatch(/\p{M}{4}/u);
    });
  });

  test("showing twice changes nothing more", () => {
    assertAlwaysNow(anyText, 1000, (text) => {
      expect(show(show(text))).toBe(show(text));
    });
  });

  test("a letter is never lost", () => {
    const letters: Arbitrary<string> = array(oneof(string({ unit: "grapheme-ascii" }), constantFrom("ü", "日", "🔑"))).map((all) =>
      all.join(""),
    );
    assertAlwaysNow(letters, 300, (text) => {
      expect(show(text)).toBe(text);
    });
  });
});

describe("isHonest", () => {
  test("lines and tabs are, hidden characters are not", () => {
    expect(isHonest("a\tb\nc ü")).toBe(true);
    expect(isHonest("a\u200B")).toBe(false);
    expect(isHonest("ü\u001B")).toBe(false);
  });
});
