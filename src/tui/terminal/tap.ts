/**
 * Listens for reports of the terminal on the stream that Ink reads. Ink calls `read()` itself, so that is where the reports are
 * taken out; what is left goes on to Ink, piece by piece as it came.
 */
import type { Readable } from "node:stream";
import { ReportParser, type TerminalReport } from "./reports.ts";

/** Buttons and wheel, drags, in the form that has no limit at column 223. */
const MOUSE_ON = "\u001B[?1000h\u001B[?1002h\u001B[?1006h";
const MOUSE_OFF = "\u001B[?1006l\u001B[?1003l\u001B[?1002l\u001B[?1000l";
const FOCUS_ON = "\u001B[?1004h";
const FOCUS_OFF = "\u001B[?1004l";

/** Turns the reports on. While the mouse is on, selecting text needs Shift in most terminals. */
export function reportsOn(mouse: boolean): string {
  return mouse ? MOUSE_ON + FOCUS_ON : FOCUS_ON;
}

/** Also for reports that were never on. */
export const REPORTS_OFF: string = MOUSE_OFF + FOCUS_OFF;
export { MOUSE_OFF, MOUSE_ON };

/** Disposing it gives the stream its own `read` back. */
export function tapReports(input: Readable, onReport: (report: TerminalReport) => void): Disposable {
  const parser = new ReportParser();
  const own = Object.getOwnPropertyDescriptor(input, "read");
  const read = input.read.bind(input);
  input.read = (size?: number): unknown => {
    const piece: unknown = read(size);
    if (typeof piece !== "string" && !Buffer.isBuffer(piece)) return piece;
    // Bytes one to one: reports are ASCII, and what is not is not looked at.
    const { rest, reports } = parser.push(typeof piece === "string" ? piece : piece.toString("latin1"));
    for (const report of reports) onReport(report);
    return typeof piece === "string" ? rest : Buffer.from(rest, "latin1");
  };
  return {
    [Symbol.dispose]: () => {
      if (own === undefined) Reflect.deleteProperty(input, "read");
      else Object.defineProperty(input, "read", own);
    },
  };
}
