/** Draws with Ink on a screen of ours; keys make it do what tests look at. Run on a pseudo-terminal. */
import { spawnSync } from "node:child_process";
import { writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Box, render, Text, useApp, useInput, usePaste, useWindowSize } from "ink";
import { createElement, type ReactElement, useEffect, useState } from "react";
import { installCrashHandlers } from "../../../../src/tui/terminal/crash.ts";
import type { TerminalReport } from "../../../../src/tui/terminal/reports.ts";
import { Screen } from "../../../../src/tui/terminal/screen.ts";
import { tapReports } from "../../../../src/tui/terminal/tap.ts";

const alternateScreen = process.argv[2] !== "plain-ink";
const exit = (code: number): never => process.exit(code);
const screen = new Screen({ input: process.stdin, output: process.stdout, exit, mouse: true });
screen.enter();
installCrashHandlers({
  leave: () => screen.leave(),
  stateFolder: process.env["STATE"] ?? "",
  version: "0",
  describe: () => "test",
  exit,
});

let onReport: (report: TerminalReport) => void = () => {};
tapReports(process.stdin, (report) => onReport(report));

function App(): ReactElement {
  const { rows, columns } = useWindowSize();
  const { suspendTerminal, exit: quit } = useApp();
  const [seen, setSeen] = useState("ready");
  const [revealed, setRevealed] = useState(true);
  onReport = (report) => {
    if (report.kind === "mouse") setSeen(`${report.action} ${report.column},${report.row}`);
    else setSeen(report.kind === "focus" ? `focus ${report.focused}` : report.key);
  };
  useEffect(() => {
    screen.connect({
      pause: async (run) => {
        await suspendTerminal(run);
      },
      mask: () => setRevealed(false),
      ending: (signal) => {
        writeFileSync(join(process.env["STATE"] ?? "", "ended"), signal);
        writeSync(1, `ended of ${signal}\n`);
      },
    });
  }, [suspendTerminal]);
  usePaste((text) => setSeen(`paste ${text.length}`));
  useInput((input, key) => {
    if (key.ctrl && input === "z") void screen.suspend();
    else if (input === "q") quit();
    else if (input === "c")
      setTimeout(() => {
        throw new Error("DRAWN in an error");
      });
    else if (input === "l")
      void screen
        .paused(async () => void spawnSync("sh", ["-c", "echo borrowed; read line"], { stdio: "inherit" }))
        .then(() => setSeen("back"));
    else setSeen(`key ${input}`);
  });
  return createElement(
    Box,
    { flexDirection: "column", width: columns, height: rows },
    createElement(Text, null, `seen ${seen}.`),
    createElement(Text, null, revealed ? "DRAWN" : "masked"),
    createElement(Box, { flexGrow: 1 }),
    createElement(Text, null, "last line"),
  );
}

const instance = render(createElement(App), {
  stdout: screen.output,
  interactive: true,
  alternateScreen,
  exitOnCtrlC: false,
  patchConsole: false,
  incrementalRendering: true,
  kittyKeyboard: { mode: "auto" },
});
await instance.waitUntilExit();
screen.leave();
writeSync(1, "bye\n");
exit(0);
