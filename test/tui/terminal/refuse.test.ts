import { expect, test } from "vitest";
import { hintOf, refuseReason, type Surroundings } from "../../../src/tui/terminal/refuse.ts";

const FINE: Surroundings = { env: { TERM: "xterm-256color" }, platform: "linux", input: true, output: true, execArgv: [] };

test("with a terminal on both sides the editor starts", () => {
  expect(refuseReason(FINE)).toBeUndefined();
  expect(refuseReason({ ...FINE, env: { TERM: "xterm", CI: "false" } })).toBeUndefined();
  expect(refuseReason({ ...FINE, env: { TERM: "xterm", CI: "0" } })).toBeUndefined();
  expect(refuseReason({ ...FINE, env: {}, platform: "win32" })).toBeUndefined();
  expect(refuseReason({ ...FINE, env: { TERM: "xterm", NODE_OPTIONS: "--max-old-space-size=200" } })).toBeUndefined();
});

test.each([
  ["input that is no terminal", { input: false }],
  ["output that is no terminal", { output: false }],
  ["CI", { env: { TERM: "xterm", CI: "true" } }],
  ["a dumb terminal", { env: { TERM: "dumb" } }],
  ["no TERM", { env: {} }],
] as const)("with %s it names the commands for scripts", (_, around) => {
  expect(refuseReason({ ...FINE, ...around })).toBe("the editor needs a terminal. In scripts use: sotto set, sotto get, sotto exec-env.");
});

test.each([
  "--inspect",
  "--inspect-brk=0.0.0.0:9229",
  "--inspect_brk",
  "--heapsnapshot-signal=SIGUSR2",
  "--heap-prof",
  "--cpu-prof",
  "--report-on-signal",
])("%s is refused, from both places it may come from", (flag) => {
  const name = flag.split("=")[0];
  expect(refuseReason({ ...FINE, execArgv: [flag] })).toContain(`does not start with ${name}:`);
  expect(refuseReason({ ...FINE, env: { TERM: "xterm", NODE_OPTIONS: `--no-warnings "${flag}"` } })).toContain(name);
});

test("a recording that can be seen is told of in one line", () => {
  expect(hintOf({})).toBeUndefined();
  expect(hintOf({ ASCIINEMA_REC: "1" })).toMatch(/^asciinema records this terminal[^\n]*$/);
  expect(hintOf({ SCRIPT: "typescript" })).toMatch(/^script records/);
});
