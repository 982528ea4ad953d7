/** A report of kind `dotenv` of GitLab CI: a value is the rest of its line, without blanks around it. */
import { encodeText } from "../../model/text.ts";
import { holdsBytes, nameVariables } from "./names.ts";
import type { Renderer } from "./renderer.ts";

/** GitLab's own limits; who runs it can raise them. */
const MAX_SIZE = 5120;
const MAX_NAME = 255;

export const renderGitlab: Renderer = (values, options) => {
  const named = nameVariables(values, options, ({ name, text }) => [
    holdsBytes(text, "a report of GitLab"),
    /[\r\n]/.test(text) ? "has several lines, which a report of GitLab cannot hold" : undefined,
    /^[ \t\v\f]|[ \t\v\f]$/.test(text) ? "begins or ends with a blank, which GitLab would drop" : undefined,
    name.length > MAX_NAME ? `has a name longer than ${MAX_NAME} characters` : undefined,
  ]);
  const bytes = encodeText(named.map(({ name, text }) => `${name}=${text}\n`).join(""));
  const notes = bytes.length > MAX_SIZE ? [`${bytes.length} bytes: GitLab takes ${MAX_SIZE} unless its limits were raised`] : [];
  return { bytes, notes };
};
