/** Small steps on bytes, for callers outside of `src/crypto` too. */
import { primitives } from "#primitives";

/** Takes time that depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return primitives.equalBytes(a, b);
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** 32 hexadecimal digits that nobody can guess. */
export function drawName(): string {
  return Array.from(primitives.fillRandom(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
