/** `string-width` for Ink in the bundle (see `.scripts/build-tui.mjs`): the same answers, sooner where a line holds no odd character. */
import stringWidth from "string-width";
import { ONE_CELL_EACH } from "./width.ts";

// oxlint-disable-next-line no-control-regex
const STYLES = /\u001B\[[\d;]*m/g;

/** In its place it has to be the default export. */
export { quickWidth as default };

function quickWidth(text: string, options?: Parameters<typeof stringWidth>[1]): number {
  if (options?.countAnsiEscapeCodes !== true) {
    const plain = text.includes("\u001B") ? text.replaceAll(STYLES, "") : text;
    if (ONE_CELL_EACH.test(plain)) return plain.length;
  }
  return stringWidth(text, options);
}
