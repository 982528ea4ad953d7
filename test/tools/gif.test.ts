import { expect, test } from "vitest";
import { encodeGif } from "./gif.ts";
import type { Pixels } from "./picture.ts";

function plain(width: number, height: number, paint: (at: number) => readonly number[]): Pixels {
  return { width, height, data: Uint8Array.from(Array.from({ length: width * height }, (_, at) => [...paint(at), 255]).flat()) };
}

const RED = [200, 10, 20];
const BLUE = [10, 20, 200];

test("frames become a GIF with their delays, one palette, and only what changed", () => {
  const first = plain(40, 20, () => RED);
  const second = plain(40, 20, (at) => (at < 3 ? BLUE : RED));
  const bytes = Buffer.from(
    encodeGif([
      { pixels: first, delay: 500 },
      { pixels: second, delay: 1200 },
    ]),
  );
  expect(bytes.subarray(0, 6).toString()).toBe("GIF89a");
  expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([40, 20]);
  // The colour of most pixels comes first.
  expect([...bytes.subarray(13, 19)]).toEqual([...RED, ...BLUE]);
  expect(bytes.toString("latin1")).toContain("NETSCAPE2.0");
  // Each frame has a block of its own for its delay: 21 F9 04, flags, hundredths of a second, the transparent colour.
  const blocks = [...bytes.toString("hex").matchAll(/21f904([0-9a-f]{8})00/g)];
  const controls = blocks.map(([, hex = ""]) => [...Buffer.from(hex, "hex")]);
  expect(controls.map(([, low = 0, high = 0]) => low + 256 * high)).toEqual([50, 120]);
  expect(controls.map(([flags = 0]) => flags & 1)).toEqual([0, 1]);
});

test("colours beyond the palette become the nearest", () => {
  const many = plain(40, 20, (at) => [Math.floor(at / 256) * 20, at % 256, 0]);
  expect(encodeGif([{ pixels: many, delay: 100 }]).length).toBeGreaterThan(800);
});

test("frames of several sizes are refused", () => {
  const frames = [plain(4, 4, () => RED), plain(4, 5, () => RED)].map((pixels) => ({ pixels, delay: 100 }));
  expect(() => encodeGif(frames)).toThrow("several sizes");
  expect(() => encodeGif([])).toThrow("no frame");
});
