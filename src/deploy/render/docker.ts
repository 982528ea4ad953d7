/** What `docker run --env-file` reads: a value is the rest of its line, with no quotes and no escapes. */
import { encodeText } from "../../model/text.ts";
import { holdsBytes, nameVariables } from "./names.ts";
import type { Renderer } from "./renderer.ts";

/** Docker's scanner takes no longer line, its end included. */
const MAX_LINE = 65_536;

export const renderDocker: Renderer = (values, options) => {
  const named = nameVariables(values, options, ({ name, text }) => [
    holdsBytes(text, "an env-file"),
    text.includes("\n") ? "has several lines, which an env-file cannot hold" : undefined,
    text.endsWith("\r") ? "ends in a carriage return, which docker would drop" : undefined,
    encodeText(`${name}=${text}\n`).length > MAX_LINE ? `is longer than the ${MAX_LINE} bytes that docker takes in a line` : undefined,
  ]);
  return { bytes: encodeText(named.map(({ name, text }) => `${name}=${text}\n`).join("")) };
};
