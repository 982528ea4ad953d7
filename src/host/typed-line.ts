/** One line that is being typed on a terminal in raw mode: bytes, erasing, and keys that are no text. */

/** As long as a terminal's own lines may get, in bytes. */
export const MAX_LINE = 4096;

const ETX = 0x03;
const EOT = 0x04;
const BACKSPACE = 0x08;
const TAB = 0x09;
const KILL_LINE = 0x15;
const SUSPEND = 0x1a;
const ESCAPE = 0x1b;
const DELETE = 0x7f;

/**
 * What a byte did. `text`: it was added. `erased`: characters went, `count` of them. `done`: the line is complete.
 * `cancelled`: the person breaks off. `suspend`: the command is to be stopped for a while. `full`: the line is too long.
 */
export type Typed =
  | { readonly kind: "text" | "done" | "cancelled" | "suspend" | "full" | "nothing" }
  | { readonly kind: "erased"; readonly count: number };

type Sequence = "none" | "begun" | "csi" | "single";

export class TypedLine {
  readonly #bytes = new Uint8Array(MAX_LINE);
  #length = 0;
  #sequence: Sequence = "none";

  /** Takes the next byte from the terminal. */
  type(byte: number): Typed {
    if (this.#sequence !== "none") return this.#skip(byte);
    switch (byte) {
      case 0x0a:
      case 0x0d:
        return { kind: "done" };
      case ETX:
        return { kind: "cancelled" };
      case EOT:
        return { kind: this.#length === 0 ? "cancelled" : "nothing" };
      case SUSPEND:
        return { kind: "suspend" };
      case BACKSPACE:
      case DELETE:
        return { kind: "erased", count: this.#erase() };
      case KILL_LINE: {
        let count = 0;
        while (this.#erase() > 0) count += 1;
        return { kind: "erased", count };
      }
      case ESCAPE:
        this.#sequence = "begun";
        return { kind: "nothing" };
      default:
        return byte < 0x20 && byte !== TAB ? { kind: "nothing" } : this.#add(byte);
    }
  }

  /** A copy of what was typed. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  #add(byte: number): Typed {
    if (this.#length === MAX_LINE) return { kind: "full" };
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    return { kind: "text" };
  }

  /** Takes a whole character of UTF-8 back. */
  #erase(): number {
    if (this.#length === 0) return 0;
    let last: number;
    do {
      this.#length -= 1;
      last = this.#bytes[this.#length] ?? 0;
      this.#bytes[this.#length] = 0;
    } while ((last & 0xc0) === 0x80 && this.#length > 0);
    return 1;
  }

  /** Arrow keys and their like send a sequence of bytes that is no text. */
  #skip(byte: number): Typed {
    if (this.#sequence === "begun") this.#sequence = byte === 0x5b ? "csi" : byte === 0x4f ? "single" : "none";
    else if (this.#sequence === "single" || (byte >= 0x40 && byte <= 0x7e)) this.#sequence = "none";
    return { kind: "nothing" };
  }
}
