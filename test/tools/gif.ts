/** Joins pictures into an animated GIF: one palette for all, and of each frame only what differs from the one before. */
import { createRequire } from "node:module";
import type { Pixels } from "./picture.ts";

/** What we call of the package, which comes without types. */
interface Encoder {
  writeFrame(
    indexes: Uint8Array,
    width: number,
    height: number,
    options: {
      readonly palette?: readonly (readonly number[])[];
      /** Milliseconds. */
      readonly delay: number;
      readonly transparent?: boolean;
      readonly transparentIndex?: number;
      /** 1: the next frame is drawn over it. */
      readonly dispose: number;
      /** 0: for ever. */
      readonly repeat: number;
    },
  ): void;
  finish(): void;
  bytes(): Uint8Array;
}

// It says that it is an ES module and is none: loaders do not agree on what its default is.
const { GIFEncoder } = createRequire(import.meta.url)("gifenc") as { readonly GIFEncoder: () => Encoder };

export interface Frame {
  readonly pixels: Pixels;
  /** Milliseconds; GIF counts in hundredths of a second. */
  readonly delay: number;
}

const MOST = 255;
/** The place after all colours. */
const SAME = 255;

/**
 * @returns the bytes of a GIF file, which begins again at its end
 * @throws Error when frames are of several sizes, or there is none
 */
export function encodeGif(frames: readonly Frame[]): Uint8Array {
  const [first] = frames;
  if (first === undefined) throw new Error("there is no frame");
  const { width, height } = first.pixels;
  if (frames.some(({ pixels }) => pixels.width !== width || pixels.height !== height)) throw new Error("the frames are of several sizes");
  const colors = choosePalette(frames);
  const places = new Map(colors.map((color, at) => [color, at]));
  const palette = Array.from({ length: 256 }, (_, at) => channels(colors[at] ?? 0));
  const encoder = GIFEncoder();
  let before: Uint8Array | undefined;
  for (const { pixels, delay } of frames) {
    const indexes = Uint8Array.from({ length: width * height }, (_, at) => nearest(colorAt(pixels, at), colors, places));
    const last = before;
    const changed = last === undefined ? indexes : indexes.map((index, at) => (index === last[at] ? SAME : index));
    encoder.writeFrame(changed, width, height, {
      delay,
      dispose: 1,
      repeat: 0,
      ...(last === undefined ? { palette } : { transparent: true, transparentIndex: SAME }),
    });
    before = indexes;
  }
  encoder.finish();
  return encoder.bytes();
}

/** The colours that most pixels have. The rest are shades at the edges of letters. */
function choosePalette(frames: readonly Frame[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const { pixels } of frames) {
    for (let at = 0; at < pixels.width * pixels.height; at += 1) {
      const color = colorAt(pixels, at);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([color]) => color);
}

/** What is transparent, at round corners, is white. */
function colorAt({ data }: Pixels, at: number): number {
  const alpha = (data[at * 4 + 3] ?? 255) / 255;
  const channel = (offset: number): number => Math.round((data[at * 4 + offset] ?? 0) * alpha + 255 * (1 - alpha));
  return (channel(0) << 16) | (channel(1) << 8) | channel(2);
}

function channels(color: number): readonly number[] {
  return [color >> 16, (color >> 8) & 255, color & 255];
}

/** @param places of colours that were looked up before; takes in the new one */
function nearest(color: number, colors: readonly number[], places: Map<number, number>): number {
  const known = places.get(color);
  if (known !== undefined) return known;
  const [red = 0, green = 0, blue = 0] = channels(color);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, other] of colors.entries()) {
    const distance = (red - (other >> 16)) ** 2 + (green - ((other >> 8) & 255)) ** 2 + (blue - (other & 255)) ** 2;
    if (distance < least) {
      least = distance;
      best = at;
    }
  }
  places.set(color, best);
  return best;
}
