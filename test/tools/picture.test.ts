import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Emulator } from "../tui/pty/emulator.ts";
import { drawPixels, drawPng, drawSvg } from "./picture.ts";

async function emulate(text: string): Promise<Emulator> {
  const emulator = new Emulator({ columns: 10, rows: 3 });
  await emulator.write(text);
  return emulator;
}

test("a cell becomes a character in its colour, on its background, and the theme chooses the palette", async () => {
  using emulator = await emulate(
    "\u001B[31ma\u001B[0m<\u001B[7mi\u001B[0m\u001B[48;2;1;2;3m \u001B[0m\u001B[38;5;196mc\u001B[38;5;255mg\u001B[0m\u001B[?25l",
  );
  const dark = drawSvg(emulator.screen());
  expect(dark).toContain('fill="#e06c75">a</text>');
  expect(dark).toContain("&lt;</text>");
  expect(dark).toContain('fill="#1d1f21">i</text>');
  expect(dark).toContain('fill="#010203"/>');
  expect(dark).toContain('fill="#ff0000">c</text>');
  expect(dark).toContain('fill="#eeeeee">g</text>');
  expect(drawSvg(emulator.screen(), { theme: "light" })).toContain('fill="#cf222e">a</text>');
});

test("lines of boxes are lines, and the cursor is drawn where it shows", async () => {
  using emulator = await emulate("╭─╮│┼");
  const svg = drawSvg(emulator.screen());
  expect(svg).not.toContain("<text");
  expect(svg.match(/<path/g)).toHaveLength(5);
  expect(svg).toContain('opacity="0.5"');
  await emulator.write("\u001B[?25l");
  expect(drawSvg(emulator.screen())).not.toContain('opacity="0.5"');
});

test("pixels have the size of the cells, times the zoom", async () => {
  using emulator = await emulate("text");
  const pixels = drawPixels(emulator.screen());
  expect([pixels.width, pixels.height, pixels.data.length]).toEqual([114, 81, 114 * 81 * 4]);
  const png = Buffer.from(drawPng(emulator.screen(), { zoom: 2 }));
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(["PNG", 228, 162]);
});

test("captured bytes become a picture by a program", () => {
  const folder = mkdtempSync(join(tmpdir(), "sotto-picture-"));
  writeFileSync(join(folder, "in"), "\u001B[?1049hone\ntwo\n");
  const program = join(import.meta.dirname, "term2png.mjs");
  const run = (...argv: readonly string[]): number | null => spawnSync(process.execPath, [program, ...argv], { cwd: folder }).status;
  expect(run("in", "out.svg", "10", "3", "--lf", "--theme", "light", "--cursor", "0,1")).toBe(0);
  expect(run("in", "out.png", "10", "3")).toBe(0);
  expect(run("in")).toBe(2);
  const svg = readFileSync(join(folder, "out.svg"), "utf8");
  const png = readFileSync(join(folder, "out.png"));
  rmSync(folder, { recursive: true });
  expect(svg).toContain('<text x="12" y="45.5" fill="#24292f">t</text>');
  expect(svg).toContain('<rect x="12" y="31"');
  expect(png.readUInt32BE(16)).toBe(114);
});
