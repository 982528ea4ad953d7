/** Draws a screen: cells become an SVG, and that becomes pixels. Lines of boxes are drawn as lines, so that they meet. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import type { Cell, Color, Screen } from "../tui/pty/screen.ts";

export type Theme = "dark" | "light";

export interface PictureOptions {
  readonly theme?: Theme;
  /** How many pixels there are for one. */
  readonly zoom?: number;
  /** Drawn where it is, if it shows. */
  readonly cursor?: boolean;
}

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes each: red, green, blue, alpha. */
  readonly data: Uint8Array;
}

interface Palette {
  readonly foreground: string;
  readonly background: string;
  readonly ansi: readonly string[];
}

const PALETTES: Readonly<Record<Theme, Palette>> = {
  dark: {
    foreground: "#c8ccd4",
    background: "#1d1f21",
    ansi: "#1d1f21 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #c8ccd4 #6b7280 #ff7b86 #b5e08f #ffd98c #7fc1ff #de8cf2 #6fd3df #ffffff".split(
      " ",
    ),
  },
  light: {
    foreground: "#24292f",
    background: "#ffffff",
    ansi: "#24292f #cf222e #116329 #7d4e00 #0969da #8250df #1b7c83 #6e7781 #57606a #a40e26 #1a7f37 #633c01 #218bff #a475f9 #3192aa #8c959f".split(
      " ",
    ),
  },
};

const WIDTH = 9;
const HEIGHT = 19;
const SIZE = 15;
const PADDING = 12;
const BASELINE = 14.5;

const FONTS = "DejaVu Sans Mono, Noto Sans Mono CJK JP, Noto Sans CJK JP, WenQuanYi Zen Hei, Noto Color Emoji, Symbola";

/** @returns an SVG document */
export function drawSvg(screen: Screen, { theme = "dark", cursor = true }: PictureOptions = {}): string {
  const palette = PALETTES[theme];
  const shapes: string[] = [];
  const texts: string[] = [];
  for (let y = 0; y < screen.rows; y += 1) {
    for (let x = 0; x < screen.columns; x += 1)
      drawCell(screen.cell(x, y), PADDING + x * WIDTH, PADDING + y * HEIGHT, palette, shapes, texts);
  }
  if (cursor && screen.cursor.visible) {
    const { x, y } = screen.cursor;
    shapes.push(rectangle(PADDING + x * WIDTH, PADDING + y * HEIGHT, WIDTH, HEIGHT, palette.foreground, 0.5));
  }
  const width = screen.columns * WIDTH + 2 * PADDING;
  const height = screen.rows * HEIGHT + 2 * PADDING;
  const frame = `<rect width="${width}" height="${height}" rx="8" fill="${palette.background}"/>`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONTS}" font-size="${SIZE}" xml:space="preserve">`;
  return `${head}${frame}${shapes.join("")}${texts.join("")}</svg>`;
}

/** @returns the bytes of a PNG file */
export function drawPng(screen: Screen, options: PictureOptions = {}): Uint8Array {
  return render(drawSvg(screen, options), options.zoom).asPng();
}

export function drawPixels(screen: Screen, options: PictureOptions = {}): Pixels {
  const { width, height, pixels } = render(drawSvg(screen, options), options.zoom);
  return { width, height, data: pixels };
}

function render(svg: string, zoom: number = 1): ReturnType<Resvg["render"]> {
  const unpacked = join(
    process.env["PEERS_DIR"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "peers"),
    "fonts",
    "root",
    "usr",
    "share",
    "fonts",
  );
  const font = { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans Mono", fontDirs: existsSync(unpacked) ? [unpacked] : [] };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: zoom } }).render();
}

function drawCell(cell: Cell, left: number, top: number, palette: Palette, shapes: string[], texts: string[]): void {
  if (cell.width === 0) return;
  const own = colorOf(cell.fg, palette, palette.foreground);
  const under = colorOf(cell.bg, palette, palette.background);
  const [front, back] = cell.inverse ? [under, own] : [own, under];
  // A hair more than its own, or a seam would show between two of one colour.
  if (back !== palette.background) shapes.push(rectangle(left, top, cell.width * WIDTH + 0.3, HEIGHT + 0.3, back));
  if (cell.invisible || cell.char.trim() === "") return;
  const opacity = cell.dim ? 0.6 : 1;
  const strokes = boxStrokes(cell.char, left, top);
  if (strokes !== undefined) {
    const weight = cell.bold ? 2 : 1.2;
    shapes.push(`<path d="${strokes}" fill="none" stroke="${front}" stroke-width="${weight}" opacity="${opacity}"/>`);
    return;
  }
  const styles = [
    ...(cell.bold ? [' font-weight="bold"'] : []),
    ...(cell.italic ? [' font-style="italic"'] : []),
    ...(cell.underline ? [' text-decoration="underline"'] : []),
    ...(cell.struck ? [' text-decoration="line-through"'] : []),
    ...(cell.dim ? [` opacity="${opacity}"`] : []),
  ];
  texts.push(`<text x="${left}" y="${top + BASELINE}" fill="${front}"${styles.join("")}>${escape(cell.char)}</text>`);
}

function rectangle(x: number, y: number, width: number, height: number, fill: string, opacity: number = 1): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"${opacity === 1 ? "" : ` opacity="${opacity}"`}/>`;
}

/** Which arms a character has, from the middle: left, right, up, down. */
const ARMS: ReadonlyMap<string, string> = new Map(
  "─lr ━lr │ud ┃ud ┌rd ┐ld └ru ┘lu ├rud ┤lud ┬lrd ┴lru ┼lrud ╴l ╶r ╵u ╷d".split(" ").map((word) => [word.slice(0, 1), word.slice(1)]),
);
/** The two ends of an arc. */
const ARCS: Readonly<Record<string, string>> = { "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu" };

/** @returns the path of a line of a box; undefined for any other character */
function boxStrokes(char: string, left: number, top: number): string | undefined {
  const x = left + WIDTH / 2;
  const y = top + HEIGHT / 2;
  const ends: Readonly<Record<string, string>> = {
    l: `${left} ${y}`,
    r: `${left + WIDTH} ${y}`,
    u: `${x} ${top}`,
    d: `${x} ${top + HEIGHT}`,
  };
  const [from = "", to = ""] = ARCS[char] ?? "";
  if (from !== "") return `M${ends[from] ?? ""}Q${x} ${y} ${ends[to] ?? ""}`;
  const arms = ARMS.get(char);
  return arms === undefined ? undefined : Array.from(arms, (arm) => `M${x} ${y}L${ends[arm] ?? ""}`).join("");
}

function colorOf(color: Color, palette: Palette, otherwise: string): string {
  if (color === "default") return otherwise;
  return typeof color === "number" ? indexed(color, palette) : color;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** The 16 of the theme, a cube of 6 × 6 × 6, and 24 greys. */
function indexed(index: number, { ansi, foreground }: Palette): string {
  if (index < 16) return ansi[index] ?? foreground;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10).repeat(3)}`;
  const parts = [36, 6, 1].map((step) => Math.floor((index - 16) / step) % 6);
  return `#${parts.map((part) => hex(part === 0 ? 0 : part * 40 + 55)).join("")}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
