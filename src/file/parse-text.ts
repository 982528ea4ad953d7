/** Parsing a file that somebody named: what is wrong with it is said in words that help whoever wrote it. */
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { Document } from "../model/tree.ts";

const OURS = /^<{7}(?: |\r?$)/m;
const BETWEEN = /^={7}\r?$/m;
const THEIRS = /^>{7}(?: |\r?$)/m;
const UNREADABLE: ReadonlySet<string> = new Set(["JSON_INVALID", "DOTENV_INVALID", "INI_INVALID"]);

/** @throws SottoError what the format throws; `CONFLICT_MARKERS` where a merge was left half done */
export function parseText(format: Format, text: string): Document {
  try {
    return format.parse(text);
  } catch (error) {
    // YAML sees to it by itself.
    if (!SottoError.is(error) || !UNREADABLE.has(error.code)) throw error;
    const marker = OURS.exec(text);
    if (marker !== null && BETWEEN.test(text) && THEIRS.test(text)) {
      throw new SottoError("CONFLICT_MARKERS", "the file holds the markers of an unfinished merge", {
        position: positionAt(text, marker.index),
        cause: error,
      });
    }
    if (/\S/.test(text)) throw error;
    throw new SottoError(error.code, "the file is empty", { hints: ["the smallest JSON document is {}"], cause: error });
  }
}
