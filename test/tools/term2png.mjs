// Draws what a terminal showed: replays captured bytes in an emulator and writes a picture of its screen.
//
//   node test/tools/term2png.mjs IN OUT.png|OUT.svg [COLUMNS] [ROWS] [--theme dark|light] [--lf] [--cursor X,Y] [--no-cursor] [--zoom N]
//
// IN is `-` for the standard input. --lf: lines end in a line feed alone, as tmux prints them; the cursor is then where --cursor says.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { Emulator } from "../tui/pty/emulator.ts";
import { drawPng, drawSvg } from "./picture.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: "string", default: "dark" },
    lf: { type: "boolean", default: false },
    cursor: { type: "string" },
    "no-cursor": { type: "boolean", default: false },
    zoom: { type: "string", default: "1" },
  },
});
const [input, output, columns = "100", rows = "30"] = positionals;
if (input === undefined || output === undefined || !["dark", "light"].includes(values.theme)) {
  process.stderr.write(
    "usage: term2png.mjs IN OUT.png [COLUMNS] [ROWS] [--theme dark|light] [--lf] [--cursor X,Y] [--no-cursor] [--zoom N]\n",
  );
  process.exit(2);
}
const emulator = new Emulator({ columns: Number(columns), rows: Number(rows) });
const bytes = readFileSync(input === "-" ? 0 : input);
// The last line end would scroll a full screen by one.
await emulator.write(values.lf ? bytes.toString("utf8").replace(/\n$/, "").replaceAll(/\r?\n/g, "\r\n") : bytes);
if (values.cursor !== undefined) {
  const [x, y] = values.cursor.split(",").map(Number);
  await emulator.write(`\u001B[${y + 1};${x + 1}H`);
}
const options = {
  theme: values.theme,
  zoom: Number(values.zoom),
  cursor: !values["no-cursor"] && (!values.lf || values.cursor !== undefined),
};
const screen = emulator.screen();
writeFileSync(output, output.endsWith(".svg") ? drawSvg(screen, options) : drawPng(screen, options));
