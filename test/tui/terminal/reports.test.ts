import { PassThrough } from "node:stream";
import { array, constantFrom, integer, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { ReportParser, type TerminalReport } from "../../../src/tui/terminal/reports.ts";
import { REPORTS_OFF, reportsOn, tapReports } from "../../../src/tui/terminal/tap.ts";
import { assertAlwaysNow } from "../../support/property.ts";

const ESC = "\u001B";

function sort(...pieces: readonly string[]): { rest: string; reports: TerminalReport[] } {
  const parser = new ReportParser();
  const parts = pieces.map((piece) => parser.push(piece));
  return { rest: parts.map((part) => part.rest).join(""), reports: parts.flatMap((part) => part.reports) };
}

const mouse = (code: number, end = "M"): unknown => sort(`${ESC}[<${code};11;3${end}`).reports[0];

describe("reports of the terminal", () => {
  test("a click has its button and its cell, counted from 0", () => {
    expect(sort(`${ESC}[<0;11;3M`)).toEqual({
      rest: "",
      reports: [{ kind: "mouse", action: "press", button: "left", column: 10, row: 2, shift: false, alt: false, ctrl: false }],
    });
  });

  test.each([
    [0, "m", { action: "release", button: "left" }],
    [1, "M", { action: "press", button: "middle" }],
    [2, "M", { action: "press", button: "right" }],
    [32, "M", { action: "drag", button: "left" }],
    [35, "M", { action: "move", button: "none" }],
    [64, "M", { action: "wheel-up", button: "none" }],
    [65, "M", { action: "wheel-down", button: "none" }],
    [67, "M", { action: "wheel-right", button: "none" }],
    [128, "M", { action: "press", button: "other" }],
    [4, "M", { action: "press", shift: true, alt: false, ctrl: false }],
    [8 + 64, "M", { action: "wheel-up", alt: true }],
    [16 + 2, "M", { action: "press", button: "right", ctrl: true }],
  ])("code %i%s is read", (code, end, expected) => {
    expect(mouse(code, end)).toMatchObject(expected);
  });

  test("coming into focus and losing it are told", () => {
    expect(sort(`a${ESC}[Ib${ESC}[Oc`)).toEqual({
      rest: "abc",
      reports: [
        { kind: "focus", focused: true },
        { kind: "focus", focused: false },
      ],
    });
  });

  test.each([
    ["OP", "f1"],
    ["OS", "f4"],
    ["[11~", "f1"],
    ["[15~", "f5"],
    ["[17~", "f6"],
    ["[24~", "f12"],
    ["[[A", "f1"],
    ["[[E", "f5"],
    ["[P", "f1"],
    ["[1;2P", "shift+f1"],
    ["[1;5:1Q", "ctrl+f2"],
    ["[15;2~", "shift+f5"],
    ["[21;8~", "ctrl+alt+shift+f10"],
  ])("%s is the key %s, and is not typed", (sequence, key) => {
    expect(sort(`a${ESC}${sequence}b`)).toEqual({ rest: "ab", reports: [{ kind: "key", key }] });
  });

  test.each(["[3~", "[1;5H", "[Z", "OA", "[1;5:3P", "[15;1:3~", "[16~", "[22~", "[R"])("%s is left to the reader of keys", (sequence) => {
    const rest = `${ESC}${sequence}`;
    expect(sort(rest).rest).toBe(rest);
    expect(sort(rest).reports.filter((report) => report.kind === "key")).toEqual([]);
  });

  test("what is typed after alt+O is no function key", () => {
    expect(sort(`${ESC}O`, "P", "Q")).toEqual({ rest: `${ESC}OPQ`, reports: [] });
    expect(sort(`${ESC}[`, "15~")).toEqual({ rest: `${ESC}[15~`, reports: [] });
  });

  test("in a paste there are no keys", () => {
    const paste = `${ESC}[200~${ESC}OP${ESC}[15~${ESC}[201~`;
    expect(sort(paste)).toEqual({ rest: paste, reports: [] });
  });

  test("a report that comes byte by byte is never typed", () => {
    const pieces = Array.from(`${ESC}[<64;200;50M`);
    // The first two may still be a key; the reader of keys sees the whole sequence then.
    expect(sort(...pieces)).toMatchObject({ rest: `${ESC}[<64;200;50M`, reports: [{ action: "wheel-up", column: 199, row: 49 }] });
    expect(sort(`${ESC}[<`, "64;200", ";50", "M")).toMatchObject({ rest: "", reports: [{ action: "wheel-up" }] });
  });

  test.each([
    [ESC],
    [`${ESC}[A`],
    [`${ESC}OA`],
    [`${ESC}[1;5C`],
    [`${ESC}[[F`],
    [`${ESC}a`],
    [`${ESC}${ESC}[A`],
    [`${ESC}[?62;4c`],
    ["日本🔑"],
  ])("the key %j passes at once", (key) => {
    expect(sort(key)).toEqual({ rest: key, reports: [] });
  });

  test("the escape key and a report in one piece are told apart", () => {
    expect(sort(`${ESC}${ESC}[<0;1;1M`)).toMatchObject({ rest: ESC, reports: [{ action: "press" }] });
  });

  test("what is no report after all is given back whole", () => {
    expect(sort(`${ESC}[<1;2`, `;3;4M`, "x")).toEqual({ rest: `${ESC}[<1;2;3;4Mx`, reports: [] });
    const long = `${ESC}[<${"1;".repeat(40)}`;
    expect(sort(long, "q")).toEqual({ rest: `${long}q`, reports: [] });
  });

  test("in a paste nothing is a report, however it is cut", () => {
    const paste = `${ESC}[200~x${ESC}[Oy${ESC}[<0;1;1M${ESC}[201~`;
    for (let cut = 0; cut <= paste.length; cut += 1) {
      expect(sort(paste.slice(0, cut), paste.slice(cut))).toEqual({ rest: paste, reports: [] });
    }
    expect(sort(`${paste}${ESC}[I`).reports).toEqual([{ kind: "focus", focused: true }]);
  });

  test("however the bytes are cut, the same reports come out and no key is lost", () => {
    const unit = constantFrom(
      "a",
      "日",
      `${ESC}[A`,
      `${ESC}OA`,
      `${ESC}[<0;5;6M`,
      `${ESC}[<65;1;1M`,
      `${ESC}[I`,
      `${ESC}[200~${ESC}[O${ESC}[201~`,
    );
    assertAlwaysNow(tuple(array(unit), array(integer({ min: 0, max: 200 }))), 500, ([units, cuts]) => {
      const text = units.join("");
      const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const cut = sort(...places.slice(1).map((end, at) => text.slice(places[at], end)));
      const whole = sort(text);
      expect(cut.reports).toEqual(whole.reports);
      expect(whole.rest).toBe(units.filter((one) => !/^.\[(?:<.*M|I)$/u.test(one)).join(""));
      expect(cut.rest.replaceAll(/.\[(?:<[\d;]*M|I)/gu, "")).toBe(whole.rest);
    });
  });
});

describe("the tap", () => {
  test("hears the reports, leaves the keys, and goes away", () => {
    const input = new PassThrough();
    const heard: TerminalReport[] = [];
    const tap = tapReports(input, (report) => heard.push(report));
    input.write(`k${ESC}[<0;1;1M${ESC}[I`);
    expect(String(input.read())).toBe("k");
    input.setEncoding("utf8");
    input.write(`日${ESC}[O`);
    expect(input.read()).toBe("日");
    expect(input.read()).toBeNull();
    expect(heard).toMatchObject([{ action: "press" }, { focused: true }, { focused: false }]);
    tap[Symbol.dispose]();
    input.write(`${ESC}[I`);
    expect(input.read()).toBe(`${ESC}[I`);
    expect(heard).toHaveLength(3);
  });

  test("what it turns on it can turn off", () => {
    const modes = [...reportsOn(true).matchAll(/\?(\d+)h/g)].map((found) => found[1]);
    expect(modes).toEqual(["1000", "1002", "1006", "1004"]);
    for (const mode of modes) expect(REPORTS_OFF).toContain(`?${mode}l`);
    expect(reportsOn(false)).toBe(`${ESC}[?1004h`);
  });
});
